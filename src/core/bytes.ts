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

/** Character codes of the two digits of each byte. */
const codes = Uint8Array.from({ length: 512 }, (_, i) =>
  digits.charCodeAt(((i >> 1) >> (i % 2 === 0 ? 4 : 0)) & 15),
)

/** Bytes whose digits are handed to one call: far below what an engine takes as arguments. */
const hexedAtOnce = 4_096

/** Value of a digit by its character code; 255 of any other. */
const digitOf = new Uint8Array(128).fill(255)
for (let value = 0; value < 16; value++) digitOf[digits.charCodeAt(value)] = value

/**
 * Lower-case hex of bytes. Made in one piece: a text put together byte by byte is a tree of its parts
 * for as long as nobody looks into it, and nodes keep millions of ids and hashes.
 */
export function hex(bytes: Uint8Array): string {
  const { length } = bytes
  if (length > hexedAtOnce)
    return hex(bytes.subarray(0, hexedAtOnce)) + hex(bytes.subarray(hexedAtOnce))
  const text = new Array<number>(2 * length)
  for (let i = 0; i < length; i++) {
    const at = 2 * bytes[i]!
    text[2 * i] = codes[at]!
    text[2 * i + 1] = codes[at + 1]!
  }
  return String.fromCharCode.apply(null, text)
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

/**
 * Parts with a slash between them, as one flat text. A template literal gives a tree of its parts,
 * which a map then keeps as its key: four small objects for each of a million keys.
 */
export const slashed = (...parts: readonly (string | number)[]): string => parts.join('/')
