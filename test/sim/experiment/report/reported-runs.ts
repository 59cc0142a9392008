// Builds results as runs would leave them, for the tests of the report: figures that follow from
// router, point and seed by plain arithmetic, so that every test knows what must be shown.
import type { Measurement } from '../../../../src/sim/experiment/measurement.ts'
import type { ReportInput } from '../../../../src/sim/experiment/report/input.ts'
import type { RunResult } from '../../../../src/sim/experiment/run/run-result.ts'
import type { Plan, RouterSpec, Scenario } from '../../../../src/sim/experiment/scenario.ts'

const routers: readonly RouterSpec[] = [
  { name: 'pastry', leafSet: 16 },
  { name: 'kademlia', k: 20, alpha: 3 },
  { name: 'trustnet', routes: 4, walks: true },
  { name: 'trustnet', routes: 16, walks: true },
]
/** How well each router withstands: the share that an attack of strength 1 costs it. */
const weakness = [1, 0.8, 0.05, 0.01]

const scenario: Scenario = {
  name: 'built',
  graph: { kind: 'holme-kim', nodes: 5000, degree: 20, triads: 0.75 },
  ratings: { kind: 'uniform', low: 0.2, high: 1, negative: 0.05 },
  ids: { kind: 'uniform' },
  routers,
  attack: { kind: 'droppers', fraction: 0.3, noticed: 0.5 },
  workload: { lookups: 500, keys: { kind: 'uniform' }, sources: 'honest' },
  engine: 'structural',
  metrics: [],
  seed: 1,
}

/** 500 lookups under an attack of this strength. */
export function measured(router: number, strength: number, seed: number): Measurement {
  const delivered = Math.round(500 * (1 - strength * weakness[router]!)) - (seed % 3) * (router + 1)
  const wrong = Math.floor((500 - delivered) / 3)
  return {
    lookups: 500,
    endings: { delivered, dropped: 500 - delivered - wrong, 'wrong-root': wrong },
    hops: [0, Math.floor(delivered / 4), Math.floor(delivered / 2), delivered % 7],
    messages: [2.2, 22, 40, 160][router]! + seed / 10,
    contamination: {
      table: strength * weakness[router]!,
      leafSet: router === 1 ? undefined : (strength * weakness[router]!) / 2,
      byRow: [0, 1, 2].map((row) => (strength * weakness[router]!) / (row + 1)),
    },
    bytesPerNode: 6000 + router,
    gini: 0.3,
  }
}

/** A plan with this sweep, all of its runs done. */
export function reported(
  sweep: Plan['sweep'],
  { seeds = 3, about = 'How much does it take?' } = {},
): ReportInput {
  const points = pointsOf(sweep)
  const results: RunResult[] = []
  for (const params of points)
    for (const [number, router] of routers.entries())
      for (let seed = 1; seed <= seeds; seed++) {
        const strength = Number(params['attack.fraction'] ?? 0.3)
        const run = { index: results.length, scenario, router, params, seed }
        results.push({ run, measurement: measured(number, strength, seed) })
      }
  return {
    plan: { title: 'Droppers & silence', about, scenario, sweep, seeds },
    scenarioText: 'graph:\n  kind: holme-kim\n  nodes: 5000\n',
    results,
    planned: results.length,
    versions: { trustnet: '0.1.0', node: '24.21.0' },
    materials: { 'people.csv': 'cd'.repeat(32) },
    files: [{ name: 'results.csv', about: 'one row a run', sha256: 'ab'.repeat(32) }],
  }
}

function pointsOf(sweep: Plan['sweep']): readonly Record<string, unknown>[] {
  let points: Record<string, unknown>[] = [{}]
  for (const [path, values] of Object.entries(sweep))
    points = points.flatMap((point) => values.map((value) => ({ ...point, [path]: value })))
  return points
}
