// The known nodes of a live node, from which slots and leaf set are refilled. Bounded: whoever
// talks about ever more nodes cannot make us remember them all.
import type { NodeId } from '../src/core/id.ts'
import type { Ring } from './ring.ts'

export class Candidates {
  readonly #ring: Ring
  readonly #max: number
  /** Overlays by node number, longest known first. A handful each: lists as they came, not sets. */
  readonly #overlays = new Map<number, readonly string[]>()

  constructor(ring: Ring, max: number) {
    this.#ring = ring
    this.#max = max
  }

  get size(): number {
    return this.#overlays.size
  }

  get isFull(): boolean {
    return this.#overlays.size >= this.#max
  }

  /** Adds a node or replaces its overlays; returns its number. */
  put(id: NodeId, overlays: readonly string[]): number {
    const node = this.#ring.intern(id)
    this.#overlays.set(node, overlays)
    return node
  }

  /** Forgets a node; its number is the caller's to release. */
  drop(node: number): void {
    this.#overlays.delete(node)
  }

  sameOverlays(node: number, overlays: readonly string[]): boolean {
    const known = this.#overlays.get(node)
    if (known === undefined || known === overlays) return known !== undefined
    return (
      known.every((overlay) => overlays.includes(overlay)) &&
      overlays.every((overlay) => known.includes(overlay))
    )
  }

  isMember(node: number, overlay: string): boolean {
    return this.#overlays.get(node)?.includes(overlay) === true
  }

  overlaysOf(node: number): readonly string[] {
    return this.#overlays.get(node) ?? []
  }

  /**
   * The nodes that fit one slot of `owner`, by id: sorted, so that no choice among them depends
   * on the order in which the network told us.
   */
  inCell(owner: number, row: number, column: number): number[] {
    const ring = this.#ring
    const fits = (node: number): boolean =>
      ring.sharedDigits(owner, node) === row && ring.digit(node, row) === column
    const nodes: number[] = []
    for (const node of this.each()) if (fits(node)) nodes.push(node)
    return nodes.sort((a, b) => (ring.id(a) < ring.id(b) ? -1 : 1))
  }

  /** As `numbers`, without the list: to be read before anything changes. */
  each(): IterableIterator<number> {
    return this.#overlays.keys()
  }

  /** Numbers, longest known first. */
  numbers(): number[] {
    return [...this.#overlays.keys()]
  }
}
