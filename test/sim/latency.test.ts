// Latencies of the network model: fixed per pair, symmetric, and obeying geometry where they claim it.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/core/random.ts'
import { coordinateLatency, pairLatency } from '../../src/sim/latency.ts'

const nodeArbitrary = fc.integer({ min: 0, max: 100_000 })
const random = seededRandom(1)

test('a latency of pairs is fixed, symmetric and within its bounds', () => {
  fc.assert(
    fc.property(nodeArbitrary, nodeArbitrary, fc.integer(), (a, b, seed) => {
      const latency = pairLatency(5, 50, seed)
      expect(latency(a, b, random)).toBe(latency(b, a, random))
      expect(latency(a, b, random)).toBeGreaterThanOrEqual(5)
      expect(latency(a, b, random)).toBeLessThanOrEqual(50)
    }),
  )
})

test('a latency of coordinates obeys the triangle inequality', () => {
  fc.assert(
    fc.property(nodeArbitrary, nodeArbitrary, nodeArbitrary, fc.integer(), (a, b, c, seed) => {
      const latency = coordinateLatency(2, 80, seed)
      const [ab, bc, ac] = [latency(a, b, random), latency(b, c, random), latency(a, c, random)]
      expect(ab).toBe(latency(b, a, random))
      expect(ac).toBeLessThanOrEqual(ab + bc + 1e-9)
    }),
  )
})
