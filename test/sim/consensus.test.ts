// The consensus simulation in its short form: some seeds of faults, one seed twice, and a process
// killed at every persist of two heights. `npm run simulate:consensus` runs thousands.
import { describe, expect, test } from 'vitest'
import { sweepCrashes } from '../../src/sim/consensus/crash-sweep.ts'
import { drawScenario, runScenario } from '../../src/sim/consensus/run.ts'

describe('consensus under faults', () => {
  test('agrees, signs nothing twice and converges under 40 seeds', () => {
    const runs = Array.from({ length: 40 }, (_, i) => runScenario(drawScenario(1 + i)))
    const heights = runs.reduce((sum, run) => sum + run.heights, 0)
    expect(heights).toBeGreaterThan(40 * 4)
    const kinds = new Set(runs.flatMap(({ faults }) => Object.keys(faults)))
    expect([...kinds].sort()).toEqual(
      'crash crash-at-persist crash-at-send cut halves partition pause skew slow storm'.split(' '),
    )
  })

  test('is the same run to the last bit for the same seed', () => {
    const [first, second] = [0, 1].map(() => runScenario(drawScenario(7)))
    expect(first).toEqual(second)
    expect(runScenario(drawScenario(8)).digest).not.toBe(first!.digest)
  })

  test('survives a kill at every persist of two heights, however the disk ends', () => {
    // Proposal or not, prevote, precommit, the block: at least three of each height.
    expect(sweepCrashes(1, 2)).toBeGreaterThan(4)
    expect(sweepCrashes(2, 2, 5)).toBeGreaterThan(4)
  })
})
