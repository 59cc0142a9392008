// A contact as it lies in the store: the signed form, so that a restart verifies it as any other.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import type { Contact } from '../src/core/contact.ts'
import { SignedContactSchema } from './generated/overlay_pb.ts'
import { decodeContact } from './signed-contact.ts'

export const encodeStoredContact = (contact: Contact): Uint8Array =>
  toBinary(
    SignedContactSchema,
    create(SignedContactSchema, { body: contact.body, signature: contact.signature }),
  )

/** Undefined when the bytes are not a contact: a stored contact is advice, so it is simply not used. */
export function decodeStoredContact(bytes: Uint8Array): Contact | undefined {
  try {
    const signed = fromBinary(SignedContactSchema, bytes)
    return decodeContact(signed.body, signed.signature)
  } catch {
    return undefined
  }
}
