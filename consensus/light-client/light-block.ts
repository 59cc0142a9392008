// A light block: what proves a header to somebody who follows no blocks. Header, the commit for it,
// and the two committees that the header names by hash. As bytes: fixed layout, since browsers read it.
import { concatBytes, copyBytes, hex, unhex } from '../../src/core/bytes.ts'
import { Committee } from '../../src/core/committee.ts'
import { type NodeId, nodeIdOf } from '../../src/core/id.ts'
import { committeeSizeMax, roundMax, votingPowerMax } from '../../src/core/limits.ts'
import { blockIdOf, decodeHeader, encodeHeader, type Header, headerBytes } from '../block.ts'
import type { Commit, CommitVote } from '../commit.ts'

export interface LightBlock {
  readonly header: Header
  /** For this header. */
  readonly commit: Commit
  /** Decides this height; its hash stands in the header. */
  readonly committee: Committee
  /** Decides the next height; its hash stands in the header. */
  readonly nextCommittee: Committee
}

const voteBytesLength = 80
const memberBytes = 40

/** A header, two full committees, and everybody's vote. */
export const lightBlockBytesMax =
  headerBytes +
  4 +
  1 +
  committeeSizeMax * voteBytesLength +
  2 * (1 + committeeSizeMax * memberBytes)

function encodeCommittee(committee: Committee): Uint8Array {
  const bytes = new Uint8Array(1 + memberBytes * committee.size)
  const view = new DataView(bytes.buffer)
  bytes[0] = committee.size
  committee.members.forEach(({ publicKey, power }, i) => {
    bytes.set(publicKey, 1 + memberBytes * i)
    view.setBigUint64(33 + memberBytes * i, BigInt(power))
  })
  return bytes
}

/**
 * Header (232 bytes) || round (4) || votes (1): voter (16), signature (64) || members (1): key (32),
 * power (8) || the same of the next committee, or one 0 when it is the same. The commit's height and
 * block are the header's.
 */
export function encodeLightBlock({
  header,
  commit,
  committee,
  nextCommittee,
}: LightBlock): Uint8Array {
  const head = new Uint8Array(5)
  new DataView(head.buffer).setUint32(0, commit.round)
  head[4] = commit.votes.length
  return concatBytes([
    ...[encodeHeader(header), head],
    ...commit.votes.flatMap(({ voter, signature }) => [unhex(voter), signature]),
    encodeCommittee(committee),
    nextCommittee.hash === committee.hash ? new Uint8Array(1) : encodeCommittee(nextCommittee),
  ])
}

/**
 * Reads a light block; undefined unless the bytes are exactly one, in the one form that it has.
 * Nothing of it is verified. Never throws; shares nothing with the bytes.
 */
export function decodeLightBlock(bytes: Uint8Array): LightBlock | undefined {
  if (bytes.length > lightBlockBytesMax || bytes.length < headerBytes + 5) return undefined
  const header = decodeHeader(bytes.subarray(0, headerBytes))
  if (header === undefined) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const round = view.getUint32(headerBytes)
  const count = bytes[headerBytes + 4]!
  const votesEnd = headerBytes + 5 + voteBytesLength * count
  if (round > roundMax || count > committeeSizeMax || votesEnd > bytes.length) return undefined
  const votes = Array.from({ length: count }, (_, i): CommitVote => {
    const at = headerBytes + 5 + voteBytesLength * i
    return {
      voter: hex(bytes.subarray(at, at + 16)) as NodeId,
      signature: copyBytes(bytes.subarray(at + 16, at + voteBytesLength)),
    }
  })
  const committee = committeeAt(bytes, votesEnd)
  if (committee === undefined) return undefined
  const nextAt = votesEnd + 1 + memberBytes * committee.size
  const same = bytes[nextAt] === 0
  const next = same ? committee : committeeAt(bytes, nextAt)
  if (next === undefined || (!same && next.hash === committee.hash)) return undefined
  if (bytes.length !== nextAt + 1 + (same ? 0 : memberBytes * next.size)) return undefined
  const commit = { height: header.height, round, block: blockIdOf(header), votes }
  return { header, commit, committee, nextCommittee: next }
}

/** The committee whose bytes begin at `at`; undefined when there is none, or its members are out of order. */
function committeeAt(bytes: Uint8Array, at: number): Committee | undefined {
  const size = bytes[at] ?? 0
  if (size < 1 || size > committeeSizeMax) return undefined
  if (at + 1 + memberBytes * size > bytes.length) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const seats = Array.from({ length: size }, (_, i) => {
    const from = at + 1 + memberBytes * i
    const publicKey = copyBytes(bytes.subarray(from, from + 32))
    return { publicKey, id: nodeIdOf(publicKey), power: view.getBigUint64(from + 32) }
  })
  const total = seats.reduce((sum, { power }) => sum + power, 0n)
  if (total > BigInt(votingPowerMax) || seats.some(({ power }) => power < 1n)) return undefined
  if (seats.some(({ id }, i) => i > 0 && id <= seats[i - 1]!.id)) return undefined
  return new Committee(seats.map(({ publicKey, power }) => ({ publicKey, power: Number(power) })))
}
