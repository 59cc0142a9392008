// Vetoes: who may speak to whom, whom a message can reach at all, and the last resort along links
// that nobody forbids, against a naive search; and that no veto, however many, costs a delivery.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { newOutcome, type Router } from '../../../src/sim/experiment/router.ts'
import { distnet, distnetD3 } from '../../../src/sim/experiment/routers/distnet.ts'
import { floodPast, Vetoes } from '../../../src/sim/experiment/routers/pastry-vetoes.ts'
import { trustnet } from '../../../src/sim/experiment/routers/trustnet.ts'
import { honest, type World } from '../../../src/sim/experiment/world.ts'
import {
  built,
  completely,
  enemiesWho,
  measure,
  type Rating,
  ratedUniformly,
  worldOf,
} from './small-worlds.ts'

const minus = -500_000

/** A few people, some of them enemies, and who rated whom down. */
const worlds = fc
  .record({
    people: fc.integer({ min: 1, max: 12 }),
    seed: fc.nat(),
    vetoes: fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 90 }),
    malicious: fc.array(fc.nat(11), { maxLength: 3 }),
  })
  .map(({ people, seed, vetoes, malicious }) => {
    const pairs = new Set(
      vetoes
        .map(([a, b]) => [a % people, b % people] as const)
        .filter(([a, b]) => a !== b)
        .map(([a, b]) => `${a} ${b}`),
    )
    const ratings = [...pairs].map((pair): Rating => {
      const [a, b] = pair.split(' ').map(Number) as [number, number]
      return [a, b, minus]
    })
    // Somebody must be honest: nobody else asks.
    const turned = [...new Set(malicious.map((node) => node % people))].filter((node) => node > 0)
    return {
      world: worldOf({ people, malicious: turned, ratings, random: seededRandom(seed) }),
      ratings,
      seed,
    }
  })

const vetoesOf = ({ ring, kinds, ratings, size }: World): Vetoes | undefined =>
  Vetoes.of(
    ratings,
    Int32Array.from({ length: size }, (_, node) => node),
    ring,
    kinds,
  )

/** Fewest hops from a node to every other over links of the honest that no rating forbids. */
function distancesFrom(
  world: World,
  ratings: readonly Rating[],
  origin: number,
): (number | undefined)[] {
  const isBarred = (a: number, b: number): boolean =>
    ratings.some(([from, to]) => (from === a && to === b) || (from === b && to === a))
  const hops: (number | undefined)[] = []
  hops[origin] = 0
  // As often as there are nodes: slow, and plainly right.
  for (let round = 1; round <= world.size; round++)
    for (let from = 0; from < world.size; from++)
      for (let to = 0; to < world.size; to++)
        if (hops[from] === round - 1 && hops[to] === undefined)
          if (world.kinds[to] === honest && !isBarred(from, to)) hops[to] = round
  return hops
}

function keyOf(seed: number): Uint32Array {
  const random = seededRandom(seed)
  return Uint32Array.from({ length: 4 }, () => random.uint32())
}

/** The honest node nearest to the key of those that pass. */
function nearestOf(world: World, key: Uint32Array, passes: (node: number) => boolean): number {
  let best = -1
  for (let node = 0; node < world.size; node++)
    if (world.kinds[node] === honest && passes(node))
      if (best < 0 || world.ring.nearer(node, best, key)) best = node
  return best
}

describe('the last resort', () => {
  it('goes the shortest way that no veto forbids, and there is none where a naive search finds none', () => {
    fc.assert(
      fc.property(worlds, ({ world, ratings }) => {
        const vetoes = vetoesOf(world)
        fc.pre(vetoes !== undefined)
        const hops = distancesFrom(world, ratings, 0)
        for (let node = 0; node < world.size; node++)
          if (world.kinds[node] === honest) expect(vetoes!.flood(0, node)?.hops).toBe(hops[node])
      }),
    )
  })

  it('delivers at the nearest node that anybody could reach, never at an enemy', () => {
    fc.assert(
      fc.property(worlds, ({ world, ratings, seed }) => {
        const vetoes = vetoesOf(world)
        fc.pre(vetoes !== undefined)
        const key = keyOf(seed)
        const hops = distancesFrom(world, ratings, 0)
        const trueRoot = nearestOf(world, key, () => true)
        const expected = nearestOf(world, key, (node) => hops[node] !== undefined)
        expect(vetoes!.reachableRoot(0, key, trueRoot)).toBe(expected)
        const outcome = newOutcome()
        const told: number[] = []
        floodPast(vetoes!, 0, expected, outcome, (node) => told.push(node))
        expect(told.length).toBe(outcome.messages)
        expect(new Set(told).size).toBe(told.length)
        expect(outcome).toMatchObject({
          ...{ ending: 'delivered', root: expected, hops: hops[expected] },
        })
      }),
    )
  })

  it('knows a veto from either end, and no other', () => {
    fc.assert(
      fc.property(worlds, ({ world, ratings }) => {
        const vetoes = vetoesOf(world)
        expect(vetoes === undefined).toBe(ratings.length === 0)
        for (let a = 0; a < world.size; a++)
          for (let b = 0; b < world.size; b++)
            expect(vetoes?.bars(a, b) ?? false).toBe(
              ratings.some(([x, y]) => (x === a && y === b) || (x === b && y === a)),
            )
      }),
    )
  })
})

describe('everybody knows everybody', () => {
  const routers: readonly Router[] = [trustnet as Router, distnet as Router, distnetD3 as Router]
  for (const people of [4, 10, 50])
    for (const router of routers)
      it(`${people} people, none to all of their ratings negative: ${router.name} delivers everything`, () => {
        for (const negative of [0, 0.3, 0.6, 0.9, 0.97, 1])
          for (const seed of people === 50 ? [1] : [1, 2, 3]) {
            const random = seededRandom(seed)
            const ratings = ratedUniformly(completely(people), negative, random)
            const world = worldOf({ people, ratings, random })
            const { endings } = measure(
              world,
              built(router, world, enemiesWho('drop', world)),
              30,
              5,
            )
            expect({ negative, seed, ...endings }).toEqual({ negative, seed, delivered: 30 })
          }
      })
})
