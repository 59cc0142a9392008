// What the exchange remembers of each peer: how much it was served lately, and what it did wrong.
// Bounded: the record that was unused longest makes room.
import type { Millis, NodeId } from '../src/core/id.ts'
import { entriesServedPerSecondMax, exchangePeersMax } from '../src/core/limits.ts'
import type { Misbehaviour } from './message.ts'

/** The share may be saved up for so long. */
const burstSeconds = 10
const tokensMax = entriesServedPerSecondMax * burstSeconds

interface PeerRecord {
  tokens: number
  at: Millis
  /** Requests left without an answer, in a row. */
  unanswered: number
  readonly faults: Partial<Record<Misbehaviour, number>>
}

export class PeerRecords {
  readonly #records = new Map<NodeId, PeerRecord>()

  /** Takes up to `amount` from the peer's share and says how much it got. */
  spend(peer: NodeId, amount: number, now: Millis): number {
    const record = this.#of(peer, now)
    const refill = (Math.max(0, now - record.at) * entriesServedPerSecondMax) / 1_000
    record.tokens = Math.min(tokensMax, record.tokens + refill)
    record.at = now
    const spent = Math.min(Math.floor(record.tokens), amount)
    record.tokens -= spent
    return spent
  }

  /** Returns what was taken and not used. */
  giveBack(peer: NodeId, amount: number): void {
    const record = this.#records.get(peer)
    if (record) record.tokens = Math.min(tokensMax, record.tokens + amount)
  }

  /** Counts a fault and returns how many of this sort there are now. */
  fault(peer: NodeId, why: Misbehaviour, now: Millis): number {
    const { faults } = this.#of(peer, now)
    const count = (faults[why] ?? 0) + 1
    faults[why] = count
    return count
  }

  faultsOf(peer: NodeId): Readonly<Partial<Record<Misbehaviour, number>>> {
    return this.#records.get(peer)?.faults ?? {}
  }

  /** A request was answered (true) or ran out of time; returns how many in a row ran out. */
  replied(peer: NodeId, replied: boolean, now: Millis): number {
    const record = this.#of(peer, now)
    record.unanswered = replied ? 0 : record.unanswered + 1
    return record.unanswered
  }

  #of(peer: NodeId, now: Millis): PeerRecord {
    let record = this.#records.get(peer)
    if (record === undefined) {
      record = { tokens: tokensMax, at: now, unanswered: 0, faults: {} }
      const oldest = this.#records.keys().next()
      if (this.#records.size >= exchangePeersMax && !oldest.done) this.#records.delete(oldest.value)
    } else this.#records.delete(peer)
    this.#records.set(peer, record)
    return record
  }
}
