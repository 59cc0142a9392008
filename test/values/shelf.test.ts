// What a shelf takes, refuses and forgets, against a naive count; and what is left of it after a restart.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeValuesMessage, encodeValuesMessage } from '../../overlay/values/codec.ts'
import { valueLifeMsMax } from '../../overlay/values/limits.ts'
import { Shelf, type ShelfBounds, type Taken } from '../../overlay/values/shelf.ts'
import {
  compareValues,
  contentValue,
  encodeValue,
  signValue,
  sizeOf,
  type VerifiedValue,
} from '../../overlay/values/value.ts'
import { utf8 } from '../../src/core/bytes.ts'
import { type NodeId, nodeIdOf, type RingKey } from '../../src/core/id.ts'
import { contentKeyOf } from '../../src/core/value-key.ts'
import { chainId, now, signer, valueArbitrary } from './arbitraries.ts'

const shelfOf = (bounds: ShelfBounds = {}, trusted: readonly NodeId[] = []): Shelf =>
  new Shelf({ isNear: (key) => key !== far, isTrusted: (peer) => trusted.includes(peer) }, bounds)
const far = contentKeyOf(utf8('far away'))
const [friend, stranger] = ['aa', 'bb'].map((digits) => digits.repeat(16) as NodeId)

const bytesOf = (size: number, fill: number): Uint8Array => new Uint8Array(size).fill(fill)
const content = (size: number, fill: number, life = 60_000): VerifiedValue =>
  contentValue(bytesOf(size, fill), now + life)
const wordOf = (taken: Taken): string => (taken.verdict === 'refused' ? taken.why : taken.verdict)
const verdict = (shelf: Shelf, value: VerifiedValue, from?: NodeId, at = now): string =>
  wordOf(shelf.take(value, from, at))
const author = nodeIdOf(signer.publicKey)
const signed = (sequence: number, life = 60_000, bytes = utf8('news')): VerifiedValue =>
  signValue(signer, chainId, { name: 'news', sequence, expiresAt: now + life, bytes })

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

  test('leaves places to friends whatever number of small values strangers bring', () => {
    const shelf = shelfOf({ valuesMax: 4, strangersValuesMax: 2 }, [friend!])
    expect(verdict(shelf, content(1, 1), stranger)).toBe('stored')
    expect(verdict(shelf, content(1, 2, 30_000), stranger)).toBe('stored')
    expect(verdict(shelf, content(1, 3), stranger)).toBe('strangers')
    // In the place of what they have, they may.
    expect(verdict(shelf, content(1, 1, 90_000), stranger)).toBe('stored')
    expect(verdict(shelf, content(1, 4), friend)).toBe('stored')
    expect(verdict(shelf, content(1, 5), undefined)).toBe('stored')
    shelf.sweep(now + 40_000)
    expect(verdict(shelf, content(1, 3), stranger)).toBe('stored')
  })

  test('counts a copy by its author, not by the friend that offers it', () => {
    const shelf = shelfOf({ strangersBytesMax: 100 }, [friend!, author])
    const copied = (value: VerifiedValue): string => wordOf(shelf.takeCopy(value, friend!, now))
    expect(copied(content(80, 1))).toBe('stored')
    expect(copied(content(80, 2))).toBe('strangers')
    expect(copied(signed(1, 60_000, bytesOf(80, 3)))).toBe('stored')
    expect(verdict(shelf, content(80, 2), friend)).toBe('stored')
    // Whoever brings it, it is what a friend wrote.
    expect(verdict(shelf, signed(2, 60_000, bytesOf(80, 4)), stranger)).toBe('stored')
  })

  test('knows after a restart what came from strangers', () => {
    const before = shelfOf({}, [friend!])
    const stored = new Map<string, Uint8Array>()
    for (const [value, from] of [
      [content(80, 1), friend],
      [content(80, 2), stranger],
    ] as const) {
      const taken = before.take(value, from, now)
      if (taken.verdict !== 'stored') throw new Error(taken.verdict)
      for (const { key, value: bytes } of taken.writes) stored.set(key, bytes!)
    }
    const shelf = shelfOf({ strangersBytesMax: 200 })
    expect(shelf.restore(stored)).toEqual([])
    expect([shelf.size, shelf.bytes]).toEqual([2, 160])
    expect(verdict(shelf, content(120, 3), stranger)).toBe('stored')
    expect(verdict(shelf, content(1, 4), stranger)).toBe('strangers')
  })

  test('takes nothing older than what it had and has expired, for as long as that could live', () => {
    const shelf = shelfOf()
    expect(verdict(shelf, signed(5, 1_000))).toBe('stored')
    const at = now + 2_000
    // Not swept yet: what is over is shown to nobody.
    const older = signed(4, valueLifeMsMax)
    expect(shelf.take(older, undefined, at)).toEqual({ verdict: 'refused', why: 'outdated' })
    shelf.sweep(at)
    expect(verdict(shelf, older, undefined, at)).toBe('outdated')
    expect(verdict(shelf, signed(6), undefined, at)).toBe('stored')
    // When nothing older can be left anywhere, nothing is remembered.
    shelf.sweep(now + 60_000)
    const long = now + 60_000 + 2 * valueLifeMsMax
    expect(verdict(shelf, signed(4, 3 * valueLifeMsMax), undefined, long)).toBe('stored')
  })

  test('keeps of a message the value alone in memory', () => {
    const shelf = shelfOf()
    for (const value of [content(50, 1), signed(1)]) {
      const message = encodeValuesMessage({ say: 'store', nonce: 1, value })
      // As a stream hands it over: somewhere in something larger.
      const chunk = new Uint8Array(100_000)
      chunk.set(message, 500)
      const decoded = decodeValuesMessage(chunk.subarray(500, 500 + message.length))
      if (!decoded.ok || decoded.message.say !== 'store') throw new Error('does not decode')
      shelf.take(decoded.message.value as VerifiedValue, stranger, now)
      const held = shelf.get(value.key, now)!
      expect(held).toEqual(value)
      const parts = held.is === 'signed' ? [held.bytes, held.body, held.signature] : [held.bytes]
      const buffers = new Set(
        [...parts, ...(held.is === 'signed' ? [held.publicKey] : [])].map(({ buffer }) => buffer),
      )
      const bytes = [...buffers].reduce((sum, { byteLength }) => sum + byteLength, 0)
      expect(bytes).toBeLessThan(sizeOf(value) + 100)
    }
  })
})
