// Whom a lookup's requests go to: every router counts each request that it counts in `messages` at
// whoever is sent it, so that the Gini coefficient of the load is of the same requests.
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import type { Deed } from '../../../src/sim/experiment/behaviour.ts'
import { registryOf, routerOf } from '../../../src/sim/experiment/registry.ts'
import { newOutcome } from '../../../src/sim/experiment/router.ts'
import type { RouterSpec } from '../../../src/sim/experiment/scenario.ts'
import { honest } from '../../../src/sim/experiment/world.ts'
import { enemiesWho, holmeKim, ratedUniformly, worldOf } from './small-worlds.ts'

const registry = registryOf()

const routers: readonly RouterSpec[] = [
  ...[{ name: 'pastry' }, { name: 'pastry', routes: 8 }],
  { name: 'pastry', routes: 8, failureTest: true },
  ...[{ name: 'chord' }, { name: 'sprout' }, { name: 'sprout', lookAhead: true }],
  ...[{ name: 'kademlia' }, { name: 's-kademlia' }, { name: 'whanau' }],
  ...[{ name: 'distnet' }, { name: 'distnet-d3', lastMile: 'global' }],
  ...[{ name: 'trustnet' }, { name: 'trustnet', routes: 16, alternatives: 2 }],
  ...[
    { name: 'trustnet', trustedLastMile: false },
    { name: 'trustnet', adaptive: true },
  ],
]

/** People of whom some are enemies, and so full of vetoes that ways round them are needed. */
function contextOf(deed: Deed, negative: number) {
  const random = seededRandom(7)
  const ratings = ratedUniformly(holmeKim(120, 8, random), negative, random)
  const malicious = random.shuffle([...Array(120).keys()]).slice(0, 30)
  const world = worldOf({ people: 120, malicious, ratings, random })
  return { world, behaviour: enemiesWho(deed, world), random, requests: new Int32Array(120) }
}

describe.each(routers.map((spec) => [JSON.stringify(spec), spec] as const))('%s', (_, spec) => {
  it.each([
    ['drop', 0.05],
    ['misroute', 0.5],
    ['misroute', 0],
  ] as const)(
    'counts its requests at those who get them: enemies %s, %d negative',
    (deed, negative) => {
      const context = contextOf(deed, negative)
      const { world, requests, random } = context
      const [router, options] = routerOf(spec, registry)
      const built = router.build(context, options)
      requests.fill(0)
      const outcome = newOutcome()
      const people = [...world.kinds.keys()].filter((node) => world.kinds[node] === honest)
      let handled = 0
      for (let number = 0; number < 60; number++) {
        const key = Uint32Array.from({ length: 4 }, () => random.uint32())
        const root = people.reduce((a, b) => (world.ring.nearer(b, a, key) ? b : a))
        built.lookup(people[number % people.length]!, key, number, root, outcome)
        const sum = requests.reduce((all, one) => all + one, 0)
        // A walk of Whānau that ends early is reckoned at its full length.
        if (spec.name === 'whanau') expect(sum - handled).toBeLessThanOrEqual(outcome.messages)
        else expect(sum - handled).toBe(outcome.messages)
        handled = sum
      }
      expect(handled).toBeGreaterThan(0)
      expect(requests.every((count) => count >= 0)).toBe(true)
    },
  )
})
