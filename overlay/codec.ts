// OverlayMessage ⇄ protobuf. Decoding never throws on what a peer sends: it says what is wrong.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { equalBytes, hex, unhex } from '../src/core/bytes.ts'
import type { Contact } from '../src/core/contact.ts'
import type { RingKey } from '../src/core/id.ts'
import { contactsPerMessageMax, messageBytesMax } from '../src/core/limits.ts'
import {
  NearRequestSchema,
  type OverlayMessage as OverlayMessageProto,
  OverlayMessageSchema,
  ProbeReplySchema,
  ProbeSchema,
  type Sighting as SightingProto,
  SightingSchema,
  type SignedContact,
  SignedContactSchema,
} from './generated/overlay_pb.ts'
import type { OverlayMessage, Sighting } from './message.ts'
import { decodeContact } from './signed-contact.ts'

export type Decoded<M> =
  | { readonly ok: true; readonly message: M }
  | { readonly ok: false; readonly why: string }

const ageMax = 0xffff_ffff

const signedContact = (contact: Contact): SignedContact =>
  create(SignedContactSchema, { body: contact.body, signature: contact.signature })

const sightingsProto = (sightings: readonly Sighting[]): SightingProto[] =>
  sightings.map(({ contact, age }) =>
    create(SightingSchema, {
      contact: signedContact(contact),
      ageMs: Math.min(ageMax, Math.max(0, Math.round(age))),
    }),
  )

function say(message: OverlayMessage): OverlayMessageProto['say'] {
  switch (message.say) {
    case 'hello':
      return {
        case: 'hello',
        value: {
          $typeName: 'trustnet.overlay.v1.Hello',
          contact: signedContact(message.contact),
          asks: message.asks,
        },
      }
    case 'near-request':
      return {
        case: 'nearRequest',
        value: create(NearRequestSchema, {
          nonce: BigInt(message.nonce),
          position: unhex(message.position),
        }),
      }
    case 'near':
      return {
        case: 'near',
        value: {
          $typeName: 'trustnet.overlay.v1.Near',
          nonce: BigInt(message.nonce),
          sightings: sightingsProto(message.sightings),
        },
      }
    case 'leaf-set':
      return {
        case: 'leafSet',
        value: {
          $typeName: 'trustnet.overlay.v1.LeafSet',
          sightings: sightingsProto(message.sightings),
        },
      }
    case 'goodbye':
      return {
        case: 'goodbye',
        value: {
          $typeName: 'trustnet.overlay.v1.Goodbye',
          sightings: sightingsProto(message.sightings),
        },
      }
    case 'probe':
      return { case: 'probe', value: create(ProbeSchema, { nonce: BigInt(message.nonce) }) }
    case 'probe-reply':
      return {
        case: 'probeReply',
        value: create(ProbeReplySchema, { nonce: BigInt(message.nonce) }),
      }
  }
}

/** The bytes of a message. */
export const encodeOverlayMessage = (message: OverlayMessage): Uint8Array =>
  toBinary(OverlayMessageSchema, create(OverlayMessageSchema, { say: say(message) }))

const contactOf = (signed: SignedContact | undefined): Contact | undefined =>
  signed === undefined ? undefined : decodeContact(signed.body, signed.signature)

function sightingsOf(protos: readonly SightingProto[]): Sighting[] | undefined {
  if (protos.length > contactsPerMessageMax) return undefined
  const sightings: Sighting[] = []
  for (const proto of protos) {
    const contact = contactOf(proto.contact)
    if (contact === undefined) return undefined
    sightings.push({ contact, age: proto.ageMs })
  }
  return sightings
}

const nonceOf = (nonce: bigint): number | undefined =>
  nonce <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(nonce) : undefined

function meaning(proto: OverlayMessageProto): OverlayMessage | undefined {
  const { say } = proto
  switch (say.case) {
    case 'hello': {
      const contact = contactOf(say.value.contact)
      return contact && { say: 'hello', contact, asks: say.value.asks }
    }
    case 'nearRequest': {
      const nonce = nonceOf(say.value.nonce)
      if (nonce === undefined || say.value.position.length !== 16) return undefined
      return { say: 'near-request', nonce, position: hex(say.value.position) as RingKey }
    }
    case 'near': {
      const nonce = nonceOf(say.value.nonce)
      const sightings = sightingsOf(say.value.sightings)
      return nonce === undefined || sightings === undefined
        ? undefined
        : { say: 'near', nonce, sightings }
    }
    case 'leafSet':
    case 'goodbye': {
      const sightings = sightingsOf(say.value.sightings)
      return sightings && { say: say.case === 'leafSet' ? 'leaf-set' : 'goodbye', sightings }
    }
    case 'probe':
    case 'probeReply': {
      const nonce = nonceOf(say.value.nonce)
      if (nonce === undefined) return undefined
      return { say: say.case === 'probe' ? 'probe' : 'probe-reply', nonce }
    }
    case undefined:
      return undefined
  }
}

/** Reads a message. Rejects what is oversize, malformed, over a limit, or not canonical (unknown fields, trailing bytes). */
export function decodeOverlayMessage(bytes: Uint8Array): Decoded<OverlayMessage> {
  if (bytes.length > messageBytesMax) return { ok: false, why: 'larger than a message may be' }
  let proto: OverlayMessageProto
  try {
    proto = fromBinary(OverlayMessageSchema, bytes, { readUnknownFields: false })
  } catch {
    return { ok: false, why: 'not an overlay message' }
  }
  if (!equalBytes(toBinary(OverlayMessageSchema, proto), bytes))
    return { ok: false, why: 'not the canonical form' }
  const message = meaning(proto)
  return message === undefined
    ? { ok: false, why: 'a field is missing, malformed or over its limit' }
    : { ok: true, message }
}
