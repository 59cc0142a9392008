// The nodes of a ring in the order of their ids. Everything in this policy is written in places
// (0..n-1 by id) instead of node numbers: the same on every machine whoever interned the ids, nodes
// that share digits are one range, and the nearest of a sorted list is found by binary search.
import { Ring, type Words } from '../ring.ts'

export class Places {
  /** Node number of the ring at each place. */
  readonly nodes: Int32Array
  /** Place of each node number. */
  readonly of: Int32Array
  /** The same ids, numbered by place. */
  readonly ring: Ring
  readonly count: number

  constructor(ring: Ring) {
    const { words } = ring
    this.count = ring.size
    this.nodes = Int32Array.from({ length: ring.size }, (_, node) => node)
    this.nodes.sort((a, b) => {
      for (let i = 0; i < 4; i++) {
        const difference = words[4 * a + i]! - words[4 * b + i]!
        if (difference !== 0) return difference
      }
      return a - b
    })
    this.of = new Int32Array(ring.size)
    this.ring = new Ring(Math.max(ring.size, 1))
    for (let place = 0; place < this.count; place++) {
      const node = this.nodes[place]!
      this.of[node] = place
      this.ring.append(words, 4 * node)
    }
  }

  /** The first place whose id is not below the key; `count` when there is none. */
  above(key: Words, at = 0): number {
    const { words } = this.ring
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      let order = 0
      for (let i = 0; i < 4 && order === 0; i++) order = words[4 * middle + i]! - key[at + i]!
      if (order < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /** The first place of a range start..end (by id) whose leading digits are not below those of `prefix`. */
  firstWith(prefix: number, digits: number): number {
    const { words } = this.ring
    const shift = 32 - 4 * digits
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (words[4 * middle]! >>> shift < prefix) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Where a place stands in a sorted run, or would stand: the first entry not below it. */
export function positionIn(run: Int32Array, start: number, end: number, place: number): number {
  let low = start
  let high = end
  while (low < high) {
    const middle = (low + high) >>> 1
    if (run[middle]! < place) low = middle + 1
    else high = middle
  }
  return low
}
