// The queue against a sort, with random seeds printed by fast-check.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { EventHeap } from '../../src/sim/event-heap.ts'

test('events come out as a stable sort by time would order them', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 3000 }), (times) => {
      const heap = new EventHeap<number>()
      times.forEach((time, i) => {
        heap.push(time, i, i)
      })
      const expected = times
        .map((time, i) => ({ time, i }))
        .sort((a, b) => a.time - b.time)
        .map(({ i }) => i)
      expect(times.map(() => heap.pop())).toEqual(expected)
      expect(heap.size).toBe(0)
    }),
  )
})

test('pushes and pops may mix in any order', () => {
  const step = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.constant('pop' as const))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 500 }), (steps) => {
      const heap = new EventHeap<number>()
      let naive: { time: number; sequence: number }[] = []
      steps.forEach((what, sequence) => {
        if (what !== 'pop') {
          heap.push(what, sequence, sequence)
          naive.push({ time: what, sequence })
          naive.sort((a, b) => a.time - b.time || a.sequence - b.sequence)
          return
        }
        expect(heap.firstTime).toBe(naive[0]?.time ?? Number.POSITIVE_INFINITY)
        expect(heap.pop()).toBe(naive[0]?.sequence)
        naive = naive.slice(1)
      })
      expect(heap.size).toBe(naive.length)
    }),
  )
})

test('an empty heap gives nothing, again and again', () => {
  const heap = new EventHeap<string>()
  expect(heap.pop()).toBeUndefined()
  heap.push(1, 1, 'once')
  expect([heap.pop(), heap.pop(), heap.pop()]).toEqual(['once', undefined, undefined])
})
