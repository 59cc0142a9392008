// Edges made into ratings: each person of an edge rates the other, each with a value of its own.

import type { RatingColumns } from '../../../../trustchain/graph/rating-graph.ts'
import type { Random } from '../../../core/random.ts'
import { ONE } from '../../../core/trust.ts'
import type { RatingsSpec } from '../scenario.ts'
import type { Edges } from './edges.ts'

/** The weakest negative rating, millionths: a negative one is uniform from here to -ONE. */
const mildest = ONE / 10

/** A negative rating, uniform in [-1, -0.1]. */
export const negativeRating = (random: Random): number =>
  -(mildest + random.below(ONE - mildest + 1))

/** Uniform in [low, high], both between -1 and 1; millionths. */
export function ratingBetween(low: number, high: number, random: Random): number {
  const least = Math.round(low * ONE)
  return least + random.below(Math.max(0, Math.round(high * ONE) - least) + 1)
}

/** A rating that a person gives a person, millionths. */
export function drawRating(ratings: RatingsSpec, random: Random): number {
  if (ratings.negative > 0 && random.fraction() < ratings.negative) return negativeRating(random)
  return ratings.kind === 'constant'
    ? Math.round(ratings.value * ONE)
    : ratingBetween(ratings.low, ratings.high, random)
}

/** Two ratings an edge, there and back, drawn in this order. */
export function ratedEdges(edges: Edges, ratings: RatingsSpec, random: Random): RatingColumns {
  const count = 2 * edges.count
  const authors = new Int32Array(count)
  const subjects = new Int32Array(count)
  const values = new Int32Array(count)
  for (let edge = 0, row = 0; edge < edges.count; edge++) {
    const a = edges.a[edge]!
    const b = edges.b[edge]!
    authors[row] = a
    subjects[row] = b
    values[row++] = drawRating(ratings, random)
    authors[row] = b
    subjects[row] = a
    values[row++] = drawRating(ratings, random)
  }
  return { count, authors, subjects, values }
}
