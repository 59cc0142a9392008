// SHA-256 of short messages against the library's and Node's, and hex against a slow second way.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hex, unhex } from '../../src/core/bytes.ts'
import { sha256 } from '../../src/core/sha256.ts'

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

describe('sha256', () => {
  it('is SHA-256 for every length around the ends of blocks and of what is short', () => {
    for (let length = 0; length <= 700; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => i * 7 + length)
      expect(hex(sha256(bytes))).toBe(digestOf(bytes))
    }
  })

  it('keeps nothing of one message for the next, and gives bytes of its own', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 600 }), { maxLength: 8 }), (messages) => {
        const hashes = messages.map(sha256)
        expect(hashes.map(hex)).toEqual(messages.map(digestOf))
      }),
      { numRuns: 100 },
    )
  })
})

describe('hex', () => {
  it('goes to text and back, as a slow second way says', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = hex(bytes)
        expect(text).toBe(Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join(''))
        expect(unhex(text)).toEqual(bytes)
      }),
      { numRuns: 100 },
    )
  })

  it('refuses whatever is no pairs of lower-case digits', () => {
    for (const text of ['0', '000', 'AA', '0g', 'g0', ' 0', '0é', 'é0', '0x', '0\u0130'])
      expect(() => unhex(text)).toThrow(SyntaxError)
  })
})
