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

/**
 * The weight of all ratings of one author for one subject: trust summed over overlays, plus the mean
 * of the star values (floor), clamped to ONE; 0 is no edge. Negative trust in any overlay is no
 * edge; negative stars only lower the sum, since stars never veto (2-trust).
 *
 * @param trust sum of the values of trust, millionths
 * @param vetoes how many of them are negative
 * @param stars sum of the values of stars, millionths
 * @param starRatings how many these are
 */
export function edgeWeight(
  trust: number,
  vetoes: number,
  stars: number,
  starRatings: number,
): number {
  if (vetoes > 0) return 0
  const sum = trust + (starRatings === 0 ? 0 : Math.floor(stars / starRatings))
  return Math.max(0, Math.min(ONE, sum))
}
