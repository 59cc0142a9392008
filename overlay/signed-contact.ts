// Contacts on the wire: a canonical signed body. Only `verifyContact` makes a VerifiedContact.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { equalBytes, utf8 } from '../src/core/bytes.ts'
import type { Contact, VerifiedContact } from '../src/core/contact.ts'
import { type ChainId, nodeIdOf, type PublicKey } from '../src/core/id.ts'
import {
  addressBytesMax,
  addressesPerContactMax,
  overlayNameBytesMax,
  overlaysPerNodeMax,
  ownerBytesMax,
} from '../src/core/limits.ts'
import { type Signer, signedBytes, type Verify } from '../src/core/signature.ts'
import { ContactBodySchema } from './generated/overlay_pb.ts'

/** What a node says of itself, before it is signed. */
export interface ContactFacts {
  readonly seq: number
  readonly addresses: readonly string[]
  readonly overlays: readonly string[]
  readonly owner: string
}

const encodeBody = (publicKey: PublicKey, facts: ContactFacts): Uint8Array =>
  toBinary(
    ContactBodySchema,
    create(ContactBodySchema, {
      publicKey,
      seq: BigInt(facts.seq),
      addresses: [...facts.addresses],
      overlays: [...facts.overlays],
      owner: facts.owner,
    }),
  )

const withinLimits = (facts: ContactFacts): boolean =>
  facts.addresses.length <= addressesPerContactMax &&
  facts.addresses.every((address) => utf8(address).length <= addressBytesMax) &&
  facts.overlays.length <= overlaysPerNodeMax &&
  facts.overlays.every((name) => name !== '' && utf8(name).length <= overlayNameBytesMax) &&
  utf8(facts.owner).length <= ownerBytesMax

/** Signs what this node says of itself. The caller keeps to the limits. */
export function signContact(
  signer: Signer,
  chainId: ChainId,
  facts: ContactFacts,
): VerifiedContact {
  const body = encodeBody(signer.publicKey, facts)
  return mark(
    {
      nodeId: nodeIdOf(signer.publicKey),
      publicKey: signer.publicKey,
      ...facts,
      body,
      signature: signer.sign(signedBytes('contact', chainId, body)),
    },
    chainId,
  )
}

/** Reads a contact; undefined when it is malformed, over a limit or not canonical. Not yet verified. */
export function decodeContact(body: Uint8Array, signature: Uint8Array): Contact | undefined {
  if (signature.length !== 64) return undefined
  let decoded: ReturnType<typeof fromBinary<typeof ContactBodySchema>>
  try {
    decoded = fromBinary(ContactBodySchema, body, { readUnknownFields: false })
  } catch {
    return undefined
  }
  const { publicKey, addresses, overlays, owner } = decoded
  if (publicKey.length !== 32 || decoded.seq > BigInt(Number.MAX_SAFE_INTEGER)) return undefined
  const facts = { seq: Number(decoded.seq), addresses, overlays, owner }
  if (!withinLimits(facts)) return undefined
  if (!equalBytes(encodeBody(publicKey, facts), body)) return undefined
  return { nodeId: nodeIdOf(publicKey), publicKey, ...facts, body, signature }
}

/** Chains on which a contact object was verified: in one process, an object is checked once. */
const verifiedOn = new WeakMap<Contact, ChainId>()

const mark = (contact: Contact, chainId: ChainId): VerifiedContact => {
  // The fields are readonly by type only; frozen, nobody changes them after the check.
  verifiedOn.set(Object.freeze(contact), chainId)
  return contact as VerifiedContact
}

/** Checks the signature; undefined when it does not hold. */
export function verifyContact(
  verify: Verify,
  chainId: ChainId,
  contact: Contact,
): VerifiedContact | undefined {
  if (verifiedOn.get(contact) === chainId) return contact as VerifiedContact
  return verify(contact.publicKey, signedBytes('contact', chainId, contact.body), contact.signature)
    ? mark(contact, chainId)
    : undefined
}
