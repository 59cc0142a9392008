// ValuesMessage ⇄ protobuf. Decoding never throws on what a peer sends: it says what is wrong.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { equalBytes, hex, unhex } from '../../src/core/bytes.ts'
import type { Contact } from '../../src/core/contact.ts'
import type { RingKey } from '../../src/core/id.ts'
import { messageBytesMax } from '../../src/core/limits.ts'
import { SignedContactSchema } from '../generated/overlay_pb.ts'
import {
  FindSchema,
  FoundSchema,
  OfferedValueSchema,
  OfferSchema,
  RefusedSchema,
  StoredSchema,
  StoreSchema,
  type ValueRecord,
  type ValuesMessage as ValuesMessageProto,
  ValuesMessageSchema,
} from '../generated/values/values_pb.ts'
import { decodeContact } from '../signed-contact.ts'
import { contactsNamedMax, offeredMax } from './limits.ts'
import { refusals, type ValuesMessage } from './message.ts'
import { recordOf, type Value, valueIn } from './value.ts'

export type DecodedValuesMessage =
  | { readonly ok: true; readonly message: ValuesMessage }
  | { readonly ok: false; readonly why: string }

const maybeRecord = (value: Value | undefined): { value?: ValueRecord } =>
  value === undefined ? {} : { value: recordOf(value) }

function say(message: ValuesMessage): ValuesMessageProto['say'] {
  switch (message.say) {
    case 'find':
      return {
        case: 'find',
        value: create(FindSchema, {
          nonce: BigInt(message.nonce),
          key: unhex(message.key),
          wantsValue: message.wantsValue,
        }),
      }
    case 'found':
      return {
        case: 'found',
        value: create(FoundSchema, {
          nonce: BigInt(message.nonce),
          ...maybeRecord(message.value),
          contacts: message.contacts.map(({ body, signature }) =>
            create(SignedContactSchema, { body, signature }),
          ),
        }),
      }
    case 'store': {
      const { nonce, value } = message
      const store = create(StoreSchema, { nonce: BigInt(nonce), value: recordOf(value) })
      return { case: 'store', value: store }
    }
    case 'stored':
      return { case: 'stored', value: create(StoredSchema, { nonce: BigInt(message.nonce) }) }
    case 'refused': {
      const newer = message.newer === undefined ? {} : { newer: recordOf(message.newer) }
      const code = refusals.indexOf(message.why)
      const refused = create(RefusedSchema, { nonce: BigInt(message.nonce), code, ...newer })
      return { case: 'refused', value: refused }
    }
    case 'offer': {
      const values = message.values.map(({ key, digest }) =>
        create(OfferedValueSchema, { key: unhex(key), digest: unhex(digest) }),
      )
      return { case: 'offer', value: create(OfferSchema, { values }) }
    }
  }
}

/** The bytes of a message. */
export const encodeValuesMessage = (message: ValuesMessage): Uint8Array =>
  toBinary(ValuesMessageSchema, create(ValuesMessageSchema, { say: say(message) }))

const nonceOf = (nonce: bigint): number | undefined =>
  nonce <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(nonce) : undefined

/** The value of a field that may be left out; null when it is there and malformed. */
const maybeValue = (record: ValueRecord | undefined): Value | undefined | null =>
  record === undefined ? undefined : (valueIn(record) ?? null)

function meaning({ say }: ValuesMessageProto): ValuesMessage | undefined {
  if (say.case === undefined) return undefined
  if (say.case === 'offer') return offerOf(say.value.values)
  const nonce = nonceOf(say.value.nonce)
  if (nonce === undefined) return undefined
  switch (say.case) {
    case 'find': {
      const { key, wantsValue } = say.value
      return key.length === 16
        ? { say: 'find', nonce, key: hex(key) as RingKey, wantsValue }
        : undefined
    }
    case 'found': {
      const value = maybeValue(say.value.value)
      const contacts = contactsOf(say.value.contacts)
      if (value === null || contacts === undefined) return undefined
      return { say: 'found', nonce, value, contacts }
    }
    case 'store': {
      const value = maybeValue(say.value.value)
      return value ? { say: 'store', nonce, value } : undefined
    }
    case 'stored':
      return { say: 'stored', nonce }
    case 'refused': {
      const newer = maybeValue(say.value.newer)
      const why = refusals[say.value.code]
      return why === undefined || newer === null ? undefined : { say: 'refused', nonce, why, newer }
    }
  }
}

function contactsOf(
  signed: readonly { readonly body: Uint8Array; readonly signature: Uint8Array }[],
): Contact[] | undefined {
  if (signed.length > contactsNamedMax) return undefined
  const contacts = signed.flatMap(({ body, signature }) => decodeContact(body, signature) ?? [])
  return contacts.length === signed.length ? contacts : undefined
}

function offerOf(
  values: readonly { readonly key: Uint8Array; readonly digest: Uint8Array }[],
): ValuesMessage | undefined {
  if (values.length > offeredMax) return undefined
  if (values.some(({ key, digest }) => key.length !== 16 || digest.length !== 8)) return undefined
  const offered = values.map(({ key, digest }) => ({
    key: hex(key) as RingKey,
    digest: hex(digest),
  }))
  return { say: 'offer', values: offered }
}

/** Reads a message. Rejects what is oversize, malformed, over a limit, or not canonical (unknown fields, trailing bytes). */
export function decodeValuesMessage(bytes: Uint8Array): DecodedValuesMessage {
  if (bytes.length > messageBytesMax) return { ok: false, why: 'larger than a message may be' }
  let proto: ValuesMessageProto
  try {
    proto = fromBinary(ValuesMessageSchema, bytes, { readUnknownFields: false })
  } catch {
    return { ok: false, why: 'not a message about values' }
  }
  if (!equalBytes(toBinary(ValuesMessageSchema, proto), bytes))
    return { ok: false, why: 'not the canonical form' }
  const message = meaning(proto)
  return message === undefined
    ? { ok: false, why: 'a field is missing, malformed or over its limit' }
    : { ok: true, message }
}
