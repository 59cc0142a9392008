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

/** Lower-case hex of bytes. */
export const hex = (bytes: Uint8Array): string => textOf(bytes, 'base16')

/** Bytes of an even number of lower-case hex digits. */
export const unhex = (text: string): Uint8Array => fromString(text, 'base16')
