// Which parts of a place's distnet tables were made, and the trusted nodes of one stretch of the ring:
// a prefix or the surroundings of the owner. Of a list of trust the last round is nearly all; going for
// one stretch alone it costs a tenth, so a million lookups do not wait for a million whole lists.

import type { Words } from '../../../../routing/ring.ts'
import { RatingGraph } from '../../../../trustchain/graph/rating-graph.ts'
import type { TrustList } from './distnet-trust-list.ts'
import type { RingWorld } from './pastry-ring-world.ts'

/** Trusted nodes of one stretch, in no order; valid until the next. */
export interface Range {
  readonly places: Int32Array
  readonly trust: Float64Array
  readonly count: number
}

/** Bit of `#parts` above those of the sixteen slots of row 0. */
const nearBit = 1 << 16
/** No bound on how far a trusted leaf set reaches. */
const unbounded = 0xffffffff

export class PartsMade implements Range {
  readonly places: Int32Array
  readonly trust: Float64Array
  count = 0
  /** Was the last stretch the whole ring? */
  isWhole = false
  readonly #world: RingWorld
  readonly #list: TrustList
  readonly #parts: Int32Array
  /** First word of each place's id, rising. */
  readonly #heads: Uint32Array
  /** How far the sides of a trusted leaf set may reach, in first words. */
  readonly #boundLeft: Uint32Array
  readonly #boundRight: Uint32Array
  readonly #offsets: Int32Array
  readonly #perSide: number
  #width = 0

  /** @param list over places */
  constructor(world: RingWorld, list: TrustList, perSide: number) {
    const { firsts, size } = world
    this.#world = world
    this.#list = list
    this.#perSide = perSide
    this.#parts = new Int32Array(size)
    this.#heads = firsts
    this.#boundLeft = new Uint32Array(size).fill(unbounded)
    this.#boundRight = new Uint32Array(size).fill(unbounded)
    this.#offsets = new Int32Array(size)
    this.places = new Int32Array(size)
    this.trust = new Float64Array(size)
  }

  isAsked(owner: number): boolean {
    return this.#parts[owner] !== 0
  }

  forget(owner: number): void {
    this.#parts[owner] = 0
    this.#boundLeft[owner] = unbounded
    this.#boundRight[owner] = unbounded
  }

  /** Of row 0. */
  hasSlot(owner: number, column: number): boolean {
    return (this.#parts[owner]! & (1 << column)) !== 0
  }

  keepSlot(owner: number, column: number): void {
    this.#parts[owner]! |= 1 << column
  }

  /** Every row but row 0, and the leaf set. */
  hasNear(owner: number): boolean {
    return (this.#parts[owner]! & nearBit) !== 0
  }

  keepNear(owner: number): void {
    this.#parts[owner]! |= nearBit
  }

  /** Is the key surely beyond the trusted leaves of the owner? */
  isBeyond(owner: number, key: Words): boolean {
    const own = this.#heads[owner]!
    // A borrow from lower words may hide one unit.
    const right = (key[0]! - own) >>> 0
    const left = (own - key[0]!) >>> 0
    return right - 2 > this.#boundRight[owner]! && left - 2 > this.#boundLeft[owner]!
  }

  /** The trusted nodes whose first digit is this. */
  ofFirstDigit(owner: number, digit: number): Range {
    this.#begin(owner)
    const low = this.#firstFrom(digit << 28)
    return this.#take(low, digit === 15 ? this.#world.size : this.#firstFrom((digit + 1) << 28))
  }

  /** Those that share the owner's first digit, and a stretch round it that likely holds its leaves. */
  near(owner: number): Range {
    const expected = Math.max(1, this.#begin(owner))
    this.#width = Math.ceil((3 * this.#perSide * this.#world.size) / expected)
    return this.#takeNear(owner)
  }

  /** A wider one. */
  wider(owner: number): Range {
    this.#begin(owner)
    this.#width *= 4
    return this.#takeNear(owner)
  }

  /** Which side of the owner a place of the last stretch lies on: 1 clockwise, 0 the other, -1 too far. */
  sideOf(owner: number, place: number): 0 | 1 | -1 {
    const { size } = this.#world
    const way = (place - owner + size) % size
    if (way <= this.#width) return 1
    return size - way <= this.#width ? 0 : -1
  }

  /** The list but for its last round; also bounds the leaf set by what is known without that. */
  #begin(owner: number): number {
    const list = this.#list
    const ratings = list.computeAllButLast(owner)
    if (this.#boundLeft[owner] === unbounded) this.#bound(owner)
    return ratings
  }

  /** So many trusted nodes on a side, all of them allowed: the leaf set reaches no farther. */
  #bound(owner: number): void {
    const { size, vetoes } = this.#world
    const { nodes, count } = this.#list
    const needed = this.#perSide + (vetoes?.count(owner) ?? 0)
    if (count < 2 * needed) return
    const offsets = this.#offsets.subarray(0, count)
    for (let i = 0; i < count; i++) offsets[i] = (nodes[i]! - owner + size) % size
    offsets.sort()
    const heads = this.#heads
    const own = heads[owner]!
    const right = heads[(owner + offsets[needed - 1]!) % size]!
    const left = heads[(owner + offsets[count - needed]!) % size]!
    this.#boundRight[owner] = (right - own) >>> 0
    this.#boundLeft[owner] = (own - left) >>> 0
  }

  #takeNear(owner: number): Range {
    const { size } = this.#world
    const width = this.#width
    const digit = this.#heads[owner]! >>> 28
    const low = Math.min(owner - width, this.#firstFrom(digit << 28))
    const end = digit === 15 ? size : this.#firstFrom((digit + 1) << 28)
    const high = Math.max(owner + width + 1, end)
    this.isWhole = high - low >= size || 2 * width + 1 >= size
    if (this.isWhole) return this.#take(0, size)
    if (low >= 0 && high <= size) return this.#take(low, high)
    return low < 0 ? this.#take(low + size, size, high) : this.#take(low, size, high - size)
  }

  /** Places from `low` to before `high`, and from 0 to before `wrapped`. */
  #take(low: number, high: number, wrapped = 0): Range {
    const list = this.#list
    list.carryWithin(low, high, wrapped)
    this.count = 0
    for (let i = 0; i < list.count; i++) {
      const place = list.nodes[i]!
      if ((place < low || place >= high) && place >= wrapped) continue
      this.places[this.count] = place
      this.trust[this.count++] = list.raw(place)
    }
    return this
  }

  /** The first place whose id begins with this word or a higher one. */
  #firstFrom(word: number): number {
    const wanted = word >>> 0
    const heads = this.#heads
    let low = 0
    let high = heads.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (heads[middle]! < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The ratings among places. */
export function ratingsAmongPlaces(
  ratings: RatingGraph,
  { placeOf, size }: RingWorld,
): RatingGraph {
  const count = ratings.ratingCount
  const authors = new Int32Array(count)
  const subjects = new Int32Array(count)
  const values = new Int32Array(count)
  let row = 0
  ratings.forEach((author, subject, value) => {
    authors[row] = placeOf[author]!
    subjects[row] = placeOf[subject]!
    values[row++] = value
  })
  return RatingGraph.of(size, { count, authors, subjects, values })
}
