// Before its first signature after a start, a node asks its neighbours how far its own log reaches:
// a home restored from a backup (or an old key in an empty home) may lack entries that the network
// has, and the next signature would fork the node itself.
//
// The rule: sign when every neighbour that was asked has answered or had its time, and whatever more
// they know of us has been fetched. Once somebody has answered, the others have `wait`; while nobody
// has, they have `patience`. A node with no neighbour signs after `wait`: alone, it cannot know better.
// Only the start that generated the key may skip this: a store cannot tell "new" from "lost".
import type { Millis, NodeId } from '../src/core/id.ts'
import { ownHeadAsksMax } from '../src/core/limits.ts'

export interface OwnHeadOptions {
  /** The key was made in this very start: nobody can know entries of it. */
  readonly freshKey: boolean
  readonly nonce: number
  readonly wait: Millis
  readonly patience: Millis
}

export class OwnHead {
  readonly nonce: number
  readonly #wait: Millis
  readonly #patience: Millis
  readonly #pending = new Map<NodeId, Millis>()
  #since: Millis | undefined
  #fetchingSince: Millis | undefined
  #answers = 0
  #settled: boolean

  constructor({ freshKey, nonce, wait, patience }: OwnHeadOptions) {
    this.#settled = freshKey
    this.nonce = nonce
    this.#wait = wait
    this.#patience = patience
  }

  get isSettled(): boolean {
    return this.#settled
  }

  started(now: Millis): void {
    this.#since ??= now
  }

  /** Should this peer be asked? Remembers that it is. */
  asks(peer: NodeId, now: Millis): boolean {
    this.started(now)
    if (this.#settled || this.#pending.has(peer) || this.#pending.size >= ownHeadAsksMax)
      return false
    this.#pending.set(peer, now)
    return true
  }

  /** Was this answer asked for? */
  answered(peer: NodeId, nonce: number): boolean {
    if (nonce !== this.nonce || !this.#pending.delete(peer)) return false
    this.#answers += 1
    return true
  }

  dropped(peer: NodeId): void {
    this.#pending.delete(peer)
  }

  /**
   * May this node sign?
   *
   * @param fetching entries of our own are still being fetched
   */
  mayRate(now: Millis, fetching: boolean): boolean {
    if (this.#settled) return true
    this.started(now)
    // Whoever keeps quoting heads of ours that nobody can serve delays us, but not for good.
    this.#fetchingSince ??= fetching ? now : undefined
    if (fetching && now < this.#fetchingSince! + 2 * this.#patience) return false
    const time = this.#answers > 0 ? this.#wait : this.#patience
    for (const askedAt of this.#pending.values()) if (now < askedAt + time) return false
    if (this.#answers === 0 && now < this.#since! + this.#wait) return false
    if (this.#answers > 0) this.#settled = true
    return true
  }

  /** The first signature was made: asking is over. */
  signed(): void {
    this.#settled = true
  }
}
