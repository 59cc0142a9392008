// Keeps copies where they belong while nodes come and go. A holder thinks its values over when its
// leaf set changed, and now and then anyway: it offers them to those whom it takes for their holders,
// by key and digest alone, and who lacks one asks for it. A slice at a time, so that neither the thinking
// nor the copying holds the node up.
import type { Millis, NodeId, RingKey } from '../../src/core/id.ts'
import { Remembered } from '../../src/core/remembered.ts'
import {
  brokenOfferMs,
  brokenOffersMax,
  offerMissesMax,
  pullsMax,
  pullsPerPeerMax,
  pullsWaitingMax,
  refusedCopiesMax,
  refusedCopyMs,
  repairedPerSliceMax,
  shareFillsMs,
  unansweredRestMs,
} from './limits.ts'
import type { Offered, ValuesMessage } from './message.ts'

/** What became of a copy that was asked for. */
export type Came =
  /** It is kept here. */
  | 'kept'
  /** It came and cannot be kept: as it is, nobody need hand it over again. */
  | 'refused'
  /** It came, and the peer has used up its share of new bytes. */
  | 'too-much'
  /** The peer did not have it, or was silent. */
  | 'missing'
  /** The peer is out of reach, or has too much to do. */
  | 'unanswered'

export interface RepairPorts {
  readonly self: NodeId
  /** The keys held. */
  readonly keys: () => readonly RingKey[]
  readonly digest: (key: RingKey) => string | undefined
  readonly holders: (key: RingKey) => readonly NodeId[]
  /** Would this node keep it, and has it room? */
  readonly wants: (key: RingKey) => boolean
  /** The nodes of the leaf set. */
  readonly leaves: () => readonly NodeId[]
  readonly send: (to: NodeId, message: ValuesMessage) => void
  /** Asks a peer for what it offered and keeps it; `settled` is called once. */
  readonly pull: (from: NodeId, offered: Offered, settled: (came: Came) => void) => void
}

export class Repair {
  readonly #ports: RepairPorts
  readonly #passEvery: Millis
  #leaves: readonly NodeId[] = []
  #lastPass: Millis = Number.NEGATIVE_INFINITY
  /** Keys that this pass has yet to think over. */
  #left: RingKey[] = []
  /** What peers offered and this node lacks, by the peer. */
  readonly #offered = new Map<NodeId, Map<RingKey, string>>()
  #waiting = 0
  readonly #pulling = new Set<RingKey>()
  readonly #pullsOf = new Map<NodeId, number>()
  /** How often in turn, and when last, a peer did not have what it offered. */
  readonly #misses = new Remembered<NodeId, { readonly count: number; readonly at: Millis }>(
    brokenOffersMax,
  )
  /** Peers whose offers are not looked at before this time. */
  readonly #resting = new Remembered<NodeId, Millis>(brokenOffersMax)
  /** Digests of what came and could not be kept, and when. */
  readonly #refused = new Remembered<string, Millis>(refusedCopiesMax)
  #now: Millis = 0

  constructor(ports: RepairPorts, passEvery: Millis) {
    this.#ports = ports
    this.#passEvery = passEvery
  }

  /** Copies under way and waiting. */
  get pending(): number {
    return this.#pulling.size + this.#waiting
  }

  /** One slice; begins a pass where one is due. */
  tick(now: Millis): void {
    this.#now = now
    const leaves = this.#ports.leaves()
    if (!sameList(leaves, this.#leaves) || now - this.#lastPass >= this.#passEvery) {
      this.#leaves = leaves
      // What the pass before had not come to yet comes first: constant change must not starve the last.
      const keys = this.#ports.keys()
      // A pass over nothing is none: the first value does not wait a minute for the next.
      this.#lastPass = keys.length === 0 ? Number.NEGATIVE_INFINITY : now
      const isHeld = new Set(keys)
      const isLeft = new Set(this.#left)
      const others = keys.filter((key) => !isLeft.has(key))
      this.#left = [...this.#left.filter((key) => isHeld.has(key)), ...others]
    }
    if (this.#left.length > 0) this.#offer(this.#left.splice(0, repairedPerSliceMax))
    this.#run()
  }

  #offer(keys: readonly RingKey[]): void {
    const offers = new Map<NodeId, Offered[]>()
    for (const key of keys) {
      const digest = this.#ports.digest(key)
      if (digest === undefined) continue
      for (const holder of this.#ports.holders(key)) {
        if (holder === this.#ports.self) continue
        const offered = offers.get(holder) ?? []
        offered.push({ key, digest })
        offers.set(holder, offered)
      }
    }
    for (const [holder, values] of offers) this.#ports.send(holder, { say: 'offer', values })
  }

  /** A peer holds these. Its newest offers replace what it offered before. */
  offered(from: NodeId, values: readonly Offered[], now: Millis): void {
    this.#now = now
    if (now < (this.#resting.get(from) ?? 0)) return
    const lacking = values.filter((one) => this.#isLacking(one))
    this.#forget(from)
    const room = pullsWaitingMax - this.#waiting
    const kept = new Map(lacking.slice(0, room).map(({ key, digest }) => [key, digest]))
    if (kept.size === 0) return
    this.#offered.set(from, kept)
    this.#waiting += kept.size
    this.#run()
  }

  /** Worth asking for: not held, wanted, and not refused of late. */
  #isLacking({ key, digest }: Offered): boolean {
    if (this.#ports.digest(key) === digest) return false
    const refusedAt = this.#refused.get(digest)
    if (refusedAt !== undefined && this.#now - refusedAt < refusedCopyMs) return false
    return this.#ports.wants(key)
  }

  /** What a peer offered cannot be had of it any more. */
  dropped(peer: NodeId): void {
    this.#forget(peer)
  }

  #forget(peer: NodeId): void {
    this.#waiting -= this.#offered.get(peer)?.size ?? 0
    this.#offered.delete(peer)
  }

  /** Asks for what is lacking: peers by turns, so that one with much to offer does not hold up the others. */
  #run(): void {
    for (let asked = true; asked; ) {
      asked = false
      for (const [peer, offered] of this.#offered) {
        if (this.#pulling.size >= pullsMax) return
        if ((this.#pullsOf.get(peer) ?? 0) >= this.#pullsAtOnce(peer)) continue
        const next = this.#nextOf(peer, offered)
        if (next === undefined) continue
        this.#pull(peer, next)
        asked = true
      }
    }
  }

  /** Who has just not had what it offered is asked for one copy at a time. */
  #pullsAtOnce(peer: NodeId): number {
    return this.#recentMisses(peer) === 0 ? pullsPerPeerMax : 1
  }

  /** The first that is still lacking and not under way from somebody else. */
  #nextOf(peer: NodeId, offered: Map<RingKey, string>): Offered | undefined {
    for (const [key, digest] of offered) {
      if (this.#pulling.has(key)) continue
      offered.delete(key)
      this.#waiting -= 1
      if (this.#isLacking({ key, digest })) return { key, digest }
    }
    if (offered.size === 0) this.#offered.delete(peer)
    return undefined
  }

  #pull(peer: NodeId, offered: Offered): void {
    const { key, digest } = offered
    this.#pulling.add(key)
    this.#pullsOf.set(peer, (this.#pullsOf.get(peer) ?? 0) + 1)
    this.#ports.pull(peer, offered, (came) => {
      this.#pulling.delete(key)
      this.#heard(peer, digest, came)
      const left = (this.#pullsOf.get(peer) ?? 1) - 1
      if (left === 0) this.#pullsOf.delete(peer)
      else this.#pullsOf.set(peer, left)
      this.#run()
    })
  }

  #heard(peer: NodeId, digest: string, came: Came): void {
    switch (came) {
      case 'kept':
        return this.#misses.delete(peer)
      case 'refused':
        return this.#refused.set(digest, this.#now)
      case 'too-much':
        return this.#rest(peer, shareFillsMs)
      case 'missing':
        return this.#miss(peer)
      case 'unanswered':
        return this.#rest(peer, unansweredRestMs)
    }
  }

  #miss(peer: NodeId): void {
    const count = this.#recentMisses(peer) + 1
    this.#misses.set(peer, { count, at: this.#now })
    if (count >= offerMissesMax) this.#rest(peer, brokenOfferMs)
  }

  #recentMisses(peer: NodeId): number {
    const misses = this.#misses.get(peer)
    return misses !== undefined && this.#now - misses.at < brokenOfferMs ? misses.count : 0
  }

  /** For so long what it offers would cost more than it brings. */
  #rest(peer: NodeId, duration: Millis): void {
    this.#forget(peer)
    this.#resting.set(peer, this.#now + duration)
  }
}

/** The leaf set of a node that nothing happens to is one and the same list. */
const sameList = (a: readonly NodeId[], b: readonly NodeId[]): boolean =>
  a === b || (a.length === b.length && a.every((node, i) => node === b[i]))
