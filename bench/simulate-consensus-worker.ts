// A worker thread of the consensus simulation: runs seeds as it is handed them, and says what came
// of each. What throws is a violation; the run ends there, with the claim that did not hold.
import { parentPort, workerData } from 'node:worker_threads'
import { sweepCrashes } from '../src/sim/consensus/crash-sweep.ts'
import { drawScenario, runScenario } from '../src/sim/consensus/run.ts'
import { drawTwins, runTwins } from '../src/sim/consensus/twins.ts'

export type Mode = 'faults' | 'twins' | 'fork' | 'kills'

export interface Outcome {
  readonly seed: number
  readonly heights: number
  readonly virtualMs: number
  readonly digest: string
  readonly forked: boolean
  readonly culprits: number
  readonly twins: number
  readonly faults: Readonly<Record<string, number>>
  /** The claim that did not hold, or what was thrown. */
  readonly violation?: string
}

/** Runs one seed. */
export function runSeed(seed: number, mode: Mode): Outcome {
  try {
    if (mode === 'faults') {
      const { heights, virtualMs, digest, faults } = runScenario(drawScenario(seed))
      return { seed, heights, virtualMs, digest, faults, forked: false, culprits: 0, twins: 0 }
    }
    if (mode === 'kills') return killed(seed)
    const result = runTwins(drawTwins(seed, mode === 'fork' ? 1 : 0))
    return { ...result, culprits: result.culprits.length }
  } catch (error) {
    const none = { heights: 0, virtualMs: 0, digest: '', forked: false, culprits: 0, twins: 0 }
    return { seed, ...none, faults: {}, violation: (error as Error).stack ?? String(error) }
  }
}

/** A process killed at every persist of three heights, in four ways each: `heights` counts the places. */
function killed(seed: number): Outcome {
  const places = sweepCrashes(seed, 3, seed % 2 === 0 ? 5 : 0)
  const none = { virtualMs: 0, digest: '', forked: false, culprits: 0, twins: 0 }
  return { seed, heights: places, ...none, faults: { 'crash-at-persist': 4 * places } }
}

parentPort?.on('message', (seeds: readonly number[]) => {
  const { mode } = workerData as { mode: Mode }
  parentPort!.postMessage(seeds.map((seed) => runSeed(seed, mode)))
})
