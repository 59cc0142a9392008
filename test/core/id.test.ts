// Identities: node ids, ring keys, chain ids and PeerIds, held against node:crypto and libp2p.
import { createHash } from 'node:crypto'
import { publicKeyFromRaw } from '@libp2p/crypto/keys'
import { peerIdFromPublicKey, peerIdFromString } from '@libp2p/peer-id'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hex, unhex, utf8 } from '../../src/core/bytes.ts'
import {
  chainIdOf,
  isRingKey,
  nodeIdOf,
  peerIdOf,
  publicKeyOfPeerId,
  ringKeyOf,
} from '../../src/core/id.ts'

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 })
const sha256 = (...parts: (string | Uint8Array)[]): string => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}

describe('a PeerId', () => {
  test('goes to the public key and back', () => {
    fc.assert(
      fc.property(keys, (key) => {
        const text = peerIdOf(key)
        expect(text).toMatch(/^12D3KooW/)
        expect(hex(publicKeyOfPeerId(text))).toBe(hex(key))
      }),
    )
  })

  test('is the one that libp2p makes of the same key', () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(peerIdOf(key)).toBe(peerIdFromPublicKey(publicKeyFromRaw(key)).toString())
      }),
    )
    // RFC 8032's second test key, fixed here so that a change of either library shows.
    const key = unhex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
    const known = '12D3KooWDwTirQce1RRKnasT5fPVFgzXCy6SiRgSwrwPGLC7zE91'
    expect(peerIdOf(key)).toBe(known)
    expect(peerIdFromString(known).toString()).toBe(known)
  })

  test.each([
    ['nothing', ''],
    ['a node id', '00112233445566778899aabbccddeeff'],
    ['an RSA PeerId', 'QmYyQSo1c1Ym7orWxLYvCrM2EmxFTANf8wXmmE7DWjhx5N'],
    ['letters outside base58', '12D3KooW0OIl'],
    ['a cut one', '12D3KooWDzQtBYgq6ViZo6nMH7Eeovft9p1xzRv'],
  ])('is refused when it is %s', (_, text) => {
    expect(() => publicKeyOfPeerId(text)).toThrow(
      expect.objectContaining({ code: 'peer/malformed-id', facts: { text } }),
    )
  })
})

describe('a position on the ring', () => {
  test('of a node is 128 bits of the SHA-256 over domain and key', () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(nodeIdOf(key)).toBe(sha256('trustnet/node-id/1', key).slice(0, 32))
        expect(isRingKey(nodeIdOf(key))).toBe(true)
      }),
    )
  })

  test('is itself when written as 32 hex digits, in either case', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
        expect(ringKeyOf(hex(bytes))).toBe(hex(bytes))
        expect(ringKeyOf(hex(bytes).toUpperCase())).toBe(hex(bytes))
      }),
    )
  })

  test('of any other text is its hash, in a domain of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!isRingKey(text.toLowerCase()))
        expect(ringKeyOf(text)).toBe(sha256('trustnet/key/1', utf8(text)).slice(0, 32))
      }),
    )
  })
})

test('a chain id is the start of the SHA-256 of the genesis bytes', () => {
  const bytes = utf8('{"kind":"trustnet/genesis"}')
  expect(chainIdOf(bytes)).toBe(sha256(bytes).slice(0, 16))
})
