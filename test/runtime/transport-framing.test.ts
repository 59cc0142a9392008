// Length-prefixed framing against a naive second reading, in any cut into chunks, and its bounds.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatBytes, hex } from '../../src/core/bytes.ts'
import {
  encodeFrames,
  FrameDecoder,
  FramingError,
  prefixBytes,
} from '../../src/runtime/transport/framing.ts'

const messages = fc.array(fc.uint8Array({ minLength: 1, maxLength: 20_000 }), { maxLength: 12 })

/** The naive writer: divides, and concatenates. */
function naiveFrames(list: readonly Uint8Array[]): Uint8Array {
  const pieces: Uint8Array[] = []
  for (const message of list) {
    const digits: number[] = []
    let rest = BigInt(message.length)
    do {
      const low = Number(rest % 128n)
      rest /= 128n
      digits.push(rest > 0n ? low + 128 : low)
    } while (rest > 0n)
    pieces.push(Uint8Array.from(digits), message)
  }
  return concatBytes(pieces)
}

function decoded(bytes: Uint8Array, cuts: readonly number[], max = 262_144): string[] {
  const decoder = new FrameDecoder(max)
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  const found: string[] = []
  for (let i = 1; i < at.length; i++)
    for (const message of decoder.decode(bytes.subarray(at[i - 1], at[i]))) found.push(hex(message))
  return found
}

describe('framing', () => {
  test('hands out copies, also of a Buffer, whose own slice is a view', () => {
    const chunk = Buffer.from(encodeFrames([Uint8Array.of(1, 2, 3)]))
    const [message] = [...new FrameDecoder(100).decode(chunk)]
    chunk.fill(9)
    expect(message).toEqual(Uint8Array.of(1, 2, 3))
    expect(Buffer.isBuffer(message)).toBe(false)
  })

  test('writes what the naive writer writes', () => {
    fc.assert(
      fc.property(messages, (list) => {
        expect(hex(encodeFrames(list))).toBe(hex(naiveFrames(list)))
      }),
    )
  })

  test('gives the same messages however the bytes are cut', () => {
    fc.assert(
      fc.property(messages, fc.array(fc.nat(), { maxLength: 40 }), (list, cuts) => {
        expect(decoded(naiveFrames(list), cuts)).toEqual(list.map(hex))
      }),
    )
  })

  test('takes a message that comes byte by byte', () => {
    const message = Uint8Array.from({ length: 9_000 }, (_, i) => i & 0xff)
    const bytes = encodeFrames([message, message])
    const each = Array.from({ length: bytes.length }, (_, i) => i)
    expect(decoded(bytes, each)).toEqual([hex(message), hex(message)])
  })

  test('gives messages that own their bytes', () => {
    const chunk = encodeFrames([Uint8Array.of(7, 7)])
    const [message] = [...new FrameDecoder(100).decode(chunk)]
    chunk.fill(0)
    expect([...message!]).toEqual([7, 7])
  })

  test.each([1, 127, 128, 16_383, 16_384, 262_144])('knows the prefix of %i bytes', (length) => {
    const bytes = encodeFrames([new Uint8Array(length)])
    expect(bytes.length).toBe(prefixBytes(length) + length)
    expect(decoded(bytes, [])).toHaveLength(1)
  })

  test.each([
    ['one byte more than allowed', [0x81, 0x80, 0x10]],
    ['the most that four digits say', [0xff, 0xff, 0xff, 0x7f]],
    ['no end', [0x80, 0x80, 0x80, 0x80]],
    ['zero', [0x00]],
    ['zero in two digits', [0x80, 0x00]],
    ['five in two digits', [0x85, 0x00]],
  ])('refuses a length of %s', (_, prefix) => {
    expect(() => decoded(Uint8Array.from(prefix), [])).toThrow(FramingError)
    expect(() => decoded(Uint8Array.from(prefix), [1, 2, 3])).toThrow(FramingError)
  })

  test('never breaks otherwise, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3_000 }), fc.array(fc.nat()), (bytes, cuts) => {
        try {
          for (const message of decoded(bytes, cuts, 1_000))
            expect(message.length).toBeLessThan(2_001)
        } catch (error) {
          expect(error).toBeInstanceOf(FramingError)
        }
      }),
    )
  })
})
