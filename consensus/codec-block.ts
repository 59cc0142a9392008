// Votes, proposals, commits and blocks to wire form and back. Reading gives undefined for anything
// that is not one; the one spelling of each is enforced by whoever decodes whole bytes (codec.ts,
// and decodeBlock here), which encodes again and compares. Nothing here looks at signatures.
import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import { concatBytes, copyBytes, equalBytes, hex, unhex } from '../src/core/bytes.ts'
import type { ChainId, NodeId } from '../src/core/id.ts'
import {
  blockBytesMax,
  committeeSizeMax,
  messageBytesMax,
  roundMax,
  transactionBytesMax,
  transactionsPerBlockMax,
} from '../src/core/limits.ts'
import {
  type Block,
  blockOf,
  decodeHeader,
  encodedHeader,
  type Header,
  type Transaction,
  type TransactionHash,
  transactionOf,
} from './block.ts'
import type { Commit } from './commit.ts'
import {
  type CommitSchema,
  type CompactBlockSchema,
  FinalBlockSchema,
  type ProposalSchema,
  type VoteSchema,
  type Block as WireBlock,
  type Commit as WireCommit,
  type CompactBlock as WireCompactBlock,
  type FinalBlock as WireFinalBlock,
  type Proposal as WireProposal,
  type Vote as WireVote,
} from './generated/consensus_pb.ts'
import type { CompactBlock } from './message.ts'
import { type BlockId, type Height, type Proposal, type Vote, voteKinds } from './vote.ts'
import { recordsOf } from './wire-records.ts'

/** A finalized block with the commit that decided it. */
export interface FinalBlock {
  readonly block: Block
  readonly commit: Commit
}

// --- small readers ---

/** 1 to 2^53 - 1; undefined of anything else. */
export const heightOf = (wire: bigint): Height | undefined =>
  wire >= 1n && wire <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(wire) : undefined

export const blockIdOfWire = (bytes: Uint8Array): BlockId | undefined =>
  bytes.length === 32 ? (hex(bytes) as BlockId) : undefined

const nodeOf = (bytes: Uint8Array): NodeId | undefined =>
  bytes.length === 16 ? (hex(bytes) as NodeId) : undefined

/** Every item read, or undefined as soon as one cannot be. */
export function allOf<W, T>(wire: readonly W[], read: (item: W) => T | undefined): T[] | undefined {
  const items: T[] = []
  for (const each of wire) {
    const item = read(each)
    if (item === undefined) return undefined
    items.push(item)
  }
  return items
}

// --- votes and proposals ---

export const wireVote = (vote: Vote): MessageInitShape<typeof VoteSchema> => ({
  kind: voteKinds.indexOf(vote.kind),
  height: BigInt(vote.height),
  round: vote.round,
  block: vote.block === null ? new Uint8Array(0) : unhex(vote.block),
  voter: unhex(vote.voter),
  signature: vote.signature,
})

export function voteOf(wire: WireVote): Vote | undefined {
  const kind = voteKinds[wire.kind]
  const height = heightOf(wire.height)
  const block = wire.block.length === 0 ? null : blockIdOfWire(wire.block)
  const voter = nodeOf(wire.voter)
  if (kind === undefined || height === undefined || block === undefined || voter === undefined)
    return undefined
  if (wire.round > roundMax || wire.signature.length !== 64) return undefined
  return { kind, height, round: wire.round, block, voter, signature: copyBytes(wire.signature) }
}

export const wireProposal = (proposal: Proposal): MessageInitShape<typeof ProposalSchema> => ({
  height: BigInt(proposal.height),
  round: proposal.round,
  block: unhex(proposal.block),
  validRoundPlusOne: proposal.validRound + 1,
  proposer: unhex(proposal.proposer),
  signature: proposal.signature,
})

export function proposalOf(wire: WireProposal): Proposal | undefined {
  const { round, signature } = wire
  const height = heightOf(wire.height)
  const block = blockIdOfWire(wire.block)
  const proposer = nodeOf(wire.proposer)
  if (height === undefined || block === undefined || proposer === undefined) return undefined
  // A valid round lies before the round: plus one it is the round at most.
  if (round > roundMax || wire.validRoundPlusOne > round || signature.length !== 64)
    return undefined
  const validRound = wire.validRoundPlusOne - 1
  return { height, round, block, validRound, proposer, signature: copyBytes(signature) }
}

// --- commits and blocks ---

export const wireCommit = (commit: Commit): MessageInitShape<typeof CommitSchema> => ({
  height: BigInt(commit.height),
  round: commit.round,
  block: unhex(commit.block),
  votes: commit.votes.map(({ voter, signature }) => ({ voter: unhex(voter), signature })),
})

export function commitOfWire(wire: WireCommit | undefined): Commit | undefined {
  if (wire === undefined || wire.votes.length > committeeSizeMax) return undefined
  const height = heightOf(wire.height)
  const block = blockIdOfWire(wire.block)
  if (height === undefined || block === undefined || wire.round > roundMax) return undefined
  const votes = allOf(wire.votes, ({ voter, signature }) => {
    const id = nodeOf(voter)
    if (id === undefined || signature.length !== 64) return undefined
    return { voter: id, signature: copyBytes(signature) }
  })
  return votes && { height, round: wire.round, block, votes }
}

/** A header of this chain and a real height. */
function headerOf(bytes: Uint8Array, chainId: ChainId): Header | undefined {
  const header = decodeHeader(bytes)
  return header !== undefined && header.chainId === chainId && header.height >= 1
    ? header
    : undefined
}

const hasLastCommit = (header: Header): boolean => header.height > 1

export const wireCompactBlock = ({
  header,
  transactions,
  lastCommit,
}: CompactBlock): MessageInitShape<typeof CompactBlockSchema> => ({
  header: encodedHeader(header),
  transactions: concatBytes(transactions.map(unhex), 32 * transactions.length),
  ...(lastCommit === null ? {} : { lastCommit: wireCommit(lastCommit) }),
})

export function compactBlockOf(
  wire: WireCompactBlock | undefined,
  chainId: ChainId,
): CompactBlock | undefined {
  if (wire === undefined) return undefined
  const header = headerOf(wire.header, chainId)
  const { length } = wire.transactions
  if (header === undefined || length % 32 !== 0 || length > 32 * transactionsPerBlockMax)
    return undefined
  const lastCommit = wire.lastCommit === undefined ? null : commitOfWire(wire.lastCommit)
  if (lastCommit === undefined || hasLastCommit(header) !== (lastCommit !== null)) return undefined
  const names = hex(wire.transactions)
  const transactions = Array.from(
    { length: length / 32 },
    (_, i) => names.slice(64 * i, 64 * i + 64) as TransactionHash,
  )
  return { header, transactions, lastCommit }
}

/** A copy of a transaction's bytes; empty and oversize ones are none. */
export const transactionBytesOfWire = (bytes: Uint8Array): Uint8Array | undefined =>
  bytes.length === 0 || bytes.length > transactionBytesMax ? undefined : copyBytes(bytes)

function transactionOfWire(wire: Uint8Array): Transaction | undefined {
  const bytes = transactionBytesOfWire(wire)
  return bytes && transactionOf(bytes)
}

const wireBlock = ({ header, transactions, lastCommit }: Block) => ({
  header: encodedHeader(header),
  transactions: transactions.map(({ bytes }) => bytes),
  ...(lastCommit === null ? {} : { lastCommit: wireCommit(lastCommit) }),
})

function blockOfWire(wire: WireBlock | undefined, chainId: ChainId): Block | undefined {
  if (wire === undefined || wire.transactions.length > transactionsPerBlockMax) return undefined
  const header = headerOf(wire.header, chainId)
  const lastCommit = wire.lastCommit === undefined ? null : commitOfWire(wire.lastCommit)
  if (header === undefined || lastCommit === undefined) return undefined
  if (hasLastCommit(header) !== (lastCommit !== null)) return undefined
  if (wire.transactions.reduce((sum, { length }) => sum + length, 0) > blockBytesMax)
    return undefined
  const transactions = allOf(wire.transactions, transactionOfWire)
  return transactions && blockOf(header, transactions, lastCommit)
}

/** @param commit false: left out, since the next block's last commit is the same */
export const wireFinalBlock = (
  { block, commit }: FinalBlock,
  withCommit = true,
): MessageInitShape<typeof FinalBlockSchema> => ({
  block: wireBlock(block),
  ...(withCommit ? { commit: wireCommit(commit) } : {}),
})

/** @param next whose last commit stands for an absent commit */
export function finalBlockOf(
  wire: WireFinalBlock,
  chainId: ChainId,
  next: Block | undefined,
): FinalBlock | undefined {
  const block = blockOfWire(wire.block, chainId)
  const commit = wire.commit === undefined ? next?.lastCommit : commitOfWire(wire.commit)
  return block && commit ? { block, commit } : undefined
}

/** Do two commits hold the very same votes? */
export const sameCommit = (a: Commit, b: Commit): boolean =>
  a === b ||
  (a.height === b.height &&
    a.round === b.round &&
    a.block === b.block &&
    a.votes.length === b.votes.length &&
    a.votes.every(
      ({ voter, signature }, i) =>
        voter === b.votes[i]!.voter && equalBytes(signature, b.votes[i]!.signature),
    ))

const encoded = new WeakMap<Block, { readonly commit: Commit; readonly bytes: Uint8Array }>()

/** The stored form of a finalized block: at most messageBytesMax. Remembered beside the block. */
export function encodeBlock(block: Block, commit: Commit): Uint8Array {
  const known = encoded.get(block)
  if (known?.commit === commit) return known.bytes
  const bytes = toBinary(
    FinalBlockSchema,
    create(FinalBlockSchema, wireFinalBlock({ block, commit })),
  )
  encoded.set(block, { commit, bytes })
  return bytes
}

// block (1) → its transactions (2) and last commit (3) → votes (4); commit (2) → votes (4).
const finalBlockShape = { 1: { 3: {} }, 2: {} }

/** One block's transactions, votes of two commits and single fields. */
const recordsPerBlockMax = transactionsPerBlockMax + 2 * committeeSizeMax + 16

/** Reads a block that this node stored itself: what it was made of was looked at whole before. */
export function storedBlock(bytes: Uint8Array, chainId: ChainId): FinalBlock | undefined {
  try {
    return finalBlockOf(fromBinary(FinalBlockSchema, bytes), chainId, undefined)
  } catch {
    return undefined
  }
}

/** Reads a stored or received block with its commit, of this chain; undefined when the bytes are none. Never throws. */
export function decodeBlock(bytes: Uint8Array, chainId: ChainId): FinalBlock | undefined {
  if (bytes.length > messageBytesMax) return undefined
  try {
    if (recordsOf(bytes, finalBlockShape, recordsPerBlockMax) > recordsPerBlockMax) return undefined
    const read = finalBlockOf(fromBinary(FinalBlockSchema, bytes), chainId, undefined)
    if (read === undefined) return undefined
    const again = create(FinalBlockSchema, wireFinalBlock(read))
    return equalBytes(toBinary(FinalBlockSchema, again), bytes) ? read : undefined
  } catch {
    return undefined
  }
}
