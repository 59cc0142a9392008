// Who joins again, round by round: the same in both engines.
import { type Random, seededRandom } from '../../core/random.ts'
import type { Stage } from './world-of.ts'

export interface RejoinRound {
  /** Honest nodes that lose their tables and join again, one after another in this order. */
  readonly nodes: readonly number[]
  /** For the draws of this round alone. */
  readonly random: Random
}

/** The rounds of all attacks of a stage. The same stage gives the same ones. */
export function* rejoinRounds({
  rejoins,
  honest,
  seeds,
}: Pick<Stage, 'rejoins' | 'honest' | 'seeds'>): Generator<RejoinRound> {
  const random = seededRandom(seeds.joins)
  let done = 0
  for (const { rounds, share } of rejoins)
    for (let round = 0; round < rounds; round++, done++) {
      const everybody = random.shuffle([...honest.nodes])
      const nodes = everybody.slice(0, Math.round(share * everybody.length))
      yield { nodes, random: random.fork(done) }
    }
}
