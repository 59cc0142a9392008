// One overlay from one root's viewpoint, by ids instead of numbers: what the live node's trust book,
// `trust compute` and `trust graph` read.
import type { Trust } from '../../src/core/trust.ts'
import { distrustOf, distrustOfAll } from './distrust.ts'
import { type Explanation, explain } from './explanation.ts'
import { compareIds, type NodeIndex } from './node-index.ts'
import type { RatingGraph } from './rating-graph.ts'
import { TrustFromRoot } from './trust-from-root.ts'
import type { TrustOptions } from './trust-options.ts'

/** A node that trust reached. */
export interface Ranked<Id> {
  readonly id: Id
  readonly trust: Trust
  /** The sum before the cap at ONE. */
  readonly raw: number
  /** The round in which trust first arrived; 0: the root's own rating. */
  readonly round: number
  /** Whether its own ratings were read. */
  readonly expanded: boolean
}

export class OverlayView<Id extends string = string> {
  readonly #index: NodeIndex<Id>
  readonly #state: TrustFromRoot

  constructor(index: NodeIndex<Id>, graph: RatingGraph, root: Id, options: TrustOptions = {}) {
    this.#index = index
    this.#state = new TrustFromRoot(graph, index.intern(root), options)
  }

  /** In millionths; a veto is the root's own negative; 0 for the unknown and the root itself. O(1). */
  trust(id: Id): Trust {
    const node = this.#index.find(id)
    return (node === undefined ? 0 : this.#state.trust(node)) as Trust
  }

  raw(id: Id): number {
    const node = this.#index.find(id)
    return node === undefined ? 0 : this.#state.raw(node)
  }

  vetoed(id: Id): boolean {
    const node = this.#index.find(id)
    return node !== undefined && this.#state.vetoed(node)
  }

  get expanded(): number {
    return this.#state.expanded
  }

  get truncated(): boolean {
    return this.#state.truncated
  }

  /** Everybody whom trust reached, by trust, then raw, descending, then id. Vetoed nodes are not among them. */
  ranking(): Ranked<Id>[] {
    const state = this.#state
    const reached: Ranked<Id>[] = []
    for (let node = 0; node < state.graph.nodeCount; node++) {
      const round = state.reachedIn(node)
      if (round === undefined) continue
      reached.push({
        id: this.#index.idOf(node),
        trust: state.trust(node),
        raw: state.raw(node),
        round,
        expanded: state.expandedIn(node) !== undefined,
      })
    }
    return reached.sort((a, b) => b.trust - a.trust || b.raw - a.raw || compareIds(a.id, b.id))
  }

  /** Whom the root rates below 0, with its own value, by id. */
  vetoes(): { id: Id; trust: Trust }[] {
    const { graph, root } = this.#state
    const vetoed: { id: Id; trust: Trust }[] = []
    const end = graph.start[root]! + graph.length[root]!
    for (let i = graph.start[root]!; i < end; i++)
      if (graph.values[i]! < 0)
        vetoed.push({ id: this.#index.idOf(graph.subjects[i]!), trust: graph.values[i]! as Trust })
    return vetoed.sort((a, b) => compareIds(a.id, b.id))
  }

  /** Advisory distrust of everybody who has any, descending, then by id. */
  distrust(): { id: Id; distrust: Trust }[] {
    return [...distrustOfAll(this.#state)]
      .map(([node, distrust]) => ({ id: this.#index.idOf(node), distrust }))
      .sort((a, b) => b.distrust - a.distrust || compareIds(a.id, b.id))
  }

  distrustOf(id: Id): Trust {
    const node = this.#index.find(id)
    return (node === undefined ? 0 : distrustOf(this.#state, node)) as Trust
  }

  /** Why a node has its trust; undefined when nobody of this overlay ever rated it or rates. */
  explain(id: Id, pathsMax?: number): Explanation<Id> | undefined {
    const node = this.#index.find(id)
    return node === undefined ? undefined : explain(this.#state, this.#index, node, pathsMax)
  }

  /** Takes in one rating that the graph already holds; returns whose trust changed (see TrustFromRoot). */
  follow(author: number, subject: number, before: number, after: number): Id[] {
    return this.#named(this.#state.follow(author, subject, before, after))
  }

  followFrozen(node: number): Id[] {
    return this.#named(this.#state.followFrozen(node))
  }

  #named(nodes: readonly number[]): Id[] {
    return nodes.map((node) => this.#index.idOf(node))
  }
}
