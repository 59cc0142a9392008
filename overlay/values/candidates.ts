// Whom an errand may ask, by where it heard of them: those this node hears itself, those that proved to
// stand at the end of redundant routes for the key, and those that answers name. The sources take turns,
// so that a liar who names a crowd of accomplices near the key wastes questions and displaces nobody.
import { compareNearness, wordsOf } from '../../routing/ring.ts'
import type { NodeId, RingKey } from '../../src/core/id.ts'
import { askedMax, holderWindow, toldPerErrandMax } from './limits.ts'

type Source = 'known' | 'routed' | 'told'
const turns: readonly Source[] = ['known', 'routed', 'told']

type State = 'asked' | 'answered' | 'failed'

/** The nodes in order of nearness to a key. */
export function byNearness(key: RingKey, nodes: Iterable<NodeId>): NodeId[] {
  const target = wordsOf(key)
  return [...new Set(nodes)]
    .map((node) => ({ node, words: wordsOf(node) }))
    .sort((a, b) => compareNearness(a.words, 0, b.words, 0, target, 0))
    .map(({ node }) => node)
}

export class Candidates {
  readonly #key: RingKey
  readonly #mayAsk: (node: NodeId) => boolean
  readonly #lists: Record<Source, readonly NodeId[]>
  readonly #states = new Map<NodeId, State>()
  #turn = 0

  /**
   * @param known the nodes to ask first, in this order
   * @param mayAsk there is a way to it, and it may be spoken to
   */
  constructor(key: RingKey, known: readonly NodeId[], mayAsk: (node: NodeId) => boolean) {
    this.#key = key
    this.#mayAsk = mayAsk
    this.#lists = { known, routed: [], told: [] }
  }

  /** Peers asked so far. */
  get asked(): number {
    return this.#states.size
  }

  get answered(): number {
    let count = 0
    for (const one of this.#states.values()) if (one === 'answered') count++
    return count
  }

  /**
   * Answers of the nearest among those that this node hears itself and those at the ends of routes. A crowd
   * that an answer names is not among them.
   */
  get answeredByWindow(): number {
    const { known, routed } = this.#lists
    const window = byNearness(this.#key, [...known, ...routed]).slice(0, holderWindow)
    return window.filter((node) => this.hasAnswered(node)).length
  }

  /** Who stands at the end of the routes. */
  route(roots: readonly NodeId[]): void {
    this.#lists.routed = byNearness(this.#key, roots)
  }

  /** Whom an answer names; only the nearest of all that were named are ever asked. */
  tell(named: readonly NodeId[]): void {
    const all = byNearness(this.#key, [...this.#lists.told, ...named])
    this.#lists.told = all.slice(0, toldPerErrandMax)
  }

  /** The next to ask, marked as asked: the sources by turns. */
  next(): NodeId | undefined {
    if (this.#states.size >= askedMax) return undefined
    for (let i = 0; i < turns.length; i++) {
      const source = turns[this.#turn++ % turns.length]!
      const list = this.#lists[source].slice(0, holderWindow)
      const node = list.find((one) => !this.#states.has(one) && this.#mayAsk(one))
      if (node !== undefined) return this.#mark(node)
    }
    return undefined
  }

  /** The next to ask among the nearest `wanted` of all sources; undefined when those have all been asked. */
  nextOfNearest(wanted: number): NodeId | undefined {
    if (this.#states.size >= askedMax) return undefined
    const node = this.usable()
      .slice(0, wanted)
      .find((one) => !this.#states.has(one))
    return node && this.#mark(node)
  }

  settled(node: NodeId, state: 'answered' | 'failed'): void {
    this.#states.set(node, state)
  }

  /** Has it said anything? */
  hasAnswered(node: NodeId): boolean {
    return this.#states.get(node) === 'answered'
  }

  /** Everybody that did not fail and may be asked, nearest to the key first. */
  usable(): NodeId[] {
    const { known, routed, told } = this.#lists
    return byNearness(this.#key, [...known, ...routed, ...told]).filter(
      (node) => this.#states.get(node) !== 'failed' && this.#mayAsk(node),
    )
  }

  #mark(node: NodeId): NodeId {
    this.#states.set(node, 'asked')
    return node
  }
}
