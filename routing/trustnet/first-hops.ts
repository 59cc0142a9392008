// Where the routes of one lookup begin: at the entries of the origin's own list that are nearest to
// the key, each over another first friend, so that one fooled friend spoils one route (lesson 4).
import type { Words } from '../ring.ts'
import type { Lists } from './lists.ts'
import { type Places, positionIn } from './places.ts'

/** Looks first hops up; keeps its scratch space. */
export class FirstHops {
  /** The hops found by the last `find`, nearest to the key first as far as friends differ. */
  readonly hops: Int32Array
  /** Of each the friend over whom it came on the list. */
  readonly friends: Int32Array
  count = 0
  readonly #places: Places
  readonly #listsOf: (origin: number) => Lists
  /** Hops of the lookup under way over each first friend. */
  readonly #uses: Uint16Array

  /** @param listsOf the lists as the node at a place sees them */
  constructor(places: Places, listsOf: (origin: number) => Lists, routesMax: number) {
    this.#places = places
    this.#listsOf = listsOf
    this.hops = new Int32Array(routesMax)
    this.friends = new Int32Array(routesMax)
    this.#uses = new Uint16Array(places.count)
  }

  /** Up to `routes` first hops: of every first friend one, then of every one a second, and so on. */
  find(origin: number, key: Words, routes: number): number {
    const lists = this.#listsOf(origin)
    const start = lists.of(origin)
    const length = lists.counts[origin]!
    this.count = 0
    for (let i = start; i < start + length; i++) this.#uses[lists.firsts[i]!] = 0
    for (let round = 1; this.count < Math.min(routes, length); round++)
      this.#scan(lists, start, length, key, routes, round)
    return this.count
  }

  /** Reads the list outwards from the key, the nearer side first; whose friend was used less is taken. */
  #scan(
    { entries, firsts }: Lists,
    start: number,
    length: number,
    key: Words,
    routes: number,
    round: number,
  ): void {
    const { ring } = this.#places
    const at = positionIn(entries, start, start + length, this.#places.above(key)) - start
    let right = 0
    let left = 0
    while (this.count < routes && right + left < length) {
      const onRight = start + ((at + right) % length)
      const onLeft = start + ((at + length - 1 - left) % length)
      const goesLeft = ring.nearer(entries[onLeft]!, entries[onRight]!, key)
      const index = goesLeft ? onLeft : onRight
      if (goesLeft) left++
      else right++
      const first = firsts[index]!
      if (this.#uses[first]! >= round || this.#isChosen(entries[index]!)) continue
      this.#uses[first]!++
      this.friends[this.count] = first
      this.hops[this.count++] = entries[index]!
    }
  }

  #isChosen(entry: number): boolean {
    for (let i = 0; i < this.count; i++) if (this.hops[i] === entry) return true
    return false
  }
}
