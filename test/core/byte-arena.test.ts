// Many short byte strings in one array, against a plain list of copies.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ByteArena } from '../../src/core/byte-arena.ts'

test('an arena holds in every slot what was put there last', () => {
  const change = fc.oneof(
    fc.record({ slot: fc.nat(90), value: fc.uint8Array({ maxLength: 400 }) }),
    fc.record({ slot: fc.nat(90), cleared: fc.constant(true) }),
    fc.record({ slot: fc.nat(90), from: fc.nat(90) }),
  )
  fc.assert(
    fc.property(fc.array(change, { maxLength: 300 }), (changes) => {
      const arena = new ByteArena()
      const naive: Uint8Array[] = []
      for (const one of changes) {
        if ('value' in one) {
          arena.set(one.slot, one.value)
          naive[one.slot] = one.value
        } else if ('from' in one) {
          arena.set(one.slot, arena.at(one.from))
          naive[one.slot] = naive[one.from] ?? new Uint8Array(0)
        } else {
          arena.clear(one.slot)
          naive[one.slot] = new Uint8Array(0)
        }
      }
      for (let slot = 0; slot <= 90; slot++)
        expect([...arena.at(slot)]).toEqual([...(naive[slot] ?? [])])
    }),
    { numRuns: 200 },
  )
})

test('an arena does not grow with changes of the same slots', () => {
  const arena = new ByteArena()
  for (let i = 0; i < 20_000; i++) arena.set(i % 50, new Uint8Array(1 + (i % 300)))
  expect(arena.bytes).toBeLessThan(100_000)
})
