// Votes and proposals of the Tendermint algorithm (arXiv 1807.04938), and the bytes that are signed.
// A vote is signed over a fixed-width layout rebuilt from its fields, behind a domain that names its
// kind and the chain: it can be read neither as another kind nor on another network.
import { unhex } from '../src/core/bytes.ts'
import type { ChainId, NodeId } from '../src/core/id.ts'
import { signedBytes } from '../src/core/signature.ts'

/** 1, 2, 3, … of blocks; 0 is the genesis state. */
export type Height = number

/** 0, 1, 2, … within a height. */
export type Round = number

/** SHA-256 of a block's header: 64 lower-case hex digits. */
export type BlockId = string & { readonly __brand: 'BlockId' }

export const voteKinds = ['prevote', 'precommit'] as const
export type VoteKind = (typeof voteKinds)[number]

/** What a member says of a round: a block, or nil (null). Its signature may not have been checked. */
export interface Vote {
  readonly kind: VoteKind
  readonly height: Height
  readonly round: Round
  /** null: nil. */
  readonly block: BlockId | null
  readonly voter: NodeId
  /** 64 bytes. */
  readonly signature: Uint8Array
}

/** A proposer's signed word for a block. Its signature may not have been checked. */
export interface Proposal {
  readonly height: Height
  readonly round: Round
  readonly block: BlockId
  /** The round of the polka that the proposer goes by; -1 for a fresh block. */
  readonly validRound: Round | -1
  readonly proposer: NodeId
  /** 64 bytes. */
  readonly signature: Uint8Array
}

/** Whose signature was checked against the committee of its height; only verify-vote.ts makes one. */
export type VerifiedVote = Vote & { readonly __verified: 'vote' }
export type VerifiedProposal = Proposal & { readonly __verified: 'proposal' }

/** height (8 bytes) || round (4) || 1 and block id (32), or 33 zeros for nil || valid round + 1 (4). */
function layout(
  height: Height,
  round: Round,
  block: BlockId | null,
  validRound: Round | -1,
): Uint8Array {
  const bytes = new Uint8Array(49)
  const view = new DataView(bytes.buffer)
  view.setBigUint64(0, BigInt(height))
  view.setUint32(8, round)
  if (block !== null) {
    bytes[12] = 1
    bytes.set(unhex(block), 13)
  }
  view.setUint32(45, validRound + 1)
  return bytes
}

/** The bytes that a voter signs. */
export const voteBytes = (
  chainId: ChainId,
  { kind, height, round, block }: Pick<Vote, 'kind' | 'height' | 'round' | 'block'>,
): Uint8Array => signedBytes(kind, chainId, layout(height, round, block, -1))

/** The bytes that a proposer signs. */
export const proposalBytes = (
  chainId: ChainId,
  { height, round, block, validRound }: Pick<Proposal, 'height' | 'round' | 'block' | 'validRound'>,
): Uint8Array => signedBytes('proposal', chainId, layout(height, round, block, validRound))
