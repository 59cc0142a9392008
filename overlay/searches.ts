// Iterative searches towards a position: ask the nearest peer known for nearer ones until nobody
// is nearer. One search finds our own place (the join), others find the contact of a trusted node
// that we know by key alone.
import { compareNearness, wordsOf } from '../routing/ring.ts'
import type { Millis, NodeId, RingKey } from '../src/core/id.ts'
import { searchesMax, searchStepsMax } from '../src/core/limits.ts'

export interface Search {
  readonly target: RingKey
  readonly purpose: 'join' | 'find'
  readonly asked: Set<NodeId>
  /** Peers to ask one after the other as long as nobody has answered: the ways into the network. */
  ways: readonly NodeId[]
  hasAnswer: boolean
  /** Peers that answers named, nearest to the target first, not yet asked. */
  frontier: readonly NodeId[]
  /** The peer whose answer we wait for, since when. */
  waiting: { readonly peer: NodeId; readonly nonce: number; readonly since: Millis } | undefined
}

/** Peers to begin a search with. */
export type Nearest = (target: RingKey) => readonly NodeId[]

/** Peers kept to ask next: enough that a row of dead ones does not end the search. */
const frontierMax = 16

export class Searches {
  readonly #open = new Map<RingKey, Search>()
  readonly #nearest: Nearest
  #nonce = 0

  constructor(nearest: Nearest) {
    this.#nearest = nearest
  }

  get size(): number {
    return this.#open.size
  }

  has(target: RingKey): boolean {
    return this.#open.has(target)
  }

  /** Opens a search; undefined when it is open already or too many are. */
  begin(
    target: RingKey,
    purpose: Search['purpose'],
    ways: readonly NodeId[] = [],
  ): Search | undefined {
    if (this.#open.has(target)) return undefined
    if (purpose === 'find' && this.#open.size >= searchesMax) return undefined
    const search: Search = {
      target,
      purpose,
      asked: new Set(),
      ways,
      hasAnswer: false,
      frontier: [],
      waiting: undefined,
    }
    this.#open.set(target, search)
    return search
  }

  /** Peers named in an answer join those to ask. */
  widen(search: Search, named: readonly NodeId[]): void {
    const fresh = named.filter((peer) => !search.asked.has(peer))
    const target = wordsOf(search.target)
    const placed = [...new Set([...search.frontier, ...fresh])].map((peer) => ({
      peer,
      words: wordsOf(peer),
    }))
    placed.sort((a, b) => compareNearness(a.words, 0, b.words, 0, target, 0))
    search.frontier = placed.slice(0, frontierMax).map(({ peer }) => peer)
  }

  /**
   * The next peer to ask, marked as asked; undefined (and the search is closed) when nobody is
   * left, or the three nearest known have all been asked.
   */
  next(search: Search, now: Millis): { readonly peer: NodeId; readonly nonce: number } | undefined {
    if (search.asked.size < searchStepsMax) {
      if (search.asked.size === 0) this.widen(search, this.#nearest(search.target))
      const peer = this.#takeNext(search)
      if (peer !== undefined) {
        search.asked.add(peer)
        this.#nonce += 1
        search.waiting = { peer, nonce: this.#nonce, since: now }
        return search.waiting
      }
    }
    this.#open.delete(search.target)
    return undefined
  }

  #takeNext(search: Search): NodeId | undefined {
    const [nearest, ...others] = search.frontier
    search.frontier = others
    if (nearest !== undefined || search.hasAnswer) return nearest
    const way = search.ways.find((peer) => !search.asked.has(peer))
    search.ways = search.ways.filter((peer) => peer !== way)
    return way
  }

  /** The search that waits for this answer. */
  answered(peer: NodeId, nonce: number): Search | undefined {
    for (const search of this.#open.values())
      if (search.waiting?.peer === peer && search.waiting.nonce === nonce) return search
    return undefined
  }

  /** Searches that wait for this peer. */
  waitingFor(peer: NodeId): Search[] {
    return [...this.#open.values()].filter((search) => search.waiting?.peer === peer)
  }

  /** Searches that have waited for longer than `patience`. */
  overdue(now: Millis, patience: Millis): Search[] {
    return [...this.#open.values()].filter(
      (search) => search.waiting !== undefined && now - search.waiting.since >= patience,
    )
  }

  /** Milliseconds until the first of those that wait is overdue; undefined when none waits. */
  due(now: Millis, patience: Millis): Millis | undefined {
    const since = [...this.#open.values()].flatMap(({ waiting }) => waiting?.since ?? [])
    return since.length === 0 ? undefined : Math.max(1, Math.min(...since) + patience - now)
  }

  close(search: Search): void {
    this.#open.delete(search.target)
  }
}
