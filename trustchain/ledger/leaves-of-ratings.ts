// The leaves that entries make: heads of Trustchains, latest ratings, reputations and standing. Keys
// and places among the others: leaves.ts.
import { slashed } from '../../src/core/bytes.ts'
import type { NodeId } from '../../src/core/id.ts'
import { type Category, categories, type EntryHash } from '../entry.ts'
import { type LeafKind, orNull, orZero } from './leaves.ts'
import type { FinalRating, Reputation } from './view.ts'

export interface HeadLeaf {
  readonly seq: number
  readonly hash: EntryHash
  /** The seq that was signed twice; 0: not frozen. */
  readonly frozenAt: number
  /** Entries that became final in epoch `epoch`. */
  readonly used: number
  readonly epoch: number
  /** Of the last final entry: the author's head in this overlay is the head itself, and needs no leaf. '' before any. */
  readonly overlay: string
}

export const headLeaf: LeafKind<HeadLeaf> = {
  prefix: 'head/',
  write: ({ seq, hash, frozenAt, used, epoch, overlay }, to) =>
    to.u64(seq).hex(hash).u64(frozenAt).u32(used).u64(epoch).text(overlay),
  read: (from) => ({
    ...{ seq: from.u64(), hash: from.hex(32) as EntryHash, frozenAt: from.u64() },
    ...{ used: from.u32(), epoch: from.u64(), overlay: from.text() },
  }),
}

export interface OverlayHeadLeaf {
  readonly seq: number
  readonly hash: EntryHash
}

export const overlayHeadLeaf: LeafKind<OverlayHeadLeaf> = {
  prefix: 'overlay/',
  write: ({ seq, hash }, to) => to.u64(seq).hex(hash),
  read: (from) => ({ seq: from.u64(), hash: from.hex(32) as EntryHash }),
}

export const slotKey = (slot: Omit<FinalRating, 'value' | 'seq'>): string =>
  slashed(slot.author, slot.subject, slot.overlay, slot.kind)

export const slotLeaf: LeafKind<FinalRating> = {
  prefix: 'slot/',
  write: ({ value, seq }, to) => to.i32(value).u64(seq),
  read: (from, rest) => {
    const [author, subject, overlay, kind] = rest.split('/') as [NodeId, NodeId, string, Category]
    return { overlay, author, subject, kind, value: from.i32(), seq: from.u64() }
  },
}

export interface ReputationLeaf extends Reputation {
  readonly warned: boolean
  readonly banned: boolean
  /** Half stars of all ratings that count. */
  readonly halves: number
  /** Standing of the raters, once for each of their ratings. */
  readonly weight: number
  /** Half stars, each times its rater's standing. */
  readonly weightedHalves: number
  /** Standing of the raters, each once. */
  readonly raters: number
}

/** A light client reads the first 11 bytes: flags (1 warned, 2 banned), then what `Reputation` holds, null as 0 and n as n + 1. */
export const reputationLeaf: LeafKind<ReputationLeaf> = {
  prefix: 'reputation/',
  write: (leaf, to) => {
    to.u8((leaf.warned ? 1 : 0) + (leaf.banned ? 2 : 0)).u16(orZero(leaf.reputation))
    to.u16(orZero(leaf.weightedStars)).u16(orZero(leaf.stars)).u32(leaf.ratings)
    to.u64(leaf.halves).u64(leaf.weight).u64(leaf.weightedHalves).u64(leaf.raters)
  },
  read: (from) => {
    const flags = from.u8()
    return {
      ...{ warned: (flags & 1) !== 0, banned: (flags & 2) !== 0 },
      ...{ reputation: orNull(from.u16()), weightedStars: orNull(from.u16()) },
      ...{ stars: orNull(from.u16()), ratings: from.u32(), halves: from.u64() },
      ...{ weight: from.u64(), weightedHalves: from.u64(), raters: from.u64() },
    }
  },
}

export const standingLeaf: LeafKind<number> = {
  prefix: 'standing/',
  write: (standing, to) => to.u32(standing),
  read: (from) => from.u32(),
}

/** Place of a category in a row of stars. */
export const placeOf = (category: Category): number => categories.indexOf(category)
