// Nodes in the order of Kademlia's metric, d(x, y) = x XOR y (Maymounkov, Mazières 2002, §2.1). Sorted
// by position they are the leaves of the binary tree of §2.2, so that a subtree is a run of the order,
// and the nearest to a key are found by walking down the tree instead of measuring everybody.
import type { Ring, Words } from '../../../../routing/ring.ts'

/** Leading bits that two positions share: 0..128. */
export function sharedBits(a: Words, atA: number, b: Words, atB: number): number {
  for (let i = 0; i < 4; i++) {
    const differing = a[atA + i]! ^ b[atB + i]!
    if (differing !== 0) return 32 * i + Math.clz32(differing)
  }
  return 128
}

/** A set of nodes sorted by position. A node's place in the order is its rank. */
export class XorOrder {
  /** Ring nodes by rank. */
  readonly nodes: Int32Array
  readonly #ring: Ring
  // Ranges of the tree still to be visited, the next on top; one level leaves at most one behind.
  readonly #from = new Int32Array(130)
  readonly #to = new Int32Array(130)
  readonly #bit = new Int32Array(130)

  /** @param nodes node numbers of the ring, in any order */
  constructor(ring: Ring, nodes: ArrayLike<number>) {
    this.#ring = ring
    const { words } = ring
    this.nodes = Int32Array.from(nodes).sort((a, b) => {
      for (let i = 0; i < 4; i++) {
        const difference = words[4 * a + i]! - words[4 * b + i]!
        if (difference !== 0) return difference
      }
      return a - b
    })
  }

  /** First rank of `from`..`to` whose bit is set, `to` if none; the run shares all bits before. */
  split(from: number, to: number, bit: number): number {
    const { words } = this.#ring
    const { nodes } = this
    const word = bit >>> 5
    const mask = 0x80000000 >>> (bit & 31)
    let low = from
    let high = to
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((words[4 * nodes[middle]! + word]! & mask) === 0) low = middle + 1
      else high = middle
    }
    return low
  }

  /**
   * Ranks of the nodes nearest to a position, nearest first, into `out`.
   *
   * @param at word of `key` at which the position starts
   * @param from, to the subtree to look in: a run whose nodes share the first `bit` bits
   * @returns how many were found: `count`, or all of a smaller subtree
   */
  nearest(
    key: Words,
    at: number,
    count: number,
    out: Int32Array,
    from = 0,
    to = this.nodes.length,
    bit = 0,
  ): number {
    let found = 0
    let open = 0
    let low = from
    let high = to
    let level = bit
    while (found < count) {
      // Down the side of the key; the other side, wholly farther, waits.
      while (high - low > 1 && level < 128) {
        const middle = this.split(low, high, level)
        const one = (key[at + (level >>> 5)]! >>> (31 - (level & 31))) & 1
        const near = one === 1 ? high - middle : middle - low
        const away = high - low - near
        level++
        if (near > 0 && away > 0) {
          this.#from[open] = one === 1 ? low : middle
          this.#to[open] = one === 1 ? middle : high
          this.#bit[open] = level
          open++
          if (one === 1) low = middle
          else high = middle
        }
      }
      for (; low < high && found < count; low++) out[found++] = low
      if (open === 0) break
      open--
      low = this.#from[open]!
      high = this.#to[open]!
      level = this.#bit[open]!
    }
    return found
  }

  readonly #one = new Int32Array(1)

  /** The node (not the rank) nearest to a key; -1 of an empty order. */
  root(key: Words): number {
    return this.nearest(key, 0, 1, this.#one) === 0 ? -1 : this.nodes[this.#one[0]!]!
  }
}
