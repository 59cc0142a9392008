// Pastry's leaf set for many owners at once: the L nearest nodes on each side of the owner, as
// node numbers, nearest first. In a ring of fewer than 2L + 1 nodes a node stands on both sides
// and the leaf set is the whole network. Nodes we may not speak to keep their position here:
// a veto never changes which node is the root of a key.
import type { Ring, Words } from './ring.ts'

/** Counter-clockwise (smaller ids) and clockwise. */
export type Side = 0 | 1
export const left = 0 as const
export const right = 1 as const
const sides = [left, right] as const

export class LeafSets {
  readonly perSide: number
  /** Entry i of (owner, side) at (2·owner + side)·perSide + i. */
  readonly entries: Int32Array
  readonly counts: Uint8Array
  readonly #ring: Ring

  constructor(ring: Ring, owners: number, perSide: number) {
    this.#ring = ring
    this.perSide = perSide
    this.entries = new Int32Array(owners * 2 * perSide)
    this.counts = new Uint8Array(owners * 2)
  }

  count(owner: number, side: Side): number {
    return this.counts[2 * owner + side]!
  }

  /** The i-th nearest on a side; i < count. */
  at(owner: number, side: Side, i: number): number {
    return this.entries[(2 * owner + side) * this.perSide + i]!
  }

  /** Does the node stand on this side? */
  holds(owner: number, node: number): boolean {
    return sides.some((side) => this.#indexOf(owner, side, node) >= 0)
  }

  /** Would the node enter (or does it stand in) the leaf set? */
  admits(owner: number, node: number): boolean {
    if (node === owner) return false
    return sides.some((side) => {
      const count = this.count(owner, side)
      if (count < this.perSide) return true
      const farthest = this.at(owner, side, count - 1)
      return farthest === node || this.#nearer(owner, side, node, farthest)
    })
  }

  /** Puts a node where it belongs on each side; true when the leaf set changed. */
  insert(owner: number, node: number): boolean {
    if (node === owner) return false
    const onLeft = this.#insert(owner, left, node)
    return this.#insert(owner, right, node) || onLeft
  }

  /** Takes a node out; true when it stood there. The gap is the caller's to refill. */
  remove(owner: number, node: number): boolean {
    let removed = false
    for (const side of sides) {
      const index = this.#indexOf(owner, side, node)
      if (index < 0) continue
      const start = (2 * owner + side) * this.perSide
      const count = this.count(owner, side)
      this.entries.copyWithin(start + index, start + index + 1, start + count)
      this.counts[2 * owner + side] = count - 1
      removed = true
    }
    return removed
  }

  /** Do the two sides meet or fall short, so that the leaf set is all that the owner knows? */
  isWhole(owner: number): boolean {
    const onLeft = this.count(owner, left)
    const onRight = this.count(owner, right)
    if (onLeft < this.perSide || onRight < this.perSide) return true
    const lowest = this.at(owner, left, onLeft - 1)
    const highest = this.at(owner, right, onRight - 1)
    return !this.#ring.metBefore(owner, highest, lowest)
  }

  /** Does the key lie between the farthest leaves (or is the leaf set the whole network)? */
  spans(owner: number, key: Words): boolean {
    if (this.isWhole(owner)) return true
    const lowest = this.at(owner, left, this.perSide - 1)
    const highest = this.at(owner, right, this.perSide - 1)
    return this.#ring.keyBetween(lowest, highest, key)
  }

  get bytes(): number {
    return this.entries.byteLength + this.counts.byteLength
  }

  #nearer(owner: number, side: Side, a: number, b: number): boolean {
    return side === right ? this.#ring.metBefore(owner, a, b) : this.#ring.metBefore(owner, b, a)
  }

  #indexOf(owner: number, side: Side, node: number): number {
    const start = (2 * owner + side) * this.perSide
    const count = this.count(owner, side)
    for (let i = 0; i < count; i++) if (this.entries[start + i] === node) return i
    return -1
  }

  #insert(owner: number, side: Side, node: number): boolean {
    const start = (2 * owner + side) * this.perSide
    const count = this.count(owner, side)
    let place = count
    while (place > 0) {
      const other = this.entries[start + place - 1]!
      if (other === node) return false
      if (!this.#nearer(owner, side, node, other)) break
      place--
    }
    if (place === this.perSide) return false
    const kept = Math.min(count, this.perSide - 1)
    this.entries.copyWithin(start + place + 1, start + place, start + kept)
    this.entries[start + place] = node
    this.counts[2 * owner + side] = kept + 1
    return true
  }
}
