// The rules of values against naive second implementations: who holds one, which of two stays, what a
// shelf takes; and values in the store.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { byNearness } from '../../overlay/values/candidates.ts'
import { holdersOf, quorumOf } from '../../overlay/values/holders.ts'
import { holdersWanted, holderWindow } from '../../overlay/values/limits.ts'
import { Shelf, type ShelfBounds } from '../../overlay/values/shelf.ts'
import {
  compareValues,
  contentValue,
  decodeStoredValue,
  digestOf,
  encodeValue,
  isValueName,
  signValue,
  sizeOf,
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

const shelfOf = (bounds: ShelfBounds = {}, trusted: readonly NodeId[] = []): Shelf =>
  new Shelf({ isNear: (key) => key !== far, isTrusted: (peer) => trusted.includes(peer) }, bounds)
const far = contentKeyOf(utf8('far away'))
const [friend, stranger] = ['aa', 'bb'].map((digits) => digits.repeat(16) as NodeId)

const bytesOf = (size: number, fill: number): Uint8Array => new Uint8Array(size).fill(fill)
const content = (size: number, fill: number, life = 60_000): VerifiedValue =>
  contentValue(bytesOf(size, fill), now + life)
const verdict = (shelf: Shelf, value: VerifiedValue, from?: NodeId, at = now): string => {
  const taken = shelf.take(value, from, at)
  return taken.verdict === 'refused' ? taken.why : taken.verdict
}

describe('a shelf', () => {
  test('keeps count of its bytes through whatever is taken, replaced and forgotten', () => {
    fc.assert(
      fc.property(
        fc.array(valueArbitrary, { maxLength: 20 }),
        fc.integer({ max: 12 }),
        (all, at) => {
          const shelf = shelfOf({ valuesMax: 12, bytesMax: 300 })
          const held = new Map<RingKey, VerifiedValue>()
          for (const value of all) {
            const before = held.get(value.key)
            const wins = before === undefined || compareValues(value, before) > 0
            const bytes = [...held.values()].reduce((sum, one) => sum + sizeOf(one), 0)
            const fits = bytes - (before ? sizeOf(before) : 0) + sizeOf(value) <= 300
            const isRoom = before !== undefined || held.size < 12
            const taken = shelf.take(value, undefined, now).verdict
            expect(taken === 'stored').toBe(wins && fits && isRoom)
            if (taken === 'stored') held.set(value.key, value)
          }
          shelf.sweep(now + at)
          for (const [key, { expiresAt }] of held) if (expiresAt <= now + at) held.delete(key)
          expect(shelf.keys().toSorted()).toEqual([...held.keys()].toSorted())
          expect(shelf.bytes).toBe([...held.values()].reduce((sum, one) => sum + sizeOf(one), 0))
        },
      ),
    )
  })

  test('refuses by name what is over, too long-lived, far, outdated or too much', () => {
    const shelf = shelfOf({ valuesMax: 3, bytesMax: 1_000, strangersBytesMax: 500 }, [friend!])
    expect(verdict(shelf, content(10, 1, 0))).toBe('expired')
    expect(verdict(shelf, content(10, 1, 8 * 86_400_000))).toBe('too-long')
    expect(verdict(shelf, contentValue(utf8('far away'), now + 9), stranger)).toBe('not-near')
    expect(verdict(shelf, content(400, 1), stranger)).toBe('stored')
    expect(verdict(shelf, content(400, 1), stranger)).toBe('held')
    expect(verdict(shelf, content(400, 1, 50_000), stranger)).toBe('outdated')
    expect(verdict(shelf, content(200, 2), stranger)).toBe('strangers')
    expect(verdict(shelf, content(200, 2), friend)).toBe('stored')
    expect(verdict(shelf, content(500, 3), friend)).toBe('full')
    expect(verdict(shelf, content(10, 4), friend)).toBe('stored')
    expect(verdict(shelf, content(10, 5), friend)).toBe('full')
    // Nothing that was there gave way.
    expect([shelf.size, shelf.bytes]).toEqual([3, 610])
  })

  test('gives a peer its share of bytes a minute, and again a minute later', () => {
    const shelf = shelfOf({ bytesPerMinuteMax: 1_000 })
    const taken = [1, 2, 3, 4].map((fill) => verdict(shelf, content(300, fill), stranger))
    expect(taken).toEqual(['stored', 'stored', 'stored', 'quota'])
    expect(verdict(shelf, content(300, 4), friend)).toBe('stored')
    const later = now + 60_000
    expect(verdict(shelf, content(300, 5, 120_000), stranger, later)).toBe('stored')
  })

  test('has after a restart what it stored, without what is damaged', () => {
    const value = content(50, 1)
    const good = [`value/${value.key}`, encodeValue(value)] as const
    const bad = [`value/${far}`, encodeValue(value)] as const
    const shelf = shelfOf()
    expect(shelf.restore([good, bad])).toEqual([{ key: `value/${far}`, value: null }])
    expect(shelf.get(value.key, now)).toEqual(value)
    expect(shelf.get(value.key, value.expiresAt)).toBeUndefined()
  })
})

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
        expect(decodeStoredValue(value.key, encodeValue(value))).toEqual(value)
        expect(decodeStoredValue(far, encodeValue(value))).toBeUndefined()
      }),
    )
  })

  test('has a name of 1 to 128 bytes without control characters', () => {
    const names = ['a', 'é'.repeat(64), '', 'é'.repeat(65), 'a\nb', '\ud800']
    expect(names.map(isValueName)).toEqual([true, true, false, false, false, false])
  })
})
