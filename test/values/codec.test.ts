// Messages about values on the wire: round trips, the canonical form, limits, hostile bytes.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signContact } from '../../overlay/signed-contact.ts'
import { decodeValuesMessage, encodeValuesMessage } from '../../overlay/values/codec.ts'
import { valueBytesMax } from '../../overlay/values/limits.ts'
import { refusals, type ValuesMessage } from '../../overlay/values/message.ts'
import { contentValue } from '../../overlay/values/value.ts'
import { hex } from '../../src/core/bytes.ts'
import { chainId, keyArbitrary, now, signer, valueArbitrary } from './arbitraries.ts'

describe('messages', () => {
  const contactArbitrary = fc
    .integer({ min: 1, max: 9 })
    .map((seq) => signContact(signer, chainId, { seq, addresses: [], overlays: [], owner: '' }))
  const nonce = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
  const messageArbitrary: fc.Arbitrary<ValuesMessage> = fc.oneof(
    fc.record({
      ...{ say: fc.constant('find' as const), nonce, key: keyArbitrary },
      wantsValue: fc.boolean(),
    }),
    fc.record({
      ...{ say: fc.constant('found' as const), nonce },
      value: fc.option(valueArbitrary, { nil: undefined }),
      contacts: fc.array(contactArbitrary, { maxLength: 8 }),
    }),
    fc.record({ say: fc.constant('store' as const), nonce, value: valueArbitrary }),
    fc.record({ say: fc.constant('stored' as const), nonce }),
    fc.record({
      ...{ say: fc.constant('refused' as const), nonce, why: fc.constantFrom(...refusals) },
      newer: fc.option(valueArbitrary, { nil: undefined }),
    }),
    fc.record({
      say: fc.constant('offer' as const),
      values: fc.array(
        fc.record({
          key: keyArbitrary,
          digest: fc.uint8Array({ minLength: 8, maxLength: 8 }).map(hex),
        }),
      ),
    }),
  )

  test('come back as they were said', () => {
    fc.assert(
      fc.property(messageArbitrary, (message) => {
        const decoded = decodeValuesMessage(encodeValuesMessage(message))
        expect(decoded).toEqual({ ok: true, message })
      }),
    )
  })

  test('are refused with anything added, and never make the decoder throw', () => {
    const tail = fc.uint8Array({ minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(messageArbitrary, tail, (message, bytes) => {
        const longer = Buffer.concat([encodeValuesMessage(message), bytes])
        const decoded = decodeValuesMessage(longer)
        if (decoded.ok) expect(encodeValuesMessage(decoded.message)).toEqual(new Uint8Array(longer))
      }),
    )
    fc.assert(fc.property(tail, (bytes) => void decodeValuesMessage(bytes)))
  })

  test('carry a value of the largest size and none that is larger', () => {
    const store = (size: number) =>
      decodeValuesMessage(
        encodeValuesMessage({
          say: 'store',
          nonce: 1,
          value: contentValue(new Uint8Array(size), now),
        }),
      ).ok
    expect([store(valueBytesMax), store(valueBytesMax + 1)]).toEqual([true, false])
  })
})
