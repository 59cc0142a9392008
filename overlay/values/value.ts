// A value: at most 32 KiB under a key that follows from it, content-addressed or signed by its author.
// Both prove themselves, so whoever hands one over can withhold it and never forge it. Only
// `verifyValue` makes a VerifiedValue.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { equalBytes, hex, utf8 } from '../../src/core/bytes.ts'
import {
  type ChainId,
  type Millis,
  type NodeId,
  nodeIdOf,
  type PublicKey,
  type RingKey,
} from '../../src/core/id.ts'
import { sha256 } from '../../src/core/sha256.ts'
import { type Signer, signedBytes, type Verify } from '../../src/core/signature.ts'
import { contentKeyOf, namedKeyOf } from '../../src/core/value-key.ts'
import {
  type HeldRecord,
  HeldRecordSchema,
  SignedValueBodySchema,
  type ValueRecord,
  ValueRecordSchema,
} from '../generated/values/values_pb.ts'
import { valueBytesMax, valueNameBytesMax } from './limits.ts'

interface AnyValue {
  readonly key: RingKey
  readonly bytes: Uint8Array
  /** Whole milliseconds since the epoch. */
  readonly expiresAt: Millis
}

/** Under the hash of its bytes. Anybody may put it again for longer: its expiry is nobody's word. */
export interface ContentValue extends AnyValue {
  readonly is: 'content'
}

/** Under the hash of its author's key and its name; the author replaces it by a higher sequence. */
export interface SignedValue extends AnyValue {
  readonly is: 'signed'
  readonly publicKey: PublicKey
  readonly author: NodeId
  readonly name: string
  readonly sequence: number
  /** The exact signed body, canonical. */
  readonly body: Uint8Array
  readonly signature: Uint8Array
}

/** As it was decoded: of the right form, and signed by whom the body says or not. */
export type Value = ContentValue | SignedValue

/** A value whose signature, if it has one, holds on this chain. */
export type VerifiedValue = Value & { readonly __verified: 'value' }

/** What an author signs. */
export interface SignedFacts {
  readonly name: string
  readonly sequence: number
  readonly expiresAt: Millis
  readonly bytes: Uint8Array
}

/** A value under its own hash. The caller keeps to the limits. */
export const contentValue = (bytes: Uint8Array, expiresAt: Millis): VerifiedValue =>
  ({ is: 'content', key: contentKeyOf(bytes), bytes, expiresAt }) as VerifiedValue & ContentValue

const encodeBody = (publicKey: PublicKey, facts: SignedFacts): Uint8Array =>
  toBinary(
    SignedValueBodySchema,
    create(SignedValueBodySchema, {
      publicKey,
      name: facts.name,
      sequence: BigInt(facts.sequence),
      expiresAtMs: BigInt(facts.expiresAt),
      bytes: facts.bytes,
    }),
  )

/** Signs a value under a name of the signer's own. The caller keeps to the limits. */
export function signValue(signer: Signer, chainId: ChainId, facts: SignedFacts): VerifiedValue {
  const { publicKey } = signer
  const body = encodeBody(publicKey, facts)
  const signature = signer.sign(signedBytes('value', chainId, body))
  return signedValue(publicKey, facts, body, signature) as VerifiedValue & SignedValue
}

const signedValue = (
  publicKey: PublicKey,
  { name, sequence, expiresAt, bytes }: SignedFacts,
  body: Uint8Array,
  signature: Uint8Array,
): SignedValue => ({
  ...{ is: 'signed', key: namedKeyOf(publicKey, name), author: nodeIdOf(publicKey) },
  ...{ publicKey, name, sequence, expiresAt, bytes, body, signature },
})

/** Undefined when the signature does not hold on this chain. */
export function verifyValue(
  verify: Verify,
  chainId: ChainId,
  value: Value,
): VerifiedValue | undefined {
  const holds =
    value.is === 'content' ||
    verify(value.publicKey, signedBytes('value', chainId, value.body), value.signature)
  return holds ? (value as VerifiedValue) : undefined
}

/** What a value takes in memory and on disk, without its keys: some hundred bytes more than its content. */
export const sizeOf = (value: Value): number =>
  value.is === 'content' ? value.bytes.length : value.body.length

/** The value as a part of a message. */
export const recordOf = (value: Value): ValueRecord =>
  create(ValueRecordSchema, {
    kind:
      value.is === 'content'
        ? {
            case: 'content',
            value: {
              $typeName: 'trustnet.values.v1.ContentValue',
              bytes: value.bytes,
              expiresAtMs: BigInt(value.expiresAt),
            },
          }
        : {
            case: 'signed',
            value: {
              $typeName: 'trustnet.values.v1.SignedValue',
              body: value.body,
              signature: value.signature,
            },
          },
  })

/** Reads a record; undefined when it is malformed, over a limit or not canonical. Not yet verified. */
export function valueIn({ kind }: Pick<ValueRecord, 'kind'>): Value | undefined {
  if (kind.case === 'content') {
    const { bytes, expiresAtMs } = kind.value
    const expiresAt = safe(expiresAtMs)
    if (expiresAt === undefined || bytes.length > valueBytesMax) return undefined
    return { is: 'content', key: contentKeyOf(bytes), bytes, expiresAt }
  }
  return kind.case === 'signed' ? signedOf(kind.value.body, kind.value.signature) : undefined
}

function signedOf(body: Uint8Array, signature: Uint8Array): SignedValue | undefined {
  if (signature.length !== 64) return undefined
  let decoded: ReturnType<typeof fromBinary<typeof SignedValueBodySchema>>
  try {
    decoded = fromBinary(SignedValueBodySchema, body, { readUnknownFields: false })
  } catch {
    return undefined
  }
  const { publicKey, name, bytes } = decoded
  const [sequence, expiresAt] = [safe(decoded.sequence), safe(decoded.expiresAtMs)]
  if (sequence === undefined || expiresAt === undefined || publicKey.length !== 32) return undefined
  if (bytes.length > valueBytesMax || !isValueName(name)) return undefined
  const facts = { name, sequence, expiresAt, bytes }
  if (!equalBytes(encodeBody(publicKey, facts), body)) return undefined
  return signedValue(publicKey, facts, body, signature)
}

const safe = (count: bigint): number | undefined =>
  count <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(count) : undefined

// Names are shown in terminals: control characters could move the cursor or hide text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

/** May a value be signed under this name? */
export const isValueName = (name: string): boolean =>
  name !== '' &&
  name.isWellFormed() &&
  !control.test(name) &&
  utf8(name).length <= valueNameBytesMax

/** The bytes that are hashed for the digest. */
export const encodeValue = (value: Value): Uint8Array =>
  toBinary(ValueRecordSchema, recordOf(value))

/** A value as a shelf has it. */
export interface StoredValue {
  readonly value: VerifiedValue
  /** It takes of the strangers' share. */
  readonly stranger: boolean
}

/** The bytes for the store. */
export function encodeStoredValue(value: Value, stranger: boolean): Uint8Array {
  const { kind } = recordOf(value)
  return toBinary(HeldRecordSchema, create(HeldRecordSchema, { kind, ofFriend: !stranger }))
}

/**
 * Reads what this node stored. It was verified before it was written; a damaged record is found by its
 * form, or by its key. The value's bytes are views of `bytes`.
 */
export function decodeStoredValue(key: string, bytes: Uint8Array): StoredValue | undefined {
  let record: HeldRecord
  try {
    record = fromBinary(HeldRecordSchema, bytes)
  } catch {
    return undefined
  }
  const value = valueIn(record)
  return value?.key === key
    ? { value: value as VerifiedValue, stranger: !record.ofFriend }
    : undefined
}

/** 16 hex digits by which holders compare what they have under one key. */
export const digestOf = (value: Value): string => hex(sha256(encodeValue(value)).subarray(0, 8))

/**
 * Which of two values of one key stays: negative when `b` replaces `a`, 0 when they are the same. A total
 * order, so that holders agree whatever reaches them first: the higher sequence, then the later expiry,
 * then, for an author that signed two of them or a broken hash, the greater bytes.
 */
export function compareValues(a: Value, b: Value): number {
  if (a.is !== b.is) return a.is === 'signed' ? 1 : -1
  const sequences = a.is === 'signed' && b.is === 'signed' ? a.sequence - b.sequence : 0
  return sequences || a.expiresAt - b.expiresAt || compareBytes(contentOf(a), contentOf(b))
}

const contentOf = (value: Value): Uint8Array => (value.is === 'signed' ? value.body : value.bytes)

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!
  return a.length - b.length
}
