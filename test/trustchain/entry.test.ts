// The format of an entry, byte by byte, and every rule that makes one unacceptable.
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { concatBytes, hex } from '../../src/core/bytes.ts'
import type { ChainId } from '../../src/core/id.ts'
import { signedBytes } from '../../src/core/signature.ts'
import { ONE } from '../../src/core/trust.ts'
import {
  categories,
  isOverlayName,
  isReason,
  starsValue,
  zeroHash,
} from '../../trustchain/entry.ts'
import {
  decodeEntry,
  type EntryDraft,
  encodeBody,
  encodeEntry,
} from '../../trustchain/entry-codec.ts'
import { EntryBodySchema, SignedEntrySchema } from '../../trustchain/generated/trustchain_pb.ts'
import { isVerified, signEntry, verifyEntry } from '../../trustchain/verify.ts'
import { draftAfter, logOf } from './authoring.ts'
import { chainId, signerOf, verify } from './pump.ts'

const signer = signerOf(7)

const stars: EntryDraft = draftAfter([], {
  overlay: 'reliability',
  opinion: { is: 'stars', halves: 7, category: 'performance' },
  reason: 'answers slowly',
  time: 1_700_000_000_000,
})

describe('the bytes of an entry', () => {
  it('are the ones written down here: a first trust rating', () => {
    const entry = signEntry(signer, draftAfter([]))
    expect(hex(entry.body)).toBe(GOLDEN.trustBody)
    expect(hex(entry.signature)).toBe(GOLDEN.trustSignature)
    expect(entry.hash).toBe(GOLDEN.trustHash)
  })

  it('are the ones written down here: stars with a reason, linked', () => {
    const log = logOf(signer, 2)
    const entry = signEntry(signer, { ...stars, ...linksOf(draftAfter(log)) })
    expect(hex(encodeEntry(entry))).toBe(GOLDEN.starsEntry)
  })

  it('are the same from the hand-written and the generated encoder', () => {
    for (const bytes of [1, 63, 64, 127, 128, 129, 700]) {
      const entry = { ...signEntry(signer, stars), body: new Uint8Array(bytes).fill(5) }
      const { body, signature } = entry
      const generated = toBinary(SignedEntrySchema, create(SignedEntrySchema, { body, signature }))
      expect(hex(encodeEntry(entry))).toBe(hex(generated))
    }
  })

  it('read back as what was signed, whatever the entry says', () => {
    const opinion = fc.oneof(
      fc.record({ is: fc.constant('trust' as const), value: fc.integer({ min: -ONE, max: ONE }) }),
      fc.record({
        is: fc.constant('stars' as const),
        halves: fc.integer({ min: 2, max: 10 }),
        category: fc.constantFrom(...categories),
      }),
    )
    const draft = fc.record({
      overlay: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,31}$/),
      opinion,
      reason: fc.option(fc.string({ unit: 'grapheme', maxLength: 60 }).filter(isReason)),
      time: fc.maxSafeNat(),
      subject: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    })
    fc.assert(
      fc.property(draft, (changes) => {
        const entry = signEntry(signer, draftAfter([], changes as Partial<EntryDraft>))
        const decoded = decodeEntry(encodeEntry(entry))
        expect(decoded).toEqual({ ok: true, rating: entry })
      }),
      { numRuns: 100 },
    )
  })
})

describe('an entry is refused', () => {
  const base = fromBinary(EntryBodySchema, encodeBody(signer.publicKey, stars))
  const refusals: readonly (readonly [string, string, Partial<typeof base>])[] = [
    ['of another version', 'version', { version: 2 }],
    ['with a short chain id', 'chain', { chainId: new Uint8Array(7) }],
    ['with a key of 31 bytes', 'author-key', { author: new Uint8Array(31) }],
    ['numbered 0', 'seq', { seq: 0 }],
    ['that is first and has one before it', 'prev-hash', { prevHash: new Uint8Array(32).fill(1) }],
    ['that is second and has none before it', 'prev-hash', { seq: 2 }],
    ['in an overlay of capitals', 'overlay-name', { overlay: 'Social' }],
    ['in no overlay', 'overlay-name', { overlay: '' }],
    ['of a subject that is no key', 'subject-key', { subject: new Uint8Array(33) }],
    ['without an opinion', 'opinion', { opinion: { case: undefined } }],
    ['of trust above 1', 'opinion', { opinion: { case: 'trust', value: ONE + 1 } }],
    ['of trust below -1', 'opinion', { opinion: { case: 'trust', value: -ONE - 1 } }],
    ['with a reason of two lines', 'reason', { reason: 'a\nb' }],
    ['with a reason that moves the cursor', 'reason', { reason: '\u001b[2J' }],
    ['with an endless reason', 'reason', { reason: 'x'.repeat(257) }],
    ['at a time beyond 2^53', 'time', { time: 2n ** 53n }],
  ]
  for (const [what, rule, change] of refusals)
    it(what, () => {
      const body = toBinary(EntryBodySchema, { ...base, ...change })
      expect(decodeEntry(signedOf(body))).toEqual({ ok: false, rule })
    })

  it('with an overlay link that does not lead back', () => {
    const hash = new Uint8Array(32).fill(1)
    for (const seq of [0, 1, 5]) {
      const link = { $typeName: 'trustnet.trustchain.v1.EntryLink', seq, hash } as const
      const body = toBinary(EntryBodySchema, { ...base, prevSameOverlay: link })
      expect(decodeEntry(signedOf(body))).toEqual({ ok: false, rule: 'overlay-link' })
    }
  })

  it('when its bytes are a second spelling of it', () => {
    const body = encodeBody(signer.publicKey, stars)
    // An unknown field 99; the version once more; the version as an overlong varint.
    for (const spelled of [
      concatBytes([body, Uint8Array.of(0x98, 0x06, 0x01)]),
      concatBytes([Uint8Array.of(0x08, 0x01), body]),
      concatBytes([Uint8Array.of(0x08, 0x81, 0x00), body.subarray(2)]),
    ])
      expect(decodeEntry(signedOf(spelled))).toEqual({ ok: false, rule: 'not-canonical' })
    const outside = concatBytes([signedOf(body), Uint8Array.of(0x18, 0x01)])
    expect(decodeEntry(outside)).toEqual({ ok: false, rule: 'not-canonical' })
  })

  it('when it is too large or no entry at all', () => {
    expect(decodeEntry(new Uint8Array(1_025))).toEqual({ ok: false, rule: 'too-large' })
    expect(decodeEntry(Uint8Array.of(0x0a, 0x7f))).toEqual({ ok: false, rule: 'malformed' })
    expect(decodeEntry(new Uint8Array(0))).toEqual({ ok: false, rule: 'signature' })
  })
})

describe('verification', () => {
  it('accepts what the author signed for this chain, and marks that object only', () => {
    const decoded = decodeEntry(encodeEntry(signEntry(signer, stars)))
    if (!decoded.ok) throw new Error(decoded.rule)
    expect(isVerified(decoded.rating)).toBe(false)
    expect(verifyEntry(verify, chainId, decoded.rating).verdict).toBe('verified')
    expect(isVerified(decoded.rating)).toBe(true)
    expect(isVerified({ ...decoded.rating, value: ONE })).toBe(false)
  })

  it('refuses another chain, another key and another kind of signature', () => {
    const entry = signEntry(signer, stars)
    const elsewhere = 'fedcba9876543210' as ChainId
    expect(verifyEntry(verify, elsewhere, entry)).toEqual({ verdict: 'invalid', rule: 'chain' })
    const asContact = signer.sign(signedBytes('contact', chainId, entry.body))
    for (const changed of [{ author: signerOf(8).publicKey }, { signature: asContact }])
      expect(verifyEntry(verify, chainId, { ...entry, ...changed })).toEqual({
        verdict: 'invalid',
        rule: 'signature',
      })
  })
})

describe('small rules', () => {
  it('stars are worth (stars − 3) / 2', () => {
    expect([2, 3, 5, 6, 7, 10].map(starsValue)).toEqual([-ONE, -750_000, -250_000, 0, 250_000, ONE])
  })

  it('overlay names are lower-case, short and do not begin with a hyphen', () => {
    expect(['social', 'o1', 'a-b', 'x'.repeat(32)].every(isOverlayName)).toBe(true)
    expect(['', '-a', 'A', 'a b', 'a/b', 'ü', 'x'.repeat(33)].some(isOverlayName)).toBe(false)
  })

  it('the first entry links to zeros', () => {
    expect(zeroHash).toMatch(/^0{64}$/)
    expect(logOf(signer, 1)[0]).toMatchObject({ prevHash: zeroHash, prevSameOverlay: null })
  })
})

function linksOf({ seq, prevHash }: EntryDraft): Pick<EntryDraft, 'seq' | 'prevHash'> {
  return { seq, prevHash }
}

function signedOf(body: Uint8Array): Uint8Array {
  const signature = new Uint8Array(64)
  return toBinary(SignedEntrySchema, create(SignedEntrySchema, { body, signature }))
}

/** Written by this project's first version of the format: a change here is a new version of entries. */
const GOLDEN = {
  trustBody:
    '080112080123456789abcdef1a20ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421e' +
    'ea691446d22c20012a20000000000000000000000000000000000000000000000000000000000000' +
    '00003206736f6369616c422065656565656565656565656565656565656565656565656565656565' +
    '6565656548c0843d68e807',
  trustSignature:
    '2061527b41155a1aaad3588d50bc9ea61b8b280db91ef8f90ac8b075e714b3173ee66a7898238fd1' +
    '9afc6c1d4312973634148e024a61aa5fb1d9104c1d177807',
  trustHash: '3fa92aa0a684c6a1973f26ebe10bbcab777836b535d902ebc18c2c02cb714079',
  starsEntry:
    '0a9e01080112080123456789abcdef1a20ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b' +
    '92421eea691446d22c20032a20eb867d16724c4f5b5baa0b34700dfe409b3420bbe62f6129d10f18' +
    'f93b29d1a4320b72656c696162696c69747942206565656565656565656565656565656565656565' +
    '656565656565656565656565520408071002620e616e737765727320736c6f776c796880d095ffbc' +
    '311240eb63cd256c6bf65249b0e7e7a766f505e4a30d34c12e791655dd354360ed78defc24ca6e85' +
    '5db22afb893942f28d643e99a05e0de6b963209aa50ada014fc20f',
}
