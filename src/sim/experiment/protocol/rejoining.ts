// Nodes that join again before the lookups, round after round, while enemies meet joins as their
// behaviour says: with accomplices alone, or with silence. The rounds are those of the structural engine:
// the same nodes in the same order. Here they overlap, and neighbours repair meanwhile.
import type { Millis } from '../../../core/id.ts'
import type { Random } from '../../../core/random.ts'
import { beforeLookups, whileJoining } from '../behaviour.ts'
import { rejoinRounds } from '../rejoin-rounds.ts'
import type { Stage } from '../world-of.ts'
import { NegativeRatings } from './converged.ts'
import type { ProtocolNetwork } from './network.ts'

/** Joins of one round are spread over this, five rounds of a live node's maintenance: few are outside at a time. */
const roundMs: Millis = 50_000

/** A process is back after this: its neighbours have seen its links close, and found nobody. */
const downFor: Millis = 5_000

/** Before the next round whoever came last is in again, and after the last tables are what joins lead to. */
const betweenRounds: Millis = 10_000
const afterRounds: Millis = 60_000

/** Bootstrap nodes that a join is tried over while they are silent, as in the structural routers. */
const waysMax = 8

/** Does anybody join again? */
export const isJoinedAgain = ({ rejoins }: Stage): boolean =>
  rejoins.some(({ rounds, share }) => rounds > 0 && share > 0)

/** @returns the rounds that were run */
export function joinAgain(network: ProtocolNetwork, stage: Stage): number {
  if (!isJoinedAgain(stage)) return 0
  const { world } = network
  const waysOf = waysBack(stage)
  let rounds = 0
  for (const { nodes, random } of rejoinRounds(stage)) {
    const begun = world.now
    nodes.forEach((node, i) => {
      const ways = waysOf(node, random)
      world.at(begun + (i * roundMs) / nodes.length, () => network.joinAgain(node, ways, downFor))
    })
    world.runFor(roundMs + betweenRounds)
    rounds++
  }
  world.runFor(afterRounds)
  return rounds
}

/** Bootstrap nodes of one join, up to the first that is not silent. */
function waysBack({ world, behaviour }: Stage): (node: number, random: Random) => number[] {
  const joining = whileJoining(behaviour, world.kinds)
  const negative = new NegativeRatings(world.ratings, world.size)
  return (node, random) => {
    const position = world.ring.words.subarray(4 * node, 4 * node + 4)
    const ways: number[] = []
    for (let attempt = 0; attempt < waysMax; attempt++) {
      const way = random.below(world.size)
      if (way === node || negative.bars(node, way)) continue
      ways.push(way)
      if (joining.deed(way, beforeLookups, position) !== 'drop') break
    }
    return ways
  }
}
