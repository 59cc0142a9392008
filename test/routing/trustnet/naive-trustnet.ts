// The policy trustnet once more, naively: ids as text, maps and sorting, big integers for the dice,
// nothing kept between calls. What the fast implementation is checked against.
import type { Sizes, TrustnetOptions } from '../../../routing/trustnet/options.ts'
import { clockwise, distance, sharedDigits } from '../naive-ring.ts'

/** Who rates whom, in millionths. */
export type Ratings = ReadonlyMap<string, ReadonlyMap<string, number>>

const mask = 0xffffffffn

/** sfc32 over big integers. */
class NaiveDraws {
  #words: bigint[]

  constructor(id: string, overlay: number, epoch: number, purpose: number) {
    const word = (i: number): bigint => BigInt(`0x${id.slice(8 * i, 8 * i + 8)}`)
    const times = (a: number, b: number): bigint => (BigInt(a >>> 0) * BigInt(b)) & mask
    this.#words = [
      word(0) ^ times(overlay, 0x9e3779b1),
      word(1) ^ times(epoch, 0x85ebca6b),
      word(2) ^ times(purpose, 0xc2b2ae35),
      word(3) ^ 1n,
    ]
    for (let i = 0; i < 12; i++) this.next()
  }

  next(): bigint {
    const [a, b, c, count] = this.#words as [bigint, bigint, bigint, bigint]
    const rolled = (a + b + count) & mask
    const turned = ((c << 21n) | (c >> 11n)) & mask
    this.#words = [
      b ^ (b >> 9n),
      (c + (c << 3n)) & mask,
      (turned + rolled) & mask,
      (count + 1n) & mask,
    ]
    return rolled
  }

  below(bound: number): number {
    return Number((this.next() * BigInt(bound)) >> 32n)
  }
}

interface Way {
  readonly to: string
  readonly weight: number
}

export class NaiveTrustnet {
  readonly ids: readonly string[]
  readonly #ratings: Ratings
  readonly #options: TrustnetOptions
  readonly #sizes: Sizes
  readonly #nodes: number
  readonly #epoch: number

  constructor(
    ids: readonly string[],
    ratings: Ratings,
    options: TrustnetOptions,
    sizes: Sizes,
    nodes: number,
    epoch: number,
  ) {
    this.ids = ids.toSorted()
    this.#ratings = ratings
    this.#options = options
    this.#sizes = sizes
    this.#nodes = nodes
    this.#epoch = epoch
  }

  rating(from: string, to: string): number {
    return this.#ratings.get(from)?.get(to) ?? 0
  }

  isBarred(a: string, b: string): boolean {
    return this.rating(a, b) < 0 || this.rating(b, a) < 0
  }

  isSampled(from: string, to: string): boolean {
    if (this.#options.skipHostile && this.rating(to, from) < 0) return false
    return this.rating(from, to) > Math.max(0, this.#options.onlyAbove * 1_000_000)
  }

  weight(from: string, to: string): number {
    const { embed, ratingExponent } = this.#options
    const common = this.ids.filter(
      (x) =>
        x !== to &&
        this.isSampled(from, x) &&
        this.isSampled(x, to) &&
        this.rating(x, to) > 300_000,
    ).length
    let weight = (4096 * (1 + embed * Math.min(3, common))) / (1 + 3 * embed)
    for (let i = 0; i < ratingExponent; i++) weight *= this.rating(from, to) / 1_000_000
    return Math.max(1, Math.round(weight))
  }

  #waysFrom(node: string): Way[] {
    return this.ids
      .filter((to) => this.isSampled(node, to))
      .map((to) => ({ to, weight: this.weight(node, to) }))
  }

  #waysInto(node: string): Way[] {
    return this.ids
      .filter((from) => this.isSampled(from, node))
      .map((from) => ({ to: from, weight: this.weight(from, node) }))
  }

  #step(ways: readonly Way[], draws: NaiveDraws): string {
    const sum = ways.reduce((total, { weight }) => total + weight, 0)
    let left = draws.below(sum)
    for (const { to, weight } of ways) {
      if (left < weight) return to
      left -= weight
    }
    throw new Error('the draw lies below the sum')
  }

  /** Entry → score and first friend. */
  list(owner: string): Map<string, { score: number; first: string }> {
    const { walkLength, scoreBy } = this.#options
    const draws = new NaiveDraws(owner, 0, this.#epoch, 1)
    const found = new Map<string, { score: number; first: string }>()
    const friends = this.#waysFrom(owner)
    const size = this.#sizes.listSize
    for (let walk = 0; walk < 6 * size && found.size < size && friends.length > 0; walk++) {
      const first = this.#step(friends, draws)
      const length = 1 + draws.below(walkLength)
      const path = [owner, first]
      while (path.length - 1 < length) {
        const ways = this.#waysFrom(path.at(-1)!)
        if (ways.length === 0) break
        let next = this.#step(ways, draws)
        if (next === path.at(-2)) next = this.#step(ways, draws)
        path.push(next)
      }
      const end = path.at(-1)!
      if (end === owner || this.isBarred(owner, end)) continue
      let decay = 1_000_000
      for (let i = 0; i < path.length - 2; i++) decay = Math.floor(decay * 0.7)
      const rating = scoreBy === 'rating' ? this.rating(owner, first) : 1_000_000
      const entry = found.get(end) ?? { score: 0, first }
      entry.score += Math.floor((rating * decay) / 1_000_000)
      found.set(end, entry)
    }
    return found
  }

  /** Where the node's own backward walks end. */
  registersWith(node: string): Set<string> {
    const draws = new NaiveDraws(node, 0, this.#epoch, 2)
    const ends = new Set<string>()
    for (let walk = 0; walk < this.#sizes.registered; walk++) {
      const length = 1 + draws.below(this.#options.walkLength)
      const path = [node]
      while (path.length - 1 < length) {
        const ways = this.#waysInto(path.at(-1)!)
        if (ways.length === 0) break
        let next = this.#step(ways, draws)
        if (next === path.at(-2)) next = this.#step(ways, draws)
        path.push(next)
      }
      if (path.length === 1) break
      if (path.at(-1) !== node) ends.add(path.at(-1)!)
    }
    return ends
  }

  registered(node: string): string[] {
    return this.ids.filter((other) => this.registersWith(other).has(node))
  }

  /** Whom a list and its registrations vote for, nearest first, a clockwise and a counter-clockwise one in turn. */
  named(asked: string, owner: string): string[] {
    const known = new Set([...this.list(asked).keys(), ...this.registered(asked)])
    known.delete(owner)
    const others = [...known]
    const by = (key: (id: string) => bigint) => (a: string, b: string) => (key(a) < key(b) ? -1 : 1)
    const right = others.toSorted(by((id) => clockwise(owner, id)))
    const left = others.toSorted(by((id) => clockwise(id, owner)))
    const { listSize } = this.#sizes
    const isSmall = this.#nodes <= 4 * listSize
    const aSide = isSmall ? Math.max(2, Math.ceil((16 * listSize) / this.#nodes)) : 2
    const inSpanMax =
      this.#options.auditMax === 0 ? Number.POSITIVE_INFINITY : isSmall ? 2 * aSide : 0
    const isNear = (id: string, place: number): boolean =>
      place < aSide || sharedDigits(id, owner) >= 2
    const cut = (side: string[]): string[] => {
      const end = side.findIndex((id, place) => !isNear(id, place))
      return end < 0 ? side : side.slice(0, end)
    }
    const [onRight, onLeft] = [cut(right), cut(left)]
    const result: string[] = []
    for (let i = 0; result.length < others.length && i < others.length; i++)
      for (const id of [onRight[i], onLeft[i]])
        if (id !== undefined && !result.includes(id)) result.push(id)
    const span = Math.min(2 ** 31, Math.ceil((2 ** 32 * 16) / Math.max(this.#nodes, 1)))
    const word = (id: string): number => Number.parseInt(id.slice(0, 8), 16)
    let inSpan = 0
    return result.filter((id) => {
      const apart = (word(id) - word(owner)) >>> 0
      if (Math.min(apart, 2 ** 32 - apart) > span) return true
      return ++inSpan <= Math.max(this.#options.auditMax, inSpanMax)
    })
  }

  /** Candidate → votes and score. */
  candidates(owner: string): Map<string, { votes: number; score: number; first: string }> {
    const found = new Map<string, { votes: number; score: number; first: string }>()
    const own = this.list(owner)
    for (const [entry, { score, first }] of own) found.set(entry, { votes: 2, score, first })
    for (const entry of [...own.keys()].sort()) {
      const { score, first } = own.get(entry)!
      for (const id of this.named(entry, owner)) {
        const candidate = found.get(id) ?? { votes: 0, score: 0, first }
        candidate.votes++
        candidate.score += Math.floor((score * 3) / 10)
        found.set(id, candidate)
      }
    }
    return found
  }

  /** The nearest candidates of a side with enough votes, within half the ring. */
  leaves(owner: string, side: 0 | 1, needed: number, room: number): string[] {
    const away = (id: string): bigint => (side === 1 ? clockwise(owner, id) : clockwise(id, owner))
    const isOnSide = (id: string): boolean => clockwise(owner, id) < 2n ** 127n === (side === 1)
    return [...this.candidates(owner)]
      .filter(([, { votes }]) => votes >= needed)
      .map(([id]) => id)
      .filter(isOnSide)
      .sort((a, b) => (away(a) < away(b) ? -1 : 1))
      .slice(0, room)
  }

  /** The best candidate of a slot: score, then the smaller id. */
  best(owner: string, row: number, column: number): string | undefined {
    return [...this.candidates(owner)]
      .filter(([id]) => !this.isBarred(owner, id))
      .filter(([id]) => sharedDigits(owner, id) === row)
      .filter(([id]) => Number.parseInt(id[row]!, 16) === column)
      .sort(([a, x], [b, y]) => y.score - x.score || (a < b ? -1 : 1))[0]?.[0]
  }

  nearest(ids: Iterable<string>, key: string, count: number): string[] {
    return [...ids]
      .sort((a, b) => {
        const difference = distance(a, key) - distance(b, key)
        return difference === 0n ? (a < b ? -1 : 1) : difference < 0n ? -1 : 1
      })
      .slice(0, count)
  }
}
