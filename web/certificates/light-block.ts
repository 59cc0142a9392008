// Builds light blocks from what the API tells: a block with its commit, and the committees by their
// hash. Nothing is believed here: verification compares every hash and signature afterwards.
import type { Header } from '../../consensus/block.ts'
import type { LightBlock } from '../../consensus/light-client/light-block.ts'
import type { BlockId } from '../../consensus/vote.ts'
import type { AnswerOf } from '../../src/api/endpoints.ts'
import { unhex } from '../../src/core/bytes.ts'
import { Committee, type CommitteeHash } from '../../src/core/committee.ts'
import { type ChainId, type NodeId, publicKeyOfPeerId } from '../../src/core/id.ts'

export type BlockAnswer = AnswerOf<'block'>
export type CommitteeAnswer = AnswerOf<'committee'>

/** The committee of an answer; undefined where a member's key is not known. */
export function committeeOf({ members }: CommitteeAnswer): Committee | undefined {
  const seats = members.flatMap(({ peerId, power }) =>
    peerId === null ? [] : [{ publicKey: publicKeyOfPeerId(peerId), power }],
  )
  return seats.length === members.length && seats.length > 0 ? new Committee(seats) : undefined
}

/** @param known committees by hash; undefined when one that the header names is not among them */
export function lightBlockOf(
  { header, commit }: BlockAnswer,
  known: ReadonlyMap<string, Committee>,
): LightBlock | undefined {
  const committee = known.get(header.committeeHash)
  const nextCommittee = known.get(header.nextCommitteeHash)
  if (committee === undefined || nextCommittee === undefined) return undefined
  return {
    header: headerOf(header),
    // The block that was voted for is the one that the signatures name: the header's own id is
    // computed, never taken from the answer.
    commit: {
      height: header.height,
      round: commit.round,
      block: '' as BlockId,
      votes: commit.votes.map(({ nodeId, signature }) => ({
        voter: nodeId as NodeId,
        signature: unhex(signature),
      })),
    },
    committee,
    nextCommittee,
  }
}

const headerOf = (header: BlockAnswer['header']): Header => ({
  ...header,
  chainId: header.chainId as ChainId,
  previous: header.previous as BlockId,
  committeeHash: header.committeeHash as CommitteeHash,
  nextCommitteeHash: header.nextCommitteeHash as CommitteeHash,
  proposer: header.proposer.nodeId as NodeId,
})
