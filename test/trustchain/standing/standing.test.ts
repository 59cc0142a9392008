// Standing: how mass flows, and that it is the same as the naive form of it.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../../src/core/id.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { standingOf, standingTotal } from '../../../trustchain/standing/standing.ts'
import { naiveStanding } from './naive-standing.ts'

const id = (n: number): NodeId => n.toString(16).padStart(32, '0') as NodeId

const networks = fc.record({
  roots: fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { maxLength: 5 }),
  edges: fc.uniqueArray(
    fc.record({
      from: fc.integer({ min: 0, max: 11 }).map(id),
      to: fc.integer({ min: 0, max: 11 }).map(id),
      weight: fc.integer({ min: 1, max: 1_000_000 }),
    }),
    { maxLength: 60, selector: ({ from, to }) => `${from}${to}` },
  ),
  restartPerMille: fc.integer({ min: 0, max: 1000 }),
  steps: fc.integer({ min: 0, max: 6 }),
  seed: fc.nat(),
})

describe('standing', () => {
  test('is what the naive form says, in any order of roots and edges, and never gains or loses mass', () => {
    fc.assert(
      fc.property(networks, ({ roots, edges, seed, ...options }) => {
        const random = seededRandom(seed)
        const shuffled = { roots: random.shuffle(roots.map(id)), edges: random.shuffle(edges) }
        const standing = standingOf({ ...shuffled, ...options })
        const { restartPerMille, steps } = options
        expect([...standing]).toEqual([
          ...naiveStanding(roots.map(id), edges, restartPerMille, steps),
        ])
        const sum = [...standing.values()].reduce((all, mass) => all + mass, 0)
        expect(sum).toBe(roots.length === 0 ? 0 : standingTotal)
      }),
      { numRuns: 300 },
    )
  })

  test('flows in proportion to weight, and what does not divide is the first root’s', () => {
    const edges = [
      { from: id(1), to: id(3), weight: 1_000_000 },
      { from: id(1), to: id(4), weight: 500_000 },
    ]
    const standing = standingOf({ roots: [id(2), id(1)], edges, steps: 1 })
    // Half of it is at 1; 70% of that moves, two thirds to 3; all else is shared by 1 and 2.
    expect([...standing]).toEqual([
      [id(1), 325_000_001],
      [id(2), 325_000_000],
      [id(3), 233_333_333],
      [id(4), 116_666_666],
    ])
  })

  test('a silent node is no root and passes nothing on, but keeps what others think of it', () => {
    const edges = [
      { from: id(1), to: id(2), weight: 1_000_000 },
      { from: id(2), to: id(3), weight: 1_000_000 },
    ]
    const silent = new Set([id(2)])
    const standing = standingOf({ roots: [id(1), id(2)], edges, silent })
    // At 1: all, then 30%, then 79% (what reached 2 came back), then 30% and 70% of the other 21%.
    expect([...standing]).toEqual([
      [id(1), 447_000_000],
      [id(2), 553_000_000],
    ])
    expect(standingOf({ roots: [id(2)], edges, silent }).size).toBe(0)
  })

  test('identities behind one edge share what it carries, however many they are', () => {
    const honest = [
      { from: id(1), to: id(2), weight: 1_000_000 },
      { from: id(2), to: id(3), weight: 1_000_000 },
      { from: id(3), to: id(1), weight: 1_000_000 },
      { from: id(2), to: id(100), weight: 1_000_000 },
    ]
    const crowdOf = (size: number): number => {
      const crowd = Array.from({ length: size }, (_, i) => id(100 + i))
      const edges = crowd.flatMap((from) =>
        crowd.filter((to) => to !== from).map((to) => ({ from, to, weight: 1_000_000 })),
      )
      const standing = standingOf({ roots: [id(1)], edges: [...honest, ...edges] })
      return crowd.reduce((sum, node) => sum + (standing.get(node) ?? 0), 0)
    }
    expect(crowdOf(200)).toBeLessThanOrEqual(crowdOf(2))
  })
})
