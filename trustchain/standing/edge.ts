// The edges that standing flows over: what one author finally thinks of one subject, all overlays
// and stars together, as one weight. Whoever is rated below zero in any overlay has no edge from
// that author, and nothing that others say can make one.
import type { NodeId } from '../../src/core/id.ts'
import { ONE } from '../../src/core/trust.ts'

/** One author's positive opinion of one subject. */
export interface StandingEdge {
  readonly from: NodeId
  readonly to: NodeId
  /** Millionths, 1..ONE. */
  readonly weight: number
}

/** A latest final rating, as the ledger's view has it. */
export interface EdgeRating {
  readonly author: NodeId
  readonly subject: NodeId
  readonly kind: 'trust' | 'reliability' | 'performance' | 'honesty'
  /** Millionths of trust, or (stars − 3) / 2; −ONE..ONE. */
  readonly value: number
}

/** What is known of one author's opinion of one subject while ratings are read. */
interface Opinion {
  trust: number
  vetoed: boolean
  stars: number
  starRatings: number
}

const unheard = (): Opinion => ({ trust: 0, vetoed: false, stars: 0, starRatings: 0 })

/**
 * The weight of the ratings of one author for one subject: trust summed over overlays, plus the mean
 * of the star values (floor), clamped to ONE; 0 is no edge. Negative trust in any overlay is no
 * edge; negative stars only lower the sum, since stars never veto (2-trust).
 */
export function edgeWeight(ratings: Iterable<Pick<EdgeRating, 'kind' | 'value'>>): number {
  const opinion = unheard()
  for (const rating of ratings) take(opinion, rating)
  return weightOf(opinion)
}

/**
 * The edges of latest final ratings, one slot each (never an older rating of the same slot beside a
 * newer), in order of the pair's first sight. Self-ratings make none.
 */
export function edgesOf(ratings: Iterable<EdgeRating>): StandingEdge[] {
  const byAuthor = new Map<NodeId, Map<NodeId, Opinion>>()
  for (const rating of ratings) {
    if (rating.author === rating.subject) continue
    const given = byAuthor.get(rating.author) ?? new Map<NodeId, Opinion>()
    const opinion = given.get(rating.subject) ?? unheard()
    take(opinion, rating)
    byAuthor.set(rating.author, given.set(rating.subject, opinion))
  }
  const edges: StandingEdge[] = []
  for (const [from, given] of byAuthor)
    for (const [to, opinion] of given) {
      const weight = weightOf(opinion)
      if (weight > 0) edges.push({ from, to, weight })
    }
  return edges
}

function take(opinion: Opinion, { kind, value }: Pick<EdgeRating, 'kind' | 'value'>): void {
  if (kind === 'trust') {
    opinion.trust += value
    if (value < 0) opinion.vetoed = true
    return
  }
  opinion.stars += value
  opinion.starRatings++
}

function weightOf({ trust, vetoed, stars, starRatings }: Opinion): number {
  if (vetoed) return 0
  const sum = trust + (starRatings === 0 ? 0 : Math.floor(stars / starRatings))
  return Math.max(0, Math.min(ONE, sum))
}
