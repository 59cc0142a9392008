// From "rate this peer" to the draft of an entry: what this node refuses to sign, and how the next
// entry links to its own log.
import { assert } from '../src/core/assert.ts'
import { utf8 } from '../src/core/bytes.ts'
import { Failure } from '../src/core/failure.ts'
import type { ChainId, Millis, NodeId } from '../src/core/id.ts'
import { overlayNameBytesMax, reasonBytesMax } from '../src/core/limits.ts'
import { formatTrust, isTrust } from '../src/core/trust.ts'
import type { Trustchains } from './chain.ts'
import {
  categories,
  isHalves,
  isOverlayName,
  isReason,
  type Opinion,
  type VerifiedRating,
} from './entry.ts'
import type { EntryDraft } from './entry-codec.ts'
import { identityOf } from './identity.ts'
import type { RatingReceipt, TrustchainCommand } from './message.ts'

/**
 * The next entry of this node's own log.
 *
 * @throws Failure `trustchain/forked`, `trust/own-id`, `overlay/malformed-name`, `trust/out-of-range`,
 *   `trust/bad-stars`, `trust/unknown-category`, `trust/reason-too-long`, `trust/reason-unprintable`
 */
export function draftOf(
  command: TrustchainCommand,
  chains: Trustchains,
  own: NodeId,
  chainId: ChainId,
  now: Millis,
): EntryDraft {
  const { overlay, subject, reason = '' } = command
  const fork = chains.forkOf(own)
  if (fork) throw new Failure('trustchain/forked', { nodeId: own, seq: fork.seq })
  assert(subject.length === 32, 'a subject was resolved to an Ed25519 key')
  // Legal on the wire and ignored by TN-1, so it would only puzzle people: refused at the source.
  if (identityOf(subject).id === own) throw new Failure('trust/own-id', { nodeId: own })
  if (!isOverlayName(overlay))
    throw new Failure('overlay/malformed-name', { overlay, bytesMax: overlayNameBytesMax })
  const opinion = opinionOf(command)
  checkReason(reason)
  const head = chains.head(own)
  const before = chains.overlayHead(own, overlay)
  return {
    chainId,
    seq: head.seq + 1,
    prevHash: head.hash,
    overlay,
    prevSameOverlay: before && { seq: before.seq, hash: before.hash },
    subject,
    opinion,
    reason: reason === '' ? null : reason,
    time: Math.max(0, Math.floor(now)),
  }
}

/** What the user is told of an entry that is durable. */
export const receiptOf = (entry: VerifiedRating): RatingReceipt => ({
  author: entry.authorId,
  seq: entry.seq,
  hash: entry.hash,
  overlay: entry.overlay,
  subject: entry.subjectId,
  value: entry.value,
  kind: entry.opinion.is === 'trust' ? 'trust' : entry.opinion.category,
  reason: entry.reason,
  time: entry.time,
})

function opinionOf(command: TrustchainCommand): Opinion {
  if ('value' in command) {
    const { value } = command
    if (!isTrust(value)) throw new Failure('trust/out-of-range', { text: formatTrust(value) })
    return { is: 'trust', value }
  }
  const { stars, category } = command
  if (!isHalves(stars * 2)) throw new Failure('trust/bad-stars', { stars })
  if (!categories.includes(category))
    throw new Failure('trust/unknown-category', { category, known: categories })
  return { is: 'stars', halves: stars * 2, category }
}

function checkReason(reason: string): void {
  if (reason === '' || isReason(reason)) return
  const bytes = utf8(reason).length
  if (bytes > reasonBytesMax)
    throw new Failure('trust/reason-too-long', { bytes, bytesMax: reasonBytesMax })
  throw new Failure('trust/reason-unprintable', { text: reason })
}
