// Answers to peers: pages of entries, and how far their own log reaches. A peer is served its share
// and no more; whoever asks for an author that is frozen gets the proof.
import type { Millis, NodeId } from '../src/core/id.ts'
import { entriesPerMessageMax } from '../src/core/limits.ts'
import type { Trustchains } from './chain.ts'
import type { VerifiedRating } from './entry.ts'
import type { OwnHeadMessage, RangeMessage } from './message.ts'
import type { Outbox } from './outbox.ts'
import type { PeerRecords } from './peer-records.ts'

/** Answers a range request by one page; of a frozen author, the two contradicting entries end its range. */
export function serveRange(
  chains: Trustchains,
  records: PeerRecords,
  from: NodeId,
  { request, wanted, overlay }: RangeMessage,
  now: Millis,
  out: Outbox,
): void {
  // A request costs one even when there is nothing to send, so empty ones are not free.
  const share = records.spend(from, entriesPerMessageMax, now)
  let left = share
  const entries: VerifiedRating[] = []
  let more = false
  for (const { author, from: first, to } of wanted) {
    // One above what may be sent shows whether anything is left.
    const found = chains.range(author, first, to, overlay, left + 1)
    const fork = chains.forkOf(author)
    // A proof in the page itself: a message of its own could be lost, and we would seem to withhold.
    const proof = fork && fork.seq <= to ? [fork.first, fork.second] : []
    more = found.length + proof.length > left
    for (const entry of found.slice(0, left)) entries.push(entry)
    left -= Math.min(left, found.length)
    if (more) break
    entries.push(...proof)
    left -= proof.length
  }
  records.giveBack(from, Math.max(0, left - 1))
  const rest = !more ? 'none' : share < entriesPerMessageMax ? 'later' : 'more'
  out.send(from, { say: 'entries', answers: request, rest, entries })
}

/** Tells a peer how far its own log reaches here, and shows it the proof if it is forked. */
export function answerOwnHead(
  chains: Trustchains,
  from: NodeId,
  { nonce }: OwnHeadMessage,
  out: Outbox,
): void {
  const fork = chains.forkOf(from)
  if (fork) out.send(from, { say: 'fork-proof', proof: fork })
  const head = chains.quote(from)
  const nothing = head.seq === 0 && head.forkedAt === 0
  out.send(from, { say: 'own-head-answer', nonce, head: nothing ? null : head })
}
