// Whom a node can vote for when a trusting node asks it "who is near me?": its list and those
// registered with it, as one sorted run, made when first asked for.
import type { Lists } from './lists.ts'
import type { Registrations } from './registered.ts'

export class Ballots {
  /** The run of p starts at `startOf(p)` and has `lengths[p]` places. */
  pool = new Int32Array(1 << 16)
  readonly lengths: Int32Array
  readonly #starts: Float64Array
  #end = 0
  readonly #lists: Lists
  readonly #registered: Registrations

  constructor(lists: Lists, registered: Registrations) {
    this.#lists = lists
    this.#registered = registered
    this.lengths = new Int32Array(lists.counts.length)
    this.#starts = new Float64Array(lists.counts.length).fill(-1)
  }

  startOf(place: number): number {
    const known = this.#starts[place]!
    return known >= 0 ? known : this.#merge(place)
  }

  get bytes(): number {
    return 4 * this.#end + 12 * this.lengths.length
  }

  #merge(place: number): number {
    const lists = this.#lists
    const { start, to } = this.#registered
    let a = lists.of(place)
    const endA = a + lists.counts[place]!
    let b = start[place]!
    const endB = start[place + 1]!
    this.#makeRoom(endA - a + endB - b)
    const from = this.#end
    let at = from
    while (a < endA || b < endB) {
      const x = a < endA ? lists.entries[a]! : 0x7fffffff
      const y = b < endB ? to[b]! : 0x7fffffff
      if (x <= y) a++
      if (y <= x) b++
      this.pool[at++] = Math.min(x, y)
    }
    this.#end = at
    this.lengths[place] = at - from
    this.#starts[place] = from
    return from
  }

  #makeRoom(room: number): void {
    if (this.#end + room <= this.pool.length) return
    const wider = new Int32Array(Math.ceil(1.5 * this.pool.length) + room)
    wider.set(this.pool)
    this.pool = wider
  }
}
