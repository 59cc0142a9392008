// Overlay messages and contacts on the wire: round trips, the canonical form, limits, hostile bytes.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeOverlayMessage, encodeOverlayMessage } from '../../overlay/codec.ts'
import type { OverlayMessage, Sighting } from '../../overlay/message.ts'
import { decodeContact, signContact, verifyContact } from '../../overlay/signed-contact.ts'
import { decodeStoredContact, encodeStoredContact } from '../../overlay/stored-contact.ts'
import { hex, utf8 } from '../../src/core/bytes.ts'
import { type ChainId, nodeIdOf, ringKeyOf } from '../../src/core/id.ts'
import { contactsPerMessageMax, messageBytesMax } from '../../src/core/limits.ts'
import { signerFrom, verify } from '../../src/runtime/ed25519/fastest.ts'

const chainId = '00112233445566aa' as ChainId
const otherChain = 'ffffffffffffffff' as ChainId
const signer = signerFrom(new Uint8Array(32).fill(7))

const factsArbitrary = fc.record({
  seq: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  addresses: fc.array(
    fc.constantFrom('/ip4/127.0.0.1/tcp/4001', '/ip6/::1/tcp/9', '/dns/a/tcp/1'),
    {
      maxLength: 8,
    },
  ),
  overlays: fc.array(fc.constantFrom('social', 'measured', 'open', 'x'), { maxLength: 8 }),
  owner: fc.string({ maxLength: 16 }),
})
const contactArbitrary = factsArbitrary.map((facts) => signContact(signer, chainId, facts))
const sightingsArbitrary: fc.Arbitrary<Sighting[]> = fc.array(
  fc.record({ contact: contactArbitrary, age: fc.integer({ min: 0, max: 0xffff_ffff }) }),
  { maxLength: 5 },
)
const nonceArbitrary = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const messageArbitrary: fc.Arbitrary<OverlayMessage> = fc.oneof(
  fc
    .tuple(contactArbitrary, fc.boolean())
    .map(([contact, asks]) => ({ say: 'hello', contact, asks }) as const),
  fc
    .tuple(nonceArbitrary, fc.string())
    .map(([nonce, text]) => ({ say: 'near-request', nonce, position: ringKeyOf(text) }) as const),
  fc
    .tuple(nonceArbitrary, sightingsArbitrary)
    .map(([nonce, sightings]) => ({ say: 'near', nonce, sightings }) as const),
  sightingsArbitrary.map((sightings) => ({ say: 'leaf-set', sightings }) as const),
  sightingsArbitrary.map((sightings) => ({ say: 'goodbye', sightings }) as const),
  nonceArbitrary.map((nonce) => ({ say: 'probe', nonce }) as const),
  nonceArbitrary.map((nonce) => ({ say: 'probe-reply', nonce }) as const),
)

describe('overlay messages', () => {
  test('come back as they were said', () => {
    fc.assert(
      fc.property(messageArbitrary, (message) => {
        const decoded = decodeOverlayMessage(encodeOverlayMessage(message))
        expect(decoded).toEqual({ ok: true, message })
      }),
    )
  })

  test('are refused with anything added, and never make the decoder throw', () => {
    fc.assert(
      fc.property(
        messageArbitrary,
        fc.uint8Array({ minLength: 1, maxLength: 8 }),
        fc.nat(),
        (message, extra, at) => {
          const bytes = encodeOverlayMessage(message)
          const longer = new Uint8Array([...bytes, ...extra])
          const again = decodeOverlayMessage(longer)
          // What still decodes is a canonical message of its own, not this one with a tail.
          if (again.ok) expect(hex(encodeOverlayMessage(again.message))).toBe(hex(longer))
          const mutated = bytes.slice()
          if (mutated.length > 0) mutated[at % mutated.length]! ^= extra[0]!
          const changed = decodeOverlayMessage(mutated)
          if (changed.ok) expect(hex(encodeOverlayMessage(changed.message))).toBe(hex(mutated))
        },
      ),
      { numRuns: 2_000 },
    )
  })

  test('are refused when oversize or over a limit', () => {
    expect(decodeOverlayMessage(new Uint8Array(messageBytesMax + 1)).ok).toBe(false)
    const contact = signContact(signer, chainId, { seq: 1, addresses: [], overlays: [], owner: '' })
    const sightings = Array.from({ length: contactsPerMessageMax + 1 }, () => ({ contact, age: 1 }))
    const bytes = encodeOverlayMessage({ say: 'leaf-set', sightings })
    expect(decodeOverlayMessage(bytes)).toMatchObject({ ok: false })
  })
})

describe('a contact', () => {
  const facts = {
    seq: 5,
    addresses: ['/ip4/127.0.0.1/tcp/4001'],
    overlays: ['social'],
    owner: 'ada',
  }
  const contact = signContact(signer, chainId, facts)

  test('verifies on its chain and on no other', () => {
    expect(verifyContact(verify, chainId, contact)).toBe(contact)
    expect(verifyContact(verify, otherChain, contact)).toBeUndefined()
    expect(contact.nodeId).toBe(nodeIdOf(signer.publicKey))
  })

  test('is stored and read back', () => {
    expect(decodeStoredContact(encodeStoredContact(contact))).toEqual(contact)
    expect(decodeStoredContact(utf8('nonsense'))).toBeUndefined()
  })

  test('is refused over a limit', () => {
    const many = signContact(signer, chainId, {
      ...facts,
      addresses: Array(9).fill('/ip4/127.0.0.1'),
    })
    expect(decodeContact(many.body, many.signature)).toBeUndefined()
    const long = signContact(signer, chainId, { ...facts, owner: 'x'.repeat(65) })
    expect(decodeContact(long.body, long.signature)).toBeUndefined()
  })
})
