// The routes that pass through a node, one `Pass` for each (route id, attempt), oldest first: bounded,
// and forgotten once no origin waits any more.
import type { Millis, NodeId } from '../src/core/id.ts'
import type { RouteMessage } from './message.ts'
import { openPass, type Pass } from './pass.ts'

/** What names a pass in messages and timers. */
export const passKey = (routeId: string, attempt: number): string => `${routeId}/${attempt}`

export class Passes {
  readonly #all = new Map<string, Pass>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#all.size
  }

  get(routeId: string, attempt: number): Pass | undefined {
    return this.#all.get(passKey(routeId, attempt))
  }

  byKey(key: string): Pass | undefined {
    return this.#all.get(key)
  }

  /** A copy: passes come and go while it is walked. */
  all(): readonly Pass[] {
    return [...this.#all.values()]
  }

  /** When full, the oldest makes room. */
  open(route: RouteMessage, upstream: NodeId[], now: Millis): Pass {
    const pass = openPass(route, upstream, now)
    if (this.#all.size >= this.#max) {
      const [oldest] = this.#all.keys()
      if (oldest !== undefined) this.#all.delete(oldest)
    }
    this.#all.set(passKey(route.routeId, route.attempt), pass)
    return pass
  }

  /** Undefined where the route passed here before. */
  openOnce(route: RouteMessage, from: NodeId, now: Millis): Pass | undefined {
    const isKnown = this.#all.has(passKey(route.routeId, route.attempt))
    return isKnown ? undefined : this.open(route, [from], now)
  }

  sweep(before: Millis): void {
    for (const [key, { since }] of this.#all) {
      if (since > before) break
      this.#all.delete(key)
    }
  }
}
