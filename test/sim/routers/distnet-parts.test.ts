// Tables of the policy distnet made in parts, as a network of a million needs them, against tables
// made whole: the same lookups, the same slots, the same leaf sets.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { DistnetNetwork, distnetD3 } from '../../../src/sim/experiment/routers/distnet.ts'
import { DigitTrust } from '../../../src/sim/experiment/routers/distnet-digit-trust.ts'
import { PlaceRatings } from '../../../src/sim/experiment/routers/distnet-ratings.ts'
import { DistnetTables } from '../../../src/sim/experiment/routers/distnet-tables.ts'
import { TrustList } from '../../../src/sim/experiment/routers/distnet-trust-list.ts'
import { pastryViews } from '../../../src/sim/experiment/routers/pastry.ts'
import { inRingOrder } from '../../../src/sim/experiment/routers/pastry-ring-world.ts'
import type { World } from '../../../src/sim/experiment/world.ts'
import type { RatingGraph } from '../../../trustchain/graph/rating-graph.ts'
import {
  enemiesWho,
  flooded,
  holmeKim,
  measure,
  type Rating,
  ratedUniformly,
  worldOf,
} from './small-worlds.ts'

/** From nearly no ratings to many, friendly or quarrelsome. */
function anyWorld(people: number, degree: number, negative: number, seed: number): World {
  const random = seededRandom(seed)
  const edges = degree === 0 ? [] : holmeKim(people, degree, random)
  return worldOf({ people, ratings: ratedUniformly(edges, negative, random), random })
}

const worlds = fc.record({
  people: fc.integer({ min: 40, max: 400 }),
  degree: fc.constantFrom(0, 2, 6, 20),
  negative: fc.constantFrom(0, 0.05, 0.4),
  rounds: fc.integer({ min: 0, max: 2 }),
  seed: fc.nat(),
})

describe('trust by first digits', () => {
  it('is what TN-1 says of those places, root after root in the same scratch space', () => {
    fc.assert(
      fc.property(
        worlds,
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom(0, 600_000, 999_000),
        fc.boolean(),
        ({ people, degree, negative, seed }, rounds, threshold, uncapped) => {
          const world = anyWorld(people, degree, negative, seed)
          const random = seededRandom(seed)
          const here = inRingOrder({ world, behaviour: enemiesWho('drop', world), random })
          const options = { threshold, rounds, uncapped }
          const trust = new DigitTrust(new PlaceRatings(world.ratings, here), options)
          for (let i = 0; i < 40; i++) {
            const root = random.below(people)
            const digit = random.below(16)
            const naive = naiveTrust(world.ratings, here.nodeAt[root]!, options)
            const expected = [...Array(people).keys()].flatMap((place) => {
              const sum = naive.get(here.nodeAt[place]!) ?? 0
              return here.ring.digit(place, 0) === digit && sum > 0 ? [[place, sum]] : []
            })
            const { places, trust: sums, count } = trust.ofDigit(root, digit)
            const reached = Array.from({ length: count }, (_, j) => [places[j]!, sums[j]!])
            expect(reached.sort(([a = 0], [b = 0]) => a - b)).toEqual(expected)
          }
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('distnet tables made in parts', () => {
  it('take every lookup the same way as whole ones', () => {
    fc.assert(
      fc.property(
        worlds,
        fc.constantFrom('both' as const, 'global' as const),
        ({ people, degree, negative, rounds, seed }, lastMile) => {
          const world = anyWorld(people, degree, negative, seed)
          const outcomes = [0, Number.POSITIVE_INFINITY].map((partlyFrom) => {
            const behaviour = enemiesWho('drop', world)
            const context = { world, behaviour, random: seededRandom(seed) }
            const options = { ...distnetD3.defaults, rounds, lastMile }
            const router = new DistnetNetwork(context, options, partlyFrom)
            return [measure(world, router, 60, seed), router.contamination()]
          })
          expect(outcomes[0]).toEqual(outcomes[1])
        },
      ),
      { numRuns: 40 },
    )
  })

  it('take them the same way among misrouting Sybils', () => {
    const world = flooded(300, 9, 0.3, 1)
    const outcomes = [0, Number.POSITIVE_INFINITY].map((partlyFrom) => {
      const context = { world, behaviour: enemiesWho('misroute', world), random: seededRandom(1) }
      return measure(world, new DistnetNetwork(context, distnetD3.defaults, partlyFrom), 300, 1)
    })
    expect(outcomes[0]).toEqual(outcomes[1])
    expect(outcomes[0]!.success).toBeGreaterThan(0.2)
  })

  it('hold the slots and the leaves that whole ones hold', () => {
    fc.assert(
      fc.property(worlds, ({ people, degree, negative, rounds, seed }) => {
        const world = anyWorld(people, degree, negative, seed)
        const random = seededRandom(seed)
        const here = inRingOrder({ world, behaviour: enemiesWho('drop', world), random })
        const options = { threshold: 600_000, rounds, uncapped: false }
        const views = [0, 1].map(() => pastryViews(here, seededRandom(1), 16))
        const trust = new DigitTrust(new PlaceRatings(world.ratings, here), options)
        const list = new TrustList(world.ratings, people, options)
        const whole = new DistnetTables(here, views[0]!, list)
        const parts = new DistnetTables(here, views[1]!, list, trust)
        const key = new Uint32Array(4)
        for (let i = 0; i < 60; i++) {
          for (let word = 0; word < 4; word++) key[word] = random.uint32()
          const owner = random.below(people)
          if (i % 3 === 0) key[0] = here.ring.words[4 * owner]! ^ (random.uint32() >>> 6)
          whole.make(owner)
          const row = here.ring.sharedWithKey(owner, key)
          const column = (key[0]! >>> (28 - 4 * Math.min(7, row))) & 15
          parts.makeForHop(owner, key)
          for (const side of ['trusted', 'everybody'] as const)
            expect(parts[side].global.at(owner, row, column)).toBe(
              whole[side].global.at(owner, row, column),
            )
          expect(parts.spans(owner, key)).toBe(whole.spans(owner, key))
          parts.makeLeaves(owner)
          for (const side of [0, 1] as const)
            expect(leavesOf(parts, owner, side)).toEqual(leavesOf(whole, owner, side))
        }
      }),
      { numRuns: 40 },
    )
  })
})

interface NaiveOptions {
  readonly threshold: number
  readonly rounds: number
  readonly uncapped: boolean
}

/** TN-1 word by word (docs/trust.md): the sums before the cap of everybody whom trust reaches. */
function naiveTrust(
  ratings: RatingGraph,
  root: number,
  options: NaiveOptions,
): Map<number, number> {
  const all: Rating[] = []
  ratings.forEach((...rating) => void all.push(rating))
  const own = all.filter(([author]) => author === root)
  const sums = new Map(own.flatMap(([, subject, value]) => (value > 0 ? [[subject, value]] : [])))
  const barred = new Set([
    root,
    ...own.flatMap(([, subject, value]) => (value < 0 ? [subject] : [])),
  ])
  const expanded = new Set<number>()
  for (let round = 1; round <= options.rounds; round++) {
    const before = new Map([...sums].filter(([node]) => !expanded.has(node)))
    const expanding = [...before].filter(([, sum]) => sum > options.threshold)
    const weights = new Map(
      expanding.map(([node, sum]) => [node, options.uncapped ? sum : Math.min(sum, 1_000_000)]),
    )
    for (const [author, subject, value] of all) {
      if (!weights.has(author) || value < 0 || barred.has(subject) || expanded.has(subject))
        continue
      const gain = Math.floor((weights.get(author)! * value) / 1_000_000)
      if (gain > 0) sums.set(subject, (sums.get(subject) ?? 0) + gain)
    }
    for (const [node] of expanding) expanded.add(node)
  }
  return sums
}

const leavesOf = ({ trusted: { leaves } }: DistnetTables, owner: number, side: 0 | 1): number[] =>
  Array.from({ length: leaves.count(owner, side) }, (_, i) => leaves.at(owner, side, i))
