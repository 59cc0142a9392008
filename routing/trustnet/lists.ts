// The lists of trusted nodes, kept flat: for each place up to T entries sorted by id, with the score
// and the first friend of each. Made when first asked for; memory that nobody wrote is never
// committed, so a million places cost what is visited.
import type { Places } from './places.ts'

/** Writes one list by `Lists.put`; deterministic in the place. */
export interface ListMaker {
  make(place: number, lists: Lists): void
}

export class Lists {
  /** T: room for entries; those of p start at p·size. */
  readonly size: number
  readonly entries: Int32Array
  /** Sums in millionths. */
  readonly scores: Uint32Array
  /** Place of the first friend over whom an entry was found first. */
  readonly firsts: Int32Array
  readonly counts: Uint16Array
  /** Lists made so far. */
  made = 0
  readonly #isMade: Uint8Array
  readonly #maker: ListMaker

  constructor(places: Places, size: number, maker: ListMaker) {
    this.size = size
    this.entries = new Int32Array(places.count * size)
    this.scores = new Uint32Array(places.count * size)
    this.firsts = new Int32Array(places.count * size)
    this.counts = new Uint16Array(places.count)
    this.#isMade = new Uint8Array(places.count)
    this.#maker = maker
  }

  /** Where the list of a place starts, made now if it was not; it has `counts[place]` entries. */
  of(place: number): number {
    if (this.#isMade[place] === 0) {
      this.#isMade[place] = 1
      this.made++
      this.#maker.make(place, this)
    }
    return place * this.size
  }

  /**
   * Takes a list over, sorting it by id.
   *
   * @param found distinct places, at most `size` of them
   * @param scores,firsts by place, not by index: the maker's scratch space
   */
  put(
    place: number,
    found: Int32Array,
    count: number,
    scores: Float64Array,
    firsts: Int32Array,
  ): void {
    const start = place * this.size
    this.entries.set(found.subarray(0, count).sort(), start)
    for (let i = start; i < start + count; i++) {
      const entry = this.entries[i]!
      this.scores[i] = Math.min(scores[entry]!, 0xffffffff)
      this.firsts[i] = firsts[entry]!
    }
    this.counts[place] = count
  }

  /** Bytes of the lists that were made. */
  get bytes(): number {
    return this.made * this.size * 12 + this.counts.length * 3
  }
}
