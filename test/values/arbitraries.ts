// Random values, ids and keys for the tests of values.
import fc from 'fast-check'
import { contentValue, signValue } from '../../overlay/values/value.ts'
import { hex } from '../../src/core/bytes.ts'
import type { ChainId, NodeId, RingKey } from '../../src/core/id.ts'
import { signerFrom } from '../../src/runtime/ed25519/fastest.ts'

export const chainId = '00112233445566aa' as ChainId
export const signer = signerFrom(new Uint8Array(32).fill(7))
export const now = 1_000_000

export const idArbitrary = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .map((bytes) => hex(bytes) as NodeId)
export const keyArbitrary = idArbitrary as fc.Arbitrary<RingKey>

/** Of one author and name, so that they compete for one key. */
export const signedArbitrary = fc
  .record({
    name: fc.constant('news'),
    sequence: fc.integer({ min: 0, max: 3 }),
    expiresAt: fc.integer({ min: now + 1, max: now + 4 }),
    bytes: fc.uint8Array({ maxLength: 2 }),
  })
  .map((facts) => signValue(signer, chainId, facts))
const contentArbitrary = fc
  .record({ bytes: fc.uint8Array({ maxLength: 40 }), life: fc.integer({ min: 1, max: 9 }) })
  .map(({ bytes, life }) => contentValue(bytes, now + life))
export const valueArbitrary = fc.oneof(signedArbitrary, contentArbitrary)
