// Ring arithmetic and leaf sets against a naive second implementation with BigInt.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LeafSets } from '../../routing/leaf-set.ts'
import { digitAt, digitsOf, Ring, wordsOf } from '../../routing/ring.ts'
import { anyId, clockwise, distance, leafSetOf, sharedDigits } from './naive-ring.ts'

const sign = (value: bigint | number): number => (value < 0 ? -1 : value > 0 ? 1 : 0)

describe('ring arithmetic', () => {
  it('keeps the digits of an id', () => {
    fc.assert(
      fc.property(anyId, fc.nat(31), (id, row) => {
        expect(digitsOf(wordsOf(id))).toBe(id)
        expect(digitAt(wordsOf(id), 0, row)).toBe(Number.parseInt(id[row]!, 16))
      }),
    )
  })

  it('shares as many digits as the texts do', () => {
    fc.assert(
      fc.property(anyId, anyId, fc.nat(32), (a, tail, keep) => {
        const b = a.slice(0, keep) + tail.slice(keep)
        const ring = new Ring()
        const node = ring.intern(a)
        expect(ring.sharedWithKey(node, wordsOf(b))).toBe(sharedDigits(a, b))
      }),
    )
  })

  it('orders nodes by circular distance to a key, the smaller id winning ties', () => {
    fc.assert(
      fc.property(anyId, anyId, anyId, (a, b, key) => {
        const ring = new Ring(1)
        const [x, y] = [ring.intern(a), ring.intern(b)]
        const order = distance(a, key) - distance(b, key)
        const expected = order === 0n ? a < b : order < 0n
        expect(ring.nearer(x, y, wordsOf(key))).toBe(expected)
        expect(ring.nearerToNode(x, y, ring.intern(key))).toBe(expected)
      }),
      { numRuns: 2000 },
    )
  })

  it('orders nodes clockwise from an origin', () => {
    fc.assert(
      fc.property(anyId, anyId, anyId, (origin, a, b) => {
        const ring = new Ring()
        const met = ring.metBefore(ring.intern(origin), ring.intern(a), ring.intern(b))
        expect(met).toBe(sign(clockwise(origin, a) - clockwise(origin, b)) < 0)
        const between = ring.keyBetween(ring.intern(origin), ring.intern(a), wordsOf(b))
        expect(between).toBe(clockwise(origin, b) <= clockwise(origin, a))
      }),
      { numRuns: 2000 },
    )
  })

  it('uses the numbers of released nodes again', () => {
    const ring = new Ring()
    const ids = ['0', '1', '2'].map((digit) => digit.repeat(32) as Parameters<Ring['intern']>[0])
    const [, second] = ids.map((id) => ring.intern(id))
    ring.release(ids[1]!)
    expect(ring.numberOf(ids[1]!)).toBe(-1)
    const again = ring.intern('a'.repeat(32) as (typeof ids)[0])
    expect(again).toBe(second)
    expect(ring.id(again)).toBe('a'.repeat(32))
    expect(ring.size).toBe(3)
  })
})

describe('leaf set', () => {
  it('holds the nearest of each side after any insertions and removals', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyId, { minLength: 1, maxLength: 60 }),
        fc.array(fc.nat(58)),
        fc.integer({ min: 1, max: 16 }),
        (ids, removals, perSide) => {
          const ring = new Ring()
          const numbers = ids.map((id) => ring.intern(id))
          const leaves = new LeafSets(ring, 1, perSide)
          for (const node of numbers) leaves.insert(0, node)
          const alive = new Set(ids)
          for (const removal of removals) {
            const id = ids[1 + removal]
            if (id === undefined) continue
            alive.delete(id)
            leaves.remove(0, ring.numberOf(id))
            for (const other of alive) leaves.insert(0, ring.numberOf(other))
          }
          const side = (which: 0 | 1) =>
            Array.from({ length: leaves.count(0, which) }, (_, i) =>
              ring.id(leaves.at(0, which, i)),
            )
          expect({ left: side(0), right: side(1) }).toEqual(leafSetOf([...alive], ids[0]!, perSide))
        },
      ),
    )
  })

  it('spans a key exactly when it lies between the farthest leaves, or everybody is a leaf', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyId, { minLength: 2, maxLength: 30 }), anyId, (ids, key) => {
        const perSide = 4
        const ring = new Ring()
        const leaves = new LeafSets(ring, 1, perSide)
        for (const id of ids) leaves.insert(0, ring.intern(id))
        const { left, right } = leafSetOf(ids, ids[0]!, perSide)
        const overlap = left.some((id) => right.includes(id))
        const [lowest, highest] = [left.at(-1)!, right.at(-1)!]
        const inside = clockwise(lowest, key) <= clockwise(lowest, highest)
        expect(leaves.spans(0, wordsOf(key))).toBe(left.length < perSide || overlap || inside)
      }),
    )
  })
})
