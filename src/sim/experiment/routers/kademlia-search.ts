// What the iterative lookups of Kademlia and S/Kademlia share: asking a node FIND_NODE with whatever
// enemies make of it, and the list of the nodes heard of, nearest to the key first (Maymounkov,
// Mazières 2002, §2.3). All space is kept between lookups.
import type { Words } from '../../../../routing/ring.ts'
import type { Ending, Outcome, RouterContext } from '../router.ts'
import { honest } from '../world.ts'
import { XorOrder } from './kademlia-order.ts'
import type { KademliaTable } from './kademlia-table.ts'

/** Ranks by distance from the key; beyond its capacity the farthest are forgotten. */
export class Shortlist {
  readonly ranks: Int32Array
  length = 0
  readonly #table: KademliaTable
  readonly #distances: Uint32Array

  constructor(table: KademliaTable, capacity: number) {
    this.#table = table
    this.ranks = new Int32Array(capacity)
    this.#distances = new Uint32Array(capacity)
  }

  /** Adds a rank at its place unless it is there. */
  offer(rank: number, key: Words): void {
    const { ranks } = this
    const distances = this.#distances
    const table = this.#table
    const distance = (table.first[rank]! ^ key[0]!) >>> 0
    const { length } = this
    if (length === ranks.length && distance > distances[length - 1]!) return
    let low = 0
    let high = length
    while (low < high) {
      const middle = (low + high) >>> 1
      const there = distances[middle]!
      const before =
        there === distance ? table.nearerInFull(ranks[middle]!, rank, key) : there < distance
      if (before) low = middle + 1
      else high = middle
    }
    if (low === ranks.length || (low < length && ranks[low] === rank)) return
    const last = length < ranks.length ? this.length++ : length - 1
    for (let i = last; i > low; i--) {
      ranks[i] = ranks[i - 1]!
      distances[i] = distances[i - 1]!
    }
    ranks[low] = rank
    distances[low] = distance
  }

  remove(rank: number): void {
    const at = this.ranks.subarray(0, this.length).indexOf(rank)
    if (at < 0) return
    this.ranks.copyWithin(at, at + 1, this.length)
    this.#distances.copyWithin(at, at + 1, this.length)
    this.length--
  }
}

/** Which honest node a key belongs to: by the metric of the paper, or as the other routers see it. */
export type RootMetric = (typeof rootWords)[number]
export const rootWords = ['xor', 'numeric'] as const

export class Search {
  /** Ranks that the node asked last named. */
  readonly answers: Int32Array
  /** Requests of this lookup. */
  messages = 0
  /** Hops at which the root served; -1 while it was not reached. */
  reachedAt = -1
  /** Did the node asked last serve? */
  served = false
  readonly table: KademliaTable
  readonly #context: RouterContext
  readonly #k: number
  readonly #metric: RootMetric
  readonly #honestOrder: XorOrder
  // By rank, valid where the stamp is this lookup's number of its own.
  readonly #heard: Int32Array
  readonly #asked: Int32Array
  readonly #failed: Int32Array
  readonly #depth: Uint8Array
  #serial = 0
  #number = 0
  #root = -1
  #accomplices: readonly number[] | undefined

  constructor(context: RouterContext, table: KademliaTable, k: number, metric: RootMetric) {
    const { world } = context
    this.#context = context
    this.table = table
    this.#k = k
    this.#metric = metric
    this.answers = new Int32Array(k)
    this.#heard = new Int32Array(table.size)
    this.#asked = new Int32Array(table.size)
    this.#failed = new Int32Array(table.size)
    this.#depth = new Uint8Array(table.size)
    const everybody = Array.from({ length: world.size }, (_, node) => node)
    this.#honestOrder = new XorOrder(
      world.ring,
      everybody.filter((node) => world.kinds[node] === honest),
    )
  }

  /** Starts a lookup. @returns how many of the origin's own entries are in `answers` */
  begin(origin: number, key: Words, number: number, numericRoot: number): number {
    const { table } = this
    const rank = table.rankOf[origin]!
    const root = this.#metric === 'xor' ? this.#honestOrder.root(key) : numericRoot
    this.#root = root < 0 ? -1 : table.rankOf[root]!
    this.#serial++
    this.#number = number
    this.#accomplices = undefined
    this.messages = 0
    this.reachedAt = rank === this.#root ? 0 : -1
    this.#heard[rank] = this.#serial
    this.#asked[rank] = this.#serial
    this.#failed[rank] = this.#serial // never a candidate of its own lookup
    this.#depth[rank] = 0
    const count = table.answer(rank, key, this.#k, this.answers)
    this.#hear(count, 1)
    return count
  }

  /**
   * One FIND_NODE request.
   *
   * @returns how many nodes it names in `answers`; -1 when it is silent
   */
  ask(rank: number, key: Words): number {
    const node = this.table.order.nodes[rank]!
    const { behaviour } = this.#context
    this.messages++
    const { requests } = this.#context
    if (requests !== undefined) requests[node]!++
    this.#asked[rank] = this.#serial
    const deed = behaviour.deed(node, this.#number, key)
    this.served = deed === 'serve'
    if (deed === 'drop') {
      this.#failed[rank] = this.#serial
      return -1
    }
    if (deed === 'serve' && rank === this.#root && this.reachedAt < 0)
      this.reachedAt = this.#depth[rank]!
    const count = deed === 'serve' ? this.#honestAnswer(rank, key) : this.#lie(rank, key)
    this.#hear(count, this.#depth[rank]! + 1)
    return count
  }

  wasAsked(rank: number): boolean {
    return this.#asked[rank] === this.#serial
  }

  /** Silent, or the origin itself: no candidate. */
  isOut(rank: number): boolean {
    return this.#failed[rank] === this.#serial
  }

  /** @param nearest the rank taken for the root when the true one was not reached; -1 for none */
  finish(nearest: number, outcome: Outcome): Outcome {
    const delivered = this.reachedAt >= 0
    const end = delivered ? this.#root : nearest
    outcome.ending = delivered ? 'delivered' : this.#failure(nearest)
    outcome.root = end < 0 ? -1 : this.table.order.nodes[end]!
    outcome.hops = delivered ? this.reachedAt : end < 0 ? 0 : this.#depth[end]!
    outcome.messages = this.messages
    return outcome
  }

  #failure(nearest: number): Ending {
    if (nearest >= 0) return 'wrong-root'
    return this.messages > 0 ? 'dropped' : 'lost'
  }

  #honestAnswer(rank: number, key: Words): number {
    return this.table.answer(rank, key, this.#k, this.answers)
  }

  /** A liar names the accomplices nearest to the key, as far as it is asked for nodes. */
  #lie(liar: number, key: Words): number {
    this.#accomplices ??= this.#context.behaviour.accomplices(key, this.#k)
    let count = 0
    for (const node of this.#accomplices) {
      const rank = this.table.rankOf[node]!
      if (rank !== liar && count < this.#k) this.answers[count++] = rank
    }
    return count
  }

  #hear(count: number, depth: number): void {
    for (let i = 0; i < count; i++) {
      const rank = this.answers[i]!
      if (this.#heard[rank] === this.#serial) continue
      this.#heard[rank] = this.#serial
      this.#depth[rank] = Math.min(depth, 255)
    }
  }
}
