// Who proposes at a height and round: the weighted rotation of proposer.ts, begun anew at every
// committee and turned once a height and once a round. It is a function of committee, height and round
// alone: a node that starts from a snapshot proven by a commit knows its proposers like all others.
import type { Committee } from '../src/core/committee.ts'
import type { NodeId } from '../src/core/id.ts'
import { ProposerRotation } from './proposer.ts'
import type { Height, Round } from './vote.ts'

/** Turns after which an unwieldy rotation begins anew; one of small powers closes by itself before. */
export const turnsMax = 4_096

const known = new WeakMap<Committee, readonly NodeId[]>()

export function proposerAt(committee: Committee, height: Height, round: Round): NodeId {
  const turns = known.get(committee) ?? turnsOf(committee)
  known.set(committee, turns)
  return turns[(height - 1 + round) % turns.length]!
}

/** One cycle: after total / gcd turns everybody has had its share and all priorities are 0 again. */
function turnsOf(committee: Committee): readonly NodeId[] {
  const unit = committee.members.reduce((common, { power }) => gcd(common, power), 0)
  const turns: NodeId[] = []
  let rotation = ProposerRotation.ofCommittee(committee)
  while (turns.length < Math.min(committee.total / unit, turnsMax)) {
    turns.push(rotation.proposer as NodeId)
    rotation = rotation.advanced(1)
  }
  return turns
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
