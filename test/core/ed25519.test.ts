// The portable Ed25519 backend against the algebra of the acceptance rule and RFC 8032.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hex, unhex } from '../../src/core/bytes.ts'
import { signerFrom, verify, wellFormed } from '../../src/core/ed25519.ts'
import { edgeCases, littleEndian, numberOf, order, torsionPoints } from './ed25519-cases.ts'

describe('the acceptance rule', () => {
  test('gives every edge case the verdict that the algebra gives', () => {
    const wrong = edgeCases().filter(
      (one) => verify(one.publicKey, one.message, one.signature) !== one.accepted,
    )
    expect(wrong.map((one) => one.what)).toEqual([])
  })

  test('accepts torsion that cancels out and refuses the rest: the equation is cofactorless', () => {
    const torsion = edgeCases().filter((one) => one.what.startsWith('torsion'))
    const accepted = torsion.filter((one) => one.accepted).length
    expect(torsion).toHaveLength(64)
    expect(accepted).toBeGreaterThan(2)
    expect(accepted).toBeLessThan(62)
  })

  test('knows exactly the eight small-order points, in every encoding', () => {
    const { publicKey, sign } = signerFrom(new Uint8Array(32).fill(1))
    const signature = sign(new Uint8Array(0))
    expect(new Set(torsionPoints.map((point) => point.toHex())).size).toBe(8)
    for (const point of torsionPoints) {
      expect(wellFormed(point.toBytes(), signature)).toBe(false)
      const asR = signature.slice()
      asR.set(point.toBytes())
      expect(wellFormed(publicKey, asR)).toBe(false)
    }
    expect(wellFormed(publicKey, signature)).toBe(true)
  })

  test('holds S against L as numbers', () => {
    const { publicKey, sign } = signerFrom(new Uint8Array(32).fill(1))
    const signature = sign(new Uint8Array(0))
    const near = fc.bigInt({ min: -1_000n, max: 1_000n }).map((d) => order + d)
    const anywhere = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(numberOf)
    fc.assert(
      fc.property(fc.oneof(near, anywhere), (s) => {
        const changed = signature.slice()
        changed.set(littleEndian(s), 32)
        expect(wellFormed(publicKey, changed)).toBe(s < order)
      }),
    )
  })

  test('never throws on hostile bytes of any length', () => {
    const bytes = (size: number) => fc.uint8Array({ maxLength: size })
    fc.assert(
      fc.property(bytes(40), bytes(20), bytes(80), (publicKey, message, signature) => {
        expect(verify(publicKey, message, signature)).toBe(false)
      }),
    )
  })
})

describe('signing', () => {
  test('gives the keys and signatures of RFC 8032', () => {
    // RFC 8032, 7.1, TEST 2.
    const signer = signerFrom(
      unhex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb'),
    )
    expect(hex(signer.publicKey)).toBe(
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
    )
    expect(hex(signer.sign(unhex('72')))).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    )
  })

  test('keeps its own copy of the seed', () => {
    const seed = new Uint8Array(32).fill(9)
    const signer = signerFrom(seed)
    const before = signer.sign(unhex('00'))
    seed.fill(0)
    expect(signer.sign(unhex('00'))).toEqual(before)
  })
})
