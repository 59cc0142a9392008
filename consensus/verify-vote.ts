// Where a Vote becomes a VerifiedVote and a Proposal a VerifiedProposal, and nowhere else. As with
// entries, the mark is kept beside the object: what was checked once in a process stays checked.
import type { Committee } from '../src/core/committee.ts'
import type { ChainId } from '../src/core/id.ts'
import type { Signer, Verify } from '../src/core/signature.ts'
import {
  type Proposal,
  proposalBytes,
  type VerifiedProposal,
  type VerifiedVote,
  type Vote,
  voteBytes,
} from './vote.ts'

/** Object → chain under which it was verified. A voter's id is the hash of its key, so the id names the key. */
const verified = new WeakMap<object, ChainId>()

function mark<V extends Vote | Proposal>(value: V, chainId: ChainId): V {
  verified.set(Object.freeze(value) as V, chainId)
  return value
}

/** The vote, once it is known to be signed by a member of the committee; undefined otherwise. */
export function verifyVote(
  verify: Verify,
  chainId: ChainId,
  committee: Committee,
  vote: Vote,
): VerifiedVote | undefined {
  const member = committee.member(vote.voter)
  if (member === undefined) return undefined
  if (verified.get(vote) === chainId) return vote as VerifiedVote
  if (!verify(member.publicKey, voteBytes(chainId, vote), vote.signature)) return undefined
  return mark(vote, chainId) as VerifiedVote
}

/** The proposal, once it is known to be signed by the member that it names; undefined otherwise. */
export function verifyProposal(
  verify: Verify,
  chainId: ChainId,
  committee: Committee,
  proposal: Proposal,
): VerifiedProposal | undefined {
  const member = committee.member(proposal.proposer)
  if (member === undefined) return undefined
  if (verified.get(proposal) === chainId) return proposal as VerifiedProposal
  if (!verify(member.publicKey, proposalBytes(chainId, proposal), proposal.signature))
    return undefined
  return mark(proposal, chainId) as VerifiedProposal
}

/** Signs a vote by this node's key. Whoever calls has made sure that nothing is signed twice (last-signed.ts). */
export function signVote(
  signer: Signer,
  chainId: ChainId,
  vote: Omit<Vote, 'signature'>,
): VerifiedVote {
  const signature = signer.sign(voteBytes(chainId, vote))
  return mark({ ...vote, signature }, chainId) as VerifiedVote
}

/** Signs a proposal by this node's key, like `signVote`. */
export function signProposal(
  signer: Signer,
  chainId: ChainId,
  proposal: Omit<Proposal, 'signature'>,
): VerifiedProposal {
  const signature = signer.sign(proposalBytes(chainId, proposal))
  return mark({ ...proposal, signature }, chainId) as VerifiedProposal
}
