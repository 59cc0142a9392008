// Kademlia (Maymounkov, Mazières: Kademlia, a peer-to-peer information system based on the XOR metric,
// IPTPS 2002), from the paper: k-buckets (§2.2, §2.4) and the iterative node lookup (§2.3). The root of
// a key is the honest node nearest by XOR, the paper's metric, whatever people think of each other. A lookup delivers when it asks the root:
// the k nearest found are all asked, so Sybils nearer than the root harm only by what they say and crowd
// out. Distances follow from ids: liars have nothing to claim, `claimsRoot` is not asked.
import type { Words } from '../../../../routing/ring.ts'
import { wholeFrom } from '../../../core/bounds.ts'
import type { Random } from '../../../core/random.ts'
import type { BuiltRouter, Outcome, Router, RouterContext } from '../router.ts'
import { rejoinKademlia } from './kademlia-rejoin.ts'
import { type RootMetric, rootWords, Search, Shortlist } from './kademlia-search.ts'
import { expectedEntries, KademliaTable } from './kademlia-table.ts'

export interface KademliaOptions {
  /** Nodes a bucket, nodes an answer names, and nodes a lookup ends with. @default 20 (§2.2) */
  readonly k: number
  /** Requests of one round of a lookup. @default 3 (§2.3) */
  readonly alpha: number
  /** Which honest node counts as a key's root. @default 'xor'; 'numeric' is the other routers' */
  readonly root: RootMetric
}

/** Nodes heard of that a lookup keeps, in k: beyond six times k silent ones it would forget. */
const heardPerK = 6

class BuiltKademlia implements BuiltRouter {
  readonly #context: RouterContext
  readonly #options: KademliaOptions
  readonly #table: KademliaTable
  readonly #search: Search
  readonly #list: Shortlist
  readonly #picked: Int32Array

  constructor(context: RouterContext, options: KademliaOptions) {
    const { k } = options
    this.#context = context
    this.#options = options
    this.#table = new KademliaTable(context.world, { k, siblings: 0 }, context.random)
    this.#search = new Search(context, this.#table, k, options.root)
    this.#list = new Shortlist(this.#table, heardPerK * k)
    this.#picked = new Int32Array(k)
  }

  get bytesPerNode(): number {
    return this.#table.bytes / this.#table.size
  }

  contamination() {
    return this.#table.contamination()
  }

  lookup(origin: number, key: Words, number: number, trueRoot: number, outcome: Outcome): Outcome {
    const { alpha, k } = this.#options
    const list = this.#list
    const search = this.#search
    list.length = 0
    this.#offer(search.begin(origin, key, number, trueRoot), key)
    let width = alpha
    for (;;) {
      const nearestBefore = list.length === 0 ? -1 : list.ranks[0]!
      const picked = this.#pick(width)
      if (picked === 0) break
      for (let i = 0; i < picked; i++) {
        const rank = this.#picked[i]!
        const named = search.ask(rank, key)
        // Who does not respond is removed from consideration (§2.3).
        if (named < 0) list.remove(rank)
        else this.#offer(named, key)
      }
      // A round that brought nobody nearer: all of the k nearest not yet asked are asked (§2.3).
      const nearest = list.length === 0 ? -1 : list.ranks[0]!
      width = nearest === nearestBefore ? k : alpha
    }
    return search.finish(list.length === 0 ? -1 : list.ranks[0]!, outcome)
  }

  rejoin(nodes: readonly number[], random: Random): void {
    rejoinKademlia(this.#context, this.#table, this.#options.k, nodes, random)
  }

  /** The nearest of the k nearest that were not asked yet: the next round, at most `width`. */
  #pick(width: number): number {
    const { ranks, length } = this.#list
    const end = Math.min(this.#options.k, length)
    let picked = 0
    for (let i = 0; i < end && picked < width; i++)
      if (!this.#search.wasAsked(ranks[i]!)) this.#picked[picked++] = ranks[i]!
    return picked
  }

  #offer(count: number, key: Words): void {
    const { answers } = this.#search
    for (let i = 0; i < count; i++)
      if (!this.#search.isOut(answers[i]!)) this.#list.offer(answers[i]!, key)
  }
}

export const kademlia: Router<KademliaOptions> = {
  name: 'kademlia',
  about: 'Kademlia: k-buckets and iterative lookups by XOR (Maymounkov, Mazières 2002)',
  defaults: { k: 20, alpha: 3, root: 'xor' },
  words: { root: rootWords },
  bounds: { k: wholeFrom(1, 1000), alpha: wholeFrom(1, 1000) },
  check: ({ k, alpha }) =>
    alpha > k ? `alpha is above k: a whole number from 1 to ${k} is meant` : undefined,
  build: (context, options) => new BuiltKademlia(context, options),
  estimateBytes: (nodes, { k }) => nodes * (4 * expectedEntries(nodes, { k, siblings: 0 }) + 33),
}
