// S/Kademlia: its paths are disjoint, its figures are the paper's.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flawsOf } from '../../../src/sim/experiment/part-options.ts'
import { newOutcome, type RouterContext } from '../../../src/sim/experiment/router.ts'
import { sKademlia } from '../../../src/sim/experiment/routers/s-kademlia.ts'
import { measure, randomKey, smallWorld } from './kademlia-worlds.ts'

/** Tells of every request; each node is judged once a request. */
function watched(context: RouterContext, asked: (node: number) => void): RouterContext {
  const { behaviour } = context
  const deed: typeof behaviour.deed = (node, lookup, key) => {
    asked(node)
    return behaviour.deed(node, lookup, key)
  }
  return { ...context, behaviour: { ...behaviour, deed } }
}

describe('disjoint paths', () => {
  it('share no node: nobody is asked twice in a lookup, the origin never', () => {
    const cells = fc.record({
      people: fc.integer({ min: 2, max: 150 }),
      maliciousShare: fc.constantFrom(0, 0.3, 0.6),
      deed: fc.constantFrom('drop' as const, 'misroute' as const),
      seed: fc.nat(1000),
    })
    fc.assert(
      fc.property(
        cells,
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        (cell, paths, strictPaths) => {
          const { context, friends, roots, random } = smallWorld(cell)
          if (friends.length === 0) return
          const asked: number[] = []
          const built = sKademlia.build(
            watched(context, (node) => asked.push(node)),
            { ...sKademlia.defaults, k: 8, paths, siblings: 4, strictPaths },
          )
          for (let number = 0; number < 10; number++) {
            asked.length = 0
            const key = randomKey(random)
            const origin = friends[random.below(friends.length)]!
            const outcome = built.lookup(origin, key, number, roots.to(key), newOutcome())
            expect(new Set(asked).size).toBe(asked.length)
            expect(asked).not.toContain(origin)
            expect(outcome.messages).toBe(asked.length)
            if (cell.maliciousShare === 0) expect(outcome.ending).toBe('delivered')
          }
        },
      ),
      { numRuns: 40 },
    )
  })
})

describe('S/Kademlia under attack', () => {
  const successOf = (paths: number, maliciousShare: number) => {
    const small = smallWorld({ people: 1500, maliciousShare })
    const options = { ...sKademlia.defaults, paths, converged: 1, strictPaths: true }
    return measure(sKademlia.build(small.context, options), small, 500)
  }

  it('delivers 99% at 20% adversaries with 8 paths, as the paper prints (§5)', () => {
    expect(successOf(8, 0.2).success).toBeGreaterThan(0.99)
  })

  it('delivers on one path what h honest hops leave, (1 − f)^h', () => {
    const { success, hops } = successOf(1, 0.2)
    expect(Math.abs(success - 0.8 ** hops)).toBeLessThan(0.06)
  })

  it('delivers more than Kademlia where half of all nodes lie', () => {
    const small = smallWorld({ people: 1000, maliciousShare: 0.5 })
    const built = sKademlia.build(small.context, sKademlia.defaults)
    expect(measure(built, small, 400).success).toBeGreaterThan(0.97)
  })

  it('counts enemies among the siblings', () => {
    const { context } = smallWorld({ people: 500, maliciousShare: 0.4 })
    const { leafSet, table, eclipsed } = sKademlia
      .build(context, sKademlia.defaults)
      .contamination()
    expect(leafSet).toBeCloseTo(0.4, 1)
    expect(table).toBeCloseTo(0.4, 1)
    expect(eclipsed).toBe(0)
  })
})

describe('S/Kademlia joining again', () => {
  it('leaves an honest network whole', () => {
    const small = smallWorld({ people: 300 })
    const built = sKademlia.build(small.context, sKademlia.defaults)
    built.rejoin!(small.friends.slice(0, 60), small.random)
    expect(measure(built, small, 200).success).toBe(1)
  })
})

describe('what S/Kademlia costs', () => {
  it('is estimated within a half', () => {
    for (const people of [10, 300, 1500]) {
      const { bytesPerNode } = sKademlia.build(smallWorld({ people }).context, sKademlia.defaults)
      const estimate = sKademlia.estimateBytes(people, sKademlia.defaults)
      expect(estimate / (bytesPerNode * people)).toBeGreaterThan(0.75)
      expect(estimate / (bytesPerNode * people)).toBeLessThan(1.5)
    }
  })

  it('says what is wrong with its options', () => {
    const flaws = (given: object) => flawsOf(sKademlia, { ...sKademlia.defaults, ...given })
    expect(flaws({})).toEqual([])
    expect(flaws({ paths: 17 })[0]).toMatch(/^paths is above k/)
    expect(flaws({ siblings: 0.5 })[0]).toMatch(/^"siblings" is/)
  })
})
