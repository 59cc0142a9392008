// What follows from changed trust: slots are thought over soon and together, since ratings come in
// bursts, and the trusted tables are computed anew where the policy has some.
import type { Millis, NodeId } from '../core/id.ts'
import type { Effect } from '../core/machine.ts'
import type { Standings } from './standings.ts'
import type { TrustedRouting } from './trusted-routing.ts'

/** How long changes of trust are gathered before slots are thought over. */
const rerankAfter: Millis = 200

const timer = 'node/rerank'

export interface RethinkingPorts {
  readonly standings: Standings
  readonly trusted: TrustedRouting | undefined
  readonly leave: (effect: Effect<never>) => void
  readonly reranked: (nodes: readonly NodeId[], now: Millis) => void
}

export class Rethinking {
  readonly #ports: RethinkingPorts
  #isWaiting = false

  constructor(ports: RethinkingPorts) {
    this.#ports = ports
  }

  start(now: Millis): void {
    this.#leave(this.#ports.trusted?.start(now))
  }

  /** Ratings or their authors' standing changed. */
  changed(now: Millis): void {
    this.#leave(this.#ports.trusted?.changed(now))
    this.rerankSoon()
  }

  /** Has everything that followed from changed trust been thought over? */
  get isSettled(): boolean {
    return !this.#isWaiting && this.#ports.trusted?.isSettled !== false
  }

  /** Thinks over the slots of those whose trust changed, if there are any. */
  rerankSoon(): void {
    const { standings, leave } = this.#ports
    if (this.#isWaiting || !standings.hasChanged) return
    this.#isWaiting = true
    leave({ do: 'schedule', timer, after: rerankAfter })
  }

  /** @returns false of a timer that is somebody else's */
  onTimer(name: string, now: Millis): boolean {
    const { standings, trusted, reranked } = this.#ports
    if (name === timer) {
      this.#isWaiting = false
      reranked(standings.takeChanged(), now)
      return true
    }
    if (trusted?.owns(name) !== true) return false
    this.#leave(trusted.onTimer(now))
    return true
  }

  #leave(effects: readonly Effect<never>[] = []): void {
    for (const effect of effects) this.#ports.leave(effect)
  }
}
