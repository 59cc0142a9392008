// Who stands nearest to a key, among a chosen set of nodes: the truth that experiments measure
// against (the honest root), and what colluders name when they lie (their own nearest).
import type { Ring, Words } from '../../../routing/ring.ts'

/** Nodes sorted by position, asked in O(log n). */
export class Nearest {
  /** By position. */
  readonly nodes: Int32Array
  readonly #ring: Ring

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

  /** The nearest node to a key; -1 of an empty set. Ties: the smaller id. */
  to(key: Words): number {
    const { nodes } = this
    if (nodes.length === 0) return -1
    const above = this.#firstAtOrAbove(key)
    const right = nodes[above % nodes.length]!
    const left = nodes[(above + nodes.length - 1) % nodes.length]!
    return this.#ring.nearer(left, right, key) ? left : right
  }

  /** Up to `count` nodes nearest to a key, nearest first. */
  around(key: Words, count: number): number[] {
    const { nodes } = this
    const size = nodes.length
    const wanted = Math.min(count, size)
    const found: number[] = []
    let right = this.#firstAtOrAbove(key) % Math.max(size, 1)
    let left = (right + size - 1) % Math.max(size, 1)
    while (found.length < wanted) {
      const onRight = nodes[right]!
      const onLeft = nodes[left]!
      if (this.#ring.nearer(onLeft, onRight, key)) {
        found.push(onLeft)
        left = (left + size - 1) % size
      } else {
        found.push(onRight)
        right = (right + 1) % size
      }
    }
    return found
  }

  /** Place of the first node whose position is not below the key; `length` when there is none. */
  #firstAtOrAbove(key: Words): number {
    const { words } = this.#ring
    let low = 0
    let high = this.nodes.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const at = 4 * this.nodes[middle]!
      let order = 0
      for (let i = 0; i < 4 && order === 0; i++) order = words[at + i]! - key[i]!
      if (order < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
