// How long a step of a round is waited for. Timeouts grow with the round, so that rounds become long
// enough for whatever delay the network has, and a height ends once messages arrive at all.
import type { Millis } from '../src/core/id.ts'
import type { Step } from './driver-io.ts'
import type { EngineOptions } from './engine-io.ts'
import type { Round } from './vote.ts'

export interface Timeouts {
  readonly propose: Millis
  readonly vote: Millis
  readonly step: Millis
}

/** No timeout grows beyond: a committee that comes back after days must not wait for hours. */
export const timeoutMsMax = 60_000

export const timeoutsOf = (options: EngineOptions): Timeouts => ({
  propose: options.timeoutPropose ?? 1_000,
  vote: options.timeoutVote ?? 500,
  step: options.timeoutStep ?? 500,
})

/** Milliseconds for which a step of this round is waited for: strictly more each round, up to timeoutMsMax. */
export const timeoutOf = (timeouts: Timeouts, step: Step, round: Round): Millis =>
  Math.min(
    timeoutMsMax,
    (step === 'propose' ? timeouts.propose : timeouts.vote) + round * timeouts.step,
  )
