// Proofs that a pair stands in an authenticated map (authenticated-map.ts), or that a key does not,
// for whoever knows the map's root alone: light clients and browsers. What is hashed is defined here,
// once, for the map that proves and for those who check.
import { concatBytes, copyBytes, equalBytes, utf8 } from './bytes.ts'
import { emptyRoot, type Hash } from './merkle.ts'
import { sha256, writeSha256 } from './sha256.ts'

/** Characters of a key: a few names and ids beside each other. */
export const mapKeyCharactersMax = 256

/** Inner nodes above a leaf: each asks for another bit of a SHA-256. */
export const mapDepthMax = 256

/** An inner node on the way from the root to a leaf. */
export interface Turn {
  /** The bit of the path that decides at this node, 0 (first) to 255; grows on the way down. */
  readonly bit: number
  /** Of the subtree on the other side. */
  readonly sibling: Hash
}

export interface MapProof {
  /** From the root down. */
  readonly turns: readonly Turn[]
  /** What stands where the key would: the key's own pair, another pair, or nothing (the empty map). */
  readonly end:
    | { readonly is: 'this' }
    | { readonly is: 'other'; readonly path: Hash; readonly valueHash: Hash }
    | { readonly is: 'nothing' }
}

/** The root of the empty map. */
export const emptyMapRoot: Hash = emptyRoot

/** Visible ASCII and spaces, so that one key has one encoding and the order of texts is that of bytes. */
export const isMapKey = (key: string): boolean =>
  key.length >= 1 && key.length <= mapKeyCharactersMax && /^[\x20-\x7e]*$/.test(key)

/** Where a key stands in the tree: its bits decide at the inner nodes. */
export const pathOf = (key: string): Hash => sha256(utf8(key))

/** Bit 0 is the highest of the first byte. `at` is where the path begins within the bytes. */
export const bitOf = (bytes: Uint8Array, bit: number, at = 0): number =>
  (bytes[at + (bit >> 3)]! >> (7 - (bit & 7))) & 1

// Filled again and again: a root of a large map is many thousand of these hashes.
const leafBytes = new Uint8Array(65)
leafBytes[0] = 2
const innerBytes = new Uint8Array(66)
innerBytes[0] = 3

/** SHA-256(2 || path || SHA-256(value)). */
export function mapLeafHash(path: Hash, valueHash: Hash): Hash {
  leafBytes.set(path, 1)
  leafBytes.set(valueHash, 33)
  return sha256(leafBytes)
}

/** SHA-256(3 || bit || left || right). The bit is hashed too: whoever lies about it could hide a key. */
export function mapInnerHash(bit: number, left: Hash, right: Hash): Hash {
  const hash = new Uint8Array(32)
  writeMapInnerHash(bit, { bytes: left, at: 0 }, { bytes: right, at: 0 }, { bytes: hash, at: 0 })
  return hash
}

/** Where a hash begins within the flat bytes of many. */
export interface HashAt {
  readonly bytes: Uint8Array
  readonly at: number
}

/** mapInnerHash of hashes that lie among others, written among others: a root of a large map is many thousands of these. */
export function writeMapInnerHash(bit: number, left: HashAt, right: HashAt, to: HashAt): void {
  innerBytes[1] = bit
  for (let i = 0; i < 32; i++) {
    innerBytes[2 + i] = left.bytes[left.at + i]!
    innerBytes[34 + i] = right.bytes[right.at + i]!
  }
  writeSha256(innerBytes, to.bytes, to.at)
}

/**
 * Does the map of this root hold the value under the key; or, with null, nothing? Never throws on
 * hostile input. At most 257 hashes besides those of key and value.
 */
export function verifyMapProof(
  root: Hash,
  key: string,
  value: Uint8Array | null,
  { turns, end }: MapProof,
): boolean {
  if (!isMapKey(key) || turns.length > mapDepthMax) return false
  if ((end.is === 'this') !== (value !== null)) return false
  if (end.is === 'nothing') return turns.length === 0 && equalBytes(root, emptyMapRoot)
  const path = pathOf(key)
  const at = value === null ? leafOfOther(path, end) : mapLeafHash(path, sha256(value))
  if (at === undefined) return false
  const got = climb(path, at, turns)
  return got !== undefined && equalBytes(got, root)
}

/** The leaf of another key than the path's; undefined when it is none. */
function leafOfOther(path: Hash, end: MapProof['end']): Hash | undefined {
  if (end.is !== 'other' || end.path.length !== 32 || end.valueHash.length !== 32) return undefined
  return equalBytes(end.path, path) ? undefined : mapLeafHash(end.path, end.valueHash)
}

/** The root above a leaf that the path's bits lead to; undefined when the turns are none of a tree. */
function climb(path: Hash, leaf: Hash, turns: readonly Turn[]): Hash | undefined {
  let at = leaf
  let below = 256
  for (let i = turns.length - 1; i >= 0; i--) {
    const { bit, sibling } = turns[i]!
    if (!Number.isInteger(bit) || bit < 0 || bit >= below || sibling.length !== 32) return undefined
    at = bitOf(path, bit) === 0 ? mapInnerHash(bit, at, sibling) : mapInnerHash(bit, sibling, at)
    below = bit
  }
  return at
}

const ends = ['this', 'other', 'nothing'] as const

/** Kind of the end (1 byte) || number of turns (2) || each turn's bit (1) and sibling (32) || another pair's path and value hash. */
export function encodeMapProof({ turns, end }: MapProof): Uint8Array {
  const head = new Uint8Array([ends.indexOf(end.is), turns.length >> 8, turns.length & 255])
  const parts = turns.flatMap(({ bit, sibling }) => [new Uint8Array([bit]), sibling])
  return concatBytes([head, ...parts, ...(end.is === 'other' ? [end.path, end.valueHash] : [])])
}

/** undefined when the bytes are no proof. Never throws; the proof shares nothing with the bytes. */
export function decodeMapProof(bytes: Uint8Array): MapProof | undefined {
  if (bytes.length < 3) return undefined
  const is = ends[bytes[0]!]
  const count = bytes[1]! * 256 + bytes[2]!
  const last = 3 + count * 33
  if (is === undefined || count > mapDepthMax) return undefined
  if (bytes.length !== last + (is === 'other' ? 64 : 0)) return undefined
  const hashAt = (at: number): Hash => copyBytes(bytes.subarray(at, at + 32))
  const turns = Array.from({ length: count }, (_, i) => ({
    bit: bytes[3 + i * 33]!,
    sibling: hashAt(4 + i * 33),
  }))
  if (is !== 'other') return { turns, end: { is } }
  return { turns, end: { is, path: hashAt(last), valueHash: hashAt(last + 32) } }
}
