// Keeps copies where they belong while nodes come and go. A holder thinks its values over when its
// leaf set changed, and now and then anyway: it offers them to those whom it takes for their holders,
// by key and digest alone, and who lacks one asks for it. A slice at a time, so that neither the thinking
// nor the copying holds the node up.
import type { Millis, NodeId, RingKey } from '../../src/core/id.ts'
import { Remembered } from '../../src/core/remembered.ts'
import {
  brokenOfferMs,
  brokenOffersMax,
  pullsMax,
  pullsPerPeerMax,
  pullsWaitingMax,
  repairedPerSliceMax,
} from './limits.ts'
import type { Offered, ValuesMessage } from './message.ts'

export interface RepairPorts {
  readonly self: NodeId
  /** The keys held. */
  readonly keys: () => readonly RingKey[]
  readonly digest: (key: RingKey) => string | undefined
  readonly holders: (key: RingKey) => readonly NodeId[]
  /** Would this node keep it? */
  readonly isNear: (key: RingKey) => boolean
  /** The nodes of the leaf set. */
  readonly leaves: () => readonly NodeId[]
  readonly send: (to: NodeId, message: ValuesMessage) => void
  /** Asks a peer for a value and keeps it; `settled` is called once, and told whether the peer had it. */
  readonly pull: (from: NodeId, key: RingKey, settled: (delivered: boolean) => void) => void
}

export class Repair {
  readonly #ports: RepairPorts
  readonly #passEvery: Millis
  #leaves = ''
  #lastPass: Millis = Number.NEGATIVE_INFINITY
  /** Keys that this pass has yet to think over. */
  #left: RingKey[] = []
  /** What peers offered and this node lacks, by the peer. */
  readonly #offered = new Map<NodeId, Map<RingKey, string>>()
  #waiting = 0
  readonly #pulling = new Set<RingKey>()
  readonly #pullsOf = new Map<NodeId, number>()
  /** Peers that did not have what they offered, and when: their next offers would cost as much. */
  readonly #broken = new Remembered<NodeId, Millis>(brokenOffersMax)
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
    const leaves = this.#ports.leaves().join()
    if (leaves !== this.#leaves || now - this.#lastPass >= this.#passEvery) {
      this.#leaves = leaves
      this.#lastPass = now
      // What the pass before had not come to yet comes first: constant change must not starve the last.
      const keys = this.#ports.keys()
      const isLeft = new Set(this.#left)
      this.#left = [...this.#left, ...keys.filter((key) => !isLeft.has(key))]
    }
    this.#offer(this.#left.splice(0, repairedPerSliceMax))
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
    if (now - (this.#broken.get(from) ?? Number.NEGATIVE_INFINITY) < brokenOfferMs) return
    const lacking = values.filter(
      ({ key, digest }) => this.#ports.digest(key) !== digest && this.#ports.isNear(key),
    )
    this.#forget(from)
    const room = pullsWaitingMax - this.#waiting
    const kept = new Map(lacking.slice(0, room).map(({ key, digest }) => [key, digest]))
    if (kept.size === 0) return
    this.#offered.set(from, kept)
    this.#waiting += kept.size
    this.#run()
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
        if ((this.#pullsOf.get(peer) ?? 0) >= pullsPerPeerMax) continue
        const key = this.#nextOf(peer, offered)
        if (key === undefined) continue
        this.#pull(peer, key)
        asked = true
      }
    }
  }

  /** The first that is still lacking and not under way from somebody else. */
  #nextOf(peer: NodeId, offered: Map<RingKey, string>): RingKey | undefined {
    for (const [key, digest] of offered) {
      if (this.#pulling.has(key)) continue
      offered.delete(key)
      this.#waiting -= 1
      if (this.#ports.digest(key) !== digest) return key
    }
    if (offered.size === 0) this.#offered.delete(peer)
    return undefined
  }

  #pull(peer: NodeId, key: RingKey): void {
    this.#pulling.add(key)
    this.#pullsOf.set(peer, (this.#pullsOf.get(peer) ?? 0) + 1)
    this.#ports.pull(peer, key, (delivered) => {
      this.#pulling.delete(key)
      if (!delivered) {
        this.#forget(peer)
        this.#broken.set(peer, this.#now)
      }
      const left = (this.#pullsOf.get(peer) ?? 1) - 1
      if (left === 0) this.#pullsOf.delete(peer)
      else this.#pullsOf.set(peer, left)
      this.#run()
    })
  }
}
