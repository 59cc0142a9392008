// A key hands its node's name over to another key: whatever the ledger holds of the name moves, and
// nothing that the old key signs later counts. The record of the old key stays as a signpost, so that
// who rates the old key rates whoever has the name now. (docs/decisions/0026-succession.md)
import type { Refusal } from '../../src/core/application.ts'
import { slashed } from '../../src/core/bytes.ts'
import type { Millis, NodeId, PublicKey } from '../../src/core/id.ts'
import { categories } from '../entry.ts'
import { identityOf } from '../identity.ts'
import { committeeAt, install } from './committees.ts'
import type { NodeLeaf } from './leaves.ts'
import { slotKey } from './leaves-of-ratings.ts'
import { handoversMax, successionsPerBlockMax } from './ledger-limits.ts'
import type { Parameters } from './parameters.ts'
import { refuse } from './refusals.ts'
import { takeStars } from './reputation.ts'
import type { StarRow, State } from './state.ts'
import type { Table } from './table.ts'
import type { FinalRating, Succession } from './view.ts'

/** The record of a node that registers at a time. */
export const newNode = (publicKey: PublicKey, joinDate: Millis): NodeLeaf => ({
  ...{ publicKey, owner: '', addresses: [], willing: true, joinDate, convicted: 0 },
  ...{ inactive: false, uptime: null, lastHeartbeat: null, heard: -1 },
  ...{ inherited: null, successor: null },
})

/** Who has the name of a node now: itself, unless its key was succeeded. At most handoversMax steps. */
export function holderOf(state: State, id: NodeId): NodeId {
  let holder = id
  for (;;) {
    const next = state.nodes.get(holder)?.successor ?? null
    if (next === null) return holder
    holder = next
  }
}

/** Keys with those that were succeeded replaced by those that have their names; each once, ascending by node id. */
export function presentKeys(state: State, keys: readonly PublicKey[]): readonly PublicKey[] {
  const present = new Map<NodeId, PublicKey>()
  for (const key of keys) {
    const { id } = identityOf(key)
    const holder = holderOf(state, id)
    present.set(holder, holder === id ? key : state.nodes.get(holder)!.publicKey)
  }
  return [...present].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, key]) => key)
}

/**
 * Why a key may not hand its name over, beside what bars all of its transactions; undefined when it may.
 *
 * @param before successions in the block so far
 */
export function mayHandOver(
  state: State,
  author: NodeId,
  successor: NodeId,
  before: number,
): Refusal | undefined {
  const node = state.nodes.get(author)
  if (node === undefined) return refuse('succession/not-on-record', { author })
  const frozenAt = state.heads.get(author)?.frozenAt ?? 0
  if (frozenAt > 0) return refuse('author/frozen', { author, seq: frozenAt })
  if (node.convicted > 0) return refuse('succession/convicted', { author })
  if (isAwaited(state, author)) return refuse('succession/election', { author })
  if (wasUsed(state, successor)) return refuse('succession/key-in-use', { author, successor })
  const { inherited } = node
  // Every hand-over moves all ratings of a name: so it costs no more than an epoch's end does.
  if (inherited?.epoch === state.epoch.number) return refuse('succession/too-soon', { author })
  if ((inherited?.handovers ?? 0) >= handoversMax)
    return refuse('succession/too-often', { author, handoversMax })
  if (before >= successionsPerBlockMax) return refuse('succession/one-a-block', { author })
  return undefined
}

/**
 * Is it part of an election that has not taken effect? A seat changes hands by itself at a height, or
 * successive committees would share less than they should.
 */
function isAwaited(state: State, node: NodeId): boolean {
  const { handover } = state.epoch
  if (handover === null) return false
  return handover.elected.includes(node) || committeeAt(state, state.chain.height + 3).has(node)
}

/** By its own doing. What others say of a key that nobody uses yet is no use of it: else they could bar it. */
const wasUsed = (state: State, id: NodeId): boolean =>
  state.nodes.get(id) !== undefined ||
  state.heads.get(id) !== undefined ||
  state.numbers.get(id) !== undefined ||
  state.roots.keys.some((key) => identityOf(key).id === id)

/**
 * Moves a name. Only `mayHandOver` stands before this. O(ratings by the name and of it), see slots-by-node.ts.
 *
 * @param height of the block that carries it: a seat goes to the new key two heights after
 */
export function handOver(
  state: State,
  rules: Parameters,
  from: NodeId,
  successor: PublicKey,
  height: number,
): Succession {
  const { id: to, key: publicKey } = identityOf(successor)
  const node = state.nodes.get(from)!
  const { inherited } = node
  const entries = (inherited?.entries ?? 0) + (state.heads.get(from)?.seq ?? 0)
  const handovers = (inherited?.handovers ?? 0) + 1
  state.nodes.set(to, {
    ...{ ...node, publicKey },
    inherited: { from, entries, epoch: state.epoch.number, handovers },
  })
  state.nodes.set(from, {
    ...newNode(node.publicKey, node.joinDate),
    ...{ willing: false, inactive: true, successor: to },
  })
  move(state.services, from, to)
  // What others' ratings of the new key gave it so far is of no account: the next epoch counts anew.
  move(state.standings, from, to)
  const ofOld = state.slotsByNode.of(from, state.slots)
  const ofNew = state.slotsByNode.of(to, state.slots)
  moveSlots(state, ofOld, from, to)
  moveStars(state, rules, ofOld, ofNew, from, to)
  moveSeat(state, from, to, height + 2)
  const keys = presentKeys(state, state.roots.keys)
  if (keys.some((key, i) => key !== state.roots.keys[i]))
    state.rootSets.set('', { ...state.roots, keys })
  return { from, to }
}

function moveSeat(state: State, from: NodeId, to: NodeId, height: number): void {
  const present = committeeAt(state, height).members.map(({ nodeId }) => nodeId)
  if (present.includes(from))
    install(
      state,
      height,
      present.map((member) => (member === from ? to : member)),
    )
}

/** The value of one key to another one, in place of what is there. */
function move<T>(table: Table<T>, from: string, to: string): void {
  const value = table.get(from)
  if (value !== undefined) {
    table.delete(from)
    table.set(to, value)
  } else if (table.get(to) !== undefined) table.delete(to)
}

/** Where an author rated both keys, its later rating counts. @param moving all slots of the old key */
function moveSlots(state: State, moving: readonly FinalRating[], from: NodeId, to: NodeId): void {
  for (const slot of moving) {
    state.slots.delete(slotKey(slot))
    const author = slot.author === from ? to : slot.author
    const subject = slot.subject === from ? to : slot.subject
    // What the old key thought of the new one is what somebody thinks of itself.
    if (author === subject) continue
    const moved = { ...slot, author, subject }
    const there = state.slots.get(slotKey(moved))
    if (there === undefined || there.seq < moved.seq) state.slots.set(slotKey(moved), moved)
  }
}

/** Rows of the stars that these slots gave, each once. */
function starsOf(state: State, slots: readonly FinalRating[]): StarRow[] {
  const stars = slots.filter(({ kind }) => kind !== 'trust')
  const keys = new Set(stars.map(({ subject, author }) => slashed(subject, author)))
  return [...keys].map((key) => state.stars.get(key)!)
}

/** The same for stars, and the sums that they make. */
function moveStars(
  state: State,
  rules: Parameters,
  ofOld: readonly FinalRating[],
  ofNew: readonly FinalRating[],
  from: NodeId,
  to: NodeId,
): void {
  const keyOf = ({ subject, rater }: Pick<StarRow, 'subject' | 'rater'>) => slashed(subject, rater)
  const moving = starsOf(state, ofOld)
  const there = starsOf(state, ofNew).filter(
    ({ subject, rater }) => subject === to && rater !== from,
  )
  for (const row of [...moving, ...there]) state.stars.delete(keyOf(row))
  for (const row of moving) {
    const rater = row.rater === from ? to : row.rater
    const subject = row.subject === from ? to : row.subject
    const moved = { ...row, rater, subject }
    if (rater !== subject) state.stars.set(keyOf(moved), moved)
  }
  // Standing moved along, so the sums of the old key fit the rows that moved, and so do those of the others.
  move(state.reputations, from, to)
  for (const row of there.sort((a, b) => (a.rater < b.rater ? -1 : 1))) {
    const moved = state.stars.get(keyOf(row))
    for (const [place] of categories.entries()) {
      const [halves, seq] = [row.halves[place]!, row.seqs[place]!]
      if (halves > 0 && seq > (moved?.seqs[place] ?? 0))
        takeStars(state, rules, row, place, halves, seq)
    }
  }
}
