// Messages to bytes and back. Before anything is allocated for a message, its size and the number of
// its records are checked; afterwards it must encode to the very bytes it came in, so unknown
// fields, trailing bytes and second spellings are all refused by one rule. Decoding never throws.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { copyBytes, equalBytes, hex } from '../src/core/bytes.ts'
import type { ChainId } from '../src/core/id.ts'
import {
  blocksPerMessageMax,
  committeeSizeMax,
  messageBytesMax,
  roundMax,
  transactionsPerBlockMax,
} from '../src/core/limits.ts'
import {
  allOf,
  blockIdOfWire,
  commitOfWire,
  compactBlockOf,
  type FinalBlock,
  finalBlockOf,
  heightOf,
  proposalOf,
  transactionBytesOfWire,
  voteOf,
} from './codec-block.ts'
import { steps, wireOf } from './codec-out.ts'
import type { RoundVotes } from './engine-io.ts'
import {
  ConsensusMessageSchema,
  type Blocks as WireBlocks,
  type ConsensusMessage as WireMessage,
  type OfferedSnapshot as WireOffer,
  type RoundVotes as WireRoundVotes,
  type Status as WireStatus,
  type Transactions as WireTransactions,
} from './generated/consensus_pb.ts'
import type { ConsensusMessage, OfferedSnapshot } from './message.ts'
import { recordsOf } from './wire-records.ts'

/** A decoded message, or the reason why the bytes are none. */
export type DecodedConsensusMessage =
  | { readonly ok: true; readonly message: ConsensusMessage }
  | { readonly ok: false; readonly why: string }

/** Votes in one message: both kinds of a full committee in two rounds. */
export const votesPerMessageMax = 4 * committeeSizeMax

/** Rounds told of in one status: the newest ones of a height. */
export const roundsPerStatusMax = 16

/** Transactions in one answer or batch. */
export const transactionsPerMessageMax = transactionsPerBlockMax

/** Transactions of all blocks in one answer: at 100 bytes and more they fill it. */
export const syncedTransactionsMax = 4_096

/** Snapshots offered by one node: the newest few. */
export const offersMax = 8

/** Chunks of one snapshot: at 192 KiB each some 800 MB of state. */
export const snapshotChunksMax = 4_096

/** One chunk: a message less its head. */
export const chunkBytesMax = messageBytesMax - 1_024

const encoded = new WeakMap<ConsensusMessage, Uint8Array>()

/** The bytes of a message, made once for all its receivers. The machine keeps it within `messageBytesMax`. */
export function encodeConsensusMessage(message: ConsensusMessage): Uint8Array {
  let bytes = encoded.get(message)
  if (bytes === undefined) {
    bytes = bytesOf(message)
    encoded.set(message, bytes)
  }
  return bytes
}

const bytesOf = (message: ConsensusMessage): Uint8Array =>
  toBinary(ConsensusMessageSchema, create(ConsensusMessageSchema, { say: wireOf(message) }))

/** Reads a message from a peer: well-formed and, where it names one, of this chain. Nothing is verified. */
export function decodeConsensusMessage(
  bytes: Uint8Array,
  chainId: ChainId,
): DecodedConsensusMessage {
  if (bytes.length > messageBytesMax) return { ok: false, why: 'too large' }
  try {
    if (recordsOf(bytes, shape, recordsMax) > recordsMax)
      return { ok: false, why: 'too many records' }
    const message = messageOf(fromBinary(ConsensusMessageSchema, bytes), chainId)
    if (typeof message === 'string') return { ok: false, why: message }
    if (!equalBytes(bytesOf(message), bytes)) return { ok: false, why: 'not canonical' }
    return { ok: true, message }
  } catch {
    // protobuf-es throws on truncated and malformed bytes.
    return { ok: false, why: 'malformed' }
  }
}

// --- in ---

const blockShape = { 3: {} }
/** What is looked into: every repeated record of any kind of message. */
const shape = {
  1: { 2: blockShape },
  2: {},
  3: {},
  5: {},
  6: {},
  7: { 1: blockShape, 2: {} },
  9: { 2: { 1: blockShape, 2: {} } },
  11: {},
}

/** Records of the largest honest answer of block sync. */
const recordsMax = syncedTransactionsMax + blocksPerMessageMax * (2 * committeeSizeMax + 16)

function messageOf({ say }: WireMessage, chainId: ChainId): ConsensusMessage | string {
  switch (say.case) {
    case 'proposal': {
      const proposal = say.value.proposal && proposalOf(say.value.proposal)
      const block = compactBlockOf(say.value.block, chainId)
      return proposal && block ? { say: 'proposal', proposal, block } : 'malformed proposal'
    }
    case 'votes': {
      if (say.value.votes.length > votesPerMessageMax) return 'too many votes'
      const votes = allOf(say.value.votes, voteOf)
      return votes ? { say: 'votes', votes } : 'malformed vote'
    }
    case 'status':
      return statusOf(say.value)
    case 'wantTransactions': {
      const block = blockIdOfWire(say.value.block)
      const places = placesOf(say.value.places)
      if (block === undefined || places === undefined || places.length === 0)
        return 'malformed places'
      return { say: 'want-transactions', block, places }
    }
    case 'transactions':
      return transactionsOf(say.value)
    case 'submit': {
      const transactions = batchOf(say.value.transactions)
      return transactions ? { say: 'submit', transactions } : 'malformed batch'
    }
    case 'decided': {
      const block = compactBlockOf(say.value.block, chainId)
      const commit = commitOfWire(say.value.commit)
      return block && commit ? { say: 'decided', block, commit } : 'malformed block'
    }
    case 'wantBlocks': {
      const from = heightOf(say.value.from)
      const to = heightOf(say.value.to)
      if (from === undefined || to === undefined || to < from || to - from >= blocksPerMessageMax)
        return 'malformed range'
      return { say: 'want-blocks', from, to }
    }
    case 'blocks':
      return blocksOf(say.value, chainId)
    case 'wantSnapshots':
      return { say: 'want-snapshots' }
    case 'snapshots': {
      if (say.value.offers.length > offersMax) return 'too many offers'
      const offers = allOf(say.value.offers, offerOf)
      return offers ? { say: 'snapshots', offers } : 'malformed offer'
    }
    case 'wantChunk': {
      const height = heightOf(say.value.height)
      const { chunk } = say.value
      if (height === undefined || chunk >= snapshotChunksMax) return 'malformed chunk'
      return { say: 'want-chunk', height, chunk }
    }
    case 'chunk': {
      const height = heightOf(say.value.height)
      const { chunk, bytes } = say.value
      if (height === undefined || chunk >= snapshotChunksMax) return 'malformed chunk'
      if (bytes !== undefined && bytes.length > chunkBytesMax) return 'malformed chunk'
      return { say: 'chunk', height, chunk, bytes: bytes === undefined ? null : copyBytes(bytes) }
    }
    default:
      return 'no message'
  }
}

function statusOf({ height, round, step, rounds, linked }: WireStatus): ConsensusMessage | string {
  const at = heightOf(height)
  const word = steps[step]
  if (at === undefined || word === undefined || round > roundMax) return 'malformed status'
  if (rounds.length > roundsPerStatusMax) return 'too many rounds'
  if (rounds.some((each, i) => i > 0 && each.round <= rounds[i - 1]!.round))
    return 'rounds not ascending'
  const votes = allOf(rounds, roundVotesOf)
  const places = membersOf(linked)
  if (votes === undefined || places === undefined) return 'malformed status'
  return { say: 'status', height: at, round, step: word, rounds: votes, linked: places }
}

function roundVotesOf(wire: WireRoundVotes): RoundVotes | undefined {
  const { round, proposal } = wire
  const prevotes = membersOf(wire.prevotes)
  const precommits = membersOf(wire.precommits)
  if (round > roundMax || prevotes === undefined || precommits === undefined) return undefined
  return { round, prevotes, precommits, proposal }
}

function membersOf(mask: number): number[] | undefined {
  if (mask >= 2 ** committeeSizeMax) return undefined
  const places: number[] = []
  for (let i = 0; i < committeeSizeMax; i++) if ((mask >> i) & 1) places.push(i)
  return places
}

function placesOf(bits: Uint8Array): number[] | undefined {
  if (bits.length > transactionsPerBlockMax / 8) return undefined
  const places: number[] = []
  for (let i = 0; i < 8 * bits.length; i++) if ((bits[i >> 3]! >> (i & 7)) & 1) places.push(i)
  return places
}

/** The bytes of transactions, none empty or oversize; undefined unless all are such. */
const batchOf = (wire: readonly Uint8Array[]): Uint8Array[] | undefined =>
  wire.length > transactionsPerMessageMax ? undefined : allOf(wire, transactionBytesOfWire)

function transactionsOf(wire: WireTransactions): ConsensusMessage | string {
  const block = blockIdOfWire(wire.block)
  const places = placesOf(wire.places)
  const transactions = batchOf(wire.transactions)
  if (block === undefined || places === undefined || transactions === undefined)
    return 'malformed transactions'
  if (places.length !== transactions.length) return 'places without transactions'
  return { say: 'transactions', block, places, transactions }
}

function blocksOf({ from, blocks }: WireBlocks, chainId: ChainId): ConsensusMessage | string {
  const first = heightOf(from)
  if (first === undefined || blocks.length > blocksPerMessageMax) return 'malformed blocks'
  const read: FinalBlock[] = []
  for (let i = blocks.length - 1; i >= 0; i--) {
    const each = finalBlockOf(blocks[i]!, chainId, read[read.length - 1]?.block)
    if (each?.block.header.height !== first + i) return 'malformed block'
    read.push(each)
  }
  return { say: 'blocks', from: first, blocks: read.reverse() }
}

function offerOf({ height, stateHash, chunks }: WireOffer): OfferedSnapshot | undefined {
  const at = heightOf(height)
  if (at === undefined || stateHash.length !== 32) return undefined
  if (chunks < 1 || chunks > snapshotChunksMax) return undefined
  return { height: at, stateHash: hex(stateHash), chunks }
}
