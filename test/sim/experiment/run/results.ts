// Plans and results by hand, for tests of tables and summaries.
import type { Measurement } from '../../../../src/sim/experiment/measurement.ts'
import type { RunResult } from '../../../../src/sim/experiment/run/run-result.ts'
import type { RunSpec, Scenario } from '../../../../src/sim/experiment/scenario.ts'

export const scenario: Scenario = {
  name: 'by-hand',
  graph: { kind: 'ring', nodes: 100, degree: 4 },
  ratings: { kind: 'constant', value: 0.8, negative: 0 },
  ids: { kind: 'uniform' },
  routers: [{ name: 'pastry' }],
  attack: { kind: 'none' },
  workload: { lookups: 10, keys: { kind: 'uniform' }, sources: 'honest' },
  engine: 'structural',
  metrics: [],
  seed: 1,
}

export const runOf = (run: Partial<RunSpec> = {}): RunSpec => ({
  ...{ index: 0, scenario, router: { name: 'pastry' }, params: {}, seed: 1 },
  ...run,
})

/** So many lookups delivered of so many, each with 2 hops. */
export const measured = (delivered: number, lookups: number): Measurement => ({
  lookups,
  endings: { delivered, 'wrong-root': lookups - delivered },
  hops: [0, 0, delivered],
  messages: 2.5,
  contamination: { table: 0.25, byRow: [0.5, undefined, 0] },
  bytesPerNode: 466,
})

export const resultOf = (
  run: Partial<RunSpec>,
  measurement: Measurement = measured(9, 10),
): RunResult => ({ run: runOf(run), measurement })
