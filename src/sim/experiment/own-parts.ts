// A user's own routers, attacks and metrics: modules that a scenario names (`./my-router.js`), whose
// default export is a Router, an Attack or a Metric. They are loaded beside the scenario file and become part of the
// registry under the name that the scenario uses.
import { Failure } from '../../core/failure.ts'
import type { Attack } from './attacks/attack.ts'
import type { Metric } from './metric.ts'
import { partsOf, type Registry, registryOf } from './registry.ts'
import type { Router } from './router.ts'
import type { RunSpec } from './scenario.ts'
import { isOwnModule } from './schema-options.ts'

/** Imports a module by the name that a scenario uses; rejects where there is none. */
export type LoadModule = (name: string) => Promise<unknown>

/**
 * What is shipped, and the own parts of a run.
 *
 * @throws Failure `experiment/bad-module`
 */
export async function registryFor(
  { scenario, router }: Pick<RunSpec, 'scenario' | 'router'>,
  load: LoadModule,
): Promise<Registry> {
  const routers: Record<string, Router> = {}
  const attacks: Record<string, Attack> = {}
  if (isOwnModule(router.name))
    routers[router.name] = await partIn<Router>(router.name, load, 'build', 'estimateBytes')
  for (const { kind } of partsOf(scenario.attack))
    if (isOwnModule(kind)) attacks[kind] = await partIn<Attack>(kind, load, 'prepare')
  const metrics: Record<string, Metric> = {}
  for (const name of scenario.metrics) metrics[name] = await partIn<Metric>(name, load, 'begin')
  return registryOf({ routers, attacks, metrics })
}

async function partIn<P extends object>(
  file: string,
  load: LoadModule,
  ...methods: readonly string[]
): Promise<P> {
  let loaded: unknown
  try {
    loaded = await load(file)
  } catch (error) {
    throw new Failure('experiment/bad-module', { file, why: (error as Error).message })
  }
  const part = (loaded as { readonly default?: unknown }).default
  if (typeof part !== 'object' || part === null)
    throw new Failure('experiment/bad-module', { file, why: 'it has no object as default export' })
  const missing = methods.find(
    (method) => typeof (part as Record<string, unknown>)[method] !== 'function',
  )
  if (missing !== undefined)
    throw new Failure('experiment/bad-module', {
      file,
      why: `its default export has no ${missing}`,
    })
  // Options are optional: a part without any needs no defaults.
  return 'defaults' in part ? (part as P) : ({ ...part, defaults: {} } as unknown as P)
}
