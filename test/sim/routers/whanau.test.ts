// Whānau's tables hold what the paper says they hold, and only attack edges hurt it.
import { describe, expect, it } from 'vitest'
import { flawsOf } from '../../../src/sim/experiment/part-options.ts'
import { newOutcome } from '../../../src/sim/experiment/router.ts'
import { whanau } from '../../../src/sim/experiment/routers/whanau.ts'
import { WhanauTables } from '../../../src/sim/experiment/routers/whanau-tables.ts'
import {
  Draws,
  handsOn,
  keeps,
  silent,
  Walks,
} from '../../../src/sim/experiment/routers/whanau-walks.ts'
import { isHonest } from '../../../src/sim/experiment/world.ts'
import { measure, randomKey, smallWorld } from './kademlia-worlds.ts'

const sizes = {
  walkLength: 8,
  layers: 3,
  records: 30,
  fingers: 25,
  successors: 25,
  recordsPerSample: 3,
}

describe('a random walk', () => {
  it('never comes to Sybils whom no person rates', () => {
    const { world } = smallWorld({ people: 200, sybilsPerHonest: 1 })
    const walks = new Walks(world, 10, new Uint8Array(world.size))
    const draws = new Draws(1)
    for (let i = 0; i < 2000; i++) expect(walks.from(i % 200, draws)).toBeLessThan(200)
    expect(walks.made).toBe(2000)
  })

  it('ends at who keeps it and goes round who is silent', () => {
    const { world } = smallWorld({ people: 200, degree: 20 })
    const deeds = Uint8Array.from({ length: 200 }, (_, node) =>
      node < 10 ? keeps : node < 60 ? silent : handsOn,
    )
    const walks = new Walks(world, 50, deeds)
    const draws = new Draws(1)
    const ends = Array.from({ length: 500 }, (_, i) => walks.from(100 + (i % 100), draws))
    expect(ends.filter((end) => deeds[end] === silent)).toEqual([])
    expect(ends.filter((end) => deeds[end] === keeps).length).toBeGreaterThan(400)
  })
})

describe('the tables of an honest network', () => {
  const { world, context } = smallWorld({ people: 300 })
  const tables = new WhanauTables(context, sizes)

  it('rank nodes by position', () => {
    const { words } = world.ring
    for (let rank = 1; rank < world.size; rank++)
      expect(words[4 * tables.nodes[rank - 1]!]!).toBeLessThan(words[4 * tables.nodes[rank]!]!)
  })

  it('have fingers in order, each with the id that its node chose', () => {
    for (const { ids, fingerIds, fingerNodes } of tables.layers)
      for (let slot = 0; slot < 300; slot++) {
        const from = slot * sizes.fingers
        const own = Array.from(fingerIds.subarray(from, from + sizes.fingers))
        expect(own).toEqual(own.toSorted((a, b) => a - b))
        const nodes = fingerNodes.subarray(from, from + sizes.fingers)
        expect(own).toEqual(Array.from(nodes, (node) => ids[tables.slotOf[node]!]!))
      }
  })

  it('choose the ids of a layer from the fingers of the layer below', () => {
    for (let layer = 1; layer < sizes.layers; layer++)
      for (let slot = 0; slot < 300; slot++) {
        const from = slot * sizes.fingers
        const below = tables.layers[layer - 1]!.fingerIds.subarray(from, from + sizes.fingers)
        expect(below).toContain(tables.layers[layer]!.ids[slot]!)
      }
  })

  it('hold distinct records that mostly follow the id closely', () => {
    const { ids, successorStart, successors } = tables.layers[0]!
    let near = 0
    for (let slot = 0; slot < 300; slot++) {
      const own = Array.from(successors.subarray(successorStart[slot], successorStart[slot + 1]))
      expect(own).toEqual([...new Set(own)].toSorted((a, b) => a - b))
      // A sample of 30 of 300 records has gaps of 10: three records span some 30.
      near += own.filter((rank) => (rank - ids[slot]! + 300) % 300 < 60).length / own.length
      for (const rank of own) expect(tables.holds(0, tables.nodes[rank]!, -1)).toBe(false)
    }
    expect(near / 300).toBeGreaterThan(0.9)
  })
})

describe('a Whānau lookup', () => {
  const run = (options: Parameters<typeof smallWorld>[0], lookups = 300) => {
    const small = smallWorld(options)
    return measure(whanau.build(small.context, whanau.defaults), small, lookups)
  }

  it('delivers in two hops and hardly more messages when nobody attacks', () => {
    const { success, hops, messages } = run({ people: 300 })
    expect(success).toBe(1)
    expect(hops).toBeLessThan(2.1)
    expect(messages).toBeLessThan(4)
  })

  it('does not care how many Sybils there are, only for attack edges', () => {
    const edges = { people: 300, degree: 20, attackEdgesPerHonest: 0.1 }
    const few = run({ ...edges, sybilsPerHonest: 1 })
    const many = run({ ...edges, sybilsPerHonest: 9 })
    expect(few.success).toBeGreaterThan(0.99)
    expect(many.success).toBeGreaterThan(0.99)
    expect(run({ ...edges, sybilsPerHonest: 1, attackEdgesPerHonest: 20 }).success).toBeLessThan(
      0.5,
    )
  })

  it('goes round silent people, and fails where liars sit among all friends', () => {
    expect(run({ people: 300, maliciousShare: 0.3, deed: 'drop' }).success).toBeGreaterThan(0.99)
    const lying = run({ people: 300, maliciousShare: 0.5 })
    expect(lying.success).toBeLessThan(0.2)
    expect(lying.endings).toHaveProperty('dropped')
  })

  it('gives the same outcome for the same number, whatever was looked up before', () => {
    const small = smallWorld({ people: 300, sybilsPerHonest: 1, attackEdgesPerHonest: 1 })
    const built = whanau.build(small.context, whanau.defaults)
    const keys = Array.from({ length: 50 }, () => randomKey(small.random))
    const look = (number: number) => ({
      ...built.lookup(
        small.friends[number]!,
        keys[number]!,
        number,
        small.roots.to(keys[number]!),
        newOutcome(),
      ),
    })
    const forwards = keys.map((_, number) => look(number))
    const backwards = keys.map((_, number) => look(49 - number)).reverse()
    expect(backwards).toEqual(forwards)
    expect(forwards.every(({ root }) => root === -1 || isHonest(small.world, root))).toBe(true)
  })
})

describe('what Whānau costs', () => {
  it('is estimated from half to twice', () => {
    for (const people of [100, 500]) {
      const { bytesPerNode } = whanau.build(smallWorld({ people }).context, whanau.defaults)
      const estimate = whanau.estimateBytes(people, whanau.defaults)
      expect(estimate / (bytesPerNode * people)).toBeGreaterThan(0.5)
      expect(estimate / (bytesPerNode * people)).toBeLessThan(2)
    }
  })

  it('counts the set-up: a walk a record, a finger and a sample', () => {
    const { context } = smallWorld({ people: 100 })
    const { setUpMessagesPerNode } = whanau.build(context, whanau.defaults)
    expect(setUpMessagesPerNode).toBe(20 * (1 + 2 * 3) * 11)
  })

  it('says what is wrong with its options', () => {
    const flaws = (given: object) => flawsOf(whanau, { ...whanau.defaults, ...given })
    expect(flaws({})).toEqual([])
    expect(flaws({ walkLength: 0 })[0]).toMatch(/^"walkLength" is/)
    expect(flaws({ fingers: -1 })[0]).toMatch(/^"fingers" is/)
    expect(flaws({ tries: 0 })[0]).toMatch(/^"tries" is/)
  })
})
