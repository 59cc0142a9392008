// The map that forgets, against one that keeps everything in order.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Remembered } from '../../src/core/remembered.ts'

describe('what is remembered', () => {
  it('is the latest half of the bound and more, never beyond the bound, with its latest value', () => {
    const anyDeed = fc.record({ key: fc.integer({ min: 0, max: 30 }), drop: fc.boolean() })
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 20 }), fc.array(anyDeed), (max, deeds) => {
        const some = new Remembered<number, number>(max)
        // Every key at the place of its latest setting, with nothing once it was deleted.
        let latest: { key: number; value: number | undefined }[] = []
        for (const [value, { key, drop }] of deeds.entries()) {
          if (drop) {
            some.delete(key)
            latest = latest.map((one) => (one.key === key ? { key, value: undefined } : one))
          } else {
            some.set(key, value)
            latest = [...latest.filter((one) => one.key !== key), { key, value }]
          }
          expect(some.has(key)).toBe(!drop)
          expect(some.size).toBeLessThanOrEqual(max)
          for (const one of latest.slice(-Math.floor(max / 2)))
            expect(some.get(one.key)).toBe(one.value)
          const values = new Map(latest.map((one) => [one.key, one.value]))
          for (let any = 0; any <= 30; any++)
            if (some.has(any)) expect(some.get(any)).toBe(values.get(any))
            else expect(some.get(any)).toBe(undefined)
        }
      }),
    )
  })
})
