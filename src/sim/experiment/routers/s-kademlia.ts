// S/Kademlia (Baumgart, Mies: S/Kademlia, a practicable approach towards secure key-based routing,
// P2P-NVE 2007), from the paper: Kademlia with sibling lists (§4.2) and lookups over disjoint paths
// (§4.4). Crypto puzzles (§4.1) are not computed: ids that cannot be chosen are the scenario's
// `ids: uniform`, their price is how many Sybils the scenario grants. Signed messages are why a liar can
// name accomplices, and nobody who does not exist.
import type { Words } from '../../../../routing/ring.ts'
import { wholeFrom } from '../../../core/bounds.ts'
import type { Random } from '../../../core/random.ts'
import type { BuiltRouter, Outcome, Router, RouterContext } from '../router.ts'
import { rejoinKademlia } from './kademlia-rejoin.ts'
import { type RootMetric, rootWords, Search, Shortlist } from './kademlia-search.ts'
import { expectedEntries, KademliaTable } from './kademlia-table.ts'

export interface SKademliaOptions {
  /** Nodes a bucket, and nodes an answer names. @default 16 (§5: k = 2·d) */
  readonly k: number
  /** Disjoint paths d; 1 is one path without redundancy. @default 8 (§4.4, §5) */
  readonly paths: number
  /**
   * A path ends when this many that answered it are nearer than all that is left to ask. 1 is the letter
   * of §4.4 ("terminates on a close-by neighbour"): the first liar asked then ends its path. @default 3
   */
  readonly converged: number
  /** Siblings s of a key, who are all asked at a lookup's end. @default 16 (§4.2) */
  readonly siblings: number
  /** The sibling list is this many times s: η of §4.2, which lets
   * near nodes know all s siblings of a key. @default 5 */
  readonly siblingFactor: number
  /**
   * Count as the paper's simulation does (§5): a path that met an enemy is given up with all that it
   * heard, and only a path free of enemies can deliver. Real askers cannot do that, they go on; so this
   * is a lower bound for comparing with the paper's figures 4 and 5. @default false
   */
  readonly strictPaths: boolean
  /** Which honest node counts as a key's root. @default 'xor'; 'numeric' is the other routers' */
  readonly root: RootMetric
}

class BuiltSKademlia implements BuiltRouter {
  readonly #context: RouterContext
  readonly #options: SKademliaOptions
  readonly #table: KademliaTable
  readonly #search: Search
  readonly #paths: readonly Shortlist[]
  readonly #ends: Uint8Array
  /** The path that asked, by rank; valid for whom this lookup asked. */
  readonly #askedBy: Uint8Array
  readonly #found: Shortlist

  constructor(context: RouterContext, options: SKademliaOptions) {
    const { k, paths, siblings, siblingFactor } = options
    this.#context = context
    this.#options = options
    const tables = { k, siblings: siblings * siblingFactor }
    this.#table = new KademliaTable(context.world, tables, context.random)
    this.#search = new Search(context, this.#table, k, options.root)
    this.#paths = Array.from({ length: paths }, () => new Shortlist(this.#table, 4 * k))
    this.#ends = new Uint8Array(paths)
    this.#askedBy = new Uint8Array(this.#table.size)
    this.#found = new Shortlist(this.#table, 4 * Math.max(k, siblings))
  }

  get bytesPerNode(): number {
    return this.#table.bytes / this.#table.size
  }

  contamination() {
    return this.#table.contamination()
  }

  lookup(origin: number, key: Words, number: number, trueRoot: number, outcome: Outcome): Outcome {
    const search = this.#search
    const paths = this.#paths
    // Lists of own entries are dealt anew; what the origin itself found counts as heard.
    this.#distribute(search.begin(origin, key, number, trueRoot), key)
    // The paths run side by side, a request each a round; no node is asked by two of them (§4.4).
    for (let running = paths.length; running > 0; ) {
      running = 0
      for (let path = 0; path < paths.length; path++) {
        if (this.#ends[path] === 1) continue
        const next = this.#next(path)
        if (next < 0) {
          this.#ends[path] = 1
          continue
        }
        running++
        const named = search.ask(next, key)
        if (this.#options.strictPaths && !search.served) this.#giveUp(path)
        else if (named < 0) paths[path]!.remove(next)
        else this.#offer(paths[path]!, named, key)
      }
    }
    this.#askSiblings(key)
    return search.finish(this.#found.length === 0 ? -1 : this.#found.ranks[0]!, outcome)
  }

  rejoin(nodes: readonly number[], random: Random): void {
    rejoinKademlia(this.#context, this.#table, this.#options.k, nodes, random)
  }

  /** The k nearest that the origin knows, dealt to the paths by turns, the nearest first (§4.4). */
  #distribute(count: number, key: Words): void {
    const found = this.#found
    found.length = 0
    this.#ends.fill(0)
    for (const path of this.#paths) path.length = 0
    this.#offer(found, count, key)
    for (let i = 0; i < found.length; i++)
      this.#paths[i % this.#paths.length]!.offer(found.ranks[i]!, key)
  }

  /**
   * The nearest on a path that nobody asked; -1 when the path is at its end: `converged` nodes that
   * answered it are nearer than all that no path used.
   */
  #next(path: number): number {
    const { ranks, length } = this.#paths[path]!
    let answered = 0
    for (let i = 0; i < length; i++) {
      const rank = ranks[i]!
      if (!this.#search.wasAsked(rank)) {
        this.#askedBy[rank] = path
        return rank
      }
      if (this.#askedBy[rank] === path && ++answered === this.#options.converged) return -1
    }
    return -1
  }

  #giveUp(path: number): void {
    this.#paths[path]!.length = 0
    this.#ends[path] = 1
  }

  #offer(list: Shortlist, count: number, key: Words): void {
    const { answers } = this.#search
    for (let i = 0; i < count; i++)
      if (!this.#search.isOut(answers[i]!)) list.offer(answers[i]!, key)
  }

  /** The s nearest of all that the paths heard of are asked, so that one honest end suffices. */
  #askSiblings(key: Words): void {
    const found = this.#found
    if (this.#options.strictPaths) found.length = 0
    for (const path of this.#paths)
      for (let i = 0; i < path.length; i++)
        if (!this.#search.isOut(path.ranks[i]!)) found.offer(path.ranks[i]!, key)
    for (let i = 0; i < Math.min(found.length, this.#options.siblings); ) {
      const rank = found.ranks[i]!
      if (!this.#search.wasAsked(rank) && this.#search.ask(rank, key) < 0) found.remove(rank)
      else i++
    }
  }
}

const count = wholeFrom(1, 250)

export const sKademlia: Router<SKademliaOptions> = {
  name: 's-kademlia',
  about: 'S/Kademlia: disjoint paths and sibling lists over Kademlia (Baumgart, Mies 2007)',
  defaults: {
    k: 16,
    paths: 8,
    converged: 3,
    siblings: 16,
    siblingFactor: 5,
    strictPaths: false,
    root: 'xor',
  },
  words: { root: rootWords },
  bounds: { k: count, paths: count, converged: count, siblings: count, siblingFactor: count },
  check: ({ k, paths, converged }) =>
    Object.entries({ paths, converged }).flatMap(([name, value]) =>
      value > k ? [`${name} is above k: a whole number from 1 to ${k} is meant`] : [],
    ),
  build: (context, options) => new BuiltSKademlia(context, options),
  estimateBytes: (nodes, { k, siblings, siblingFactor }) =>
    nodes * (4 * expectedEntries(nodes, { k, siblings: siblings * siblingFactor }) + 34),
}
