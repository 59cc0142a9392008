// A user's own routers, attacks and metrics: modules that a scenario names (`./my-router.js`), whose
// default export is a Router, an Attack or a Metric. They are loaded beside the scenario file and become part of the
// registry under the name that the scenario uses.
import { Failure } from '../../core/failure.ts'
import type { Attack } from './attacks/attack.ts'
import type { Metric } from './metric.ts'
import type { NamedModules } from './read-scenario-modules.ts'
import { partsOf, type Registry, registryOf } from './registry.ts'
import type { Router } from './router.ts'
import type { RunSpec } from './scenario.ts'
import { isOwnModule, type OwnModules } from './schema-options.ts'

/** Imports a module by the name that a scenario uses; rejects where it cannot, with a Failure where it knows why. */
export type LoadModule = (name: string) => Promise<unknown>

/**
 * What is shipped, and the own parts of a run.
 *
 * @throws Failure `experiment/bad-module`, and those of `load`
 */
export async function registryFor(
  { scenario, router }: Pick<RunSpec, 'scenario' | 'router'>,
  load: LoadModule,
): Promise<Registry> {
  const routers: Record<string, Router> = {}
  const attacks: Record<string, Attack> = {}
  if (isOwnModule(router.name)) routers[router.name] = await routerIn(router.name, load)
  for (const { kind } of partsOf(scenario.attack))
    if (isOwnModule(kind)) attacks[kind] = await attackIn(kind, load)
  const metrics: Record<string, Metric> = {}
  for (const name of scenario.metrics) metrics[name] = await metricIn(name, load)
  return registryOf({ routers, attacks, metrics })
}

const routerIn = (file: string, load: LoadModule): Promise<Router> =>
  partIn<Router>(file, load, 'build', 'estimateBytes')
const attackIn = (file: string, load: LoadModule): Promise<Attack> =>
  partIn<Attack>(file, load, 'prepare')
const metricIn = (file: string, load: LoadModule): Promise<Metric> =>
  partIn<Metric>(file, load, 'begin')

/** All modules that a text names, each loaded or with why it cannot be used: for the reader to tell at its line. */
export async function ownModules(named: NamedModules, load: LoadModule): Promise<OwnModules> {
  const each = async <P>(
    files: readonly string[],
    partOf: (file: string, load: LoadModule) => Promise<P>,
  ): Promise<ReadonlyMap<string, P | Failure>> => {
    const parts = new Map<string, P | Failure>()
    for (const file of files) parts.set(file, await partOf(file, load).catch(failureOf))
    return parts
  }
  return {
    routers: await each(named.routers, routerIn),
    attacks: await each(named.attacks, attackIn),
    metrics: await each(named.metrics, metricIn),
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error
  throw error
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
    if (error instanceof Failure) throw error
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
