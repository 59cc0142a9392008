// Ed25519 under the network's one acceptance rule, in portable TypeScript: canonical S (< L),
// canonical encodings of A and R, neither of small order, and the cofactorless equation
// [S]B = R + [k]A. The yardstick for the fast backends of src/runtime/ed25519, and the backend of
// the simulator and of browsers. Noble's own verify is not used: it multiplies by the cofactor.
import { hashes, getPublicKey as keyOfSeed, Point, sign as signWithSeed } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { assert } from './assert.ts'
import { concatBytes, copyBytes, equalBytes, unhex } from './bytes.ts'
import type { PublicKey } from './id.ts'
import type { Signer, Verify } from './signature.ts'

// Noble keeps its synchronous hash in a slot that the application fills.
hashes.sha512 = sha512

export const publicKeyBytes = 32
export const signatureBytes = 64
export const seedBytes = 32

/** Order L of the base point, 2^252 + 27742317777372353535851937790883648493 (RFC 8032, 5.1). */
const groupOrder = Point.CURVE().n

const groupOrderBytes = littleEndian(groupOrder)
const fieldPrimeBytes = littleEndian(Point.CURVE().p)

// The y coordinates of the eight points whose order divides the cofactor 8: orders 4, 1, 2 and
// (two of them) 8. With either sign bit they are all of the small-order encodings with y < p.
const smallOrderHeights: readonly Uint8Array[] = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
].map(unhex)

function littleEndian(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32)
  for (let i = 0; i < 32; i++) bytes[i] = Number((value >> BigInt(8 * i)) & 0xffn)
  return bytes
}

function numberOf(bytes: Uint8Array): bigint {
  let value = 0n
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!)
  return value
}

/** Is the 32-byte little-endian number below the bound? Public values only: not constant time. */
function isBelow(value: Uint8Array, bound: Uint8Array): boolean {
  for (let i = 31; i >= 0; i--) {
    const difference = value[i]! - bound[i]!
    if (difference !== 0) return difference < 0
  }
  return false
}

/** Is this 32-byte encoding's y reduced, and its point not one of small order? Says nothing on whether it lies on the curve. */
function isSoundPoint(encoding: Uint8Array): boolean {
  const height = copyBytes(encoding)
  height[31]! &= 0x7f
  // A set sign bit with x = 0 is not canonical either, but then y is 1 or -1: of small order.
  return isBelow(height, fieldPrimeBytes) && !smallOrderHeights.some((y) => equalBytes(y, height))
}

/**
 * The part of the acceptance rule that needs no curve arithmetic: lengths, S < L, A and R canonically
 * encoded and not of small order. What is left is that A is on the curve and the cofactorless
 * equation, which any backend that compares R byte by byte decides the same way.
 */
export function wellFormed(publicKey: PublicKey, signature: Uint8Array): boolean {
  return (
    publicKey.length === publicKeyBytes &&
    signature.length === signatureBytes &&
    isBelow(signature.subarray(32), groupOrderBytes) &&
    isSoundPoint(publicKey) &&
    isSoundPoint(signature.subarray(0, 32))
  )
}

/** The acceptance rule (docs/decisions); about 400 a second on one core. */
export const verify: Verify = (publicKey, message, signature) => {
  if (!wellFormed(publicKey, signature)) return false
  const r = signature.subarray(0, 32)
  let key: Point
  try {
    key = Point.fromBytes(publicKey)
  } catch {
    return false
  }
  const k = numberOf(sha512(concatBytes([r, publicKey, message]))) % groupOrder
  const s = numberOf(signature.subarray(32))
  // R = [S]B - [k]A, compared as bytes: R is canonical, so equal bytes are equal points.
  const expected = Point.BASE.multiply(s, false).subtract(key.multiply(k, false))
  return equalBytes(expected.toBytes(), r)
}

/** The signer of a 32-byte seed (RFC 8032's secret key); signing is deterministic. */
export function signerFrom(seed: Uint8Array): Signer {
  assert(seed.length === seedBytes, 'an Ed25519 seed has 32 bytes')
  const kept = copyBytes(seed)
  const publicKey = keyOfSeed(kept)
  return { publicKey, sign: (message) => signWithSeed(message, kept) }
}
