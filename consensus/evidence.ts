// Evidence: two different things that one member signed for the same height, round and kind. Its
// bytes stand for themselves, so that anybody can judge them later against that height's committee.
// Votes that only look like a forgotten lock (of different rounds) are no evidence of anything: an
// honest member may have seen a polka in between (amnesia is never punished from vote pairs).
import { equalBytes } from '../src/core/bytes.ts'
import type { Committee } from '../src/core/committee.ts'
import type { ChainId, NodeId } from '../src/core/id.ts'
import type { Verify } from '../src/core/signature.ts'
import type { Equivocation } from './driver-io.ts'
import {
  type BlockId,
  type Height,
  type Proposal,
  proposalBytes,
  type Vote,
  voteBytes,
  voteKinds,
} from './vote.ts'
import { ByteReader, ByteWriter } from './wal-bytes.ts'

/** A pair of signatures that nobody has checked. */
export type UncheckedEvidence =
  | { readonly is: 'double-vote'; readonly first: Vote; readonly second: Vote }
  | { readonly is: 'double-proposal'; readonly first: Proposal; readonly second: Proposal }

export type EvidenceRule =
  /** Not the one encoding of a pair. */
  | 'malformed'
  /** No committee is known of that height: it lies ahead, or too far back. */
  | 'unknown-height'
  | 'not-a-member'
  | 'signature'

export type EvidenceVerdict =
  | { readonly verdict: 'proven'; readonly culprit: NodeId; readonly height: Height }
  | { readonly verdict: 'invalid'; readonly rule: EvidenceRule }

/** The size of each kind: kind, place, member, twice the block and the signature. */
export const doubleVoteBytes = 1 + 1 + 12 + 16 + 2 * (33 + 64)
export const doubleProposalBytes = 1 + 12 + 16 + 2 * (36 + 64)

export const culpritOf = (evidence: UncheckedEvidence): NodeId =>
  evidence.is === 'double-vote' ? evidence.first.voter : evidence.first.proposer

/** The order within a pair: nil first, then by block and valid round, so that a pair has one encoding. */
const rankOf = (signed: Vote | Proposal): string =>
  `${signed.block ?? ''}${'validRound' in signed ? `/${String(signed.validRound + 1).padStart(10, '0')}` : ''}`

/** The one encoding of an equivocation, whichever half was seen first. */
export function encodeEvidence(evidence: Equivocation | UncheckedEvidence): Uint8Array {
  const writer = new ByteWriter()
  if (evidence.is === 'double-vote') {
    const { kind, height, round, voter } = evidence.first
    writer.u8(1).u8(voteKinds.indexOf(kind)).u64(height).u32(round).hex(voter)
    for (const { block, signature } of ordered(evidence.first, evidence.second))
      writer
        .u8(block === null ? 0 : 1)
        .hex(block ?? '0'.repeat(64))
        .bytes(signature)
    return writer.done()
  }
  const { height, round, proposer } = evidence.first
  writer.u8(2).u64(height).u32(round).hex(proposer)
  for (const { block, validRound, signature } of ordered(evidence.first, evidence.second))
    writer
      .hex(block)
      .u32(validRound + 1)
      .bytes(signature)
  return writer.done()
}

const ordered = <S extends Vote | Proposal>(first: S, second: S): readonly [S, S] =>
  rankOf(first) < rankOf(second) ? [first, second] : [second, first]

/** Reads evidence; undefined unless it is the one encoding of two different things. Signatures are not looked at. */
export function decodeEvidence(bytes: Uint8Array): UncheckedEvidence | undefined {
  if (bytes.length !== doubleVoteBytes && bytes.length !== doubleProposalBytes) return undefined
  const reader = new ByteReader(bytes)
  const tag = reader.u8()
  const evidence =
    tag === 1 ? readDoubleVote(reader) : tag === 2 ? readDoubleProposal(reader) : undefined
  if (evidence === undefined || !reader.complete) return undefined
  if (rankOf(evidence.first) >= rankOf(evidence.second)) return undefined
  return equalBytes(encodeEvidence(evidence), bytes) ? evidence : undefined
}

function readDoubleVote(reader: ByteReader): UncheckedEvidence | undefined {
  const kind = voteKinds[reader.u8()]
  const [height, round, voter] = [reader.u64(), reader.u32(), reader.hex(16) as NodeId]
  if (kind === undefined) return undefined
  const half = (): Vote => {
    const there = reader.u8() === 1
    const id = reader.hex(32) as BlockId
    const block = there ? id : null
    return { kind, height, round, block, voter, signature: reader.bytes(64) }
  }
  return { is: 'double-vote', first: half(), second: half() }
}

function readDoubleProposal(reader: ByteReader): UncheckedEvidence {
  const [height, round, proposer] = [reader.u64(), reader.u32(), reader.hex(16) as NodeId]
  const half = (): Proposal => ({
    ...{ height, round, proposer },
    ...{ block: reader.hex(32) as BlockId, validRound: reader.u32() - 1 },
    signature: reader.bytes(64),
  })
  return { is: 'double-proposal', first: half(), second: half() }
}

/**
 * Judges evidence as it stands in a block, whoever brings it and whenever.
 *
 * @param committeeOf the committee that decided (or decides) a height; undefined of heights that are
 *   ahead or lie further back than limits.evidenceBlocksMax
 */
export function verifyEvidence(
  verify: Verify,
  chainId: ChainId,
  committeeOf: (height: Height) => Committee | undefined,
  bytes: Uint8Array,
): EvidenceVerdict {
  const invalid = (rule: EvidenceRule): EvidenceVerdict => ({ verdict: 'invalid', rule })
  const evidence = decodeEvidence(bytes)
  if (evidence === undefined) return invalid('malformed')
  const { height } = evidence.first
  const committee = committeeOf(height)
  if (committee === undefined) return invalid('unknown-height')
  const culprit = committee.member(culpritOf(evidence))
  if (culprit === undefined) return invalid('not-a-member')
  const messages =
    evidence.is === 'double-vote'
      ? [voteBytes(chainId, evidence.first), voteBytes(chainId, evidence.second)]
      : [proposalBytes(chainId, evidence.first), proposalBytes(chainId, evidence.second)]
  const signatures = [evidence.first.signature, evidence.second.signature]
  if (!messages.every((message, i) => verify(culprit.publicKey, message, signatures[i]!)))
    return invalid('signature')
  return { verdict: 'proven', culprit: culprit.nodeId, height }
}
