// Routes of the structural router trustnet that go wrong: in a circle, past a neighbour that may not be
// spoken to, and where vetoes leave no way.
import { describe, expect, it } from 'vitest'
import { digitAt } from '../../../routing/ring.ts'
import { isSpanned } from '../../../routing/trustnet/next.ts'
import { NamedRoots } from '../../../routing/trustnet/verify.ts'
import { hopsMax } from '../../../src/core/limits.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { Nearest } from '../../../src/sim/experiment/nearest.ts'
import { Roots } from '../../../src/sim/experiment/roots.ts'
import { newOutcome, type Router } from '../../../src/sim/experiment/router.ts'
import { distnet } from '../../../src/sim/experiment/routers/distnet.ts'
import { trustnet } from '../../../src/sim/experiment/routers/trustnet.ts'
import { GlobalNetwork } from '../../../src/sim/experiment/routers/trustnet-global.ts'
import { trustnetRouterDefaults } from '../../../src/sim/experiment/routers/trustnet-options.ts'
import { TrustedRoute } from '../../../src/sim/experiment/routers/trustnet-route.ts'
import { trustnetTables } from '../../../src/sim/experiment/routers/trustnet-tables.ts'
import { malicious } from '../../../src/sim/experiment/world.ts'
import {
  built,
  completely,
  enemiesWho,
  holmeKim,
  type Rating,
  ratedUniformly,
  worldOf,
} from './small-worlds.ts'

describe('a trusted route', () => {
  it('that goes in a circle is a loop at its last hop, and was delivered to nobody', () => {
    const random = seededRandom(3)
    const ratings = ratedUniformly(holmeKim(400, 10, random), 0, random)
    const world = worldOf({ people: 400, ratings, random })
    const context = { world, behaviour: enemiesWho('drop', world), random }
    const tables = trustnetTables(context, trustnetRouterDefaults)
    const { places, builder } = tables
    for (let place = 0; place < places.count; place++) builder.build(place)
    const key = Uint32Array.from({ length: 4 }, () => random.uint32())
    const [a, b] = [...Array(places.count).keys()].filter(
      (place) =>
        places.ring.sharedWithKey(place, key) === 0 &&
        !isSpanned(places, builder.tables, place, key),
    ) as [number, number]
    // Two tables that each name the other for the key's first digit: no honest ones do.
    for (const [owner, next] of [
      [a, b],
      [b, a],
    ] as const) {
      const slot = builder.tables.slotAt(owner, 0, digitAt(key, 0, 0))
      builder.tables.slots.fill(next + 1, slot, slot + builder.tables.perSlot)
    }
    const global = new GlobalNetwork(context)
    const route = new TrustedRoute(
      ...([context, trustnetRouterDefaults, tables, global] as const),
      new NamedRoots(),
    )
    const root = places.of[new Nearest(world.ring, [...Array(400).keys()]).to(key)]!
    route.begin(key, 0, root)
    const straight = [...Array(places.count).keys()].find((place) => place !== a && place !== b)!
    expect(route.run(straight, 0, 0, straight)).toBe('at-root')
    expect(route.nearest).toBeGreaterThanOrEqual(0)
    expect(route.run(a, 0, 1, a)).toBe('loop')
    expect([route.hops, route.messages, route.nearest]).toEqual([hopsMax, hopsMax, -1])
  })
})

describe('a global route through the neighbour set', () => {
  it('sends nothing to a neighbour that may not be spoken to', () => {
    const people = 100
    // Two honest ones, who may speak to each other and to one silent enemy, and to no other.
    const enemies = [...Array(people).keys()].slice(2)
    const ratings = enemies
      .slice(1)
      .flatMap((enemy): Rating[] => [0, 1].map((one): Rating => [one, enemy, -500_000]))
    const random = seededRandom(1)
    const world = worldOf({ people, malicious: enemies, ratings, random })
    const router = built(trustnet, world, enemiesWho('drop', world))
    const key = world.ring.words.slice(8, 12)
    const roots = new Roots(world, new Nearest(world.ring, [0, 1]))
    for (const origin of [0, 1]) {
      const trueRoot = roots.of(origin, key)
      const outcome = router.lookup(origin, key, 0, trueRoot, newOutcome())
      if (trueRoot === origin) continue
      // The way to the enemy, and now and then a neighbour that is the other one or that enemy.
      expect(outcome.ending).toBe('dropped')
      expect(outcome.messages).toBeLessThan(4)
    }
  })
})

describe('without the last resort', () => {
  it.each([
    ['trustnet', trustnet],
    ['distnet', distnet],
  ] as const)('%s loses what vetoes cut off from its tables', (_name, router) => {
    const people = 50
    const random = seededRandom(1)
    const ratings = ratedUniformly(completely(people), 0.8, random)
    const world = worldOf({ people, ratings, random })
    const everybody = [...Array(people).keys()]
    const roots = new Roots(world, new Nearest(world.ring, everybody))
    const endings = (pastVetoes: boolean) => {
      const options = { pastVetoes } as object
      const network = built(router as Router, world, enemiesWho('drop', world), options)
      return everybody.flatMap((node) => {
        const key = world.ring.words.slice(4 * node, 4 * node + 4)
        return [0, 1, 2].map(
          (origin) => network.lookup(origin, key, 0, roots.of(origin, key), newOutcome()).ending,
        )
      })
    }
    expect(new Set(endings(true))).toEqual(new Set(['delivered']))
    expect(new Set(endings(false)).size).toBeGreaterThan(1)
  })
})

describe('a global route to several leaves', () => {
  it('that only enemies answer has met them, and was not taken to a wrong root', () => {
    const random = seededRandom(6)
    const blank = worldOf({ people: 30, ratings: [], random })
    const key = Uint32Array.from({ length: 4 }, () => random.uint32())
    const near = new Nearest(blank.ring, [...Array(30).keys()]).around(key, 9)
    const kinds = blank.kinds.slice()
    for (const node of near.slice(0, 8)) kinds[node] = malicious
    const world = { ...blank, kinds }
    const context = { world, behaviour: enemiesWho('drop', world), random }
    const global = new GlobalNetwork(context)
    const origin = [...Array(30).keys()].find((node) => !near.includes(node))!
    expect(global.route(origin, key, 0, near[8]!, 8)).toBe('enemy')
    expect(global.route(origin, key, 0, near[8]!, 9)).toBe('at-root')
    const serving = { ...context, behaviour: enemiesWho('serve', world) }
    expect(new GlobalNetwork(serving).route(origin, key, 0, near[8]!, 8)).toBe('elsewhere')
  })
})
