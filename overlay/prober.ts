// Probes: is a peer there, and how far away. Two unanswered probes in a row and it counts as lost.
import type { Millis, NodeId } from '../src/core/id.ts'
import {
  probesOfReportedMax,
  probesOutstandingMax,
  probesPerReporterMax,
} from '../src/core/limits.ts'
import type { Random } from '../src/core/random.ts'
import type { OverlayMessage } from './message.ts'

/** A second probe tells a lost message from a lost peer. */
const attemptsMax = 2

interface Outstanding {
  readonly nonce: number
  readonly sentAt: Millis
  readonly attempt: number
  /** Who reported the peer; undefined when we know it ourselves. */
  readonly reporter: NodeId | undefined
}

/** A peer, and who named it where we do not know it ourselves. */
interface Reported {
  readonly peer: NodeId
  readonly reporter: NodeId | undefined
}

export class Prober {
  readonly #random: Random
  readonly #patience: Millis
  readonly #send: (to: NodeId, message: OverlayMessage) => void
  /** In the order of sending, so the first is the first to be overdue. */
  readonly #outstanding = new Map<NodeId, Outstanding>()
  readonly #failed = new Map<NodeId, number>()

  constructor(
    ports: { readonly random: Random },
    patience: Millis,
    send: (to: NodeId, message: OverlayMessage) => void,
  ) {
    this.#random = ports.random
    this.#patience = patience
    this.#send = send
  }

  get size(): number {
    return this.#outstanding.size
  }

  /**
   * Sends a probe unless one is out or too many are; true when it was sent.
   *
   * @param reporter who named the peer, where we do not know it ourselves: such probes have a share of their own
   */
  probe(peer: NodeId, now: Millis, reporter?: NodeId): boolean {
    if (this.#outstanding.has(peer) || this.#outstanding.size >= probesOutstandingMax) return false
    if (reporter !== undefined && !this.#hasRoomFor(reporter)) return false
    const nonce = this.#random.uint32()
    const attempt = (this.#failed.get(peer) ?? 0) + 1
    this.#outstanding.set(peer, { nonce, sentAt: now, attempt, reporter })
    this.#send(peer, { say: 'probe', nonce })
    return true
  }

  #hasRoomFor(reporter: NodeId): boolean {
    let reported = 0
    let byThisOne = 0
    for (const probe of this.#outstanding.values()) {
      if (probe.reporter !== undefined) reported++
      if (probe.reporter === reporter) byThisOne++
    }
    return reported < probesOfReportedMax && byThisOne < probesPerReporterMax
  }

  /** Milliseconds until the oldest probe is overdue. */
  due(now: Millis): Millis {
    for (const { sentAt } of this.#outstanding.values())
      return Math.max(1, sentAt + this.#patience - now)
    return this.#patience
  }

  /** The round-trip time, when this is the answer to our probe. */
  replied(peer: NodeId, nonce: number, now: Millis): number | undefined {
    const probe = this.#outstanding.get(peer)
    if (probe === undefined || probe.nonce !== nonce) return undefined
    this.#outstanding.delete(peer)
    this.#failed.delete(peer)
    return now - probe.sentAt
  }

  /** The link is down: nothing will come. True when a probe was out. */
  cancel(peer: NodeId): boolean {
    this.#failed.delete(peer)
    return this.#outstanding.delete(peer)
  }

  /** Takes out what is overdue: peers to probe again, in their reporters' shares, and peers lost. */
  overdue(now: Millis): { readonly again: Reported[]; readonly lost: NodeId[] } {
    const again: Reported[] = []
    const lost: NodeId[] = []
    for (const [peer, { sentAt, attempt, reporter }] of this.#outstanding) {
      if (now - sentAt < this.#patience) break
      this.#outstanding.delete(peer)
      if (attempt < attemptsMax) {
        this.#failed.set(peer, attempt)
        again.push({ peer, reporter })
      } else {
        this.#failed.delete(peer)
        lost.push(peer)
      }
    }
    return { again, lost }
  }
}
