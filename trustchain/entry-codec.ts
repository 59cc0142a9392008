// Entries to bytes and back. A body is accepted only if encoding what was read gives the same bytes
// again, so that one entry has one encoding and one hash, whatever library wrote it.
// Nothing here looks at signatures: see verify.ts.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { assert } from '../src/core/assert.ts'
import { copyBytes, equalBytes, hex, unhex } from '../src/core/bytes.ts'
import type { ChainId, Millis, PublicKey } from '../src/core/id.ts'
import { entryBytesMax } from '../src/core/limits.ts'
import { sha256 } from '../src/core/sha256.ts'
import { isTrust } from '../src/core/trust.ts'
import {
  type Category,
  categories,
  type EntryHash,
  type EntryLink,
  type EntryRule,
  entryVersion,
  isHalves,
  isOverlayName,
  isReason,
  type Opinion,
  type Rating,
  valueOfOpinion,
  zeroHash,
} from './entry.ts'
import {
  type EntryBody,
  EntryBodySchema,
  EntryLinkSchema,
  SignedEntrySchema,
} from './generated/trustchain_pb.ts'
import { identityOf } from './identity.ts'

/** What an author decides about its next entry; the rest follows from its key. */
export interface EntryDraft {
  readonly chainId: ChainId
  readonly seq: number
  readonly prevHash: EntryHash
  readonly overlay: string
  readonly prevSameOverlay: EntryLink | null
  readonly subject: PublicKey
  readonly opinion: Opinion
  readonly reason: string | null
  readonly time: Millis
}

export type DecodedEntry =
  | { readonly ok: true; readonly rating: Rating }
  | { readonly ok: false; readonly rule: EntryRule }

// A category's number on the wire is its place in the list, from 1.
const wireCategory = (category: Category): number => categories.indexOf(category) + 1
const categoryOfWire = (number: number): Category | undefined => categories[number - 1]

/** The 32 bytes of an entry's hash. */
export const hashBytesOf = (hash: EntryHash): Uint8Array => unhex(hash)

// One network and a few overlays are named in every entry: one copy of each name is kept.
const names = new Map<string, string>()
const namesMax = 1_024

/** The same text, as the copy that is kept of it. A memo: forgetting changes memory, never an answer. */
function shared<T extends string>(name: T): T {
  const known = names.get(name)
  if (known !== undefined) return known as T
  if (names.size >= namesMax) names.clear()
  names.set(name, name)
  return name
}

/** SHA-256 of a signed body (why not of the signature too: entry.ts). */
export const hashOfBody = (body: Uint8Array): EntryHash => hex(sha256(body)) as EntryHash

/** The canonical body that `author` signs for a draft. */
export function encodeBody(author: PublicKey, draft: EntryDraft): Uint8Array {
  const { opinion, prevSameOverlay } = draft
  const body = create(EntryBodySchema, {
    version: entryVersion,
    chainId: unhex(draft.chainId),
    author,
    seq: draft.seq,
    prevHash: unhex(draft.prevHash),
    overlay: draft.overlay,
    subject: draft.subject,
    opinion:
      opinion.is === 'trust'
        ? { case: 'trust', value: opinion.value }
        : {
            case: 'stars',
            value: { halves: opinion.halves, category: wireCategory(opinion.category) },
          },
    reason: draft.reason ?? '',
    time: BigInt(draft.time),
  })
  if (prevSameOverlay !== null)
    body.prevSameOverlay = create(EntryLinkSchema, {
      seq: prevSameOverlay.seq,
      hash: unhex(prevSameOverlay.hash),
    })
  return toBinary(EntryBodySchema, body)
}

/** The entry that a draft becomes once it is signed. */
export function entryOfDraft(
  author: PublicKey,
  draft: EntryDraft,
  body: Uint8Array,
  signature: Uint8Array,
  hash = hashOfBody(body),
): Rating {
  const by = identityOf(author)
  const of = identityOf(draft.subject)
  return {
    version: entryVersion,
    chainId: draft.chainId,
    author: by.key,
    authorId: by.id,
    seq: draft.seq,
    prevHash: draft.prevHash,
    overlay: draft.overlay,
    prevSameOverlay: draft.prevSameOverlay,
    subject: of.key,
    subjectId: of.id,
    opinion: draft.opinion,
    value: valueOfOpinion(draft.opinion),
    reason: draft.reason,
    time: draft.time,
    hash,
    body,
    signature,
  }
}

/**
 * The bytes of a signed entry, as they are stored and sent. Written out by hand, since every node
 * does it for every entry: field 1 (tag 0a), the length as a varint, the body; field 2 (tag 12), 64
 * (hex 40), the signature. A test compares it with the generated encoder.
 */
export function encodeEntry({ body, signature }: Rating): Uint8Array {
  const short = body.length < 128
  const bytes = new Uint8Array((short ? 2 : 3) + body.length + 2 + 64)
  bytes[0] = 0x0a
  bytes[1] = short ? body.length : (body.length & 0x7f) | 0x80
  // Bodies are far below the 16,384 bytes where a third byte of length would be needed.
  if (!short) bytes[2] = body.length >> 7
  const at = (short ? 2 : 3) + body.length
  bytes.set(body, short ? 2 : 3)
  bytes[at] = 0x12
  bytes[at + 1] = 0x40
  bytes.set(signature, at + 2)
  return bytes
}

/** Reads a signed entry. Never throws on hostile bytes: says which rule they break. */
export function decodeEntry(bytes: Uint8Array): DecodedEntry {
  if (bytes.length > entryBytesMax) return { ok: false, rule: 'too-large' }
  try {
    const { body, signature } = fromBinary(SignedEntrySchema, bytes)
    const decoded = decodeSigned(body, signature)
    if (decoded.ok && !equalBytes(encodeEntry(decoded.rating), bytes))
      return { ok: false, rule: 'not-canonical' }
    return decoded
  } catch {
    return { ok: false, rule: 'malformed' }
  }
}

/**
 * Reads a signed entry that this node checked before it stored it. Whether its encoding is the canonical one is
 * not computed again, which is half of the work: the next entry of the log links to the hash of these very bytes,
 * and of the newest the signature is checked.
 */
export function decodeStoredEntry(bytes: Uint8Array): DecodedEntry {
  try {
    const { body, signature } = fromBinary(SignedEntrySchema, bytes)
    return decodeSigned(body, signature, true)
  } catch {
    return { ok: false, rule: 'malformed' }
  }
}

/**
 * Reads a signed entry that `encodeEntry` wrote here and nobody else had in hands: its form and its
 * hash are not checked again.
 */
export function readStoredEntry(bytes: Uint8Array, hash: EntryHash): Rating {
  const { body, signature } = fromBinary(SignedEntrySchema, bytes)
  const wire = fromBinary(EntryBodySchema, body)
  const draft = draftOf(wire)
  assert(typeof draft !== 'string', 'what was an entry is one when it is read back')
  return entryOfDraft(wire.author, draft, body, signature, hash)
}

/**
 * Reads an entry from its two parts; both are copied out of the message they came in.
 *
 * @param isCanonical that the body is in its one encoding is known
 */
export function decodeSigned(
  body: Uint8Array,
  signature: Uint8Array,
  isCanonical = false,
): DecodedEntry {
  // The two tags and lengths around them take less than 8 bytes.
  if (body.length + signature.length + 8 > entryBytesMax) return { ok: false, rule: 'too-large' }
  if (signature.length !== 64) return { ok: false, rule: 'signature' }
  let wire: EntryBody
  try {
    wire = fromBinary(EntryBodySchema, body)
  } catch {
    return { ok: false, rule: 'malformed' }
  }
  if (wire.version !== entryVersion) return { ok: false, rule: 'version' }
  const read = draftOf(wire)
  if (typeof read === 'string') return { ok: false, rule: read }
  if (!isCanonical && !equalBytes(encodeBody(wire.author, read), body))
    return { ok: false, rule: 'not-canonical' }
  return {
    ok: true,
    rating: entryOfDraft(wire.author, read, copyBytes(body), copyBytes(signature)),
  }
}

/** The draft within a decoded body, or the first rule that it breaks. */
function draftOf(wire: EntryBody): EntryDraft | EntryRule {
  if (wire.chainId.length !== 8) return 'chain'
  if (wire.author.length !== 32) return 'author-key'
  if (wire.seq < 1) return 'seq'
  if (wire.prevHash.length !== 32) return 'prev-hash'
  const prevHash = hex(wire.prevHash) as EntryHash
  if ((wire.seq === 1) !== (prevHash === zeroHash)) return 'prev-hash'
  if (!isOverlayName(wire.overlay)) return 'overlay-name'
  const prevSameOverlay = linkOf(wire)
  if (prevSameOverlay === undefined) return 'overlay-link'
  if (wire.subject.length !== 32) return 'subject-key'
  const opinion = opinionOf(wire)
  if (opinion === undefined) return 'opinion'
  if (wire.reason !== '' && !isReason(wire.reason)) return 'reason'
  if (wire.time > BigInt(Number.MAX_SAFE_INTEGER)) return 'time'
  return {
    chainId: shared(hex(wire.chainId) as ChainId),
    seq: wire.seq,
    prevHash,
    overlay: shared(wire.overlay),
    prevSameOverlay,
    subject: wire.subject,
    opinion,
    reason: wire.reason === '' ? null : wire.reason,
    time: Number(wire.time),
  }
}

/** undefined: no link that an entry at this seq can have. Whether it is the right one, the log judges. */
function linkOf(wire: EntryBody): EntryLink | null | undefined {
  const link = wire.prevSameOverlay
  if (link === undefined) return null
  if (link.hash.length !== 32 || link.seq < 1 || link.seq >= wire.seq) return undefined
  return { seq: link.seq, hash: hex(link.hash) as EntryHash }
}

function opinionOf(wire: EntryBody): Opinion | undefined {
  const { opinion } = wire
  if (opinion.case === 'trust')
    return isTrust(opinion.value) ? { is: 'trust', value: opinion.value } : undefined
  if (opinion.case !== 'stars' || !isHalves(opinion.value.halves)) return undefined
  const category = categoryOfWire(opinion.value.category)
  return category && { is: 'stars', halves: opinion.value.halves, category }
}
