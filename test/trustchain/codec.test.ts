// Messages on the wire: every kind comes back as it went, and nothing else is let in.
import { describe, expect, it } from 'vitest'
import { concatBytes } from '../../src/core/bytes.ts'
import type { ChainId, NodeId } from '../../src/core/id.ts'
import { entriesPerMessageMax, messageBytesMax } from '../../src/core/limits.ts'
import { decodeTrustchainMessage, encodeTrustchainMessage } from '../../trustchain/codec.ts'
import type { Head, TrustchainMessage } from '../../trustchain/message.ts'
import { signEntry } from '../../trustchain/verify.ts'
import { draftAfter } from './authoring.ts'
import { exampleMessages, fuzzTrustchainMessages } from './fuzz.ts'
import { chainId, signerOf } from './pump.ts'

const refusal = (message: TrustchainMessage) => {
  const decoded = decodeTrustchainMessage(encodeTrustchainMessage(message), chainId)
  return decoded.ok ? 'accepted' : decoded.why
}
const [entries] = exampleMessages()
const hash = 'ab'.repeat(32) as Head['hash']
const headOf = (first: string, more: Partial<Head> = {}): Head => ({
  author: first.padEnd(32, '0') as NodeId,
  seq: 1,
  hash,
  forkedAt: 0,
  ...more,
})

describe('a message', () => {
  for (const message of exampleMessages())
    it(`"${message.say}" comes back as it went`, () => {
      const decoded = decodeTrustchainMessage(encodeTrustchainMessage(message), chainId)
      if (!decoded.ok) throw new Error(decoded.why)
      // A proof travels as its two entries; the rest is derived when it is checked.
      if (message.say === 'fork-proof') {
        const { first, second } = message.proof
        expect(decoded.message).toEqual({ say: 'fork-proof', proof: { first, second } })
      } else expect(decoded.message).toEqual(message)
    })

  it('of another chain, too large, empty, with trailing bytes: refused', () => {
    const bytes = encodeTrustchainMessage(entries!)
    const elsewhere = 'fedcba9876543210' as ChainId
    const why = (read: Uint8Array, chain = chainId) => decodeTrustchainMessage(read, chain)
    expect(why(bytes, elsewhere)).toEqual({ ok: false, why: 'entry: chain' })
    expect(why(new Uint8Array(messageBytesMax + 1))).toEqual({ ok: false, why: 'too large' })
    expect(why(new Uint8Array(0)).ok).toBe(false)
    const trailing = concatBytes([bytes, Uint8Array.of(0x08, 1)])
    expect(why(trailing)).toEqual({ ok: false, why: 'trailing bytes' })
    // Two messages in one: the second would silently win.
    expect(why(concatBytes([bytes, bytes]))).toEqual({ ok: false, why: 'trailing bytes' })
  })

  it('of very many tiny records is refused before they are made', () => {
    // Field 1 (entries), then as many empty records (field 3, length 0) as fit.
    const records = new Uint8Array(200_000)
    for (let at = 0; at < records.length; at += 2) records[at] = 0x1a
    const bytes = concatBytes([Uint8Array.of(0x0a, 0xc0, 0x9a, 0x0c), records])
    expect(decodeTrustchainMessage(bytes, chainId)).toEqual({ ok: false, why: 'too many records' })
  })

  it('breaking a rule of its kind is refused by that rule', () => {
    const heads = (list: readonly Head[], more = false) =>
      refusal({ say: 'heads', buckets: [0, 1], after: null, heads: list, more })
    expect(heads([headOf('01'), headOf('02')])).toBe('accepted')
    expect(heads([headOf('02'), headOf('01')])).toBe('heads not ascending')
    expect(heads([headOf('01'), headOf('01')])).toBe('heads not ascending')
    expect(heads([headOf('ff')])).toBe('head of no bucket')
    expect(heads([], true)).toBe('an empty page promises more')
    expect(heads([headOf('01', { seq: 0 })])).toBe('malformed head')
    expect(heads([headOf('01', { seq: 4, forkedAt: 4 })])).toBe('malformed head')
    const range = { say: 'range', request: 1, overlay: null } as const
    const author = headOf('01').author
    expect(refusal({ ...range, request: 0, wanted: [] })).toBe('request 0')
    expect(refusal({ ...range, wanted: [{ author, from: 0, to: 2 }] })).toBe('empty range')
    expect(refusal({ ...range, wanted: [{ author, from: 3, to: 2 }] })).toBe('empty range')
    expect(refusal({ ...range, wanted: [], overlay: 'A' })).toBe('overlay name')
  })

  it('full to the limit still fits the wire', () => {
    const reason = 'x'.repeat(256)
    const overlay = 'x'.repeat(32)
    const entry = signEntry(signerOf(1), draftAfter([], { reason, overlay, time: 2 ** 52 }))
    const full = Array.from({ length: entriesPerMessageMax }, () => entry)
    expect(refusal({ say: 'entries', answers: 0, rest: 'none', entries: full })).toBe('accepted')
    const over = [...full, entry]
    const why = refusal({ say: 'entries', answers: 0, rest: 'none', entries: over })
    expect(why).toBe('too many entries')
  })
})

describe('hostile bytes', () => {
  it('100,000 mutated messages: a verdict each, and the machine stands', () => {
    const outcome = fuzzTrustchainMessages(100_000, 1)
    console.log('mutated messages', outcome)
    expect(outcome.accepted).toBeGreaterThan(500)
    expect(Object.keys(outcome.refused).length).toBeGreaterThan(10)
  })
})
