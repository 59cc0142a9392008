// One entry of the write-ahead log: an input of the driver, in the order in which it took them. A
// block is written once, as an entry of its own; proposals name it.
import type { NodeId } from '../src/core/id.ts'
import { type Block, blockIdOf } from './block.ts'
import type { DriverInput, Step } from './driver-io.ts'
import { type BlockId, type Proposal, type Vote, voteKinds } from './vote.ts'
import { readBlock, writeBlock } from './wal-block.ts'
import { ByteReader, ByteWriter } from './wal-bytes.ts'

/** Nothing of it is marked as verified: the engine verifies what it replays. */
export type WalRecord =
  | { readonly on: 'start-round' }
  | { readonly on: 'block'; readonly block: Block }
  /** This node made the block for its proposal of that round. */
  | { readonly on: 'value'; readonly round: number; readonly block: BlockId }
  | { readonly on: 'proposal'; readonly proposal: Proposal; readonly valid: boolean }
  | { readonly on: 'vote'; readonly vote: Vote }
  | { readonly on: 'polka'; readonly votes: readonly Vote[] }
  | { readonly on: 'timeout'; readonly step: Step; readonly round: number }

const tags = ['start-round', 'block', 'value', 'proposal', 'vote', 'timeout', 'polka'] as const
const steps: readonly Step[] = ['propose', 'prevote', 'precommit']

export function encodeRecord(record: WalRecord | DriverInput): Uint8Array {
  const writer = new ByteWriter().u8(tags.indexOf(record.on))
  switch (record.on) {
    case 'start-round':
      break
    case 'block':
      writeBlock(writer, record.block)
      break
    case 'value':
      writer.u32(record.round).hex(record.block)
      break
    case 'proposal':
      writeProposal(writer, record.proposal)
      writer.u8(record.valid ? 1 : 0)
      break
    case 'vote':
      writeVote(writer, record.vote)
      break
    case 'polka':
      writer.u8(record.votes.length)
      for (const vote of record.votes) writeVote(writer, vote)
      break
    case 'timeout':
      writer.u8(steps.indexOf(record.step)).u32(record.round)
  }
  return writer.done()
}

/** undefined of bytes that are no record. */
export function decodeRecord(bytes: Uint8Array): WalRecord | undefined {
  const reader = new ByteReader(bytes)
  const record = readRecord(reader)
  return record !== undefined && reader.complete ? record : undefined
}

function readRecord(reader: ByteReader): WalRecord | undefined {
  const on = tags[reader.u8()]
  switch (on) {
    case 'start-round':
      return { on }
    case 'block': {
      const block = readBlock(reader)
      return block === undefined || blockIdOf(block.header) !== block.id ? undefined : { on, block }
    }
    case 'value':
      return { on, round: reader.u32(), block: reader.hex(32) as BlockId }
    case 'proposal':
      return { on, proposal: readProposal(reader), valid: reader.u8() === 1 }
    case 'vote':
      return { on, vote: readVote(reader) }
    case 'polka':
      return { on, votes: Array.from({ length: reader.u8() }, () => readVote(reader)) }
    case 'timeout': {
      const step = steps[reader.u8()]
      return step === undefined ? undefined : { on, step, round: reader.u32() }
    }
    default:
      return undefined
  }
}

function writeVote(
  writer: ByteWriter,
  { kind, height, round, block, voter, signature }: Vote,
): void {
  writer.u8(voteKinds.indexOf(kind)).u64(height).u32(round)
  writer.u8(block === null ? 0 : 1).hex(block ?? '')
  writer.hex(voter).bytes(signature)
}

function readVote(reader: ByteReader): Vote {
  const kind = voteKinds[reader.u8()] ?? 'prevote'
  const [height, round] = [reader.u64(), reader.u32()]
  const block = reader.u8() === 1 ? (reader.hex(32) as BlockId) : null
  return {
    kind,
    height,
    round,
    block,
    voter: reader.hex(16) as NodeId,
    signature: reader.bytes(64),
  }
}

function writeProposal(writer: ByteWriter, proposal: Proposal): void {
  const { height, round, block, validRound, proposer, signature } = proposal
  writer
    .u64(height)
    .u32(round)
    .hex(block)
    .u32(validRound + 1)
  writer.hex(proposer).bytes(signature)
}

function readProposal(reader: ByteReader): Proposal {
  const [height, round] = [reader.u64(), reader.u32()]
  const [block, validRound] = [reader.hex(32) as BlockId, reader.u32() - 1]
  const [proposer, signature] = [reader.hex(16) as NodeId, reader.bytes(64)]
  return { height, round, block, validRound, proposer, signature }
}
