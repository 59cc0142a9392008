// Who does not speak to whom: a negative rating of either bars both directions (3-routing: a vetoed
// node is never dialled and its dials are refused). Kept as sorted runs of numbers, asked at every hop.
import type { Ring, Words } from '../../../../routing/ring.ts'
import type { RatingGraph } from '../../../../trustchain/graph/rating-graph.ts'
import { Nearest } from '../nearest.ts'
import type { Outcome } from '../router.ts'
import { honest } from '../world.ts'

export class Vetoes {
  /** Those barred from node a, rising: `#others` from `#start[a]` to `#start[a + 1]`. */
  readonly #start: Int32Array
  readonly #others: Int32Array
  /** By node: bit b mod 32 of each b barred from it. Nearly every question ends here. */
  readonly #masks: Int32Array
  readonly #ring: Ring
  readonly #kinds: Uint8Array
  #parts: Parts | undefined

  private constructor(ring: Ring, kinds: Uint8Array, start: Int32Array, others: Int32Array) {
    this.#ring = ring
    this.#kinds = kinds
    this.#start = start
    this.#others = others
    this.#masks = new Int32Array(ring.size)
    for (let node = 0; node < ring.size; node++)
      for (let i = start[node]!; i < start[node + 1]!; i++)
        this.#masks[node]! |= 1 << (others[i]! & 31)
  }

  /**
   * The vetoes among ratings; undefined where nobody rates anybody negative.
   *
   * @param placeOf what a node of the ratings is called from here on: its number in `ring` and `kinds`
   */
  static of(
    ratings: RatingGraph,
    placeOf: Int32Array,
    ring: Ring,
    kinds: Uint8Array,
  ): Vetoes | undefined {
    const { size } = ring
    const start = new Int32Array(size + 1)
    ratings.forEach((author, subject, value) => {
      if (value >= 0) return
      start[placeOf[author]! + 1]!++
      start[placeOf[subject]! + 1]!++
    })
    for (let node = 0; node < size; node++) start[node + 1]! += start[node]!
    if (start[size] === 0) return undefined
    const next = start.slice()
    const others = new Int32Array(start[size]!)
    ratings.forEach((author, subject, value) => {
      if (value >= 0) return
      const [a, b] = [placeOf[author]!, placeOf[subject]!]
      others[next[a]!++] = b
      others[next[b]!++] = a
    })
    for (let node = 0; node < size; node++) others.subarray(start[node]!, start[node + 1]!).sort()
    return new Vetoes(ring, kinds, start, others)
  }

  /** How many nodes are barred from this one. */
  count(node: number): number {
    return this.#start[node + 1]! - this.#start[node]!
  }

  /** Does either rate the other negative? */
  bars(a: number, b: number): boolean {
    if (((this.#masks[a]! >>> (b & 31)) & 1) === 0) return false
    const others = this.#others
    let low = this.#start[a]!
    let high = this.#start[a + 1]!
    const end = high
    while (low < high) {
      const middle = (low + high) >>> 1
      if (others[middle]! < b) low = middle + 1
      else high = middle
    }
    return low < end && others[low] === b
  }

  /**
   * The honest node nearest to the key among those that `origin` can reach at all, from one honest
   * node to the next that it may speak to. That is the true root, except where vetoes cut a
   * network into parts: nobody can carry a message to a node that speaks to none of us.
   */
  reachableRoot(origin: number, key: Words, trueRoot: number): number {
    this.#parts ??= partsOf(this.#ring, this.#kinds, this)
    const { part, nearest } = this.#parts
    const own = part[origin]!
    return part[trueRoot] === own || own < 0 ? trueRoot : nearest(own).to(key)
  }

  /**
   * The last resort where vetoes leave tables no way on: everybody asks whomever it may speak to,
   * until one of them is the target. Honest nodes only.
   *
   * @returns undefined when no such way leads there
   */
  flood(origin: number, target: number): FloodedWay | undefined {
    let unseen: number[] = []
    for (let node = 0; node < this.#ring.size; node++)
      if (this.#kinds[node] === honest && node !== origin) unseen.push(node)
    let asking = [origin]
    const told: number[] = []
    for (let hops = 0; asking.length > 0; hops++) {
      if (asking.includes(target)) return { hops, told }
      const asked: number[] = []
      for (const node of asking) {
        const kept: number[] = []
        for (const other of unseen) (this.bars(node, other) ? kept : asked).push(other)
        unseen = kept
      }
      told.push(...asked)
      asking = asked
    }
    return undefined
  }
}

/** A way that was found by asking everybody who may be asked. */
export interface FloodedWay {
  readonly hops: number
  /** Nodes that were asked on the way, each once. */
  readonly told: readonly number[]
}

interface Parts {
  /** Of each honest node the number of its part; -1 of the others. */
  readonly part: Int32Array
  readonly nearest: (part: number) => Nearest
}

/** Connected parts of "may speak": a search over the complement of the vetoes, O(nodes + vetoes). */
function partsOf(ring: Ring, kinds: Uint8Array, vetoes: Vetoes): Parts {
  const part = new Int32Array(ring.size).fill(-1)
  let unseen: number[] = []
  for (let node = 0; node < ring.size; node++) if (kinds[node] === honest) unseen.push(node)
  let parts = 0
  while (unseen.length > 0) {
    const queue = [unseen.pop()!]
    part[queue[0]!] = parts
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      const kept: number[] = []
      for (const other of unseen) {
        if (vetoes.bars(node, other)) kept.push(other)
        else {
          part[other] = parts
          queue.push(other)
        }
      }
      unseen = kept
    }
    parts++
  }
  const known = new Map<number, Nearest>()
  const nearest = (wanted: number): Nearest => {
    const members: number[] = []
    const found = known.get(wanted)
    if (found !== undefined) return found
    for (let node = 0; node < ring.size; node++) if (part[node] === wanted) members.push(node)
    const made = new Nearest(ring, members)
    known.set(wanted, made)
    return made
  }
  return { part, nearest }
}

/**
 * Vetoes left the tables no way: whoever may speak to whom hands it on.
 *
 * @param asked called for each node that is sent a request
 */
export function floodPast(
  vetoes: Vetoes,
  origin: number,
  root: number,
  outcome: Outcome,
  asked: (node: number) => void,
): void {
  const way = vetoes.flood(origin, root)
  if (way === undefined) return
  outcome.ending = 'delivered'
  outcome.root = root
  outcome.hops = way.hops
  outcome.messages += way.told.length
  for (const node of way.told) asked(node)
}
