// One finished run: what was asked and what was measured, and the names under which its figures
// appear in tables. The file of a run keeps its measurement; everything else follows from the plan.

import type { Measurement } from '../measurement.ts'
import { partsOf, registryOf } from '../registry.ts'
import { endings } from '../router.ts'
import type { RunSpec } from '../scenario.ts'
import { isOwnModule } from '../schema-options.ts'

export interface RunResult {
  readonly run: RunSpec
  readonly measurement: Measurement
}

/** Every way a lookup can end, in the order of the columns. */
export const allEndings = [...endings, 'timed-out'] as const
export type AnyEnding = (typeof allEndings)[number]

export const countOfEnding = ({ endings }: Measurement, ending: AnyEnding): number =>
  endings[ending] ?? 0

/** Share of the lookups that were delivered, 0..1; 0 where there was none. */
export const successOf = (measurement: Measurement): number =>
  measurement.lookups === 0 ? 0 : countOfEnding(measurement, 'delivered') / measurement.lookups

/** Said even where they are as usual: how many routes is what a router costs. */
const alwaysTold: readonly string[] = ['routes']

/**
 * What tells a run from others but for its seed: the varied values by path, and by their bare names
 * the options of its router that are not as usual, or not as another one of its name has them. All
 * the others are in scenario.yaml.
 */
export function paramsOf({ scenario, router, params }: RunSpec): Readonly<Record<string, unknown>> {
  const { name, ...options } = router
  const usual = (shipped.get(name)?.defaults ?? {}) as Readonly<Record<string, unknown>>
  const namesakes = scenario.routers.filter((other) => other.name === name)
  const isTold = ([option, value]: readonly [string, unknown]): boolean =>
    value !== undefined &&
    (alwaysTold.includes(option) ||
      canonical(value) !== canonical(usual[option]) ||
      namesakes.some((other) => canonical(other[option]) !== canonical(value)))
  return { ...Object.fromEntries(Object.entries(options).filter(isTold)), ...params }
}

const shipped = registryOf().routers

/** Six decimals: the last digits of a sum of floats are noise, and every reader writes these alike. */
export const rounded = (value: number): number => Number(value.toFixed(6))

/** JSON with sorted names, so that equal values have equal texts. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, held: unknown) =>
    held !== null && typeof held === 'object' && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  ) ?? 'null'

/**
 * Everything that a run's measurement depends on, as text. Names, the other routers and the place in
 * the plan are left out: a plan with one more router, value or seed finds what was run before.
 *
 * @param version of trustnet: another one may measure something else
 * @param materials digests of the files that the run reads, by the names that the scenario uses
 */
export function identityOf(
  run: RunSpec,
  version: string,
  materials: Readonly<Record<string, string>>,
): string {
  const { scenario, router, seed } = run
  const { name: _, routers: __, seed: ___, ...rest } = scenario
  const used = filesOf(run).map((file) => [file, materials[file] ?? null])
  return canonical({ version, scenario: rest, router, seed, used })
}

/** Files that a run reads, as its scenario names them: its graph and the user's own modules. */
export function filesOf(run: Pick<RunSpec, 'scenario' | 'router'>): string[] {
  const { graph } = run.scenario
  return [...(graph.kind === 'file' ? [graph.file] : []), ...modulesOf(run)]
}

/** The user's own modules that a run loads, as its scenario names them. */
export function modulesOf({ scenario, router }: Pick<RunSpec, 'scenario' | 'router'>): string[] {
  const { attack, metrics } = scenario
  const named = [router.name, ...partsOf(attack).map(({ kind }) => kind), ...metrics]
  return named.filter(isOwnModule)
}
