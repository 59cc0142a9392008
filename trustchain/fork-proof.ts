// A fork proof: two signed entries of one author with the same seq and different hashes. It needs
// nothing else to be checked, is always forwarded, and freezes its author below that seq: entries
// from there on contradict each other, so no node counts either branch.
// Hashes cover bodies, so two signatures of one statement never make a proof (entry.ts).
import type { ChainId, NodeId, PublicKey } from '../src/core/id.ts'
import type { Verify } from '../src/core/signature.ts'
import type { EntryRule, Rating, VerifiedRating } from './entry.ts'
import { verifyEntry } from './verify.ts'

/** Two entries that may contradict each other; nothing is checked yet. */
export interface UnverifiedForkProof {
  readonly first: Rating
  readonly second: Rating
}

/** A checked proof. `first.hash < second.hash`, so the same two entries are one proof. */
export interface ForkProof extends UnverifiedForkProof {
  readonly author: PublicKey
  readonly authorId: NodeId
  /** The seq that was signed twice. */
  readonly seq: number
  readonly first: VerifiedRating
  readonly second: VerifiedRating
}

export type ForkVerdict =
  | { readonly verdict: 'forked'; readonly proof: ForkProof }
  | { readonly verdict: 'invalid'; readonly rule: EntryRule | 'no-contradiction' }

/** Do the two contradict each other? By author, seq and hash alone. */
export const contradict = (a: Rating, b: Rating): boolean =>
  a.authorId === b.authorId && a.seq === b.seq && a.hash !== b.hash

/** The proof that two verified entries make. The caller has seen that they contradict. */
export function forkProofOf(a: VerifiedRating, b: VerifiedRating): ForkProof {
  const [first, second] = a.hash < b.hash ? [a, b] : [b, a]
  return { author: a.author, authorId: a.authorId, seq: a.seq, first, second }
}

/** Checks a proof from anywhere: same author and seq, different hashes, this chain, both signed. */
export function verifyForkProof(
  verify: Verify,
  chainId: ChainId,
  proof: UnverifiedForkProof,
): ForkVerdict {
  if (!contradict(proof.first, proof.second))
    return { verdict: 'invalid', rule: 'no-contradiction' }
  const first = verifyEntry(verify, chainId, proof.first)
  if (first.verdict === 'invalid') return first
  const second = verifyEntry(verify, chainId, proof.second)
  if (second.verdict === 'invalid') return second
  return { verdict: 'forked', proof: forkProofOf(first.entry, second.entry) }
}
