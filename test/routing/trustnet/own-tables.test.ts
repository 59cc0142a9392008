// What a live node keeps of the policy: its own tables as ids and the choices by them, against the
// builder and the hops of the simulator.
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Ring, wordsOf } from '../../../routing/ring.ts'
import { FirstHops } from '../../../routing/trustnet/first-hops.ts'
import { deliver, deliveryAt, newDelivery, nextPlace } from '../../../routing/trustnet/next.ts'
import { trustnetDefaults } from '../../../routing/trustnet/options.ts'
import { OwnHops } from '../../../routing/trustnet/own-hops.ts'
import { ownTablesInSlices, TrustedGround } from '../../../routing/trustnet/own-tables.ts'
import { atOnce } from '../../../routing/trustnet/slices.ts'
import { placeOf } from '../../../routing/trustnet/tables.ts'
import { hex } from '../../../src/core/bytes.ts'
import type { NodeId } from '../../../src/core/id.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { RatingGraph } from '../../../trustchain/graph/rating-graph.ts'
import { anyId, byNearness } from '../naive-ring.ts'
import { type Network, networkOf } from './networks.ts'

const network = networkOf(30, 150, 6)

const options = { ...trustnetDefaults, listSize: 12, registered: 8, witnesses: 2 }

/** The ratings as a node has them that met the others in this order. */
function ratedIn({ ids, ratings }: Network, order: readonly NodeId[]) {
  const ring = new Ring()
  for (const id of order) ring.intern(id)
  const graph = new RatingGraph()
  graph.addNodes(ids.length)
  for (const [from, to, value] of ratings)
    graph.rate(ring.numberOf(ids[from]!), ring.numberOf(ids[to]!), value)
  return { ring, graph }
}

const tablesOf = (net: Network, self: NodeId, order = net.ids) =>
  atOnce(ownTablesInSlices(ratedIn(net, order), self, { overlay: 7, epoch: net.epoch }, options))

/** The same node's hops in the live form and in the simulator's. */
function both(net: Network) {
  const self = net.ids[0]!
  const rated = ratedIn(net, net.ids)
  const draw = { overlay: 7, epoch: net.epoch }
  const ground = atOnce(TrustedGround.inSlices(rated, draw, options, [0]))
  const tables = tablesOf(net, self)
  return { ground, tables, hops: new OwnHops(tables), place: ground.places.of[0]! }
}

const rates = ({ ratings }: Network): boolean =>
  ratings.some(([from, to, value]) => from === 0 && to !== 0 && value > 0)

const runs = { numRuns: 60 }

describe('the own tables of a live node', () => {
  it('are the same whoever computes them, however he numbers the nodes', () => {
    fc.assert(
      fc.property(network, (net) => {
        for (const self of net.ids.slice(0, 3))
          expect(tablesOf(net, self, net.ids.toReversed())).toEqual(tablesOf(net, self))
      }),
      runs,
    )
  })

  it('are the simulator’s where everybody sees the network by its own walks', () => {
    fc.assert(
      fc.property(network, (net) => {
        const rated = ratedIn(net, net.ids)
        const draw = { overlay: 7, epoch: net.epoch }
        const asked = { ...trustnetDefaults, walkLength: 0 }
        const ground = atOnce(TrustedGround.inSlices(rated, draw, asked, [], { isOwnView: true }))
        for (const [node, self] of net.ids.entries()) {
          const live = atOnce(ownTablesInSlices(rated, self, draw, asked))
          if (live.nodes > 0) expect(ground.tablesOf(node)).toEqual(live)
        }
      }),
      runs,
    )
  })

  it('come from lists that differ in length alone where the network is taken for larger', () => {
    fc.assert(
      fc.property(network.filter(rates), fc.integer({ min: 1, max: 11 }), (net, listSize) => {
        const listOf = (size: number) => {
          const asked = { ...options, listSize: size }
          const draw = { overlay: 7, epoch: net.epoch }
          const rated = ratedIn(net, net.ids)
          return atOnce(ownTablesInSlices(rated, net.ids[0]!, draw, asked)).entries
        }
        const longer = listOf(12).map(({ id }) => id)
        for (const { id } of listOf(listSize)) expect(longer).toContain(id)
      }),
      runs,
    )
  })

  it('hold what the builder seats at the same place', () => {
    fc.assert(
      fc.property(network.filter(rates), (net) => {
        const { ground, tables, place } = both(net)
        const { builder, places } = ground
        builder.build(place)
        const id = (at: number): NodeId => places.ring.id(at)
        for (const [leaves, own] of [
          [builder.tables.trusted, tables.trusted],
          [builder.tables.any, tables.any],
        ] as const)
          for (const side of [0, 1] as const) {
            const start = (2 * place + side) * leaves.room
            const seated = leaves.entries.slice(start, start + leaves.counts[2 * place + side]!)
            expect(side === 0 ? own.left : own.right).toEqual(
              Array.from(seated, (leaf) => ({ id: id(placeOf(leaf)), barred: leaf < 0 })),
            )
          }
        for (const { row, column, ids } of tables.slots)
          expect(builder.tables.slots[builder.tables.slotAt(place, row, column)]! - 1).toBe(
            places.of[net.ids.indexOf(ids[0]!)],
          )
      }),
      runs,
    )
  })

  it('of a node that rated nobody are empty', () => {
    fc.assert(
      fc.property(
        network.filter((net) => net.ratings.every(([from]) => from !== 0)),
        (net) => {
          expect(new OwnHops(tablesOf(net, net.ids[0]!)).isEmpty).toBe(true)
        },
      ),
      runs,
    )
  })
})

describe('options that the ratings decide', () => {
  const entriesOf = (net: Network, changed: Partial<typeof options>) => {
    const rated = ratedIn(net, net.ids)
    const draw = { overlay: 7, epoch: net.epoch }
    return atOnce(ownTablesInSlices(rated, net.ids[0]!, draw, { ...options, ...changed })).entries
  }

  it('a walk length of 0 is one of those that walks ask for', () => {
    fc.assert(
      fc.property(network.filter(rates), (net) => {
        const lengths = [3, 6, 12].map((walkLength) => entriesOf(net, { walkLength }))
        expect(lengths).toContainEqual(entriesOf(net, { walkLength: 0 }))
      }),
      runs,
    )
  })

  /** People on a circle of whom everybody rates the next, so many on either side. */
  const circle = (people: number, aSide: number): Network => {
    const random = seededRandom(people)
    const ids = Array.from({ length: people }, () => hex(random.bytes(16)) as NodeId)
    const steps = Array.from({ length: aSide }, (_, step) => step + 1)
    const ratings = ids.flatMap((_, from) =>
      steps.flatMap((step) =>
        [from + step, from - step + people].map((to) => [from, to % people, 800_000] as const),
      ),
    )
    return { ids, ratings, epoch: 3 }
  }

  it('a walk length of 0 is the longest where walks meet among few, and the shortest where all know all', () => {
    for (const [people, aSide, chosen] of [
      [400, 2, 12],
      [41, 20, 3],
    ] as const) {
      const net = circle(people, aSide)
      const taken = entriesOf(net, { walkLength: 0 })
      const same = [3, 6, 12].filter((walkLength) =>
        isDeepStrictEqual(entriesOf(net, { walkLength }), taken),
      )
      expect(same).toEqual([chosen])
    }
  })

  it('nobody comes to a list over a friend who rates its owner down, where hostile ratings are skipped', () => {
    fc.assert(
      fc.property(networkOf(6, 40, 1).filter(rates), (net) => {
        const { ring, graph } = ratedIn(net, net.ids)
        for (const { first } of entriesOf(net, { skipHostile: true }))
          expect(graph.rating(ring.numberOf(first), 0)).toBeGreaterThanOrEqual(0)
      }),
      runs,
    )
  })
})

describe('hops by the own tables', () => {
  const all = (): boolean => true

  it('are the simulator’s where everybody can be spoken to', () => {
    fc.assert(
      fc.property(network.filter(rates), anyId, (net, key) => {
        const { ground, hops, place } = both(net)
        const { places, builder, viewOf } = ground
        const words = wordsOf(key)
        builder.build(place)
        const skipped = { count: 0, places: new Int32Array(1) }
        const next = nextPlace(places, builder.tables, place, words, skipped)
        expect(hops.next(words, all)).toBe(next === deliver ? undefined : places.ring.id(next))
        const first = new FirstHops(places, (at) => viewOf(at).lists, 4)
        const count = first.find(place, words, 4)
        expect(hops.firstHops(words, all, 4).map(({ id }) => id)).toEqual(
          Array.from(first.hops.subarray(0, count), (at) => places.ring.id(at)),
        )
      }),
      runs,
    )
  })

  it('end at the same leaves, those that may not be spoken to left out', () => {
    fc.assert(
      fc.property(network.filter(rates), anyId, (net, key) => {
        const { ground, tables, hops, place } = both(net)
        const leaves = [tables.trusted, tables.any].flatMap(({ left, right }) => [
          ...left,
          ...right,
        ])
        fc.pre(leaves.every(({ barred }) => !barred))
        const { places, builder } = ground
        builder.build(place)
        const delivery = deliveryAt(
          ...([places, builder.tables, place, wordsOf(key), 4, newDelivery(4)] as const),
        )
        const chosen = Array.from(delivery.to.subarray(0, delivery.count), (at) =>
          places.ring.id(at),
        )
        const { to, further } = hops.fanOut(wordsOf(key), all, 4)
        expect([...to, ...further]).toEqual(chosen)
      }),
      runs,
    )
  })

  it('deliver on to those of the leaves that are nearer to the key than the node itself', () => {
    fc.assert(
      fc.property(network.filter(rates), anyId, (net, key) => {
        const { hops } = both(net)
        const self = net.ids[0]!
        const { to, further } = hops.fanOut(wordsOf(key), all, 4)
        const inOrder = byNearness([...new Set([self, ...to, ...further])], key)
        expect(hops.nearer(wordsOf(key), all, 4)).toEqual(inOrder.slice(0, inOrder.indexOf(self)))
      }),
      runs,
    )
  })

  it('end at once at the nearest where everybody fits into one leaf set, opposite the node too', () => {
    const people = fc.uniqueArray(anyId, { minLength: 2, maxLength: 12 })
    fc.assert(
      fc.property(people, anyId, (ids, key) => {
        const ratings = ids.flatMap((_, from) => ids.map((_, to) => [from, to, 900_000] as const))
        const rated = ratedIn({ ids, ratings, epoch: 1 }, ids)
        const draw = { overlay: 7, epoch: 1 }
        const ground = atOnce(TrustedGround.inSlices(rated, draw, trustnetDefaults, [0]))
        const hops = new OwnHops(ground.tablesOf(0))
        const words = wordsOf(key)
        expect(hops.next(words, all)).toBeUndefined()
        expect(hops.fanOut(words, all, 8).to).toEqual(byNearness(ids, key).slice(0, 8))
      }),
      runs,
    )
  })

  it('pass over whoever is away', () => {
    fc.assert(
      fc.property(network.filter(rates), anyId, (net, key) => {
        const { hops } = both(net)
        const away = new Set(net.ids.filter((_, i) => i % 2 === 1))
        const here = (node: NodeId): boolean => !away.has(node)
        const words = wordsOf(key)
        const { to, further } = hops.fanOut(words, here, 8)
        const first = hops.firstHops(words, here, 8).map(({ id }) => id)
        for (const node of [hops.next(words, here), ...first])
          if (node !== undefined) expect(away.has(node)).toBe(false)
        for (const node of [...to, ...further])
          expect(node === net.ids[0] || !away.has(node)).toBe(true)
      }),
      runs,
    )
  })
})
