// Undirected edges as two columns, what every generator makes, and a set of edges for the generators
// that must not draw one twice. Typed arrays throughout: ten million edges take 80 MB.
import { assert } from '../../../core/assert.ts'

/** Undirected edges without duplicates and loops: edge i joins `a[i]` and `b[i]`. */
export interface Edges {
  readonly nodes: number
  readonly count: number
  readonly a: Int32Array
  readonly b: Int32Array
}

export const noEdges = (nodes: number): Edges => ({
  ...{ nodes, count: 0, a: new Int32Array(0), b: new Int32Array(0) },
})

/** Everybody is tied to everybody. */
export function completeEdges(nodes: number): Edges {
  const count = (nodes * (nodes - 1)) / 2
  const a = new Int32Array(count)
  const b = new Int32Array(count)
  let edge = 0
  for (let node = 1; node < nodes; node++)
    for (let other = 0; other < node; other++) {
      a[edge] = node
      b[edge++] = other
    }
  return { nodes, count, a, b }
}

/** Ties that a newcomer or an origin makes: half its mean degree, at least one. */
export const tiesOf = (degree: number): number => Math.max(1, Math.round(degree / 2))

/** Pairs of numbers below `nodes`, by open addressing: 8 bytes a slot, at most half full. */
export class EdgeSet {
  readonly #nodes: number
  readonly #slots: Float64Array
  readonly #mask: number
  #size = 0

  constructor(nodes: number, most: number) {
    const bits = 33 - Math.clz32(Math.max(2 * most - 1, 1))
    this.#nodes = nodes
    this.#slots = new Float64Array(2 ** Math.min(bits, 30))
    this.#mask = this.#slots.length - 1
  }

  /** @returns false when the pair, in either order, was there */
  add(a: number, b: number): boolean {
    const low = Math.min(a, b)
    const high = Math.max(a, b)
    // 0 is an empty slot.
    const key = low * this.#nodes + high + 1
    const hash = Math.imul(Math.imul(low, 0x9e3779b1) ^ high, 0x85ebca6b)
    let at = (hash ^ (hash >>> 15)) & this.#mask
    for (; this.#slots[at] !== 0; at = (at + 1) & this.#mask)
      if (this.#slots[at] === key) return false
    assert(2 * ++this.#size <= this.#slots.length, 'the set was made for so many edges')
    this.#slots[at] = key
    return true
  }
}
