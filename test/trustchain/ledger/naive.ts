// A second ledger for comparison: keeps every final entry and computes everything anew from all of
// them, in plain maps and in BigInt. Slow and obvious.
import type { NodeId } from '../../../src/core/id.ts'
import type { VerifiedRating } from '../../../trustchain/entry.ts'
import type { Reputation } from '../../../trustchain/ledger/view.ts'

export class NaiveLedger {
  readonly entries: VerifiedRating[] = []
  readonly frozen = new Set<NodeId>()

  /** Could this entry become final next? */
  admits(entry: VerifiedRating): boolean {
    if (this.frozen.has(entry.authorId)) return false
    const own = this.entries.filter(({ authorId }) => authorId === entry.authorId)
    const before = own.findLast(({ overlay }) => overlay === entry.overlay)
    return (
      entry.seq === own.length + 1 &&
      entry.prevHash === (own.at(-1)?.hash ?? '0'.repeat(64)) &&
      (entry.prevSameOverlay?.hash ?? null) === (before?.hash ?? null)
    )
  }

  seq(author: NodeId): number {
    return this.entries.filter(({ authorId }) => authorId === author).length
  }

  /** "author/subject/overlay/kind value", sorted; of latest final ratings. */
  ratings(): string[] {
    const latest = new Map<string, number>()
    for (const { authorId, subjectId, overlay, opinion, value } of this.entries) {
      const kind = opinion.is === 'trust' ? 'trust' : opinion.category
      if (authorId === subjectId) continue
      const key = `${authorId}/${subjectId}/${overlay}/${kind}`
      if (kind === 'trust' && value === 0) latest.delete(key)
      else latest.set(key, value)
    }
    return [...latest].map(([key, value]) => `${key} ${value}`).sort()
  }

  reputation(subject: NodeId, standingOf: (node: NodeId) => number): Reputation {
    const latest = new Map<string, { halves: bigint; rater: NodeId }>()
    for (const { authorId: rater, subjectId, opinion } of this.entries)
      if (subjectId === subject && rater !== subject && opinion.is === 'stars')
        latest.set(`${rater}/${opinion.category}`, { rater, halves: BigInt(opinion.halves) })
    const all = [...latest.values()]
    const halves = all.reduce((sum, one) => sum + one.halves, 0n)
    const weightOf = ({ rater }: { rater: NodeId }): bigint => BigInt(standingOf(rater))
    const weight = all.reduce((sum, one) => sum + weightOf(one), 0n)
    const weighted = all.reduce((sum, one) => sum + weightOf(one) * one.halves, 0n)
    return {
      ratings: all.length,
      stars: all.length === 0 ? null : Number((50n * halves) / BigInt(all.length)),
      weightedStars: weight === 0n ? null : Number((50n * weighted) / weight),
      reputation: weight === 0n ? null : Number(((weighted - 2n * weight) * 1_250n) / weight),
    }
  }
}
