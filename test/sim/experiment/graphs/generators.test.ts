// Generated graphs: the same as slow implementations of the models, with the degrees and the
// clustering that their papers promise, and fast enough for a million nodes.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../../src/core/random.ts'
import { ONE } from '../../../../src/core/trust.ts'
import { barabasiAlbert, holmeKim } from '../../../../src/sim/experiment/graphs/attachment.ts'
import { stochasticBlocks } from '../../../../src/sim/experiment/graphs/blocks.ts'
import { completeEdges, EdgeSet, type Edges } from '../../../../src/sim/experiment/graphs/edges.ts'
import { ringLattice, wattsStrogatz } from '../../../../src/sim/experiment/graphs/lattice.ts'
import { generatedEdges } from '../../../../src/sim/experiment/graphs/people-of.ts'
import { ratedEdges } from '../../../../src/sim/experiment/graphs/rated.ts'
import {
  clustering,
  isConnected,
  naiveHolmeKim,
  naiveWattsStrogatz,
  neighboursOf,
  pairsOf,
} from './naive.ts'

const meanDegree = ({ count, nodes }: Edges): number => (2 * count) / nodes
const degreesOf = (edges: Edges): number[] =>
  neighboursOf(edges)
    .map(({ size }) => size)
    .sort((a, b) => b - a)

describe('Holme–Kim graphs', () => {
  test('are those of the plain algorithm under the same draws', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 60 }),
        fc.integer({ min: 1, max: 8 }),
        fc.constantFrom(0, 0.3, 0.75, 1),
        fc.nat(),
        (nodes, each, triads, seed) => {
          const fast = holmeKim(nodes, 2 * each, triads, seededRandom(seed))
          expect(pairsOf(fast)).toEqual(naiveHolmeKim(nodes, each, triads, seededRandom(seed)))
        },
      ),
      { numRuns: 40 },
    )
  })

  test('are connected, have the mean degree asked for, hubs, and clusters that grow with triads', () => {
    const without = holmeKim(1200, 20, 0, seededRandom(1))
    const half = holmeKim(1200, 20, 0.5, seededRandom(1))
    const full = holmeKim(1200, 20, 1, seededRandom(1))
    for (const edges of [without, half, full]) {
      expect(isConnected(edges)).toBe(true)
      expect(meanDegree(edges)).toBeGreaterThan(19.7)
      expect(meanDegree(edges)).toBeLessThanOrEqual(20)
      const degrees = degreesOf(edges)
      expect(degrees.at(-1)).toBe(10)
      expect(degrees[0]!).toBeGreaterThan(80)
    }
    expect(clustering(without)).toBeLessThan(0.1)
    expect(clustering(half)).toBeGreaterThan(2 * clustering(without))
    expect(clustering(full)).toBeGreaterThan(1.5 * clustering(half))
  })
})

test('Barabási–Albert degrees fall with the cube: a share m(m+1)/(k(k+1)) has degree k or more', () => {
  const degrees = degreesOf(barabasiAlbert(20_000, 10, seededRandom(2)))
  for (const k of [10, 20, 40]) {
    const share = degrees.filter((degree) => degree >= k).length / degrees.length
    // Dorogovtsev, Mendes and Samukhin (2000) for m = 5.
    expect(share / ((5 * 6) / (k * (k + 1)))).toBeCloseTo(1, 0)
    expect(Math.abs(share / ((5 * 6) / (k * (k + 1))) - 1)).toBeLessThan(0.12)
  }
})

describe('graphs on a circle', () => {
  test('are those of the plain algorithm under the same draws', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 60 }),
        fc.constantFrom(0, 0.1, 0.7, 1),
        fc.nat(),
        (half, more, rewired, seed) => {
          const nodes = 2 * half + more
          const fast = wattsStrogatz(nodes, 2 * half, rewired, seededRandom(seed))
          expect(pairsOf(fast)).toEqual(
            naiveWattsStrogatz(nodes, half, rewired, seededRandom(seed)),
          )
        },
      ),
      { numRuns: 40 },
    )
  })

  test('cluster as Watts and Strogatz count: 3(k−2)/4(k−1) without rewiring, (1−p)³ of it with', () => {
    const lattice = clustering(ringLattice(1000, 10))
    expect(lattice).toBeCloseTo((3 * 8) / (4 * 9), 10)
    // Barrat and Weigt (2000).
    const rewired = clustering(wattsStrogatz(1000, 10, 0.1, seededRandom(3)))
    expect(rewired / (lattice * 0.9 ** 3)).toBeCloseTo(1, 1)
    expect(degreesOf(ringLattice(9, 4))).toEqual(Array(9).fill(4))
  })
})

test('stochastic blocks keep the share of ties inside, draw none twice, and have all their edges', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 8 }),
      fc.constantFrom(0, 0.05, 0.3, 1),
      fc.nat(),
      (blocks, between, seed) => {
        const shape = { nodes: 400, degree: 12, blocks, between }
        const edges = stochasticBlocks(shape, seededRandom(seed))
        const pairs = pairsOf(edges)
        expect(pairs).toHaveLength(2400)
        expect(new Set(pairs.map(([a, b]) => Math.min(a, b) * 400 + Math.max(a, b))).size).toBe(
          2400,
        )
        const blockOf = (node: number): number => Math.floor((node * blocks) / 400)
        const leaving = pairs.filter(([a, b]) => blockOf(a) !== blockOf(b)).length
        expect(Math.abs(leaving / 2400 - between)).toBeLessThan(0.06)
      },
    ),
    { numRuns: 15 },
  )
})

test('small graphs are complete, a block that is full leaves edges out, and none has none', () => {
  const random = seededRandom(4)
  const complete = completeEdges(7)
  expect(degreesOf(complete)).toEqual(Array(7).fill(6))
  expect(holmeKim(7, 20, 0.5, random)).toEqual(complete)
  expect(wattsStrogatz(6, 6, 0.5, random)).toEqual(completeEdges(6))
  expect(degreesOf(wattsStrogatz(7, 6, 0.5, random))).toEqual(degreesOf(complete))
  const full = stochasticBlocks({ nodes: 6, degree: 5, blocks: 3, between: 0 }, random)
  expect(full.count).toBe(3)
  expect(generatedEdges({ kind: 'none', nodes: 5 }, random)).toMatchObject({ nodes: 5, count: 0 })
})

test('a set of edges holds each pair once, whichever way round', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 200 }), (pairs) => {
      const set = new EdgeSet(31, pairs.length)
      const known = new Set<string>()
      for (const [a, b] of pairs) {
        const name = `${Math.min(a, b)}-${Math.max(a, b)}`
        expect(set.add(a, b)).toBe(!known.has(name))
        known.add(name)
      }
    }),
  )
})

test('an edge is rated from both sides, within the bounds, with the share of negatives', () => {
  const edges = ringLattice(10_000, 10)
  const rated = ratedEdges(
    edges,
    { kind: 'uniform', low: 0.2, high: 1, negative: 0.05 },
    seededRandom(5),
  )
  expect(rated.count).toBe(100_000)
  let negative = 0
  let sum = 0
  let outside = 0
  for (const value of rated.values) {
    if (value < 0) negative++
    else sum += value
    if (value < -ONE || value > ONE || (value > -ONE / 10 && value < ONE / 5)) outside++
  }
  expect(outside).toBe(0)
  expect(negative / rated.count).toBeCloseTo(0.05, 2)
  expect(sum / (rated.count - negative) / ONE).toBeCloseTo(0.6, 2)
  const constant = ratedEdges(edges, { kind: 'constant', value: 0.8, negative: 0 }, seededRandom(5))
  expect(constant.values.every((value) => value === 800_000)).toBe(true)
})
