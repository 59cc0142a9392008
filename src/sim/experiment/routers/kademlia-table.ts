// k-buckets of every node of a world in one pool of typed arrays (Maymounkov, Mazières 2002, §2.2 and
// §2.4; sibling lists: Baumgart, Mies 2007, §4.2). Bucket i of a node holds nodes that share exactly i
// leading bits with it. The pool has ranks (places in the order of positions), a node's buckets behind
// one another by i, so that a bucket is found by searching its run and needs no index of its own.
import type { Words } from '../../../../routing/ring.ts'
import type { Random } from '../../../core/random.ts'
import type { Contamination } from '../router.ts'
import { honest, type World } from '../world.ts'
import { sharedBits, XorOrder } from './kademlia-order.ts'

export interface KademliaTableOptions {
  /** Nodes a bucket. */
  readonly k: number
  /** The nearest nodes that each node knows in full, whatever the buckets hold; 0 for plain Kademlia. */
  readonly siblings: number
}

/** What a full network's tables hold, for estimates: full buckets down to the level of k nodes. */
export function expectedEntries(nodes: number, { k, siblings }: KademliaTableOptions): number {
  const others = Math.max(0, nodes - 1)
  const complete = Math.max(k, siblings)
  if (others <= complete) return others
  return Math.min(others, Math.ceil(k * Math.log2(nodes / complete) + 1.5 * complete))
}

export class KademliaTable {
  readonly order: XorOrder
  readonly size: number
  readonly k: number
  readonly siblings: number
  /** First word of the position by rank: decides nearly every comparison. */
  readonly first: Uint32Array
  /** Place in the order, by node. */
  readonly rankOf: Int32Array
  /** The entries of rank r are `entries[i]`, ranks too, for i from `start[r]` to `start[r] + count[r]`. */
  readonly start: Int32Array
  readonly count: Int32Array
  entries: Int32Array
  readonly #world: World
  readonly #words: Words
  readonly #near: Int32Array

  constructor(world: World, options: KademliaTableOptions, random: Random) {
    const { size, ring } = world
    this.#world = world
    this.#words = ring.words
    this.size = size
    this.k = options.k
    this.siblings = options.siblings
    this.order = new XorOrder(
      ring,
      Int32Array.from({ length: size }, (_, node) => node),
    )
    this.first = new Uint32Array(size)
    this.rankOf = new Int32Array(size)
    for (let rank = 0; rank < size; rank++) {
      const node = this.order.nodes[rank]!
      this.rankOf[node] = rank
      this.first[rank] = ring.words[4 * node]!
    }
    this.start = new Int32Array(size)
    this.count = new Int32Array(size)
    this.#near = new Int32Array(Math.max(options.k, options.siblings))
    let total = 0
    for (let rank = 0; rank < size; rank++) {
      this.start[rank] = total
      total += this.#fill(rank, undefined)
    }
    this.entries = new Int32Array(total)
    for (let rank = 0; rank < size; rank++) this.count[rank] = this.#fill(rank, random)
  }

  get bytes(): number {
    const { entries, start, count, first, rankOf, order } = this
    return [entries, start, count, first, rankOf, order.nodes].reduce(
      (sum, array) => sum + array.byteLength,
      0,
    )
  }

  /** Word of the position of a rank in the ring's words. */
  at(rank: number): number {
    return 4 * this.order.nodes[rank]!
  }

  /** Leading bits that two ranks share. */
  shared(a: number, b: number): number {
    const differing = this.first[a]! ^ this.first[b]!
    if (differing !== 0) return Math.clz32(differing)
    return sharedBits(this.#words, this.at(a), this.#words, this.at(b))
  }

  /** Is rank a strictly nearer to the key than rank b? */
  nearer(a: number, b: number, key: Words): boolean {
    const k = key[0]!
    const x = (this.first[a]! ^ k) >>> 0
    const y = (this.first[b]! ^ k) >>> 0
    return x === y ? this.nearerInFull(a, b, key) : x < y
  }

  /** The same where the first words tell nothing. */
  nearerInFull(a: number, b: number, key: Words): boolean {
    const words = this.#words
    for (let i = 1; i < 4; i++) {
      const x = (words[this.at(a) + i]! ^ key[i]!) >>> 0
      const y = (words[this.at(b) + i]! ^ key[i]!) >>> 0
      if (x !== y) return x < y
    }
    return false
  }

  /**
   * What a node answers to FIND_NODE (§2.3): the `wanted` nodes nearest to the key that it knows, itself
   * left out, into `out` in no order.
   *
   * @returns how many
   */
  answer(rank: number, key: Words, wanted: number, out: Int32Array): number {
    const begin = this.start[rank]!
    const end = begin + this.count[rank]!
    const level = sharedBits(this.#words, this.at(rank), key, 0)
    let from = this.#firstOfLevel(rank, begin, end, level)
    const to = this.#firstOfLevel(rank, from, end, level + 1)
    // The key's own bucket is nearest, then all deeper ones together, then one shallower after another.
    let found = this.#take(from, to, key, wanted, out, 0)
    if (found < wanted) found = this.#take(to, end, key, wanted, out, found)
    while (found < wanted && from > begin) {
      const shallower = this.shared(rank, this.entries[from - 1]!)
      const below = this.#firstOfLevel(rank, begin, from, shallower)
      found = this.#take(below, from, key, wanted, out, found)
      from = below
    }
    return found
  }

  /**
   * Replaces what a node knows. Full buckets keep those learned first (§2.2), siblings always stay.
   *
   * @param learned distinct ranks without the node itself, in the order of learning
   */
  relearn(rank: number, learned: readonly number[]): void {
    const at = this.at(rank)
    const own = this.#words.subarray(at, at + 4)
    // The nearest last: that is the order of buckets, and siblings then are the tail of the run.
    const byDistance = (a: number, b: number): number => (this.nearer(a, b, own) ? 1 : -1)
    const sorted = learned.toSorted(byDistance)
    const siblings = new Set(this.siblings === 0 ? [] : sorted.slice(-this.siblings))
    const inBucket = new Uint16Array(129)
    for (const other of siblings) inBucket[this.shared(rank, other)]!++
    const kept = learned.filter(
      (other) => siblings.has(other) || inBucket[this.shared(rank, other)]!++ < this.k,
    )
    const start = this.start[rank]!
    const room = (rank + 1 < this.size ? this.start[rank + 1]! : this.entries.length) - start
    const nearest = kept.sort(byDistance).slice(Math.max(0, kept.length - room))
    this.entries.set(nearest, start)
    this.count[rank] = nearest.length
  }

  /** Enemies among what honest nodes know; siblings count as their leaf set. */
  contamination(): Contamination {
    const { kinds } = this.#world
    const { nodes } = this.order
    const rows = new Float64Array(33)
    const enemiesByRow = new Float64Array(33)
    const leaves = [0, 0] as [number, number]
    let eclipsed = 0
    for (let rank = 0; rank < this.size; rank++) {
      if (kinds[nodes[rank]!] !== honest) continue
      const end = this.start[rank]! + this.count[rank]!
      let friends = 0
      for (let i = this.start[rank]!; i < end; i++) {
        const enemy = kinds[nodes[this.entries[i]!]!] === honest ? 0 : 1
        const row = this.shared(rank, this.entries[i]!) >>> 2
        rows[row]!++
        enemiesByRow[row]! += enemy
        if (i < end - this.siblings) continue
        leaves[enemy]!++
        friends += 1 - enemy
      }
      if (friends === 0) eclipsed++
    }
    const sum = (counts: Float64Array): number => counts.reduce((total, one) => total + one, 0)
    const depth = rows.findLastIndex((count) => count > 0) + 1
    const share = (part: number, all: number): number | undefined =>
      all === 0 ? undefined : part / all
    return {
      table: share(sum(enemiesByRow), sum(rows)),
      leafSet: share(leaves[1], leaves[0] + leaves[1]),
      byRow: Array.from({ length: depth }, (_, row) => share(enemiesByRow[row]!, rows[row]!)),
      eclipsed: this.siblings === 0 ? undefined : eclipsed,
    }
  }

  /** First place of `from`..`to` of a node's run whose entry shares at least `level` bits with it. */
  #firstOfLevel(rank: number, from: number, to: number, level: number): number {
    let low = from
    let high = to
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.shared(rank, this.entries[middle]!) < level) low = middle + 1
      else high = middle
    }
    return low
  }

  /** Adds the nearest of a run of entries behind the `found` there are, up to `wanted` in all. */
  #take(
    from: number,
    to: number,
    key: Words,
    wanted: number,
    out: Int32Array,
    found: number,
  ): number {
    const { entries } = this
    if (to - from <= wanted - found) {
      for (let i = from; i < to; i++) out[found + i - from] = entries[i]!
      return found + to - from
    }
    let filled = found
    for (let i = from; i < to; i++) {
      const candidate = entries[i]!
      if (filled === wanted && !this.nearer(candidate, out[wanted - 1]!, key)) continue
      let place = filled < wanted ? filled++ : wanted - 1
      for (; place > found && this.nearer(candidate, out[place - 1]!, key); place--)
        out[place] = out[place - 1]!
      out[place] = candidate
    }
    return filled
  }

  /** Fills a node's buckets, or with no `random` only counts what they will hold. */
  #fill(rank: number, random: Random | undefined): number {
    const words = this.#words
    const at = this.at(rank)
    let low = 0
    let high = this.size
    let filled = 0
    for (let bit = 0; high - low > 1 && bit < 128; bit++) {
      const middle = this.order.split(low, high, bit)
      const above = rank >= middle
      const from = above ? low : middle
      const to = above ? middle : high
      const deeper = high - low - (to - from) - 1
      if (above) low = middle
      else high = middle
      const siblings = Math.min(to - from, Math.max(0, this.siblings - deeper))
      const wanted = Math.min(to - from, Math.max(this.k, siblings))
      if (random !== undefined && wanted > 0) {
        const put = this.start[rank]! + filled
        if (siblings > 0) this.order.nearest(words, at, siblings, this.#near, from, to, bit + 1)
        this.#sample(put, from, to, wanted, siblings, random)
      }
      filled += wanted
    }
    return filled
  }

  /** A bucket: `siblings` nodes of #near last, others of its subtree drawn uniformly before them. */
  #sample(
    put: number,
    from: number,
    to: number,
    wanted: number,
    siblings: number,
    random: Random,
  ): void {
    const { entries } = this
    const end = put + wanted
    for (let i = 0; i < siblings; i++) entries[end - 1 - i] = this.#near[i]!
    if (wanted === to - from && siblings < wanted) {
      for (let i = 0, next = put; i < to - from; i++)
        if (entries.subarray(end - siblings, end).indexOf(from + i) < 0) entries[next++] = from + i
      return
    }
    let place = end - siblings
    while (place > put) {
      const candidate = from + random.below(to - from)
      let taken = false
      for (let i = place; i < end && !taken; i++) taken = entries[i] === candidate
      if (!taken) entries[--place] = candidate
    }
  }
}
