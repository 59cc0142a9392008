// Who decides which height, from the state alone. A change that follows from the block at height H
// takes effect at H + 2: the header of H + 1, made on the state after H, commits to it. Past
// committees stay on record as long as evidence against their members is heard.
import { assert } from '../../src/core/assert.ts'
import { Committee } from '../../src/core/committee.ts'
import type { NodeId } from '../../src/core/id.ts'
import { evidenceBlocksMax } from '../../src/core/limits.ts'
import { changesMax, committeeSizeMin } from '../standing/election.ts'
import { type CommitteeLeaf, committeeKey, type Handover } from './leaves.ts'
import type { State } from './state.ts'

/** The committee that decides a height, as things stand; undefined when it is no longer on record. */
export function committeeIfKnown(state: State, height: number): Committee | undefined {
  let found: CommitteeLeaf | undefined
  for (const leaf of state.committees.values())
    if (leaf.from <= height && (found === undefined || leaf.from > found.from)) found = leaf
  return found?.committee
}

/** The committee of a height that is being decided. */
export function committeeAt(state: State, height: number): Committee {
  const committee = committeeIfKnown(state, height)
  assert(committee !== undefined, 'every height to come has a committee')
  return committee
}

/** From `from` on these decide. Committees that nobody can be accused before any more are forgotten. */
export function install(state: State, from: number, members: readonly NodeId[]): void {
  // Ids are the hashes of keys and all powers are equal: the same ids are the same committee.
  const present = committeeAt(state, from)
  if (members.length === present.size && members.every((id) => present.has(id))) return
  const committee = new Committee(
    members.map((id) => {
      const node = state.nodes.get(id)
      assert(node !== undefined, 'who is seated is on record')
      return { publicKey: node.publicKey }
    }),
  )
  state.committees.set(committeeKey(from), { from, committee })
  // Evidence is heard after this block of heights from `oldest` on (admission.ts).
  const oldest = from - 1 - evidenceBlocksMax
  const starts = [...state.committees.values()].map((leaf) => leaf.from).sort((a, b) => a - b)
  starts.forEach((start, i) => {
    if ((starts[i + 1] ?? from) <= oldest && start !== from)
      state.committees.delete(committeeKey(start))
  })
}

const isConvicted = (state: State, node: NodeId): boolean =>
  (state.nodes.get(node)?.convicted ?? 0) > 0

/**
 * After the transactions of the block at `height`: a handover that is complete takes effect, and the
 * convicted lose their seats, but no committee shrinks below its minimum by that.
 */
export function settleCommittee(state: State, height: number): void {
  const { epoch } = state
  const seated = committeeAt(state, height + 2).members.map(({ nodeId }) => nodeId)
  const present = unconvicted(state, seated)
  const { handover } = epoch
  if (handover === null) return install(state, height + 2, present)
  const next = stillPossible(state, handover, present)
  const isComplete = next !== null && next.ready.length === next.newcomers.length
  const left = isComplete ? null : next
  if (left !== handover) state.epochs.set('', { ...epoch, handover: left })
  // A convicted member that only stayed for want of a fourth goes with the one who comes.
  install(state, height + 2, isComplete ? unconvicted(state, next.elected) : present)
}

function unconvicted(state: State, members: readonly NodeId[]): NodeId[] {
  const kept = [...members]
  for (const member of members)
    if (isConvicted(state, member) && kept.length > committeeSizeMin)
      kept.splice(kept.indexOf(member), 1)
  return kept
}

/**
 * What is left of a handover; null when it lapses: a newcomer of it is convicted, or convictions have
 * left the present committee so small that it would change by more than one epoch may bring.
 */
function stillPossible(
  state: State,
  handover: Handover,
  present: readonly NodeId[],
): Handover | null {
  if (handover.newcomers.some((node) => isConvicted(state, node))) return null
  const next = withoutConvicted(state, handover)
  const leaving = present.filter(
    (node) => !next.elected.includes(node) && !isConvicted(state, node),
  )
  const isFounding = present.length < committeeSizeMin
  return isFounding || next.newcomers.length + leaving.length <= changesMax(present.length)
    ? next
    : null
}

/** A convicted member is left out. */
function withoutConvicted(state: State, handover: Handover): Handover {
  const elected = handover.elected.filter((node) => !isConvicted(state, node))
  return elected.length === handover.elected.length || elected.length < committeeSizeMin
    ? handover
    : { ...handover, elected }
}
