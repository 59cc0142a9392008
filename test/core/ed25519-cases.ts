// Signatures made on purpose around the edges of the acceptance rule, with the verdict that the
// algebra gives. Shared by the tests of the portable backend and of the fast ones.
import { Point } from '@noble/ed25519'
import { sha512 } from '@noble/hashes/sha2.js'
import { concatBytes, hex, unhex, utf8 } from '../../src/core/bytes.ts'

export interface SignatureCase {
  readonly what: string
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
  readonly accepted: boolean
}

export const order = Point.CURVE().n
const prime = Point.CURVE().p

export function littleEndian(value: bigint, length = 32): Uint8Array {
  return unhex(value.toString(16).padStart(length * 2, '0')).reverse()
}
export const numberOf = (bytes: Uint8Array): bigint =>
  BigInt(`0x${hex(Uint8Array.from(bytes).reverse())}`)

/** One of the two generators of the eight points of small order: [L]P of the first P that has order 8. */
function torsionGenerator(): Point {
  for (let y = 2n; ; y++) {
    let point: Point
    try {
      point = Point.fromBytes(littleEndian(y))
    } catch {
      continue
    }
    // [L]P leaves only the part of P outside the prime-order group.
    const torsion = point.multiply(order - 1n, false).add(point)
    if (!torsion.double().double().is0()) return torsion
  }
}

/** The eight points of small order: multiples 0..7 of a generator. */
export const torsionPoints: readonly Point[] = (() => {
  const generator = torsionGenerator()
  const points = [Point.ZERO]
  while (points.length < 8) points.push(points.at(-1)!.add(generator))
  return points
})()

/**
 * A signature whose key and R carry torsion points (0..7 of the list above). It always satisfies the
 * equation multiplied by 8; the cofactorless one holds only when the torsion cancels out.
 */
export function signedWithTorsion(
  a: bigint,
  r: bigint,
  message: Uint8Array,
  ofKey: number,
  ofR: number,
): SignatureCase {
  const key = Point.BASE.multiply(a, false).add(torsionPoints[ofKey]!)
  const publicKey = key.toBytes()
  const R = Point.BASE.multiply(r, false).add(torsionPoints[ofR]!).toBytes()
  const k = numberOf(sha512(concatBytes([R, publicKey, message]))) % order
  const signature = concatBytes([R, littleEndian((r + k * a) % order)])
  const accepted = (ofR + Number(k % 8n) * ofKey) % 8 === 0
  return { what: `torsion ${ofKey} in A, ${ofR} in R`, publicKey, message, signature, accepted }
}

const message = utf8('a small set of hard cases')

function honest(): SignatureCase {
  return { ...signedWithTorsion(0x5eedn, 0xacen, message, 0, 0), what: 'an honest signature' }
}

function* malformed(): Generator<SignatureCase> {
  const good = honest()
  const [R, S] = [good.signature.subarray(0, 32), good.signature.subarray(32)]
  const refuse = (what: string, part: Partial<SignatureCase>): SignatureCase => ({
    ...good,
    ...part,
    what,
    accepted: false,
  })
  yield refuse('S plus L', { signature: concatBytes([R, littleEndian(numberOf(S) + order)]) })
  yield refuse('S equal to L', { signature: concatBytes([R, littleEndian(order)]) })
  yield refuse('S of all ones', { signature: concatBytes([R, new Uint8Array(32).fill(255)]) })
  yield refuse('a signature of 63 bytes', { signature: good.signature.subarray(0, 63) })
  yield refuse('a signature of 65 bytes', {
    signature: concatBytes([good.signature, S.slice(0, 1)]),
  })
  yield refuse('an empty signature', { signature: new Uint8Array(0) })
  yield refuse('a key of 31 bytes', { publicKey: good.publicKey.subarray(0, 31) })
  yield refuse('a key of 33 bytes', { publicKey: concatBytes([good.publicKey, S.slice(0, 1)]) })
  yield refuse('an empty key', { publicKey: new Uint8Array(0) })
  yield refuse('a key off the curve', { publicKey: littleEndian(2n) })
  yield refuse('an R off the curve', { signature: concatBytes([littleEndian(2n), S]) })
  yield refuse('another message', { message: utf8('another') })
  yield refuse('zeros', { publicKey: new Uint8Array(32), signature: new Uint8Array(64) })
}

/** Small-order A and R in every encoding, with S and k such that lax backends accept. */
function* smallOrders(): Generator<SignatureCase> {
  const good = honest()
  const encodings: Uint8Array[] = torsionPoints.flatMap((point) => {
    const bytes = point.toBytes()
    const flipped = bytes.slice()
    flipped[31]! ^= 0x80
    return [bytes, flipped]
  })
  // y = 0 and y = 1 also have unreduced forms p and p + 1.
  for (const y of [prime, prime + 1n]) {
    encodings.push(littleEndian(y))
    encodings.push(littleEndian(y | (1n << 255n)))
  }
  for (const encoding of encodings) {
    const what = `small order ${hex(encoding).slice(0, 8)}…${hex(encoding).slice(-2)}`
    yield {
      ...good,
      what: `${what} as A, S = 0`,
      publicKey: encoding,
      signature: concatBytes([encoding, new Uint8Array(32)]),
      accepted: false,
    }
    yield {
      ...good,
      what: `${what} as R`,
      signature: concatBytes([encoding, good.signature.subarray(32)]),
      accepted: false,
    }
    // A of small order with an honest-looking R: valid for whoever only checks the equation.
    const r = 77n
    yield {
      ...good,
      what: `${what} as A, honest R`,
      publicKey: encoding,
      signature: concatBytes([Point.BASE.multiply(r, false).toBytes(), littleEndian(r)]),
      accepted: false,
    }
  }
}

function* torsions(): Generator<SignatureCase> {
  for (let ofKey = 0; ofKey < 8; ofKey++)
    for (let ofR = 0; ofR < 8; ofR++)
      yield signedWithTorsion(0xa11cen, 0xb0bn + BigInt(ofR), message, ofKey, ofR)
}

/** The committed edge cases, in a fixed order. */
export const edgeCases = (): readonly SignatureCase[] => [
  honest(),
  ...malformed(),
  ...smallOrders(),
  ...torsions(),
]
