// TN-1 from one root after another, a sixteenth of the ring at a time. The last round reads nearly all
// ratings of a list; going for the places of one first digit alone it costs a tenth, so a million lookups
// do not wait for a million whole lists. Gives what TrustList gives (distnet-trust-list.ts).
//
// A sum of minus infinity stays what it is whatever is added, so that the loops ask for no rule.
import { columns } from '../../../../routing/prefix-table.ts'
import { ONE } from '../../../core/trust.ts'
import { negativePiece, type PlaceRatings, piecesPerRater } from './distnet-ratings.ts'
import type { TrustListOptions } from './distnet-trust-list.ts'

/** Stands for a sum to which nothing is added any more: the root, whom it vetoes, who was expanded. */
const closed = Number.NEGATIVE_INFINITY

/** Places that trust reached, in no order, and the sums of what arrived there, millionths. */
export class Reached {
  readonly places: Int32Array
  readonly trust: Float64Array
  count = 0

  constructor(size: number) {
    this.places = new Int32Array(size)
    this.trust = new Float64Array(size)
  }

  add(place: number, trust: number): void {
    this.places[this.count] = place
    this.trust[this.count++] = trust
  }
}

/** Where the pieces of ratings begin and end that a round reads: entries of `pairs`. */
class Pieces {
  readonly froms: Int32Array
  readonly ends: Int32Array
  /** Sum of what was read ahead; means nothing. */
  fetched = 0
  readonly #ratings: PlaceRatings

  constructor(ratings: PlaceRatings) {
    this.#ratings = ratings
    this.froms = new Int32Array(ratings.size)
    this.ends = new Int32Array(ratings.size)
  }

  /**
   * Finds what each of the raters says in its pieces from `first` to before `last`. Where those are, and
   * then where each begins, is read without a decision between, so that the processor waits for many at
   * once: worth a factor of two at a million nodes. The sum is kept so that nothing is optimised away.
   */
  find({ places, count }: Reached, first: number, last: number): void {
    const { starts, pairs } = this.#ratings
    const { froms, ends } = this
    for (let i = 0; i < count; i++) {
      const piece = piecesPerRater * places[i]!
      froms[i] = 2 * starts[piece + first]!
      ends[i] = 2 * starts[piece + last]!
    }
    let sum = 0
    for (let i = 0; i < count; i++) sum += pairs[froms[i]!]!
    this.fetched = sum
  }
}

/** All rounds but the last. */
class EarlyRounds {
  /** Whose sums may still grow. */
  readonly open: Reached
  /** Whose sums stay: 0 of the root and of those that it rates negative. */
  readonly final: Reached
  /** Who is expanded in the last round, and what each multiplies its ratings by. */
  readonly raters: Reached
  readonly pieces: Pieces
  readonly #ratings: PlaceRatings
  readonly #options: TrustListOptions
  /** By place; 0 where nothing arrived. All 0 between two roots. */
  readonly #sums: Float64Array

  constructor(ratings: PlaceRatings, options: TrustListOptions) {
    const { size } = ratings
    this.#ratings = ratings
    this.#options = options
    this.open = new Reached(size)
    this.final = new Reached(size)
    this.raters = new Reached(size)
    this.pieces = new Pieces(ratings)
    this.#sums = new Float64Array(size)
  }

  compute(root: number): void {
    const { rounds } = this.#options
    this.#takeOwn(root)
    for (let round = 1; round < rounds; round++) {
      this.#chooseRaters()
      this.#carry()
      this.#close()
    }
    this.#chooseRaters()
    if (rounds === 0) this.raters.count = 0
    this.#settle()
  }

  /** The root's own ratings. */
  #takeOwn(root: number): void {
    const { starts, pairs } = this.#ratings
    const { open, final } = this
    const sums = this.#sums
    open.count = 0
    final.count = 0
    final.add(root, 0)
    sums[root] = closed
    const negative = 2 * starts[piecesPerRater * root + negativePiece]!
    const end = 2 * starts[piecesPerRater * (root + 1)]!
    for (let at = 2 * starts[piecesPerRater * root]!; at < end; at += 2) {
      const place = pairs[at]!
      sums[place] = at < negative ? pairs[at + 1]! : closed
      if (at < negative) open.places[open.count++] = place
      else final.add(place, 0)
    }
  }

  /** Those above the threshold who were not expanded yet. What each forwards is what stands there now. */
  #chooseRaters(): void {
    const { threshold, uncapped } = this.#options
    const { open, raters } = this
    const sums = this.#sums
    raters.count = 0
    for (let i = 0; i < open.count; i++) {
      const place = open.places[i]!
      const sum = sums[place]!
      if (sum > threshold) raters.add(place, uncapped || sum < ONE ? sum : ONE)
    }
  }

  /** Adds what the raters' ratings bring their subjects. */
  #carry(): void {
    const { raters, open } = this
    const { pairs } = this.#ratings
    const { froms, ends } = this.pieces
    const sums = this.#sums
    const { places } = open
    this.pieces.find(raters, 0, negativePiece)
    let { count } = open
    for (let i = 0; i < raters.count; i++) {
      const weight = raters.trust[i]!
      const end = ends[i]!
      let fetched = 0
      for (let at = froms[i]!; at < end; at += 2) fetched += sums[pairs[at]!]!
      this.pieces.fetched = fetched
      for (let at = froms[i]!; at < end; at += 2) {
        const place = pairs[at]!
        const gain = Math.floor((weight * pairs[at + 1]!) / ONE)
        const before = sums[place]!
        sums[place] = before + gain
        if (before === 0 && gain > 0) places[count++] = place
      }
    }
    open.count = count
  }

  /** To who was expanded nothing is added any more. */
  #close(): void {
    const { raters, final } = this
    const sums = this.#sums
    for (let i = 0; i < raters.count; i++) {
      const place = raters.places[i]!
      final.add(place, sums[place]!)
      sums[place] = closed
    }
  }

  /** Takes the sums of those that are open, and leaves none behind. */
  #settle(): void {
    const { open, final } = this
    const sums = this.#sums
    let count = 0
    for (let i = 0; i < open.count; i++) {
      const place = open.places[i]!
      const sum = sums[place]!
      if (sum === closed) continue
      open.places[count] = place
      open.trust[count++] = sum
      sums[place] = 0
    }
    open.count = count
    for (let i = 0; i < final.count; i++) sums[final.places[i]!] = 0
  }
}

export class DigitTrust {
  readonly ratings: PlaceRatings
  readonly #early: EarlyRounds
  readonly #reached: Reached
  /** Of the places of one digit, the first of them at 0, so that they stay in the cache. */
  readonly #sums: Float64Array
  #root = -1

  constructor(ratings: PlaceRatings, options: TrustListOptions) {
    const { digitStarts } = ratings
    let most = 0
    for (let digit = 0; digit < columns; digit++)
      most = Math.max(most, digitStarts[digit + 1]! - digitStarts[digit]!)
    this.ratings = ratings
    this.#early = new EarlyRounds(ratings, options)
    this.#reached = new Reached(most)
    this.#sums = new Float64Array(most)
  }

  /**
   * Whom all rounds but the last reached from a root, in two parts; valid until the next root. Among
   * `final` are, with trust 0, the root and those that it rates negative.
   */
  early(root: number): { readonly open: Reached; readonly final: Reached } {
    if (root !== this.#root) this.#early.compute(root)
    this.#root = root
    return this.#early
  }

  /** Whom trust from a root reached among the places of a first digit; valid until the next call. */
  ofDigit(root: number, digit: number): Reached {
    this.early(root)
    const { digitStarts } = this.ratings
    const low = digitStarts[digit]!
    const end = digitStarts[digit + 1]!
    this.#begin(low, end)
    this.#carry(digit, low)
    this.#settle(low, end)
    return this.#reached
  }

  /** The sums before the last round. */
  #begin(low: number, end: number): void {
    const { open, final } = this.#early
    const sums = this.#sums
    const reached = this.#reached
    reached.count = 0
    for (let i = 0; i < open.count; i++) {
      const place = open.places[i]!
      if (place < low || place >= end) continue
      sums[place - low] = open.trust[i]!
      reached.places[reached.count++] = place
    }
    for (let i = 0; i < final.count; i++) {
      const place = final.places[i]!
      if (place >= low && place < end) sums[place - low] = closed
    }
  }

  /** The last round. */
  #carry(digit: number, low: number): void {
    const { raters } = this.#early
    const { froms, ends } = this.#early.pieces
    const { pairs } = this.ratings
    const sums = this.#sums
    const reached = this.#reached
    const { places } = reached
    this.#early.pieces.find(raters, digit, digit + 1)
    let { count } = reached
    for (let i = 0; i < raters.count; i++) {
      const weight = raters.trust[i]!
      const end = ends[i]!
      for (let at = froms[i]!; at < end; at += 2) {
        const place = pairs[at]!
        const gain = Math.floor((weight * pairs[at + 1]!) / ONE)
        const before = sums[place - low]!
        sums[place - low] = before + gain
        if (before === 0 && gain > 0) places[count++] = place
      }
    }
    reached.count = count
  }

  /** Takes all sums, and leaves none behind. */
  #settle(low: number, end: number): void {
    const { final } = this.#early
    const sums = this.#sums
    const reached = this.#reached
    for (let i = 0; i < reached.count; i++) {
      const at = reached.places[i]! - low
      reached.trust[i] = sums[at]!
      sums[at] = 0
    }
    for (let i = 0; i < final.count; i++) {
      const place = final.places[i]!
      if (place < low || place >= end) continue
      sums[place - low] = 0
      if (final.trust[i]! > 0) reached.add(place, final.trust[i]!)
    }
  }
}
