// Byte helpers for the pure folders, where neither Buffer nor TextEncoder exists.
import { concat } from 'uint8arrays/concat'
import { equals } from 'uint8arrays/equals'
import { fromString } from 'uint8arrays/from-string'
import { toString as textOf } from 'uint8arrays/to-string'

export { concat as concatBytes, equals as equalBytes }

/**
 * A copy that shares nothing. Not `slice`: of a Buffer, which any I/O may hand in, that is a view,
 * and whoever writes to the "copy" writes to the message.
 */
export const copyBytes = (bytes: Uint8Array): Uint8Array => new Uint8Array(bytes)

/** UTF-8 bytes of a text. */
export const utf8 = (text: string): Uint8Array => fromString(text, 'utf8')

/** The text of UTF-8 bytes; malformed sequences become U+FFFD, so compare re-encoded bytes where exactness matters. */
export const utf8Text = (bytes: Uint8Array): string => textOf(bytes, 'utf8')

// Hex by tables: a block has dozens of hashes and ids, and a general base coder takes ten times as long.
const digits = '0123456789abcdef'
const pairs = Array.from({ length: 256 }, (_, byte) => digits[byte >> 4]! + digits[byte & 15]!)

/** Value of a digit by its character code; 255 of any other. */
const digitOf = new Uint8Array(128).fill(255)
for (let value = 0; value < 16; value++) digitOf[digits.charCodeAt(value)] = value

/** Lower-case hex of bytes. */
export function hex(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i++) text += pairs[bytes[i]!]!
  return text
}

/**
 * Bytes of an even number of lower-case hex digits.
 *
 * @throws SyntaxError when the text is anything else
 */
export function unhex(text: string): Uint8Array {
  const { length } = text
  const bytes = new Uint8Array(length >> 1)
  let wrong = length & 1
  for (let i = 0; i < bytes.length; i++) {
    const high = digitOf[text.charCodeAt(2 * i)] ?? 255
    const low = digitOf[text.charCodeAt(2 * i + 1)] ?? 255
    wrong |= (high | low) >> 4
    bytes[i] = (high << 4) | low
  }
  if (wrong !== 0) throw new SyntaxError('no pairs of lower-case hex digits')
  return bytes
}
