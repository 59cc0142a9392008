// Trust of every node in every other from one shared, immutable graph of ratings: a network in which
// all ratings are final and everybody holds them. The ratings are there once for all nodes instead of
// once for each, and of a viewpoint only its result is kept: four bytes a pair.

import type { Ranked } from '../../../../trustchain/graph/overlay-view.ts'
import type { RatingGraph } from '../../../../trustchain/graph/rating-graph.ts'
import { TrustBook } from '../../../../trustchain/graph/trust-book.ts'
import { TrustFromRoot } from '../../../../trustchain/graph/trust-from-root.ts'
import type { NodeId } from '../../../core/id.ts'
import type { Trust } from '../../../core/trust.ts'
import type { KeyedWorld } from './keyed-world.ts'

export class SharedTrust {
  readonly overlay: string
  /** A policy without trust reads no ratings: it trusts nobody, whoever is asked about. */
  readonly #matters: boolean
  readonly #keyed: KeyedWorld
  readonly #rounds: number | undefined
  /** By root: trust in every node, millionths; a veto is negative. */
  readonly #rows: (Int32Array | undefined)[] = []

  /**
   * @param matters does the policy look at trust at all?
   * @param rounds of TN-1; 2 in `distnet-d3`. @default as the live node
   */
  constructor(keyed: KeyedWorld, overlay: string, matters: boolean, rounds?: number) {
    this.#matters = matters
    this.#keyed = keyed
    this.overlay = overlay
    this.#rounds = rounds
  }

  of(root: number, node: number): number {
    return this.#matters ? this.#row(root)[node]! : 0
  }

  /** As `of`; of a node that is not in the network 0. */
  ofId(root: number, id: NodeId): number {
    if (!this.#matters) return 0
    const node = this.#keyed.numbers.get(id)
    return node === undefined ? 0 : this.#row(root)[node]!
  }

  idOf(node: number): NodeId {
    return this.#keyed.nodes[node]!.nodeId
  }

  get ratings(): RatingGraph {
    return this.#keyed.world.ratings
  }

  /** Nodes with trust, most trusted first, ties by id. */
  ranking(root: number): { readonly node: number; readonly trust: number }[] {
    const found: { node: number; trust: number }[] = []
    if (!this.#matters) return found
    this.#row(root).forEach((trust, node) => {
      if (trust > 0) found.push({ node, trust })
    })
    return found.sort(
      (a, b) => b.trust - a.trust || (this.idOf(a.node) < this.idOf(b.node) ? -1 : 1),
    )
  }

  #row(root: number): Int32Array {
    const known = this.#rows[root]
    if (known !== undefined) return known
    const { world } = this.#keyed
    const options = this.#rounds === undefined ? {} : { rounds: this.#rounds }
    const state = new TrustFromRoot(world.ratings, root, options)
    const row = Int32Array.from({ length: world.size }, (_, node) => state.trust(node))
    this.#rows[root] = row
    return row
  }
}

/** One node's viewpoint of the shared graph. Ratings made in the course of a run do not change it. */
export class SharedTrustBook extends TrustBook {
  readonly #shared: SharedTrust
  readonly #root: number

  constructor(shared: SharedTrust, root: number) {
    super(shared.idOf(root))
    this.#shared = shared
    this.#root = root
  }

  override rate(): NodeId[] {
    return []
  }

  override load(): void {}

  override trust(overlay: string, node: NodeId): Trust {
    return (overlay === this.#shared.overlay ? this.#shared.ofId(this.#root, node) : 0) as Trust
  }

  override raw(overlay: string, node: NodeId): number {
    return Math.max(0, this.trust(overlay, node))
  }

  override aggregate(node: NodeId): number {
    return this.trust(this.#shared.overlay, node)
  }

  override vetoed(node: NodeId): boolean {
    return this.aggregate(node) < 0
  }

  override vetoedIn(overlay: string, node: NodeId): boolean {
    return this.trust(overlay, node) < 0
  }

  override ranking(overlay: string): Ranked<NodeId>[] {
    if (overlay !== this.#shared.overlay) return []
    return this.#shared.ranking(this.#root).map(({ node, trust }) => ({
      ...{ id: this.#shared.idOf(node), trust: trust as Trust, raw: trust },
      ...{ round: 0, expanded: true },
    }))
  }

  override rated(overlay: string): ReturnType<TrustBook['rated']> {
    if (overlay !== this.#shared.overlay) return undefined
    const { ratings } = this.#shared
    return { graph: ratings, idOf: (node) => this.#shared.idOf(node), frozen: new Set() }
  }

  override overlays(): string[] {
    return [this.#shared.overlay]
  }
}
