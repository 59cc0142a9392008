// The messages that this node took as their root: its user is told of each route id once, over
// however many routes it comes.
import type { Millis } from '../src/core/id.ts'
import type { RouteMessage } from './message.ts'
import type { Outbox } from './relay-ports.ts'

export class Deliveries {
  readonly #out: Outbox
  readonly #told = new Map<string, Millis>()
  readonly #max: number

  /** @param max route ids that are remembered: peers choose them */
  constructor(out: Outbox, max: number) {
    this.#out = out
    this.#max = max
  }

  get size(): number {
    return this.#told.size
  }

  /** Tells the user of the bytes, if there are any and this is the first time. */
  tell({ routeId, key, overlay, origin, data }: RouteMessage): void {
    if (data === null || this.#told.has(routeId)) return
    this.#told.set(routeId, this.#out.now)
    const [oldest] = this.#told.keys()
    if (this.#told.size > this.#max) this.#told.delete(oldest!)
    const note = { note: 'delivered', routeId, key, overlay, origin, bytes: data } as const
    this.#out.effects.push({ do: 'notify', note })
  }

  sweep(before: Millis): void {
    for (const [routeId, at] of this.#told) {
      if (at > before) break
      this.#told.delete(routeId)
    }
  }
}
