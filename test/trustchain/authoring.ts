// Entries made by hand: an author that writes what it likes, also two histories.
import type { PublicKey } from '../../src/core/id.ts'
import type { Signer } from '../../src/core/signature.ts'
import type { Trust } from '../../src/core/trust.ts'
import { type EntryLink, type VerifiedRating, zeroHash } from '../../trustchain/entry.ts'
import type { EntryDraft } from '../../trustchain/entry-codec.ts'
import { signEntry } from '../../trustchain/verify.ts'
import { chainId } from './pump.ts'

export const subjectKey = (n: number): PublicKey => new Uint8Array(32).fill(100 + n)

/** The draft that follows `log`, with whatever is to be different. */
export function draftAfter(
  log: readonly VerifiedRating[],
  changes: Partial<EntryDraft> = {},
): EntryDraft {
  const overlay = changes.overlay ?? 'social'
  const last = log.at(-1)
  const before: EntryLink | undefined = log.findLast((entry) => entry.overlay === overlay)
  return {
    chainId,
    seq: log.length + 1,
    prevHash: last?.hash ?? zeroHash,
    overlay,
    prevSameOverlay: before ? { seq: before.seq, hash: before.hash } : null,
    subject: subjectKey(1),
    opinion: { is: 'trust', value: 500_000 as Trust },
    reason: null,
    time: 1_000,
    ...changes,
  }
}

/** A log of `count` entries; `overlays` in turn. `from` may be the beginning of another log: a branch. */
export function logOf(
  signer: Signer,
  count: number,
  overlays: readonly string[] = ['social'],
  from: readonly VerifiedRating[] = [],
  value = 0,
): VerifiedRating[] {
  const log = [...from]
  while (log.length < count) {
    const overlay = overlays[log.length % overlays.length]!
    const opinion = { is: 'trust', value: (value + log.length) as Trust } as const
    log.push(signEntry(signer, draftAfter(log, { overlay, opinion })))
  }
  return log
}
