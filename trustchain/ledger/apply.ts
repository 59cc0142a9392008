// What an admitted transaction changes. Only `judge` stands before this: whatever it lets through
// applies.
import { slashed } from '../../src/core/bytes.ts'
import type { Millis, NodeId } from '../../src/core/id.ts'
import type { VerifiedRating } from '../entry.ts'
import { newHead } from './admission.ts'
import type { FineTransaction } from './check.ts'
import { type NodeLeaf, reportKey } from './leaves.ts'
import { placeOf, slotKey } from './leaves-of-ratings.ts'
import type { Parameters } from './parameters.ts'
import { takeStars } from './reputation.ts'
import type { State } from './state.ts'
import { handOver, holderOf, newNode, presentKeys } from './succession.ts'
import type { Signed } from './transactions.ts'
import type { Succession } from './view.ts'

/** Where the transaction stands. */
export interface Place {
  readonly height: number
  readonly time: Millis
}

/** What a block did, as it is told to others. */
export interface BlockLog {
  readonly entries: VerifiedRating[]
  readonly frozen: NodeId[]
  readonly successions: Succession[]
}

export function apply(
  state: State,
  rules: Parameters,
  { transaction, hash }: FineTransaction,
  { height, time }: Place,
  log: BlockLog,
): void {
  switch (transaction.is) {
    case 'entry':
      applyEntry(state, rules, transaction.entry)
      log.entries.push(transaction.entry)
      return
    case 'fork-proof': {
      const { authorId, seq } = transaction.proof
      state.heads.set(authorId, { ...(state.heads.get(authorId) ?? newHead), frozenAt: seq })
      log.frozen.push(authorId)
      return
    }
    case 'evidence': {
      // A new key does not wash off what the one before did: whoever has the name now is convicted too.
      for (let id: NodeId | null = transaction.culprit; id !== null; ) {
        const node: NodeLeaf = state.nodes.get(id)!
        state.nodes.set(id, { ...node, convicted: height })
        id = node.successor
      }
      return
    }
    case 'signed':
      state.numbers.set(transaction.authorId, { number: transaction.number, hash })
      applyStatement(state, rules, transaction, { height, time }, log)
      return
    case 'roots':
      state.rootSets.set('', {
        version: transaction.version,
        keys: presentKeys(state, transaction.roots),
      })
  }
}

function applyEntry(state: State, rules: Parameters, entry: VerifiedRating): void {
  const { authorId: author, overlay, opinion, hash, value } = entry
  // Who rates a key that was succeeded means whoever has the name now.
  const subject = holderOf(state, entry.subjectId)
  const head = state.heads.get(author) ?? newHead
  const epoch = state.epoch.number
  const used = head.epoch === epoch ? head.used + 1 : 1
  state.heads.set(author, { seq: entry.seq, hash, frozenAt: 0, used, epoch, overlay })
  if (head.overlay !== overlay && head.seq > 0)
    state.overlays.set(slashed(author, head.overlay), { seq: head.seq, hash: head.hash })
  // What somebody thinks of itself counts nowhere (2-trust).
  if (author === subject) return
  const kind = opinion.is === 'trust' ? 'trust' : opinion.category
  const seq = (state.nodes.get(author)?.inherited?.entries ?? 0) + entry.seq
  const slot = { overlay, author, subject, kind, value, seq } as const
  // Trust of 0 revokes: an edge that is not there needs no leaf.
  if (kind === 'trust' && value === 0) state.slots.delete(slotKey(slot))
  else state.slots.set(slotKey(slot), slot)
  if (opinion.is === 'stars')
    takeStars(
      state,
      rules,
      { subject, rater: author },
      placeOf(opinion.category),
      opinion.halves,
      seq,
    )
}

function applyStatement(
  state: State,
  rules: Parameters,
  transaction: Signed,
  { height, time }: Place,
  log: BlockLog,
): void {
  const { authorId, author, statement } = transaction
  switch (statement.is) {
    case 'registration': {
      const { owner, addresses, willing } = statement
      const before = state.nodes.get(authorId) ?? newNode(author, time)
      state.nodes.set(authorId, { ...before, owner, addresses, willing })
      return
    }
    case 'report': {
      const { page, heard } = statement
      const report = { member: authorId, page, at: time, heard }
      state.reports.set(reportKey(authorId, page), report)
      return
    }
    case 'ready': {
      const { epoch } = state
      const handover = epoch.handover!
      const ready = [...handover.ready, authorId].sort()
      state.epochs.set('', { ...epoch, handover: { ...handover, ready } })
      return
    }
    case 'succession':
      log.successions.push(handOver(state, rules, authorId, statement.successor, height))
  }
}
