// Messages to bytes and back. Before anything is allocated for a message, its size and the number of
// its records are checked; afterwards it must encode to the very bytes it came in, so unknown
// fields, trailing bytes and second spellings are all refused by one rule. Decoding never throws.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire'
import { copyBytes, equalBytes, hex, unhex } from '../src/core/bytes.ts'
import type { ChainId, NodeId } from '../src/core/id.ts'
import {
  digestBuckets,
  entriesPerMessageMax,
  headsPerMessageMax,
  messageBytesMax,
  rangesPerRequestMax,
} from '../src/core/limits.ts'
import { bucketBytes, bucketOf } from './digest.ts'
import { type EntryHash, isOverlayName, type Rating, zeroHash } from './entry.ts'
import { decodeSigned } from './entry-codec.ts'
import type { UnverifiedForkProof } from './fork-proof.ts'
import {
  ForkProofSchema,
  TrustchainMessageSchema,
  type Entries as WireEntries,
  type ForkProof as WireForkProof,
  type Head as WireHead,
  type Heads as WireHeads,
  type TrustchainMessage as WireMessage,
  type Range as WireRange,
  type SignedEntry as WireSignedEntry,
} from './generated/trustchain_pb.ts'
import type { Head, Rest, TrustchainMessage } from './message.ts'

/** A decoded message, or the reason why the bytes are none. */
export type DecodedMessage =
  | { readonly ok: true; readonly message: TrustchainMessage }
  | { readonly ok: false; readonly why: string }

const rests: readonly Rest[] = ['none', 'more', 'later']

/** The bytes of a message. The machine keeps every message within `messageBytesMax`. */
export const encodeTrustchainMessage = (message: TrustchainMessage): Uint8Array =>
  toBinary(TrustchainMessageSchema, create(TrustchainMessageSchema, { say: wireOf(message) }))

/** Reads a message from a peer. Entries in it are well-formed and of this chain, not verified. */
export function decodeTrustchainMessage(bytes: Uint8Array, chainId: ChainId): DecodedMessage {
  if (bytes.length > messageBytesMax) return { ok: false, why: 'too large' }
  try {
    const why = countRecords(bytes)
    if (why !== undefined) return { ok: false, why }
    const message = messageOf(fromBinary(TrustchainMessageSchema, bytes), chainId)
    if (typeof message === 'string') return { ok: false, why: message }
    if (!equalBytes(encodeTrustchainMessage(message), bytes))
      return { ok: false, why: 'not canonical' }
    return { ok: true, message }
  } catch {
    // protobuf-es throws on truncated and malformed bytes.
    return { ok: false, why: 'malformed' }
  }
}

/** The stored form of a fork proof. */
export const encodeForkProof = (proof: UnverifiedForkProof): Uint8Array =>
  toBinary(ForkProofSchema, create(ForkProofSchema, wireProof(proof)))

/** Reads a stored fork proof; undefined when the bytes are none. */
export function decodeForkProof(bytes: Uint8Array): UnverifiedForkProof | undefined {
  try {
    return proofOf(fromBinary(ForkProofSchema, bytes))
  } catch {
    return undefined
  }
}

// --- out ---

const wireEntry = ({ body, signature }: Rating) => ({ body, signature })

const wireProof = ({ first, second }: UnverifiedForkProof) => ({
  first: wireEntry(first),
  second: wireEntry(second),
})

const wireHead = ({ author, seq, hash, forkedAt }: Head) => ({
  author: unhex(author),
  seq,
  hash: unhex(hash),
  forkedAt,
})

const wireAfter = (after: NodeId | null): Uint8Array =>
  after === null ? new Uint8Array(0) : unhex(after)

function wireBuckets(buckets: readonly number[]): Uint8Array {
  const bits = new Uint8Array(digestBuckets / 8)
  for (const b of buckets) bits[b >> 3]! |= 1 << (b & 7)
  return bits
}

function wireOf(message: TrustchainMessage) {
  switch (message.say) {
    case 'entries': {
      const { answers, rest, entries } = message
      const value = { answers, rest: rests.indexOf(rest), entries: entries.map(wireEntry) }
      return { case: 'entries' as const, value }
    }
    case 'digest':
      return { case: 'digest' as const, value: { buckets: message.buckets } }
    case 'next-heads': {
      const value = { buckets: wireBuckets(message.buckets), after: wireAfter(message.after) }
      return { case: 'nextHeads' as const, value }
    }
    case 'heads': {
      const { buckets, after, heads, more } = message
      const value = { heads: heads.map(wireHead), more, after: wireAfter(after) }
      return { case: 'heads' as const, value: { ...value, buckets: wireBuckets(buckets) } }
    }
    case 'ahead':
      return { case: 'ahead' as const, value: { heads: message.heads.map(wireHead) } }
    case 'range': {
      const { request, wanted, overlay } = message
      const ranges = wanted.map((range) => ({ ...range, author: unhex(range.author) }))
      return { case: 'range' as const, value: { request, wanted: ranges, overlay: overlay ?? '' } }
    }
    case 'own-head':
      return { case: 'ownHead' as const, value: { nonce: message.nonce } }
    case 'own-head-answer': {
      const { nonce, head } = message
      const value = head === null ? { nonce } : { nonce, head: wireHead(head) }
      return { case: 'ownHeadAnswer' as const, value }
    }
    case 'fork-proof':
      return { case: 'forkProof' as const, value: wireProof(message.proof) }
  }
}

// --- in ---

/** The most records that stand in one message of any kind, besides its few single fields. */
const recordsMax = Math.max(headsPerMessageMax, entriesPerMessageMax, rangesPerRequestMax) + 4

/** Walks the two outer levels without making objects: one message, not too many records in it. */
function countRecords(bytes: Uint8Array): string | undefined {
  const outer = new BinaryReader(bytes)
  const [, wireType] = outer.tag()
  if (wireType !== WireType.LengthDelimited) return 'malformed'
  const inner = outer.bytes()
  if (outer.pos !== outer.len) return 'trailing bytes'
  const reader = new BinaryReader(inner)
  for (let records = 0; reader.pos < reader.len; records++) {
    if (records >= recordsMax) return 'too many records'
    const [field, type] = reader.tag()
    if (type === WireType.StartGroup) return 'malformed'
    reader.skip(type, field)
  }
  return undefined
}

function messageOf({ say }: WireMessage, chainId: ChainId): TrustchainMessage | string {
  switch (say.case) {
    case 'entries':
      return entriesOf(say.value, chainId)
    case 'digest': {
      if (say.value.buckets.length !== digestBuckets * bucketBytes) return 'digest of another size'
      return { say: 'digest', buckets: copyBytes(say.value.buckets) }
    }
    case 'nextHeads': {
      const { buckets, after } = say.value
      if (buckets.length !== digestBuckets / 8) return 'buckets of another size'
      const above = afterOf(after)
      if (above === undefined) return 'malformed author'
      return { say: 'next-heads', buckets: bucketsOf(buckets), after: above }
    }
    case 'heads':
      return headsOf(say.value)
    case 'ahead': {
      const heads = headList(say.value.heads)
      return typeof heads === 'string' ? heads : { say: 'ahead', heads }
    }
    case 'range':
      return rangeOf(say.value)
    case 'ownHead':
      return { say: 'own-head', nonce: say.value.nonce }
    case 'ownHeadAnswer': {
      const { nonce, head } = say.value
      if (head === undefined) return { say: 'own-head-answer', nonce, head: null }
      const read = headOf(head)
      return read ? { say: 'own-head-answer', nonce, head: read } : 'malformed head'
    }
    case 'forkProof': {
      const proof = proofOf(say.value)
      return proof?.first.chainId === chainId ? { say: 'fork-proof', proof } : 'malformed proof'
    }
    default:
      return 'no message'
  }
}

function entriesOf(
  { answers, rest, entries }: WireEntries,
  chainId: ChainId,
): TrustchainMessage | string {
  const word = rests[rest]
  if (word === undefined) return 'unknown rest'
  if (entries.length > entriesPerMessageMax) return 'too many entries'
  const ratings: Rating[] = []
  for (const { body, signature } of entries) {
    const decoded = decodeSigned(body, signature)
    if (!decoded.ok) return `entry: ${decoded.rule}`
    if (decoded.rating.chainId !== chainId) return 'entry: chain'
    ratings.push(decoded.rating)
  }
  return { say: 'entries', answers, rest: word, entries: ratings }
}

function headsOf({ buckets, after, heads, more }: WireHeads): TrustchainMessage | string {
  if (buckets.length !== digestBuckets / 8) return 'buckets of another size'
  const list = headList(heads)
  if (typeof list === 'string') return list
  const numbers = bucketsOf(buckets)
  const above = afterOf(after)
  if (above === undefined) return 'malformed author'
  if (more && list.length === 0) return 'an empty page promises more'
  if (above !== null && list[0] !== undefined && list[0].author <= above) return 'heads not above'
  if (!list.every((head) => numbers.includes(bucketOf(head.author)))) return 'head of no bucket'
  return { say: 'heads', buckets: numbers, after: above, heads: list, more }
}

function rangeOf({ request, wanted, overlay }: WireRange): TrustchainMessage | string {
  if (request === 0) return 'request 0'
  if (wanted.length > rangesPerRequestMax) return 'too many ranges'
  if (overlay !== '' && !isOverlayName(overlay)) return 'overlay name'
  const ranges = []
  for (const { author, from, to } of wanted) {
    if (author.length !== 16) return 'malformed author'
    if (from < 1 || to < from) return 'empty range'
    ranges.push({ author: hex(author) as NodeId, from, to })
  }
  return { say: 'range', request, wanted: ranges, overlay: overlay === '' ? null : overlay }
}

/** Heads strictly ascending by author, so that none stands twice. */
function headList(wire: readonly WireHead[]): readonly Head[] | string {
  if (wire.length > headsPerMessageMax) return 'too many heads'
  const heads: Head[] = []
  for (const item of wire) {
    const head = headOf(item)
    if (head === undefined) return 'malformed head'
    if (heads.length > 0 && heads[heads.length - 1]!.author >= head.author)
      return 'heads not ascending'
    heads.push(head)
  }
  return heads
}

function headOf({ author, seq, hash, forkedAt }: WireHead): Head | undefined {
  if (author.length !== 16 || hash.length !== 32) return undefined
  const name = hex(hash) as EntryHash
  if ((seq === 0) !== (name === zeroHash)) return undefined
  // Nothing counts from a fork on; and a head of nothing at all says nothing.
  if (forkedAt > 0 ? seq >= forkedAt : seq === 0) return undefined
  return { author: hex(author) as NodeId, seq, hash: name, forkedAt }
}

function proofOf({ first, second }: WireForkProof): UnverifiedForkProof | undefined {
  const a = ratingOf(first)
  const b = ratingOf(second)
  // One order only, so that one contradiction has one encoding.
  return a && b && a.hash < b.hash ? { first: a, second: b } : undefined
}

function ratingOf(wire: WireSignedEntry | undefined): Rating | undefined {
  if (wire === undefined) return undefined
  const decoded = decodeSigned(wire.body, wire.signature)
  return decoded.ok ? decoded.rating : undefined
}

const afterOf = (after: Uint8Array): NodeId | null | undefined =>
  after.length === 0 ? null : after.length === 16 ? (hex(after) as NodeId) : undefined

function bucketsOf(bits: Uint8Array): readonly number[] {
  const buckets: number[] = []
  for (let b = 0; b < digestBuckets; b++) if ((bits[b >> 3]! >> (b & 7)) & 1) buckets.push(b)
  return buckets
}
