// A node that leaves gives its values to those who take its place. By key and digest as repair does, so that
// who has a value is not sent it again and the copy counts as one that repair brought. It may go when all that
// it offered was asked for, when nobody asks any more, or when its time is over.
import type { Millis, NodeId, RingKey } from '../../src/core/id.ts'
import { handOverMsMax, handOverQuietMs, offeredMax, repairedPerSliceMax } from './limits.ts'
import type { Offered } from './message.ts'

/** Offers made, one for each value and taker, and how many of them were taken up. */
export interface HandedOver {
  readonly offered: number
  readonly asked: number
}

export interface HandOverPorts {
  readonly digest: (key: RingKey) => string | undefined
  /** Who holds a value once this node is gone and did not while it was here. */
  readonly takers: (key: RingKey) => readonly NodeId[]
  readonly offer: (to: NodeId, values: readonly Offered[]) => void
  /** Called once. */
  readonly done: (handedOver: HandedOver) => void
}

export class HandOver {
  readonly #ports: HandOverPorts
  /** Whose takers are to be found yet. */
  readonly #keys: RingKey[]
  /** By peer, what it is to be offered yet. */
  readonly #left = new Map<NodeId, Offered[]>()
  /** By peer, what it was offered and did not ask for. */
  readonly #open = new Map<NodeId, Set<RingKey>>()
  readonly #endsAt: Millis
  #heardAt: Millis
  #offered = 0
  #asked = 0
  #isDone = false

  constructor(keys: readonly RingKey[], ports: HandOverPorts, now: Millis) {
    this.#keys = [...keys]
    this.#ports = ports
    this.#heardAt = now
    this.#endsAt = now + handOverMsMax
    this.#think()
  }

  /** A peer asked for a value, and is answered in this very step. */
  asked(peer: NodeId, key: RingKey, now: Millis): void {
    const open = this.#open.get(peer)
    if (open === undefined || !open.delete(key)) return
    this.#asked += 1
    this.#heardAt = now
    if (open.size === 0) this.#offerNext(peer)
  }

  /** It is gone: nothing can be given to it any more. */
  dropped(peer: NodeId): void {
    this.#left.delete(peer)
    this.#open.delete(peer)
  }

  /** Goes on with the next slice; and with what is left where nobody asks for the rest: they have it. */
  look(now: Millis): void {
    if (now >= this.#endsAt) {
      this.#keys.length = 0
      return this.#open.clear()
    }
    this.#think()
    if (now - this.#heardAt < handOverQuietMs) return
    this.#heardAt = now
    for (const peer of [...this.#open.keys()]) this.#offerNext(peer)
  }

  /** At the end of a step: ms until `look` is due; undefined when it is over. */
  watch(now: Millis): Millis | undefined {
    if (this.#isDone) return undefined
    if (this.#keys.length > 0) return 0
    if (this.#open.size > 0)
      return Math.max(0, Math.min(this.#endsAt, this.#heardAt + handOverQuietMs) - now)
    this.#isDone = true
    this.#ports.done({ offered: this.#offered, asked: this.#asked })
    return undefined
  }

  /** A slice of the keys at a time, so that finding the takers does not hold the answers up. */
  #think(): void {
    for (const key of this.#keys.splice(0, repairedPerSliceMax)) {
      const digest = this.#ports.digest(key)
      if (digest === undefined) continue
      for (const peer of this.#ports.takers(key)) {
        const left = this.#left.get(peer) ?? []
        left.push({ key, digest })
        this.#left.set(peer, left)
      }
    }
    for (const peer of [...this.#left.keys()]) if (!this.#open.has(peer)) this.#offerNext(peer)
  }

  /** As much as one message holds: at the other end a newer offer replaces the one before. */
  #offerNext(peer: NodeId): void {
    const left = this.#left.get(peer) ?? []
    const values = left.splice(0, offeredMax)
    if (left.length === 0) this.#left.delete(peer)
    if (values.length === 0) return void this.#open.delete(peer)
    this.#open.set(peer, new Set(values.map(({ key }) => key)))
    this.#offered += values.length
    this.#ports.offer(peer, values)
  }
}
