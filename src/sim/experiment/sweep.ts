// From a plan to its runs: every point of the sweep × every router × every seed, in an order that
// never changes, since resume, manifests and job arrays go by a run's index.
import type { Plan, RunSpec, Scenario } from './scenario.ts'

/** One point of the sweep: the varied values by path, and the scenario with them in place. */
export interface Point {
  readonly params: Readonly<Record<string, unknown>>
  readonly scenario: Scenario
}

/** Points in the order of the sweep's fields as written: the last field varies fastest. */
export function pointsOf({ scenario, sweep }: Pick<Plan, 'scenario' | 'sweep'>): readonly Point[] {
  let points: readonly Point[] = [{ params: {}, scenario }]
  for (const [path, values] of Object.entries(sweep))
    points = points.flatMap((point) =>
      values.map((value) => ({
        params: { ...point.params, [path]: value },
        scenario: withValue(point.scenario, path.split('.'), value) as Scenario,
      })),
    )
  return points
}

/** All runs of a plan. @param seeds of every point, counted up from the scenario's seed */
export function runsOf(plan: Plan, seeds: number = plan.seeds): readonly RunSpec[] {
  const runs: RunSpec[] = []
  for (const { params, scenario } of pointsOf(plan))
    for (const router of scenario.routers)
      for (let i = 0; i < seeds; i++)
        runs.push({ index: runs.length, scenario, router, params, seed: scenario.seed + i })
  return runs
}

/** The value at a path such as `attack.fraction`; undefined where there is none. */
export function valueIn(value: unknown, path: string): unknown {
  let at = value
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined
    at = (at as Readonly<Record<string, unknown>>)[name]
  }
  return at
}

function withValue(whole: unknown, [head, ...rest]: readonly string[], value: unknown): unknown {
  if (head === undefined) return value
  if (Array.isArray(whole)) {
    const place = Number(head)
    return whole.with(place, withValue(whole[place], rest, value))
  }
  const fields = whole as Readonly<Record<string, unknown>>
  return { ...fields, [head]: withValue(fields[head] ?? {}, rest, value) }
}
