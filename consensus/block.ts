// Blocks: a header of fixed layout, whose hash is the block's id, the transactions and the commit of
// the block before. What transactions mean is the application's business (src/core/application.ts).
import { concatBytes, copyBytes, hex, unhex, utf8 } from '../src/core/bytes.ts'
import type { CommitteeHash } from '../src/core/committee.ts'
import type { ChainId, Millis, NodeId } from '../src/core/id.ts'
import { leafHash, rootOfHashes } from '../src/core/merkle.ts'
import { sha256 } from '../src/core/sha256.ts'
import type { Commit } from './commit.ts'
import type { BlockId, Height } from './vote.ts'

/** 32 bytes as 64 lower-case hex digits. */
export type HashText = string

/** SHA-256(0 || transaction), the leaf of RFC 6962: names a transaction and is what the root is made of. */
export type TransactionHash = string & { readonly __brand: 'TransactionHash' }

export interface Header {
  readonly chainId: ChainId
  readonly height: Height
  /** The proposer's; strictly above the block before. */
  readonly time: Millis
  /** 64 zeros at height 1. */
  readonly previous: BlockId
  /** Of the commit within this block: the one of `previous`. 64 zeros at height 1. */
  readonly lastCommitHash: HashText
  /** RFC 6962 over the transactions' bytes. */
  readonly transactionsRoot: HashText
  /** Of the application after height − 1. */
  readonly stateHash: HashText
  /** The committee that decides this height. */
  readonly committeeHash: CommitteeHash
  /** The committee that decides the next height. */
  readonly nextCommitteeHash: CommitteeHash
  readonly proposer: NodeId
}

export interface Block {
  /** Hash of the header. */
  readonly id: BlockId
  readonly header: Header
  /** In the order in which they apply. */
  readonly transactions: readonly Transaction[]
  /** Of the block before; null at height 1. */
  readonly lastCommit: Commit | null
}

/** Opaque bytes under their name. */
export interface Transaction {
  readonly hash: TransactionHash
  readonly bytes: Uint8Array
}

export const zeroHashText: HashText = '0'.repeat(64)
export const zeroBlockId = zeroHashText as BlockId

export const transactionOf = (bytes: Uint8Array): Transaction => ({
  hash: hex(leafHash(bytes)) as TransactionHash,
  bytes,
})

/**
 * Headers that were encoded or decoded once, frozen since: what goes with them. A block on its way
 * from a peer into the store is named and encoded several times.
 */
const known = new WeakMap<Header, { readonly bytes: Uint8Array; id?: BlockId }>()

function knownOf(header: Header): { readonly bytes: Uint8Array; id?: BlockId } {
  let found = known.get(header)
  if (found === undefined) {
    found = { bytes: bytesOf(header) }
    known.set(Object.freeze(header), found)
  }
  return found
}

/** The header's 232 bytes: fields in order, integers big-endian in 8 bytes, hashes in 32, ids in 8 and 16. */
export const encodeHeader = (header: Header): Uint8Array => copyBytes(encodedHeader(header))

/** The same, shared: for whoever copies it into something larger and never writes to it. */
export const encodedHeader = (header: Header): Uint8Array => knownOf(header).bytes

function bytesOf(header: Header): Uint8Array {
  const numbers = new Uint8Array(16)
  const view = new DataView(numbers.buffer)
  view.setBigUint64(0, BigInt(header.height))
  view.setBigUint64(8, BigInt(header.time))
  const { previous, lastCommitHash, transactionsRoot, stateHash } = header
  const hashes = [previous, lastCommitHash, transactionsRoot, stateHash]
  return concatBytes([
    ...[unhex(header.chainId), numbers],
    ...[...hashes, header.committeeHash, header.nextCommitteeHash].map(unhex),
    unhex(header.proposer),
  ])
}

export const headerBytes = 232

/** Reads a header; undefined unless it is exactly one. Every 232 bytes with times below 2^53 are one. */
export function decodeHeader(bytes: Uint8Array): Header | undefined {
  if (bytes.length !== headerBytes) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const height = view.getBigUint64(8)
  const time = view.getBigUint64(16)
  const max = BigInt(Number.MAX_SAFE_INTEGER)
  if (height > max || time > max) return undefined
  const hash = (at: number): string => hex(bytes.subarray(24 + 32 * at, 56 + 32 * at))
  const header = {
    chainId: hex(bytes.subarray(0, 8)) as ChainId,
    height: Number(height),
    time: Number(time),
    previous: hash(0) as BlockId,
    lastCommitHash: hash(1),
    transactionsRoot: hash(2),
    stateHash: hash(3),
    committeeHash: hash(4) as CommitteeHash,
    nextCommitteeHash: hash(5) as CommitteeHash,
    proposer: hex(bytes.subarray(216)) as NodeId,
  }
  known.set(Object.freeze(header), { bytes: copyBytes(bytes) })
  return header
}

const domain = utf8('trustnet/block/1\0')

export function blockIdOf(header: Header): BlockId {
  const found = knownOf(header)
  found.id ??= hex(sha256(concatBytes([domain, found.bytes]))) as BlockId
  return found.id
}

export const transactionsRootOf = (transactions: readonly Transaction[]): HashText =>
  hex(rootOfHashes(transactions.map(({ hash }) => unhex(hash))))

/** A block of parts that belong together (the header's roots were made from them). */
export const blockOf = (
  header: Header,
  transactions: readonly Transaction[],
  lastCommit: Commit | null,
): Block => ({ id: blockIdOf(header), header, transactions, lastCommit })
