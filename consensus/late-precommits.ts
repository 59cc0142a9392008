// A precommit that comes after its block was decided still belongs into the commit that the next
// block carries: whoever signed is seen to have signed.
import type { ChainId } from '../src/core/id.ts'
import { commitOf, type VerifiedCommit } from './commit.ts'
import { verifyVote } from './verify-vote.ts'
import type { VerifiedVote } from './vote.ts'
import type { Previous } from './wal-block.ts'

/** The commit with the vote; undefined when that does not belong into it or is there already. */
export function extended(
  chainId: ChainId,
  { commit, committee }: Previous,
  vote: VerifiedVote,
): VerifiedCommit | undefined {
  const { height, round, block } = commit
  if (vote.kind !== 'precommit' || vote.height !== height) return undefined
  if (vote.round !== round || vote.block !== block || !committee.has(vote.voter)) return undefined
  if (commit.votes.some(({ voter }) => voter === vote.voter)) return undefined
  // The signatures of a verified commit need no second look.
  const votes = commit.votes.map(
    ({ voter, signature }) =>
      verifyVote(() => true, chainId, committee, {
        ...{ kind: 'precommit', height, round, block, voter, signature },
      })!,
  )
  return commitOf(chainId, committee, [...votes, vote])
}
