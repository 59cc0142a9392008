// A copy of one overlay of one author, proven to have no hole. Every entry names the author's
// previous entry of the same overlay, so a reader that does not want the other overlays can still
// see that nothing was left out between what it was given. Nobody can prove that nothing came after:
// for that, compare with the head that several peers quote.

import { sameLink } from './chain.ts'
import type { EntryLink, VerifiedRating } from './entry.ts'

export type OverlayRangeProof =
  | { readonly proves: true; readonly head: EntryLink | null }
  /** `at`: the position of the first entry that does not follow from the one before it. */
  | {
      readonly proves: false
      readonly at: number
      readonly why: 'other-author' | 'other-overlay' | 'left-out'
    }

/**
 * Do these entries, in this order, follow `after` without one left out?
 *
 * @param after the last entry of this author and overlay that the reader has; null from the beginning
 * @param entries of one author and one overlay, oldest first
 */
export function provesOverlayRange(
  after: EntryLink | null,
  entries: readonly VerifiedRating[],
): OverlayRangeProof {
  let head = after
  const first = entries[0]
  for (const [at, entry] of entries.entries()) {
    if (entry.authorId !== first!.authorId) return { proves: false, at, why: 'other-author' }
    if (entry.overlay !== first!.overlay) return { proves: false, at, why: 'other-overlay' }
    if (!sameLink(entry.prevSameOverlay, head)) return { proves: false, at, why: 'left-out' }
    head = { seq: entry.seq, hash: entry.hash }
  }
  return { proves: true, head }
}
