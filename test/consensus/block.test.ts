// Blocks: the header's fixed layout, ids that change with every field, roots over transactions.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  blockIdOf,
  decodeHeader,
  encodeHeader,
  type Header,
  headerBytes,
  transactionOf,
  transactionsRootOf,
} from '../../consensus/block.ts'
import { hex, utf8 } from '../../src/core/bytes.ts'
import { merkleRoot } from '../../src/core/merkle.ts'

const digits = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(hex)
const numbers = fc.oneof(fc.nat(300), fc.maxSafeNat())
const headers = fc.record({
  chainId: digits(8),
  height: numbers,
  time: numbers,
  previous: digits(32),
  lastCommitHash: digits(32),
  transactionsRoot: digits(32),
  stateHash: digits(32),
  committeeHash: digits(32),
  nextCommitteeHash: digits(32),
  proposer: digits(16),
}) as fc.Arbitrary<unknown> as fc.Arbitrary<Header>

describe('a header', () => {
  test('is read back as it was written, from exactly its own bytes', () => {
    fc.assert(
      fc.property(headers, (header) => {
        const bytes = encodeHeader(header)
        expect(bytes).toHaveLength(headerBytes)
        expect(decodeHeader(bytes)).toEqual(header)
        // A view into a larger message reads the same.
        const message = new Uint8Array(300)
        message.set(bytes, 7)
        expect(decodeHeader(message.subarray(7, 7 + headerBytes))).toEqual(header)
        expect(decodeHeader(bytes.subarray(1))).toBeUndefined()
      }),
      { numRuns: 200 },
    )
  })

  test('is written back as it was read, whatever the bytes', () => {
    const any = fc.uint8Array({ minLength: headerBytes, maxLength: headerBytes })
    fc.assert(
      fc.property(any, fc.boolean(), (bytes, small) => {
        if (small) for (const at of [8, 9, 16, 17]) bytes[at] = 0
        const header = decodeHeader(bytes)
        expect(header === undefined || hex(encodeHeader(header)) === hex(bytes)).toBe(true)
        if (small) expect(header).toBeDefined()
      }),
      { numRuns: 200 },
    )
  })

  test('rule 17: has another id when any bit of it differs', () => {
    fc.assert(
      fc.property(headers, fc.nat(headerBytes * 8 - 1), (header, bit) => {
        const bytes = encodeHeader(header)
        bytes[bit >> 3]! ^= 1 << (bit & 7)
        const other = decodeHeader(bytes)
        expect(other !== undefined && blockIdOf(other) === blockIdOf(header)).toBe(false)
      }),
      { numRuns: 300 },
    )
  })
})

describe('transactions', () => {
  test('are named by the leaves of which their root is made', () => {
    for (let size = 0; size < 20; size++) {
      const bytes = Array.from({ length: size }, (_, i) => utf8(`transaction ${i}`))
      const root = transactionsRootOf(bytes.map(transactionOf))
      expect(root).toBe(hex(merkleRoot(bytes)))
    }
  })
})
