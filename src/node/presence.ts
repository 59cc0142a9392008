// Who was heard of, and how steadily: the basis of a committee member's uptime report. Time is cut
// into heartbeat intervals; a node was up in an interval when anything of it was heard in it.
import type { Millis, NodeId } from '../core/id.ts'

/** Nodes whose presence is kept: as many as the network can register within reason. */
const nodesMax = 100_000

/** Share of heard intervals, in hundredths of a percent. */
const whole = 10_000

interface Seen {
  at: Millis
  /** Number of the last interval in which it was heard, and how many there were since the count began. */
  interval: number
  intervals: number
}

export interface PresenceReport {
  readonly nodeId: NodeId
  /** 0..10_000. */
  readonly share: number
  readonly lastHeard: Millis
}

export class Presence {
  readonly #every: Millis
  readonly #max: number
  readonly #seen = new Map<NodeId, Seen>()
  #since: Millis
  #first: number

  /**
   * @param every the network's heartbeat interval
   * @param max nodes kept; whoever was not heard for the longest time goes first
   */
  constructor(every: Millis, now: Millis, max = nodesMax) {
    this.#every = every
    this.#max = max
    this.#since = now
    this.#first = this.#intervalOf(now)
  }

  heard(node: NodeId, now: Millis): void {
    const interval = this.#intervalOf(now)
    const seen = this.#seen.get(node)
    if (seen === undefined) {
      this.#seen.set(node, { at: now, interval, intervals: 1 })
      const [first] = this.#seen.keys()
      if (this.#seen.size > this.#max) this.#seen.delete(first!)
      return
    }
    seen.at = now
    if (interval === seen.interval) return
    seen.interval = interval
    seen.intervals += 1
    // Behind those not heard since: when many come and go, who stays is not forgotten for them.
    this.#seen.delete(node)
    this.#seen.set(node, seen)
  }

  /** When a node was heard last; undefined before. */
  lastHeard(node: NodeId): Millis | undefined {
    return this.#seen.get(node)?.at
  }

  /** The report on these nodes since the count began; those never heard are left out. Ascending by id. */
  report(nodes: Iterable<NodeId>, now: Millis): PresenceReport[] {
    const intervals = this.#intervalOf(now) - this.#first + 1
    const reports: PresenceReport[] = []
    for (const nodeId of [...nodes].sort()) {
      const seen = this.#seen.get(nodeId)
      if (seen === undefined || seen.intervals === 0) continue
      const heard = Math.min(seen.intervals, intervals)
      reports.push({ nodeId, share: Math.floor((whole * heard) / intervals), lastHeard: seen.at })
    }
    return reports
  }

  /** Begins a new count: another epoch. Nodes not heard of since the last count are forgotten. */
  restart(now: Millis): void {
    for (const [node, seen] of this.#seen)
      if (seen.at < this.#since) this.#seen.delete(node)
      else {
        seen.intervals = 0
        seen.interval = -1
      }
    this.#since = now
    this.#first = this.#intervalOf(now)
  }

  #intervalOf(now: Millis): number {
    return Math.floor(now / this.#every)
  }
}
