// The rules of values against naive second implementations: who holds one, which of two stays; and
// values in the store. What a shelf takes: shelf.test.ts.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { byNearness } from '../../overlay/values/candidates.ts'
import { holdersOf, quorumOf } from '../../overlay/values/holders.ts'
import { holdersWanted, holderWindow } from '../../overlay/values/limits.ts'
import { Shelf } from '../../overlay/values/shelf.ts'
import {
  compareValues,
  contentValue,
  decodeStoredValue,
  digestOf,
  encodeStoredValue,
  encodeValue,
  isValueName,
  signValue,
  type VerifiedValue,
  verifyValue,
} from '../../overlay/values/value.ts'
import { hex, utf8 } from '../../src/core/bytes.ts'
import type { ChainId, NodeId, RingKey } from '../../src/core/id.ts'
import { seededRandom } from '../../src/core/random.ts'
import { contentKeyOf, namedKeyOf } from '../../src/core/value-key.ts'
import { verify } from '../../src/runtime/ed25519/fastest.ts'
import {
  chainId,
  idArbitrary,
  keyArbitrary,
  now,
  signedArbitrary,
  signer,
  valueArbitrary,
} from './arbitraries.ts'

const otherChain = 'ffffffffffffffff' as ChainId

describe('holders', () => {
  /** Distance by bigint, the shorter way round; of two as near the smaller id. */
  const naiveOrder = (key: RingKey, ids: readonly NodeId[]): NodeId[] => {
    const whole = 1n << 128n
    const distance = (id: NodeId): bigint => {
      const one = (BigInt(`0x${id}`) - BigInt(`0x${key}`) + whole) % whole
      return one < whole - one ? one : whole - one
    }
    return [...new Set(ids)].sort((a, b) => {
      const [x, y] = [distance(a), distance(b)]
      return x < y ? -1 : x > y ? 1 : a < b ? -1 : 1
    })
  }

  test('are the nearest as a bigint would have it', () => {
    fc.assert(
      fc.property(
        keyArbitrary,
        fc.array(idArbitrary, { maxLength: 60, size: 'max' }),
        (key, ids) => {
          expect(byNearness(key, ids)).toEqual(naiveOrder(key, ids))
        },
      ),
    )
  })

  test('are eight of the sixteen nearest: all trusted ones that fit, and nobody before a nearer equal', () => {
    const nodes = fc.uniqueArray(idArbitrary, { maxLength: 60, size: 'max' })
    fc.assert(
      fc.property(keyArbitrary, nodes, fc.func(fc.boolean()), (key, ids, trusts) => {
        const isTrusted = (id: NodeId): boolean => trusts(id)
        const order = naiveOrder(key, ids)
        // One after the other, the best of whoever is left of the window.
        const left = order.slice(0, 16)
        const naive: NodeId[] = []
        while (naive.length < 8 && left.length > 0) {
          const best = left.find(isTrusted) ?? left[0]!
          naive.push(best)
          left.splice(left.indexOf(best), 1)
        }
        expect(holdersOf(order, isTrusted)).toEqual(naive)
      }),
    )
    expect([holdersWanted, holderWindow]).toEqual([8, 16])
  })

  test('have a quorum of more than half', () => {
    for (let holders = 1; holders <= 20; holders++) {
      expect(2 * quorumOf(holders)).toBeGreaterThan(holders)
      expect(2 * (quorumOf(holders) - 1)).toBeLessThanOrEqual(holders)
    }
  })
})

describe('of two values of one key', () => {
  /** The same order, spelled as one text that sorts. */
  const rank = (value: VerifiedValue): string => {
    const digits = (count: number): string => String(count).padStart(16, '0')
    return value.is === 'signed'
      ? `1/${digits(value.sequence)}/${digits(value.expiresAt)}/${hex(value.body)}`
      : `0/${digits(value.expiresAt)}/${hex(value.bytes)}`
  }

  test('the one with the higher rank stays', () => {
    fc.assert(
      fc.property(signedArbitrary, signedArbitrary, (a, b) => {
        const naive = rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0
        expect(Math.sign(compareValues(a, b))).toBe(naive)
      }),
    )
  })

  test('holders end with the same one, in whatever order they hear of them', () => {
    const two = fc.array(signedArbitrary, { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(two, fc.integer(), (values, seed) => {
        const shuffled = seededRandom(seed).shuffle(values)
        const kept = [values, shuffled, values.toReversed()].map((order) => {
          const shelf = shelfOf()
          for (const value of order) shelf.take(value, undefined, now)
          return shelf.digest(values[0]!.key)
        })
        const [best] = values.toSorted((a, b) => (rank(a) < rank(b) ? 1 : -1))
        expect(new Set(kept)).toEqual(new Set([digestOf(best!)]))
      }),
    )
  })
})

const shelfOf = (): Shelf => new Shelf({ isNear: () => true, isTrusted: () => false })
const far = contentKeyOf(utf8('far away'))
const bytesOf = (size: number, fill: number): Uint8Array => new Uint8Array(size).fill(fill)
const content = (size: number, fill: number): VerifiedValue =>
  contentValue(bytesOf(size, fill), now + 60_000)

describe('a value', () => {
  const signed = signValue(signer, chainId, {
    ...{ name: 'news', sequence: 4, expiresAt: now, bytes: utf8('hello') },
  })

  test('lies under its hash, or under its author and name, and holds on its chain alone', () => {
    expect(content(3, 1).key).toBe(contentKeyOf(bytesOf(3, 1)))
    expect(signed.key).toBe(namedKeyOf(signer.publicKey, 'news'))
    expect(verifyValue(verify, chainId, signed)).toBe(signed)
    expect(verifyValue(verify, otherChain, signed)).toBeUndefined()
  })

  test('comes back from the store as it was, and not under another key', () => {
    fc.assert(
      fc.property(valueArbitrary, (value) => {
        for (const stranger of [false, true]) {
          const record = encodeStoredValue(value, stranger)
          expect(decodeStoredValue(value.key, record)).toEqual({ value, stranger })
          expect(decodeStoredValue(far, record)).toBeUndefined()
        }
        // As it was stored before it was told who brought it.
        expect(decodeStoredValue(value.key, encodeValue(value))).toEqual({ value, stranger: true })
      }),
    )
  })

  test('has a name of 1 to 128 bytes without control characters', () => {
    const names = ['a', 'é'.repeat(64), '', 'é'.repeat(65), 'a\nb', '\ud800']
    expect(names.map(isValueName)).toEqual([true, true, false, false, false, false])
  })
})
