// How often one peer may make us work: a token bucket a peer. What comes beyond it is not answered.
import type { Millis, NodeId } from '../src/core/id.ts'

export class Quota {
  readonly #perSecond: number
  readonly #burst: number
  readonly #buckets = new Map<NodeId, { tokens: number; at: Millis }>()

  /** @param burst how many at once, after a pause */
  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond
    this.#burst = burst
  }

  /** Peers that have taken some and whose buckets were not found full again since. */
  get size(): number {
    return this.#buckets.size
  }

  /** Takes one, or so many; false when the peer has had its share for now. */
  take(peer: NodeId, now: Millis, amount = 1): boolean {
    const bucket = this.#buckets.get(peer) ?? { tokens: this.#burst, at: now }
    const earned = ((now - bucket.at) / 1_000) * this.#perSecond
    const tokens = Math.min(this.#burst, bucket.tokens + Math.max(0, earned))
    const granted = tokens >= amount
    this.#buckets.set(peer, { tokens: granted ? tokens - amount : tokens, at: now })
    return granted
  }

  /** Forgets peers whose buckets are full again: to be called now and then. */
  sweep(now: Millis): void {
    for (const [peer, { tokens, at }] of this.#buckets)
      if (tokens + ((now - at) / 1_000) * this.#perSecond >= this.#burst) this.#buckets.delete(peer)
  }
}
