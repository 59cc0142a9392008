// Where a Rating becomes a VerifiedRating, and nowhere else. The mark is kept beside the object, not
// in it: a copy with another value is not verified, and a host in the same process may pass verified
// entries from machine to machine without checking the signature a thousand times.
import type { ChainId } from '../src/core/id.ts'
import { type Signer, signedBytes, type Verify } from '../src/core/signature.ts'
import type { EntryRule, Rating, VerifiedRating } from './entry.ts'
import { type EntryDraft, encodeBody, entryOfDraft } from './entry-codec.ts'

export type VerifyVerdict =
  | { readonly verdict: 'verified'; readonly entry: VerifiedRating }
  | { readonly verdict: 'invalid'; readonly rule: EntryRule }

const verified = new WeakSet<Rating>()

/** Was this very object verified before? */
export const isVerified = (entry: Rating): entry is VerifiedRating => verified.has(entry)

const mark = (entry: Rating): VerifiedRating => {
  // The fields are readonly by type only; frozen, nobody changes them after the check.
  verified.add(Object.freeze(entry))
  return entry as VerifiedRating
}

/**
 * Checks that an entry belongs to this chain and is signed by its author.
 *
 * @param verify the network's one Ed25519 rule; a host that verified ahead in workers passes their answer
 */
export function verifyEntry(verify: Verify, chainId: ChainId, entry: Rating): VerifyVerdict {
  if (entry.chainId !== chainId) return { verdict: 'invalid', rule: 'chain' }
  if (isVerified(entry)) return { verdict: 'verified', entry }
  if (!isSigned(verify, entry)) return { verdict: 'invalid', rule: 'signature' }
  return { verdict: 'verified', entry: mark(entry) }
}

/** Did its author sign it as it is? Looks at no mark. */
export const isSigned = (verify: Verify, { author, chainId, body, signature }: Rating): boolean =>
  verify(author, signedBytes('entry', chainId, body), signature)

/** An entry from our own store: it was verified before it was written there. */
export const verifiedBefore = (entry: Rating): VerifiedRating => mark(entry)

/** Signs a draft by this node's key; the draft's author is the signer's key. */
export function signEntry(signer: Signer, draft: EntryDraft): VerifiedRating {
  const body = encodeBody(signer.publicKey, draft)
  const signature = signer.sign(signedBytes('entry', draft.chainId, body))
  return mark(entryOfDraft(signer.publicKey, draft, body, signature))
}
