// The ratings among places, each rater's in one run that is cut by the subjects' first digits: what a
// rater says of one sixteenth of the ring is found without searching, in two lines of cache.

import { columns } from '../../../../routing/prefix-table.ts'
import type { RatingGraph } from '../../../../trustchain/graph/rating-graph.ts'
import type { RingWorld } from './pastry-ring-world.ts'

/** Pieces of a run: positive ratings by the subject's first digit, then the negative ones. */
export const piecesPerRater = columns + 1
/** The piece of the negative ratings. */
export const negativePiece = columns

export class PlaceRatings {
  readonly size: number
  /** Piece p of rater a is from `starts[piecesPerRater·a + p]` to before the next. */
  readonly starts: Int32Array
  /** Rating i is of place `pairs[2·i]`: `pairs[2·i + 1]` millionths. */
  readonly pairs: Int32Array
  /** The places of first digit d are those from `digitStarts[d]` to before `digitStarts[d + 1]`. */
  readonly digitStarts: Int32Array

  constructor(ratings: RatingGraph, { firsts, placeOf, size }: RingWorld) {
    this.size = size
    this.digitStarts = digitStartsOf(firsts)
    this.starts = new Int32Array(piecesPerRater * size + 1)
    // One more, so that where the last piece begins there is always something to read.
    this.pairs = new Int32Array(2 * ratings.ratingCount + 2)
    const { starts, pairs } = this
    const pieceOf = (author: number, subject: number, value: number): number =>
      piecesPerRater * author + (value < 0 ? negativePiece : firsts[subject]! >>> 28)
    ratings.forEach((author, subject, value) => {
      starts[pieceOf(placeOf[author]!, placeOf[subject]!, value) + 1]!++
    })
    for (let piece = 0; piece < piecesPerRater * size; piece++) starts[piece + 1]! += starts[piece]!
    const next = starts.slice()
    ratings.forEach((author, subject, value) => {
      const place = placeOf[subject]!
      const at = 2 * next[pieceOf(placeOf[author]!, place, value)]!++
      pairs[at] = place
      pairs[at + 1] = value
    })
  }
}

/** @param firsts first words of the ids, rising */
function digitStartsOf(firsts: Uint32Array): Int32Array {
  const starts = new Int32Array(columns + 1)
  for (const first of firsts) starts[(first >>> 28) + 1]!++
  for (let digit = 0; digit < columns; digit++) starts[digit + 1]! += starts[digit]!
  return starts
}
