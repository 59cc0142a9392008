// The trust of the live node: every overlay from the node's own viewpoint, kept up to date by one
// rating at a time. It is told accepted ratings and forks, and asked for trust on the hot path of
// routing; where ratings come from and what is done with trust is not its business.
import type { NodeId } from '../../src/core/id.ts'
import { ratedOverlaysMax } from '../../src/core/limits.ts'
import type { Trust } from '../../src/core/trust.ts'
import { type Aggregated, aggregate } from './aggregate.ts'
import type { Explanation } from './explanation.ts'
import { NodeIndex } from './node-index.ts'
import { OverlayView, type Ranked } from './overlay-view.ts'
import { RatingGraph } from './rating-graph.ts'
import type { TrustOptions } from './trust-options.ts'

/** One accepted rating: the latest of its author for its subject in its overlay. */
export interface AcceptedRating {
  readonly overlay: string
  readonly author: NodeId
  readonly subject: NodeId
  /** 0 withdraws. */
  readonly value: Trust
}

/** The ratings of one overlay, whose they are, and whose are not to be read. */
export interface RatedPages {
  readonly graph: RatingGraph
  readonly frozen: ReadonlySet<number>
  readonly idOf: (node: number) => NodeId
}

/** What one overlay keeps. */
interface OverlayPages {
  readonly index: NodeIndex<NodeId>
  readonly graph: RatingGraph
  /** Numbers of the forked authors. */
  readonly frozen: Set<number>
  view: OverlayView<NodeId>
}

export class TrustBook {
  readonly root: NodeId
  readonly #options: Omit<TrustOptions, 'frozen'>
  readonly #pages = new Map<string, OverlayPages>()
  readonly #frozen = new Set<NodeId>()

  /** @param root this node's own id: its ratings are read first, and ratings of it are ignored */
  constructor(root: NodeId, options: Omit<TrustOptions, 'frozen'> = {}) {
    this.root = root
    this.#options = options
  }

  /**
   * Takes in one accepted rating; "latest" is the caller's to judge (by sequence number).
   *
   * @returns the nodes whose trust in this overlay changed; empty when none did
   */
  rate(overlay: string, author: NodeId, subject: NodeId, value: Trust): NodeId[] {
    const pages = this.#pagesFor(overlay, author)
    if (pages === undefined || author === subject) return []
    const from = this.#number(pages, author)
    const to = this.#number(pages, subject)
    const before = pages.graph.rate(from, to, value)
    return pages.view.follow(from, to, before, value)
  }

  /** Takes in many ratings at once, as at a start: far faster than one by one, and the same in the end. */
  load(ratings: Iterable<AcceptedRating>): void {
    const loaded = new Map<string, OverlayPages>()
    for (const { overlay, author, subject, value } of ratings) {
      const pages = this.#pagesFor(overlay, author)
      if (pages === undefined || author === subject) continue
      loaded.set(overlay, pages)
      pages.graph.rate(this.#number(pages, author), this.#number(pages, subject), value)
    }
    for (const pages of loaded.values()) pages.view = this.#viewOf(pages, this.root)
  }

  /**
   * A fork of this author was proven: its ratings are not read any more, in no overlay. Its own trust stays.
   *
   * @returns the nodes whose trust changed in any overlay
   */
  freeze(author: NodeId): NodeId[] {
    if (this.#frozen.has(author)) return []
    this.#frozen.add(author)
    const changed = new Set<NodeId>()
    for (const { index, frozen, view } of this.#pages.values()) {
      const number = index.find(author)
      if (number === undefined) continue
      frozen.add(number)
      for (const id of view.followFrozen(number)) changed.add(id)
    }
    return [...changed]
  }

  /** Trust in millionths; the root's own negative where it vetoes; 0 for whom trust did not reach. O(1). */
  trust(overlay: string, node: NodeId): Trust {
    return (this.#pages.get(overlay)?.view.trust(node) ?? 0) as Trust
  }

  /** The sum before the cap, for ranking. */
  raw(overlay: string, node: NodeId): number {
    return this.#pages.get(overlay)?.view.raw(node) ?? 0
  }

  /** The sum over all overlays, in millionths; not clamped. */
  aggregate(node: NodeId): number {
    let sum = 0
    for (const { view } of this.#pages.values()) sum += view.trust(node)
    return sum
  }

  /** Every node with trust in any overlay, by sum. */
  aggregated(): Aggregated<NodeId>[] {
    return aggregate([...this.#pages].map(([overlay, { view }]) => [overlay, view] as const))
  }

  /** Does the root veto it in any overlay? Then it is barred from the routing tables of all. */
  vetoed(node: NodeId): boolean {
    for (const { view } of this.#pages.values()) if (view.vetoed(node)) return true
    return false
  }

  vetoedIn(overlay: string, node: NodeId): boolean {
    return this.#pages.get(overlay)?.view.vetoed(node) ?? false
  }

  /** Everybody whom trust reached, by trust, then raw, descending, then id. */
  ranking(overlay: string): Ranked<NodeId>[] {
    return this.#pages.get(overlay)?.view.ranking() ?? []
  }

  /** Advisory distrust, descending. */
  distrust(overlay: string): { id: NodeId; distrust: Trust }[] {
    return this.#pages.get(overlay)?.view.distrust() ?? []
  }

  /** Why a node has its trust; undefined when the overlay does not know it. */
  explain(overlay: string, node: NodeId, pathsMax?: number): Explanation<NodeId> | undefined {
    return this.#pages.get(overlay)?.view.explain(node, pathsMax)
  }

  /** The ratings of an overlay as they stand, by number: read them before the next one comes. */
  rated(overlay: string): RatedPages | undefined {
    const pages = this.#pages.get(overlay)
    if (pages === undefined) return undefined
    const { index, graph, frozen } = pages
    return { graph, frozen, idOf: (node) => index.idOf(node) }
  }

  /** All ratings of an overlay that are not withdrawn. */
  edges(overlay: string): AcceptedRating[] {
    const edges: AcceptedRating[] = []
    const pages = this.#pages.get(overlay)
    pages?.graph.forEach((author, subject, value) => {
      const { index } = pages
      edges.push({
        overlay,
        author: index.idOf(author),
        subject: index.idOf(subject),
        value: value as Trust,
      })
    })
    return edges
  }

  /** Overlays in which anybody rated, by name. */
  overlays(): string[] {
    return [...this.#pages.keys()].sort()
  }

  /** Another root's viewpoint, computed now: read it before the next rating, which it does not follow. */
  viewFrom(root: NodeId, overlay: string): OverlayView<NodeId> {
    const pages = this.#pages.get(overlay) ?? this.#emptyPages()
    this.#number(pages, root)
    return this.#viewOf(pages, root)
  }

  /**
   * Made-up overlay names must not fill the memory: beyond the limit only the root's own ratings open
   * another overlay. Ratings by others from before are then missing there until they are replayed.
   */
  #pagesFor(overlay: string, author: NodeId): OverlayPages | undefined {
    const known = this.#pages.get(overlay)
    if (known !== undefined) return known
    if (this.#pages.size >= ratedOverlaysMax && author !== this.root) return undefined
    const pages = this.#emptyPages()
    this.#pages.set(overlay, pages)
    return pages
  }

  #emptyPages(): OverlayPages {
    const index = new NodeIndex<NodeId>()
    const graph = new RatingGraph()
    const frozen = new Set<number>()
    const options = { ...this.#options, frozen }
    return { index, graph, frozen, view: new OverlayView(index, graph, this.root, options) }
  }

  #viewOf({ index, graph, frozen }: OverlayPages, root: NodeId): OverlayView<NodeId> {
    return new OverlayView(index, graph, root, { ...this.#options, frozen })
  }

  #number({ index, frozen }: OverlayPages, id: NodeId): number {
    const number = index.intern(id)
    if (this.#frozen.has(id)) frozen.add(number)
    return number
  }
}
