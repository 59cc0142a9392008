// How many requests a second each client may make: a token bucket for each name, some names at most.
import { burstSeconds, clientsRememberedMax } from './bounds.ts'

interface Bucket {
  left: number
  at: number
}

export class RequestRate {
  readonly #perSecond: number
  readonly #now: () => number
  readonly #buckets = new Map<string, Bucket>()

  /** @param now a clock in ms that never goes back */
  constructor(perSecond: number, now: () => number) {
    this.#perSecond = perSecond
    this.#now = now
  }

  /** Counts a request of this cost; false when the client made too many. */
  admits(client: string, cost: number): boolean {
    const bucket = this.#bucketOf(client)
    const now = this.#now()
    const gained = ((now - bucket.at) * this.#perSecond) / 1_000
    bucket.left = Math.min(this.#perSecond * burstSeconds, bucket.left + gained)
    bucket.at = now
    if (bucket.left < cost) return false
    bucket.left -= cost
    return true
  }

  #bucketOf(client: string): Bucket {
    const known = this.#buckets.get(client)
    if (known !== undefined) return known
    const [oldest] = this.#buckets.keys()
    if (this.#buckets.size >= clientsRememberedMax) this.#buckets.delete(oldest!)
    const bucket = { left: this.#perSecond * burstSeconds, at: this.#now() }
    this.#buckets.set(client, bucket)
    return bucket
  }
}
