// Chord and SPROUT over the same rings: fingers and friends against naive choices with BigInt, hops
// against Chord's half of log2 n, and what friends are worth in SPROUT's own setting.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { chord } from '../../../src/sim/experiment/routers/chord.ts'
import { ChordRing } from '../../../src/sim/experiment/routers/chord-ring.ts'
import { inRingOrder } from '../../../src/sim/experiment/routers/pastry-ring-world.ts'
import { sprout } from '../../../src/sim/experiment/routers/sprout.ts'
import {
  built,
  droppers,
  enemiesWho,
  expectNearest,
  flooded,
  measure,
  worldOf,
} from './small-worlds.ts'

const calm = (people: number, seed: number) =>
  worldOf({ people, ratings: [], random: seededRandom(seed) })

const whole = 1n << 128n

describe('chord', () => {
  it('has the first node at or after id + 2^i as its finger', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 40 }), fc.nat(), (people, seed) => {
        const world = calm(people, seed)
        const here = inRingOrder({
          world,
          behaviour: enemiesWho('drop', world),
          random: seededRandom(1),
        })
        const ring = new ChordRing(here)
        const ids = Array.from({ length: people }, (_, place) => BigInt(`0x${here.ring.id(place)}`))
        for (let place = 0; place < people; place++)
          for (let i = 0; i < ring.perNode; i++) {
            const start = (ids[place]! + (1n << BigInt(127 - i))) % whole
            const ways = ids.map((id) => (id - start + whole) % whole)
            const first = ways.reduce((best, way, at) => (way < ways[best]! ? at : best), 0)
            expect(ring.fingers[place * ring.perNode + i]).toBe(first)
          }
      }),
      { numRuns: 20 },
    )
  })

  it('ends at the node nearest to the key, found by looking at every node', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 16 }),
        fc.nat(),
        (people, successors, seed) => {
          const world = calm(people, seed)
          const router = built(chord, world, enemiesWho('drop', world), { successors })
          expectNearest(world, router, seed + 1)
        },
      ),
      { numRuns: 80 },
    )
  })

  it('takes half of log2 n hops (Stoica et al. 2001, section 6.3), fewer with a list to finish from', () => {
    const world = calm(4096, 1)
    const classic = built(chord, world, enemiesWho('drop', world), { successors: 1 })
    const { hops, success } = measure(world, classic, 3000, 2)
    expect(success).toBe(1)
    expect(hops).toBeGreaterThan(5.7)
    expect(hops).toBeLessThan(6.6)
    expect(
      measure(world, built(chord, world, enemiesWho('drop', world)), 3000, 2).hops,
    ).toBeLessThan(5.2)
  })
})

describe('sprout', () => {
  it('is chord where nobody has a friend', () => {
    const world = calm(500, 3)
    const behaviour = enemiesWho('drop', world)
    const plain = measure(world, built(chord, world, behaviour), 500, 2)
    expect(measure(world, built(sprout, world, behaviour), 500, 2)).toEqual(plain)
  })

  it('ends at the root with any friends, with and without look-ahead', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(29), fc.nat(29), fc.integer({ min: 1, max: 1_000_000 })), {
          maxLength: 120,
        }),
        fc.boolean(),
        fc.constantFrom(0, 0.25, 0.5, 1),
        fc.nat(),
        (ratings, lookAhead, minimumHop, seed) => {
          const world = worldOf({ people: 30, ratings, random: seededRandom(seed) })
          const options = { lookAhead, minimumHop, successors: 3 }
          const router = built(sprout, world, enemiesWho('drop', world), options)
          expect(measure(world, router, 20, seed).success).toBe(1)
        },
      ),
      { numRuns: 80 },
    )
  })

  it('shortens routes among 2,200 people, and look-ahead shortens them again (Marti et al. 2004, section 4)', () => {
    const world = droppers(2200, 0, 1, 8)
    const behaviour = enemiesWho('drop', world)
    const plain = measure(world, built(chord, world, behaviour), 2000, 2)
    const friends = measure(world, built(sprout, world, behaviour), 2000, 2)
    const ahead = measure(world, built(sprout, world, behaviour, { lookAhead: true }), 2000, 2)
    expect(friends.hops).toBeLessThan(0.9 * plain.hops)
    expect(ahead.hops).toBeLessThan(friends.hops)
  })

  it('delivers more than chord under droppers: shorter routes meet fewer of them', () => {
    const world = droppers(2000, 0.3, 1)
    const behaviour = enemiesWho('drop', world)
    const plain = measure(world, built(chord, world, behaviour), 2000, 2).success
    const friends = measure(world, built(sprout, world, behaviour), 2000, 2).success
    expect(friends).toBeGreaterThan(plain + 0.04)
    expect(friends).toBeGreaterThan(0.22)
    expect(friends).toBeLessThan(0.36)
  })

  it('does not withstand Sybils: its last steps are chord', () => {
    const world = flooded(500, 9, 0.1, 1)
    const { success } = measure(world, built(sprout, world, enemiesWho('misroute', world)), 1000, 2)
    expect(success).toBeLessThan(0.05)
  })
})
