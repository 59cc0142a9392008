// Kademlia's tables and lookups against naive ones on small worlds, and what enemies do to it.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import { flawsOf } from '../../../src/sim/experiment/part-options.ts'
import { newOutcome } from '../../../src/sim/experiment/router.ts'
import { kademlia } from '../../../src/sim/experiment/routers/kademlia.ts'
import { XorOrder } from '../../../src/sim/experiment/routers/kademlia-order.ts'
import { KademliaTable } from '../../../src/sim/experiment/routers/kademlia-table.ts'
import { measure, randomKey, smallWorld } from './kademlia-worlds.ts'
import { byXor, knownTo, naiveLookup, positionOf, sharedBitsOf } from './naive-kademlia.ts'

const worlds = fc.record({ people: fc.integer({ min: 1, max: 120 }), seed: fc.nat(10_000) })

describe('the order by XOR', () => {
  it('finds the nearest to a key, nearest first', () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: 1, max: 30 }), ({ people, seed }, count) => {
        const { world, friends, random } = smallWorld({ people, seed })
        const order = new XorOrder(world.ring, friends)
        const key = randomKey(random)
        const out = new Int32Array(count)
        const found = order.nearest(key, 0, count, out)
        const nodes = Array.from(out.subarray(0, found), (rank) => order.nodes[rank]!)
        expect(nodes).toEqual(byXor(world, friends, positionOf(key)).slice(0, count))
        expect(order.root(key)).toBe(nodes[0])
      }),
      { numRuns: 50 },
    )
  })
})

describe('k-buckets', () => {
  const options = fc.record({
    k: fc.integer({ min: 1, max: 12 }),
    siblings: fc.integer({ min: 0, max: 25 }),
  })

  it('hold k distinct nodes of their distance, or all there are', () => {
    fc.assert(
      fc.property(worlds, options, ({ people, seed }, { k, siblings }) => {
        const { world, friends, random } = smallWorld({ people, seed })
        const table = new KademliaTable(world, { k, siblings }, random)
        for (const node of friends.slice(0, 25)) {
          const own = positionOf(world.ring.words, 4 * node)
          const known = knownTo(table, node)
          expect(new Set(known).size).toBe(known.length)
          expect(known).not.toContain(node)
          const levelOf = (other: number): number =>
            sharedBitsOf(own, positionOf(world.ring.words, 4 * other))
          const levels = known.map(levelOf)
          expect(levels).toEqual(levels.toSorted((a, b) => a - b))
          const others = friends.filter((other) => other !== node)
          const nearest = byXor(world, others, own).slice(0, siblings)
          expect(new Set(known.slice(-siblings || known.length))).toEqual(new Set(nearest))
          for (const level of new Set(others.map(levelOf))) {
            const all = others.filter((other) => levelOf(other) === level).length
            const kept = nearest.filter((other) => levelOf(other) === level).length
            const held = levels.filter((other) => other === level).length
            expect(held).toBe(Math.min(all, Math.max(k, kept)))
          }
        }
      }),
      { numRuns: 10 },
    )
  })

  it('answer with the nearest to the key that a node knows', () => {
    fc.assert(
      fc.property(worlds, options, ({ people, seed }, { k, siblings }) => {
        const { world, friends, random } = smallWorld({ people, seed })
        const table = new KademliaTable(world, { k, siblings }, random)
        const out = new Int32Array(k)
        for (const node of friends.slice(0, 20)) {
          // Near and far keys: a random one, and a node's own position.
          const near = 4 * friends[random.below(people)]!
          for (const key of [randomKey(random), world.ring.words.slice(near, near + 4)]) {
            const count = table.answer(table.rankOf[node]!, key, k, out)
            const named = Array.from(out.subarray(0, count), (rank) => table.order.nodes[rank]!)
            const expected = byXor(world, knownTo(table, node), positionOf(key)).slice(0, k)
            expect(byXor(world, named, positionOf(key))).toEqual(expected)
          }
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('a Kademlia lookup', () => {
  const tables = { k: 5, alpha: 2 }

  it('asks whom the naive lookup asks, among the silent and the lying', () => {
    const cells = fc.record({
      maliciousShare: fc.constantFrom(0, 0.2, 0.5),
      deed: fc.constantFrom('drop' as const, 'misroute' as const),
    })
    fc.assert(
      fc.property(worlds, cells, (size, cell) => {
        const { world, context, friends, roots, random } = smallWorld({ ...size, ...cell })
        if (friends.length === 0) return
        const draws = random.uint32()
        const asked = new Set<number>()
        const deed = (node: number, number: number, key: Uint32Array) => {
          asked.add(node)
          return context.behaviour.deed(node, number, key)
        }
        const built = kademlia.build(
          { ...context, behaviour: { ...context.behaviour, deed }, random: seededRandom(draws) },
          { ...tables, root: 'xor' },
        )
        const table = new KademliaTable(world, { k: 5, siblings: 0 }, seededRandom(draws))
        for (let number = 0; number < 10; number++) {
          const key = randomKey(random)
          const origin = friends[random.below(friends.length)]!
          asked.clear()
          const outcome = built.lookup(origin, key, number, roots.to(key), newOutcome())
          const naive = naiveLookup(world, table, tables, origin, positionOf(key), (node) => {
            const done = context.behaviour.deed(node, number, key)
            if (done === 'misroute')
              return context.behaviour.accomplices(key, 5).filter((other) => other !== node)
            return done === 'drop' ? 'silent' : 'honestly'
          })
          expect(asked).toEqual(naive.asked)
          expect(outcome.messages).toBe(naive.asked.size)
          const root = byXor(world, friends, positionOf(key))[0]!
          const reached = root === origin || naive.asked.has(root)
          expect(outcome.ending === 'delivered').toBe(reached)
          expect(outcome.root).toBe(reached ? root : (naive.found[0] ?? -1))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('finds every root by XOR, and most numerically nearest nodes, of an honest network', () => {
    const run = (root: 'xor' | 'numeric') => {
      const small = smallWorld({ people: 800 })
      return measure(kademlia.build(small.context, { ...kademlia.defaults, root }), small, 200)
    }
    expect(run('xor').success).toBe(1)
    expect(run('xor').hops).toBeLessThan(2.5)
    // Neighbours over a high bit are far by XOR: the k nearest by XOR need not have the other root.
    expect(run('numeric').success).toBeGreaterThan(0.9)
    expect(run('numeric').success).toBeLessThan(1)
  })

  it('survives silent nodes, suffers from liars and loses to a flood of Sybils', () => {
    const successOf = (options: Parameters<typeof smallWorld>[0]): number => {
      const small = smallWorld(options)
      return measure(kademlia.build(small.context, kademlia.defaults), small, 300).success
    }
    expect(successOf({ people: 1000, maliciousShare: 0.3, deed: 'drop' })).toBe(1)
    expect(successOf({ people: 1000, maliciousShare: 0.3 })).toBeGreaterThan(0.95)
    expect(successOf({ people: 500, sybilsPerHonest: 9 })).toBeLessThan(0.25)
  })

  it('is lost in a world of one, which is its own root', () => {
    const small = smallWorld({ people: 1 })
    const built = kademlia.build(small.context, kademlia.defaults)
    expect(built.lookup(0, randomKey(small.random), 0, 0, newOutcome())).toEqual({
      ending: 'delivered',
      root: 0,
      hops: 0,
      messages: 0,
    })
  })
})

describe('joining again', () => {
  it('leaves an honest network whole', () => {
    const small = smallWorld({ people: 250 })
    const built = kademlia.build(small.context, kademlia.defaults)
    built.rejoin!(small.friends.slice(0, 60), small.random)
    expect(measure(built, small, 300).success).toBe(1)
  })

  it('lets liars into the tables beyond their share', () => {
    const small = smallWorld({ people: 250, maliciousShare: 0.2 })
    const built = kademlia.build(small.context, kademlia.defaults)
    const before = built.contamination().table!
    built.rejoin!(small.friends, small.random)
    expect(before).toBeCloseTo(0.2, 1)
    expect(built.contamination().table!).toBeGreaterThan(before)
  })

  it('lets those in who poison joins, though they are silent when asked for a key', () => {
    const contaminated = (poisons: boolean): number => {
      const { context, friends, random } = smallWorld({
        ...{ people: 250, maliciousShare: 0.2, deed: 'drop' },
      })
      const behaviour = { ...context.behaviour, poisons }
      const built = kademlia.build({ ...context, behaviour }, kademlia.defaults)
      built.rejoin!(friends, random)
      return built.contamination().table!
    }
    expect(contaminated(false)).toBe(0)
    expect(contaminated(true)).toBeGreaterThan(0.2)
  })
})

describe('what Kademlia costs', () => {
  it('is estimated within a third', () => {
    for (const people of [10, 300, 1500]) {
      const { bytesPerNode } = kademlia.build(smallWorld({ people }).context, kademlia.defaults)
      const estimate = kademlia.estimateBytes(people, kademlia.defaults)
      expect(estimate / (bytesPerNode * people)).toBeGreaterThan(0.75)
      expect(estimate / (bytesPerNode * people)).toBeLessThan(1.34)
    }
  })

  it('says what is wrong with its options', () => {
    const flaws = (given: object) => flawsOf(kademlia, { ...kademlia.defaults, ...given })
    expect(flaws({})).toEqual([])
    expect(flaws({ k: 0 })[0]).toMatch(/^"k" is/)
    expect(flaws({ alpha: 21 })[0]).toMatch(/^alpha is above k/)
  })
})
