// A commit: the precommits of more than two thirds of a committee's power for one block. It is
// verified whole: right chain, height, round and block by what is signed; members of that height's
// committee only, none twice, every signature good, a quorum together. It holds no nil and no
// unverified vote, so whatever is derived from it (presence, power) is backed by signatures.
import { concatBytes, hex, unhex } from '../src/core/bytes.ts'
import { type Committee, isQuorum } from '../src/core/committee.ts'
import type { ChainId, NodeId } from '../src/core/id.ts'
import { roundMax } from '../src/core/limits.ts'
import { sha256 } from '../src/core/sha256.ts'
import type { Verify } from '../src/core/signature.ts'
import { type BlockId, type Height, type Round, type VerifiedVote, voteBytes } from './vote.ts'

/** One member's precommit for the commit's block. */
export interface CommitVote {
  readonly voter: NodeId
  /** 64 bytes. */
  readonly signature: Uint8Array
}

/** Nothing of it has been checked. */
export interface Commit {
  readonly height: Height
  readonly round: Round
  readonly block: BlockId
  /** Ascending by voter. */
  readonly votes: readonly CommitVote[]
}

/** Checked whole against the committee of its height. */
export type VerifiedCommit = Commit & { readonly __verified: 'commit' }

export type CommitRule =
  | 'height'
  | 'block'
  | 'round'
  | 'order'
  | 'not-a-member'
  | 'signature'
  | 'no-quorum'

export type CommitVerdict =
  | { readonly verdict: 'verified'; readonly commit: VerifiedCommit }
  | { readonly verdict: 'invalid'; readonly rule: CommitRule }

/** Commit → chain and committee under which it was verified. */
const verified = new WeakMap<Commit, string>()

const underOf = (chainId: ChainId, committee: Committee): string => `${chainId}/${committee.hash}`

const mark = (commit: Commit, chainId: ChainId, committee: Committee): VerifiedCommit => {
  verified.set(Object.freeze(commit), underOf(chainId, committee))
  return commit as VerifiedCommit
}

/**
 * Checks a commit whole.
 *
 * @param committee the one that decides `height`
 * @param height and `block`: what the commit is to prove
 */
export function verifyCommit(
  verify: Verify,
  chainId: ChainId,
  committee: Committee,
  height: Height,
  block: BlockId,
  commit: Commit,
): CommitVerdict {
  const invalid = (rule: CommitRule): CommitVerdict => ({ verdict: 'invalid', rule })
  if (commit.height !== height) return invalid('height')
  if (commit.block !== block) return invalid('block')
  if (verified.get(commit) === underOf(chainId, committee))
    return { verdict: 'verified', commit: commit as VerifiedCommit }
  // Signed in four bytes: a round beyond them would read as another one.
  if (!Number.isInteger(commit.round) || commit.round < 0 || commit.round > roundMax)
    return invalid('round')
  // Strictly ascending: in one form only, and nobody twice.
  if (commit.votes.some(({ voter }, i) => i > 0 && voter <= commit.votes[i - 1]!.voter))
    return invalid('order')
  if (commit.votes.some(({ voter }) => !committee.has(voter))) return invalid('not-a-member')
  const weight = committee.weightOf(commit.votes.map(({ voter }) => voter))
  if (!isQuorum(weight, committee.total)) return invalid('no-quorum')
  const { round } = commit
  const message = voteBytes(chainId, { kind: 'precommit', height, round, block })
  for (const { voter, signature } of commit.votes)
    if (!verify(committee.member(voter)!.publicKey, message, signature)) return invalid('signature')
  return { verdict: 'verified', commit: mark(commit, chainId, committee) }
}

/**
 * The commit that verified precommits of one height, round and block make; undefined without a quorum.
 *
 * @param votes all for that block; of members of `committee`, none twice
 */
export function commitOf(
  chainId: ChainId,
  committee: Committee,
  votes: readonly VerifiedVote[],
): VerifiedCommit | undefined {
  const first = votes[0]
  if (first === undefined || first.block === null) return undefined
  if (!isQuorum(committee.weightOf(votes.map(({ voter }) => voter)), committee.total))
    return undefined
  const { height, round, block } = first
  const sorted = [...votes]
    .sort((a, b) => (a.voter < b.voter ? -1 : 1))
    .map(({ voter, signature }) => ({ voter, signature }))
  return mark({ height, round, block, votes: sorted }, chainId, committee)
}

/** SHA-256 of a commit as headers commit to it: 64 hex digits; of none (before block 1), 64 zeros. */
export function commitHashOf(commit: Commit | null): string {
  if (commit === null) return '0'.repeat(64)
  const head = new Uint8Array(12)
  const view = new DataView(head.buffer)
  view.setBigUint64(0, BigInt(commit.height))
  view.setUint32(8, commit.round)
  const votes = commit.votes.flatMap(({ voter, signature }) => [unhex(voter), signature])
  return hex(sha256(concatBytes([head, unhex(commit.block), ...votes])))
}
