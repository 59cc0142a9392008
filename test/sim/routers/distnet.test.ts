// The founding note's routing over whole networks: its trust lists against TN-1, its tables against a
// naive choice, 100% without an attack, and what it is worth under Sybils.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { columns } from '../../../routing/prefix-table.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { distnet, distnetD3 } from '../../../src/sim/experiment/routers/distnet.ts'
import { DistnetTables } from '../../../src/sim/experiment/routers/distnet-tables.ts'
import { TrustList } from '../../../src/sim/experiment/routers/distnet-trust-list.ts'
import { pastry, pastryViews } from '../../../src/sim/experiment/routers/pastry.ts'
import { inRingOrder } from '../../../src/sim/experiment/routers/pastry-ring-world.ts'
import { TrustFromRoot } from '../../../trustchain/graph/trust-from-root.ts'
import {
  built,
  completely,
  droppers,
  enemiesWho,
  flooded,
  holmeKim,
  measure,
  type Rating,
  ratedUniformly,
  worldOf,
} from './small-worlds.ts'

const anyRating = (people: number): fc.Arbitrary<Rating> =>
  fc.tuple(fc.nat(people - 1), fc.nat(people - 1), fc.integer({ min: -1_000_000, max: 1_000_000 }))

describe('trust lists', () => {
  it('say what TN-1 says, root after root in the same scratch space', () => {
    const people = 12
    fc.assert(
      fc.property(
        fc.array(anyRating(people), { maxLength: 80 }),
        fc.integer({ min: 0, max: 6 }),
        (ratings, rounds) => {
          const { ratings: graph } = worldOf({ people, ratings, random: seededRandom(1) })
          const options = { threshold: 600_000, rounds }
          const list = new TrustList(graph, people, { ...options, uncapped: false })
          for (let root = 0; root < people; root++) {
            list.compute(root)
            const naive = new TrustFromRoot(graph, root, options)
            const listed = new Map<number, number>()
            for (const node of list.nodes.subarray(0, list.count)) listed.set(node, list.raw(node))
            for (let node = 0; node < people; node++)
              expect(listed.get(node) ?? 0).toBe(naive.raw(node))
          }
        },
      ),
      { numRuns: 80 },
    )
  })
})

describe('tables', () => {
  it('hold the most trusted of each slot and the nearest trusted as leaves, never a vetoed node', () => {
    const random = seededRandom(2)
    const world = worldOf({
      people: 400,
      ratings: ratedUniformly(holmeKim(400, 10, random), 0.2, random),
      random,
    })
    const here = inRingOrder({ world, behaviour: enemiesWho('drop', world), random })
    const options = { threshold: 600_000, rounds: 2, uncapped: false }
    const list = new TrustList(world.ratings, 400, options)
    const tables = new DistnetTables(here, pastryViews(here, random, 16), list)
    const { ring, global: table, leaves } = tables.trusted
    for (let owner = 0; owner < 400; owner += 29) {
      tables.make(owner)
      const trust = new TrustFromRoot(world.ratings, here.nodeAt[owner]!, options)
      const trusted = [...Array(400).keys()].filter(
        (place) =>
          trust.raw(here.nodeAt[place]!) > 0 &&
          world.ratings.rating(here.nodeAt[place]!, here.nodeAt[owner]!) >= 0,
      )
      for (let row = 0; row < table.rows; row++)
        for (let column = 0; column < columns; column++) {
          const candidates = trusted.filter(
            (place) => ring.sharedDigits(owner, place) === row && ring.digit(place, row) === column,
          )
          const most = Math.max(0, ...candidates.map((place) => trust.raw(here.nodeAt[place]!)))
          const holder = table.at(owner, row, column)
          expect(holder >= 0).toBe(candidates.length > 0)
          if (holder >= 0) expect(trust.raw(here.nodeAt[holder]!)).toBe(most)
        }
      // Places stand in the order of the ring: clockwise is upward.
      const clockwise = trusted.toSorted(
        (a, b) => ((a - owner + 400) % 400) - ((b - owner + 400) % 400),
      )
      const count = Math.min(16, clockwise.length)
      const held = Array.from({ length: leaves.count(owner, 1) }, (_, i) => leaves.at(owner, 1, i))
      expect(held).toEqual(clockwise.slice(0, count))
      const before = Array.from({ length: leaves.count(owner, 0) }, (_, i) =>
        leaves.at(owner, 0, i),
      )
      expect(before).toEqual(clockwise.toReversed().slice(0, count))
    }
  })
})

describe('distnet without an attack', () => {
  it('delivers everything whatever the ratings', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 30 }),
        fc.constantFrom(0, 0.2, 0.5),
        fc.nat(),
        (people, negative, seed) => {
          const random = seededRandom(seed)
          const ratings = ratedUniformly(completely(people), negative, random)
          const world = worldOf({ people, ratings, random })
          const router = built(distnet, world, enemiesWho('drop', world))
          expect(measure(world, router, 30, 1).success).toBe(1)
        },
      ),
      { numRuns: 30 },
    )
  })

  it.each([
    ['dense', 20, 0.05],
    ['sparse', 4, 0.05],
    ['quarrelsome', 10, 0.3],
    ['without a rating', 0, 0],
  ])('takes no more than 1.1 times the hops of pastry where trust is %s', (_, degree, negative) => {
    const random = seededRandom(6)
    const edges = degree === 0 ? [] : holmeKim(1000, degree, random)
    const world = worldOf({
      people: 1000,
      ratings: ratedUniformly(edges, negative, random),
      random,
    })
    const behaviour = enemiesWho('drop', world)
    const ours = measure(world, built(distnetD3, world, behaviour), 600, 2)
    expect(ours.success).toBe(1)
    expect(ours.hops).toBeLessThan(
      1.1 * measure(world, built(pastry, world, behaviour), 600, 2).hops,
    )
  })
})

describe('distnet under attack', () => {
  it('is no better than one route of pastry against droppers whom nobody notices', () => {
    const world = droppers(1000, 0.3, 1)
    const behaviour = enemiesWho('drop', world)
    const { success } = measure(world, built(distnetD3, world, behaviour), 2000, 2)
    const plain = measure(world, built(pastry, world, behaviour), 2000, 2).success
    expect(Math.abs(success - plain)).toBeLessThan(0.1)
  })

  it('withstands a flood of nine Sybils a person, which the global last mile alone does not', () => {
    const world = flooded(800, 9, 0.1, 1)
    const behaviour = enemiesWho('misroute', world)
    const { success } = measure(world, built(distnetD3, world, behaviour), 200, 2)
    expect(success).toBeGreaterThan(0.75)
    const global = built(distnetD3, world, behaviour, { lastMile: 'global' })
    expect(measure(world, global, 200, 2).success).toBeLessThan(0.25)
  })

  it('is worse than no trust at all where sums have no bound', () => {
    const world = flooded(600, 1, 0.1, 1)
    const uncapped = built(distnet, world, enemiesWho('misroute', world), { uncapped: true })
    expect(measure(world, uncapped, 200, 2).success).toBeLessThan(0.05)
    expect(uncapped.contamination().table).toBeGreaterThan(0.7)
  })
})
