// Where values lie on the ring: under the hash of their bytes, or under the hash of their author's key
// and a name. Either way nobody can lay another value under the same key without breaking the hash or
// having the author's secret.
import { concatBytes, hex, utf8 } from './bytes.ts'
import type { PublicKey, RingKey } from './id.ts'
import { sha256 } from './sha256.ts'

const contentDomain = utf8('trustnet/content/1\0')
const namedDomain = utf8('trustnet/named-value/1\0')

const ringKeyOfHash = (parts: Uint8Array[]): RingKey =>
  hex(sha256(concatBytes(parts)).subarray(0, 16)) as RingKey

/** The key of a content-addressed value: the first 128 bits of SHA-256("trustnet/content/1" || 0 || bytes). */
export const contentKeyOf = (bytes: Uint8Array): RingKey => ringKeyOfHash([contentDomain, bytes])

/** The key of an author's value: of SHA-256("trustnet/named-value/1" || 0 || public key (32 bytes) || name). */
export const namedKeyOf = (author: PublicKey, name: string): RingKey =>
  ringKeyOfHash([namedDomain, author, utf8(name)])
