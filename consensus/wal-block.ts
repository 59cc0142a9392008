// Blocks, commits and committees in the fixed layout of the engine's own records. Not the wire form
// (codec.ts): what is read here was written here, behind a checksum.
import { Committee } from '../src/core/committee.ts'
import type { NodeId } from '../src/core/id.ts'
import {
  type Block,
  blockOf,
  decodeHeader,
  encodedHeader,
  type Header,
  headerBytes,
  transactionOf,
} from './block.ts'
import { type Commit, type VerifiedCommit, verifyCommit } from './commit.ts'
import type { BlockId } from './vote.ts'
import { ByteReader, ByteWriter, framed, unframed } from './wal-bytes.ts'

/** The block before the height being decided, with what proves it: store key `previous`. */
export interface Previous {
  readonly header: Header
  readonly id: BlockId
  readonly commit: VerifiedCommit
  /** That decided it. */
  readonly committee: Committee
  /** Was there any transaction in it? Then an empty block follows at once. */
  readonly full: boolean
}

export const previousKey = 'previous'

export function writeCommit(writer: ByteWriter, commit: Commit): void {
  writer.u64(commit.height).u32(commit.round).hex(commit.block).u16(commit.votes.length)
  for (const { voter, signature } of commit.votes) writer.hex(voter).bytes(signature)
}

export function readCommit(reader: ByteReader): Commit {
  const [height, round, block] = [reader.u64(), reader.u32(), reader.hex(32) as BlockId]
  const votes = []
  for (let left = reader.u16(); left > 0 && reader.ok; left--)
    votes.push({ voter: reader.hex(16) as NodeId, signature: reader.bytes(64) })
  return { height, round, block, votes }
}

export function writeBlock(writer: ByteWriter, block: Block): void {
  writer.bytes(encodedHeader(block.header)).u8(block.lastCommit === null ? 0 : 1)
  if (block.lastCommit !== null) writeCommit(writer, block.lastCommit)
  writer.u32(block.transactions.length)
  for (const { bytes } of block.transactions) writer.u32(bytes.length).bytes(bytes)
}

/** undefined when it is no block. */
export function readBlock(reader: ByteReader): Block | undefined {
  const header = decodeHeader(reader.bytes(headerBytes))
  const lastCommit = reader.u8() === 1 ? readCommit(reader) : null
  const transactions = []
  for (let left = reader.u32(); left > 0 && reader.ok; left--)
    transactions.push(transactionOf(reader.bytes(reader.u32())))
  if (header === undefined || !reader.ok) return undefined
  return blockOf(header, transactions, lastCommit)
}

/** The value of the key `previous`. After a snapshot the machine writes one, and makes a new engine of it. */
export function encodePrevious({
  header,
  commit,
  committee,
  full,
}: Omit<Previous, 'id'>): Uint8Array {
  const expected = 512 + committee.size * (40 + 80)
  const writer = new ByteWriter(expected).bytes(encodedHeader(header)).u8(full ? 1 : 0)
  writer.u16(committee.size)
  for (const { publicKey, power } of committee.members) writer.bytes(publicKey).u64(power)
  writeCommit(writer, commit)
  return framed(writer.done())
}

/** undefined of a damaged value. */
export function decodePrevious(stored: Uint8Array): Previous | undefined {
  const payload = unframed(stored)
  if (payload === undefined) return undefined
  const reader = new ByteReader(payload)
  const header = decodeHeader(reader.bytes(headerBytes))
  const full = reader.u8() === 1
  const members = []
  for (let left = reader.u16(); left > 0 && reader.ok; left--)
    members.push({ publicKey: reader.bytes(32), power: reader.u64() })
  const commit = readCommit(reader)
  if (header === undefined || !reader.complete) return undefined
  const committee = new Committee(members)
  // It was verified before it was written, and a checksum stands over it: signatures are not looked at again.
  const { chainId, height } = header
  const verdict = verifyCommit(() => true, chainId, committee, height, commit.block, commit)
  if (verdict.verdict === 'invalid') return undefined
  return { header, id: commit.block, commit: verdict.commit, committee, full }
}
