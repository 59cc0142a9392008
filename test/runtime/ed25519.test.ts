// All Ed25519 backends side by side: one acceptance rule, so never a differing verdict, on public
// vectors, on edge cases of our own and on random signatures with single bits flipped.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hex, unhex, utf8 } from '../../src/core/bytes.ts'
import * as portable from '../../src/core/ed25519.ts'
import type { Ed25519Backend } from '../../src/runtime/ed25519/backend.ts'
import { backend as fastest, firstWorking, knownAnswer } from '../../src/runtime/ed25519/fastest.ts'
import { backend as nodeCrypto } from '../../src/runtime/ed25519/node-crypto.ts'
import { backend as sodium } from '../../src/runtime/ed25519/sodium.ts'
import { edgeCases, order, signedWithTorsion } from '../core/ed25519-cases.ts'
import { readJson, sharedPath } from '../core/shared-folder.ts'

const backends: readonly Ed25519Backend[] = [
  sodium,
  nodeCrypto,
  { name: 'portable', verify: portable.verify, signerFrom: portable.signerFrom },
]

interface Vector {
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** The one verdict of all backends; fails when they differ. */
function verdictOf({ publicKey, message, signature }: Vector): boolean {
  const verdicts = backends.map((one) => one.verify(publicKey, message, signature))
  expect(verdicts, `${hex(publicKey)} ${hex(signature)}`).toEqual(verdicts.map(() => verdicts[0]))
  return verdicts[0]!
}

interface Collection {
  readonly file: string
  readonly total: number
  readonly accepted: number
  readonly read: (json: never) => readonly Vector[]
}

type Hex = Record<string, string>
const vector = (key: string, message: Uint8Array, signature: string): Vector => ({
  publicKey: unhex(key),
  message,
  signature: unhex(signature),
})

type WycheproofGroup = { publicKey: { pk: string }; tests: readonly Hex[] }
const wycheproof = (json: { testGroups: readonly WycheproofGroup[] }): readonly Vector[] =>
  json.testGroups.flatMap((group) =>
    group.tests
      .filter((one) => one.sig!.length === 128)
      .map((one) => vector(group.publicKey.pk, unhex(one.msg!), one.sig!)),
  )

const collections: readonly Collection[] = [
  {
    file: 'cctv',
    total: 914,
    accepted: 43,
    read: (json: readonly Hex[]) => json.map((one) => vector(one.key!, utf8(one.msg!), one.sig!)),
  },
  {
    file: 'speccheck',
    total: 12,
    accepted: 1,
    read: (json: readonly Hex[]) =>
      json.map((one) => vector(one.pub_key!, unhex(one.message!), one.signature!)),
  },
  { file: 'wycheproof', total: 139, accepted: 88, read: wycheproof },
  {
    file: 'zip215',
    total: 196,
    accepted: 0,
    read: (json: readonly Hex[]) =>
      json.map((one) => vector(one.vk_bytes!, utf8('Zcash'), one.sig_bytes!)),
  },
  {
    file: 'rfc8032',
    total: 4,
    accepted: 4,
    read: (json: readonly Hex[]) => json.map((one) => vector(one.pub!, unhex(one.msg!), one.sig!)),
  },
]

test.each(backends)(
  '$name leaves what it verifies as it was, Buffers too',
  ({ verify, signerFrom }) => {
    for (let seed = 0; seed < 20; seed++) {
      const signer = signerFrom(new Uint8Array(32).fill(seed))
      const message = Buffer.from(`message ${seed}`)
      const key = Buffer.from(signer.publicKey)
      const signature = Buffer.from(signer.sign(message))
      const before = [key, message, signature].map((bytes) => bytes.toString('hex'))
      expect(verify(key, message, signature)).toBe(true)
      expect([key, message, signature].map((bytes) => bytes.toString('hex'))).toEqual(before)
    }
  },
)

describe('every backend gives the same verdict', () => {
  test.each(collections)('on the $file vectors', ({ file, total, accepted, read }) => {
    const path = sharedPath(`vectors/ed25519/${file}.json`)
    if (path === undefined) return
    const vectors = read(readJson(path) as never)
    const count = vectors.filter(verdictOf).length
    console.log(`${file}: ${count} of ${vectors.length} accepted by each of ${backends.length}`)
    expect(vectors).toHaveLength(total)
    expect(count).toBe(accepted)
  })

  test('on our own edge cases, and it is the expected one', () => {
    for (const one of edgeCases()) expect(verdictOf(one), one.what).toBe(one.accepted)
  })

  test('on keys and R with random torsion, predicted by the algebra', () => {
    const scalar = fc.bigInt({ min: 1n, max: order - 1n })
    const eighth = fc.nat({ max: 7 })
    fc.assert(
      fc.property(scalar, scalar, fc.uint8Array(), eighth, eighth, (a, r, message, ofKey, ofR) => {
        const one = signedWithTorsion(a, r, message, ofKey, ofR)
        expect(verdictOf(one)).toBe(one.accepted)
      }),
      { numRuns: 150 },
    )
  })

  test('on random signatures, which every backend makes alike, and on each with one bit flipped', () => {
    const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
    const bit = fc.nat({ max: 96 * 8 - 1 })
    fc.assert(
      fc.property(seed, fc.uint8Array({ maxLength: 64 }), bit, (seed, message, bit) => {
        const signers = backends.map((one) => one.signerFrom(seed))
        const publicKey = signers[0]!.publicKey
        const signature = signers[0]!.sign(message)
        for (const signer of signers) {
          expect(hex(signer.publicKey)).toBe(hex(publicKey))
          expect(hex(signer.sign(message))).toBe(hex(signature))
        }
        expect(verdictOf({ publicKey, message, signature })).toBe(true)
        const both = Uint8Array.from([...publicKey, ...signature])
        both[bit >> 3]! ^= 1 << (bit & 7)
        const flipped = { publicKey: both.slice(0, 32), message, signature: both.slice(32) }
        expect(verdictOf(flipped)).toBe(false)
      }),
      { numRuns: 100 },
    )
  })
})

describe('the choice of a backend', () => {
  test('is sodium on this machine', () => {
    expect(fastest.name).toBe('sodium')
  })

  test('passes over a build that does not load and one that accepts anything', async () => {
    const broken = () => Promise.reject(new Error('no build for this machine'))
    const lax = () => Promise.resolve<Ed25519Backend>({ ...sodium, verify: () => true })
    const good = () => Promise.resolve(nodeCrypto)
    expect((await firstWorking([broken, lax, good])).name).toBe('node-crypto')
    expect((await firstWorking([broken, lax])).name).toBe('portable')
  })

  test('is checked against what the portable one answers', () => {
    const signer = portable.signerFrom(new Uint8Array(32).fill(7))
    const message = utf8(knownAnswer.message)
    expect([signer.publicKey, signer.sign(message)].map(hex)).toEqual([
      ...[knownAnswer.publicKey, knownAnswer.signature],
    ])
  })
})

test('more keys than are kept change no verdict of node:crypto', () => {
  const message = utf8('kept keys')
  const signers = Array.from({ length: 5_000 }, (_, i) => {
    const seed = new Uint8Array(32)
    new DataView(seed.buffer).setUint32(0, i)
    return sodium.signerFrom(seed)
  })
  const judged = [...signers, ...signers.slice(0, 10)]
  expect(judged.every((one) => nodeCrypto.verify(one.publicKey, message, one.sign(message)))).toBe(
    true,
  )
})
