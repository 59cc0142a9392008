// Standing: what becomes an edge, how mass flows, and that it is the same as the naive form of it.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../../src/core/id.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { edgesOf, edgeWeight } from '../../../trustchain/standing/edge.ts'
import { standingOf, standingTotal } from '../../../trustchain/standing/standing.ts'
import { naiveStanding } from './naive-standing.ts'

const id = (n: number): NodeId => n.toString(16).padStart(32, '0') as NodeId
const trust = (value: number) => ({ kind: 'trust' as const, value })
const stars = (value: number) => ({ kind: 'honesty' as const, value })

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

describe('edges', () => {
  test.each([
    ['trust of overlays adds up', [trust(300_000), trust(200_000)], 500_000],
    ['the sum is clamped to one', [trust(900_000), trust(200_000)], 1_000_000],
    ['negative trust in any overlay is no edge', [trust(1_000_000), trust(-1)], 0],
    ['stars count with their mean', [stars(1_000_000), stars(500_000)], 750_000],
    ['a mean of stars is floored', [trust(10), stars(-1), stars(0)], 9],
    ['bad stars lower a sum and veto nothing', [trust(800_000), stars(-500_000)], 300_000],
    ['a sum of nothing is no edge', [trust(500_000), stars(-500_000)], 0],
    ['withdrawn trust is no edge', [trust(0)], 0],
  ])('%s', (_, ratings, weight) => {
    expect(edgeWeight(ratings)).toBe(weight)
  })

  test('ratings of one pair become one edge, and those of oneself none', () => {
    const ratings = [
      { author: id(1), subject: id(2), ...trust(400_000) },
      { author: id(1), subject: id(1), ...trust(1_000_000) },
      { author: id(2), subject: id(1), ...trust(-100_000) },
      { author: id(1), subject: id(2), ...stars(250_000) },
    ]
    expect(edgesOf(ratings)).toEqual([{ from: id(1), to: id(2), weight: 650_000 }])
  })
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
