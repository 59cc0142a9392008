// Anti-entropy: digests, heads and what follows from them. Two nodes compare 64 hashes, then page
// through the heads of the buckets that differ; each side asks for what it lacks (wants.ts) and
// offers what the other lacks. Heads are quoted, so a peer that withholds the tail of a log shows.
import type { Millis, NodeId } from '../src/core/id.ts'
import { headsPerMessageMax } from '../src/core/limits.ts'
import type { Intake } from './intake.ts'
import type { DigestMessage, Head, HeadsMessage, NextHeadsMessage } from './message.ts'
import type { Outbox } from './outbox.ts'
import type { PeerRecords } from './peer-records.ts'
import type { Wants } from './wants.ts'

/** What comparing one quoted head with ours shows. */
type Comparison = 'same' | 'behind' | 'ahead' | 'differs'

/** A page of heads is charged like so many entries. */
const headsPageCost = 50

export class Reconciliation {
  readonly #intake: Intake
  readonly #wants: Wants
  readonly #records: PeerRecords

  constructor(intake: Intake, wants: Wants, records: PeerRecords) {
    this.#intake = intake
    this.#wants = wants
    this.#records = records
  }

  /** Begins a comparison with a peer. */
  begin(peer: NodeId, out: Outbox): void {
    out.send(peer, { say: 'digest', buckets: this.#intake.heads.digest() })
  }

  digest(from: NodeId, { buckets }: DigestMessage, now: Millis, out: Outbox): void {
    const differing = this.#intake.heads.differing(buckets)
    if (differing.length > 0) this.#sendPage(from, differing, null, now, out)
  }

  nextHeads(from: NodeId, { buckets, after }: NextHeadsMessage, now: Millis, out: Outbox): void {
    this.#sendPage(from, buckets, after, now, out)
  }

  /** A complete page: shows what we lack and, by what is not on it, what the peer lacks. */
  heads(from: NodeId, { buckets, after, heads, more }: HeadsMessage, out: Outbox): void {
    const last = more ? heads[heads.length - 1]!.author : null
    const named = new Set<NodeId>()
    const offers: Head[] = []
    for (const head of heads) {
      named.add(head.author)
      if (this.compared(from, head) === 'ahead') offers.push(this.#intake.chains.quote(head.author))
    }
    for (const author of this.#intake.heads.between(buckets, after, last)) {
      if (offers.length >= headsPerMessageMax) break
      if (!named.has(author)) offers.push(this.#intake.chains.quote(author))
    }
    this.#offer(from, offers, out)
    if (more) out.send(from, { say: 'next-heads', buckets, after: last })
  }

  /** Heads in which the peer says it is ahead. */
  ahead(from: NodeId, heads: readonly Head[]): void {
    for (const head of heads) this.compared(from, head)
  }

  /** Compares one head and wants what the peer has more or other. */
  compared(from: NodeId, head: Head): Comparison {
    const { author, seq, hash, forkedAt } = head
    const own = this.#intake.chains.quote(author)
    const comparison = compare(own, head, this.#intake.chains.at(author, seq)?.hash === hash)
    if (comparison === 'behind') {
      // Asking for the forked entry brings the proof.
      const lower = forkedAt > 0 && (own.forkedAt === 0 || forkedAt < own.forkedAt)
      this.#wants.want(author, lower ? forkedAt : seq, from, lower)
    }
    if (comparison === 'differs') this.#wants.want(author, seq, from, true)
    return comparison
  }

  #sendPage(
    to: NodeId,
    buckets: readonly number[],
    after: NodeId | null,
    now: Millis,
    out: Outbox,
  ): void {
    if (this.#records.spend(to, headsPageCost, now) < headsPageCost) return
    const page = this.#intake.heads.page(buckets, after, headsPerMessageMax)
    out.send(to, { say: 'heads', buckets, after, heads: page.heads, more: page.more })
  }

  #offer(to: NodeId, offers: readonly Head[], out: Outbox): void {
    if (offers.length === 0) return
    // Ascending, as the codec demands; what does not fit follows when the peer has caught up (exchange.ts).
    const heads = [...offers].sort((a, b) => (a.author < b.author ? -1 : 1))
    out.send(to, { say: 'ahead', heads: heads.slice(0, headsPerMessageMax) })
  }
}

/** `holds`: their newest entry stands in our log. */
function compare(own: Head, theirs: Head, holds: boolean): Comparison {
  const forkBelow = (a: Head, b: Head) =>
    a.forkedAt > 0 && (b.forkedAt === 0 || a.forkedAt < b.forkedAt)
  if (forkBelow(theirs, own)) return 'behind'
  if (forkBelow(own, theirs)) return 'ahead'
  if (theirs.seq > own.seq) return 'behind'
  if (theirs.seq > 0 && !holds) return 'differs'
  return theirs.seq < own.seq ? 'ahead' : 'same'
}
