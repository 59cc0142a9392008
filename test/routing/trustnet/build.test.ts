// The policy trustnet on small random networks: lists, registrations, votes and tables, each against
// the naive second implementation.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Ring, wordsOf } from '../../../routing/ring.ts'
import { Ballots } from '../../../routing/trustnet/ballots.ts'
import { Builder } from '../../../routing/trustnet/build.ts'
import { trustEdges } from '../../../routing/trustnet/edges/graph.ts'
import { weightsOf } from '../../../routing/trustnet/edges/weights.ts'
import { FirstHops } from '../../../routing/trustnet/first-hops.ts'
import { Lists } from '../../../routing/trustnet/lists.ts'
import { deliveryAt, newDelivery } from '../../../routing/trustnet/next.ts'
import {
  sizesFor,
  type TrustnetOptions,
  trustnetDefaults,
  witnessesNeeded,
} from '../../../routing/trustnet/options.ts'
import { Places } from '../../../routing/trustnet/places.ts'
import { registeringInSlices } from '../../../routing/trustnet/registered.ts'
import { atOnce } from '../../../routing/trustnet/slices.ts'
import { placeOf } from '../../../routing/trustnet/tables.ts'
import { WalkedLists } from '../../../routing/trustnet/walks.ts'
import { RatingGraph } from '../../../trustchain/graph/rating-graph.ts'
import { anyId } from '../naive-ring.ts'
import { NaiveTrustnet } from './naive-trustnet.ts'
import { type Network, networkOf } from './networks.ts'

const network = networkOf(14, 60, 5)

const choices: fc.Arbitrary<TrustnetOptions> = fc.record({
  ...Object.fromEntries(Object.entries(trustnetDefaults).map(([k, v]) => [k, fc.constant(v)])),
  listSize: fc.constantFrom(2, 5, 40),
  registered: fc.constantFrom(0, 3, 20),
  walkLength: fc.constantFrom(1, 3, 5),
  embed: fc.constantFrom(0, 1),
  skipHostile: fc.boolean(),
  ratingExponent: fc.constantFrom(0, 1),
  auditMax: fc.constantFrom(0, 1, 2),
  witnesses: fc.constantFrom(0, 1, 3),
  onlyAbove: fc.constantFrom(0, 0.6),
  scoreBy: fc.constantFrom('rating', 'walks'),
}) as unknown as fc.Arbitrary<TrustnetOptions>

/** Both implementations over one network; node numbers in the order of `order`. */
function both({ ids, ratings, epoch }: Network, options: TrustnetOptions, order = ids) {
  const ring = new Ring()
  for (const id of order) ring.intern(id)
  const graph = new RatingGraph()
  graph.addNodes(ids.length)
  const naive = new Map<string, Map<string, number>>()
  for (const [from, to, value] of ratings) {
    graph.rate(ring.numberOf(ids[from]!), ring.numberOf(ids[to]!), value)
    if (from === to) continue
    if (!naive.has(ids[from]!)) naive.set(ids[from]!, new Map())
    naive.get(ids[from]!)!.set(ids[to]!, value)
  }
  const places = new Places(ring)
  const sizes = sizesFor(ids.length, options)
  const above = Math.floor(options.onlyAbove * 1_000_000)
  const edges = trustEdges(graph, places, above, options.skipHostile)
  const weights = weightsOf(edges, options)
  const draw = { overlay: 0, epoch }
  const lists = new Lists(
    ...([places, sizes.listSize, new WalkedLists(edges, weights, places, options, draw)] as const),
  )
  const registered = atOnce(
    registeringInSlices(edges, weights, places, options, draw, sizes.registered),
  )
  const ballots = new Ballots(lists, registered)
  const builder = new Builder({
    ...{ places, edges, options },
    viewOf: () => ({ lists, ballots, sizes, nodes: ids.length }),
  })
  const reference = new NaiveTrustnet(ids, naive, options, sizes, ids.length, epoch)
  const idAt = (place: number): string => places.ring.id(place)
  const listOf = (place: number) => {
    const start = lists.of(place)
    return Array.from({ length: lists.counts[place]! }, (_, i) => [
      idAt(lists.entries[start + i]!),
      { score: lists.scores[start + i]!, first: idAt(lists.firsts[start + i]!) },
    ])
  }
  return { ...{ places, lists, registered, builder, reference, sizes }, ...{ idAt, listOf } }
}

const runs = { numRuns: 40 }
const byId = <E extends readonly unknown[]>(entries: readonly E[]): E[] =>
  entries.toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1))

describe('lists of trusted nodes', () => {
  it('are what the naive walks find, with scores and first friends', () => {
    fc.assert(
      fc.property(network, choices, (net, options) => {
        const { reference, listOf } = both(net, options)
        reference.ids.forEach((id, place) => {
          expect(listOf(place)).toEqual(byId([...reference.list(id)]))
        })
      }),
      runs,
    )
  })

  it('do not depend on how a machine numbers the nodes: anybody recomputes them', () => {
    fc.assert(
      fc.property(network, choices, (net, options) => {
        const one = both(net, options)
        const other = both(net, options, net.ids.toReversed())
        net.ids.forEach((_, place) => {
          expect(one.listOf(place)).toEqual(other.listOf(place))
        })
      }),
      runs,
    )
  })

  it('registrations end where the naive backward walks end', () => {
    fc.assert(
      fc.property(network, choices, (net, options) => {
        const { reference, registered, idAt } = both(net, options)
        reference.ids.forEach((id, place) => {
          const run = registered.to.subarray(registered.start[place]!, registered.start[place + 1]!)
          expect(Array.from(run, idAt)).toEqual(reference.registered(id))
        })
      }),
      runs,
    )
  })
})

describe('tables of a node', () => {
  it('seat the leaves that enough lists vote for, and keep the position of the vetoed', () => {
    fc.assert(
      fc.property(network, choices, (net, options) => {
        const { reference, builder, sizes, lists, idAt } = both(net, options)
        const { trusted, any } = builder.tables
        reference.ids.slice(0, 3).forEach((id, place) => {
          builder.build(place)
          const needed = witnessesNeeded(sizes, lists.counts[place]!, options)
          for (const side of [0, 1] as const)
            for (const [leaves, votes] of [
              [trusted, needed],
              [any, 1],
            ] as const) {
              const start = (2 * place + side) * leaves.room
              const seated = leaves.entries.subarray(
                start,
                start + leaves.counts[2 * place + side]!,
              )
              expect(Array.from(seated, (leaf) => idAt(placeOf(leaf)))).toEqual(
                reference.leaves(id, side, votes, leaves.room),
              )
              for (const leaf of seated)
                expect(leaf < 0).toBe(reference.isBarred(id, idAt(placeOf(leaf))))
            }
        })
      }),
      runs,
    )
  })

  it('hold the best candidate of every slot, and nobody vetoed', () => {
    fc.assert(
      fc.property(network, choices, (net, options) => {
        const { reference, builder, idAt } = both(net, options)
        const { tables } = builder
        const id = reference.ids[0]!
        builder.build(0)
        for (let row = 0; row < tables.rows; row++)
          for (let column = 0; column < 16; column++) {
            const entry = tables.slots[tables.slotAt(0, row, column)]! - 1
            expect(entry < 0 ? undefined : idAt(entry)).toBe(reference.best(id, row, column))
          }
      }),
      runs,
    )
  })

  it('deliver to the q nearest trusted leaves and then to further ones', () => {
    fc.assert(
      fc.property(network, choices, anyId, (net, options, key) => {
        const { reference, builder, places, sizes, lists, idAt } = both(net, options)
        const id = reference.ids[0]!
        builder.build(0)
        const needed = witnessesNeeded(sizes, lists.counts[0]!, options)
        const sides = (votes: number, room: number) =>
          ([0, 1] as const).flatMap((side) => reference.leaves(id, side, votes, room))
        const first = reference.nearest([id, ...sides(needed, 16)], key, 4)
        const further = sides(1, options.mix).filter((leaf) => !first.includes(leaf))
        const delivery = deliveryAt(
          ...([places, builder.tables, 0, wordsOf(key), 4, newDelivery(4)] as const),
        )
        const chosen = Array.from(delivery.to.subarray(0, delivery.count), (leaf) =>
          idAt(placeOf(leaf)),
        )
        expect(chosen).toEqual([...first, ...reference.nearest(further, key, 2)])
      }),
      runs,
    )
  })
})

describe('first hops', () => {
  it('use every first friend once before any a second time, the nearest entries first', () => {
    fc.assert(
      fc.property(network, anyId, fc.integer({ min: 1, max: 16 }), (net, key, routes) => {
        const { places, lists, listOf, idAt, reference } = both(net, trustnetDefaults)
        const entries = new Map(listOf(0) as [string, { first: string }][])
        const hops = new FirstHops(places, () => lists, 16)
        const found = hops.find(0, wordsOf(key), routes)
        const chosen = Array.from(hops.hops.subarray(0, found), idAt)
        const rest = new Set(entries.keys())
        const expected: string[] = []
        while (expected.length < Math.min(routes, entries.size)) {
          const used = new Set<string>()
          for (const id of reference.nearest(rest, key, rest.size)) {
            if (used.has(entries.get(id)!.first) || expected.length === routes) continue
            used.add(entries.get(id)!.first)
            rest.delete(id)
            expected.push(id)
          }
        }
        expect(chosen).toEqual(expected)
      }),
      runs,
    )
  })
})
