// How a run fails: the claim that did not hold, with the seed and the virtual time that find it
// again.
import type { Millis } from '../core/id.ts'

export class SimulationError extends Error {
  readonly seed: number
  /** Virtual time. */
  readonly time: Millis

  constructor(claim: string, seed: number, time: Millis, cause?: unknown) {
    super(`${claim} (seed ${seed}, virtual time ${time.toFixed(3)} ms)`, { cause })
    this.name = 'SimulationError'
    this.seed = seed
    this.time = time
  }
}
