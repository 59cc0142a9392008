// TN-1 to the digit: the design's table, and incremental = rebuild = naive on random small graphs,
// where cycles, ties, exact thresholds, vetoes and withdrawals all happen often.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NodeIndex } from '../../../trustchain/graph/node-index.ts'
import { RatingGraph } from '../../../trustchain/graph/rating-graph.ts'
import { TrustFromRoot } from '../../../trustchain/graph/trust-from-root.ts'
import { type NaiveRating, naiveTrust, ratingsOf } from './naive-trust.ts'
import { factsOf, graphOf, naiveFacts } from './viewpoint.ts'

/** `A>B .7, B>C .4` as ratings. */
const ratings = (text: string): NaiveRating[] =>
  text.split(', ').map((part) => {
    const [pair, value] = part.split(' ')
    const [from, to] = pair!.split('>')
    return { from: from!, to: to!, value: Math.round(Number(value) * 1e6) }
  })

interface Expected {
  readonly trust: Record<string, number>
  readonly raw?: Record<string, number>
  readonly absent?: readonly string[]
  readonly vetoed?: Record<string, number>
  readonly distrust?: Record<string, number>
}

const table: [string, Expected][] = [
  ['A>B .7, B>C .4', { trust: { B: 700_000, C: 280_000 } }],
  ['A>B .7, B>C .4, A>C .3', { trust: { B: 700_000, C: 580_000 } }],
  ['A>B .6, B>C 1', { trust: { B: 600_000 }, absent: ['C'] }],
  ['A>B .8, A>C .7, B>C .5', { trust: { C: 1_000_000 }, raw: { C: 1_100_000 } }],
  ['A>B .7, B>C 1, C>B 1, B>B 1, C>A 1', { trust: { B: 700_000, C: 700_000 }, absent: ['A'] }],
  [
    'A>B .9, A>C .8, A>D -.1, B>D 1, C>D 1, D>E 1',
    { trust: { B: 900_000, C: 800_000 }, absent: ['D', 'E'], vetoed: { D: -100_000 } },
  ],
  ['A>B .9, A>C .7, B>D .8, C>D -1', { trust: { D: 720_000 }, distrust: { D: 700_000 } }],
  [
    'A>B .7, B>S1 1, B>S2 1, B>S3 1, S1>X 1, S2>X 1, S3>X 1',
    { trust: { S1: 700_000, S2: 700_000, S3: 700_000, X: 1_000_000 }, raw: { X: 2_100_000 } },
  ],
  ['A>B .777777, B>C .333333, B>D .000001', { trust: { C: 259_258 }, absent: ['D'] }],
  ['A>B 1, A>C 1, A>D 1, B>X .1, C>X .2, D>X .3, X>Y 1', { trust: { X: 600_000 }, absent: ['Y'] }],
  [
    'A>B 1, A>C 1, B>D 1, C>D 1, D>E .5',
    { trust: { D: 1_000_000, E: 500_000 }, raw: { D: 2_000_000, E: 500_000 } },
  ],
]

describe('the design table', () => {
  test.each(table)('%s', (text, expected) => {
    const { index, graph } = graphOf(ratings(text))
    const view = new TrustFromRoot(graph, index.intern('A'))
    const { nodes, vetoed, distrust, truncated } = factsOf(index, view)
    for (const [id, value] of Object.entries(expected.trust)) expect(nodes[id]?.[0]).toBe(value)
    for (const [id, value] of Object.entries(expected.raw ?? {})) expect(nodes[id]?.[1]).toBe(value)
    for (const id of expected.absent ?? []) expect(nodes[id]).toBeUndefined()
    expect(vetoed).toEqual(expected.vetoed ?? {})
    if (expected.distrust !== undefined) expect(distrust).toEqual(expected.distrust)
    expect(truncated).toBe(false)
  })
})

test('trust reached only in the last round and above the threshold is reported as truncated', () => {
  const chain = ratings('A>B 1, B>C 1, C>D 1, D>E 1')
  const { index, graph } = graphOf(chain)
  const facts = (rounds: number) =>
    factsOf(index, new TrustFromRoot(graph, index.intern('A'), { rounds }))
  expect(facts(2).truncated).toBe(true)
  expect(Object.keys(facts(2).nodes)).toEqual(['B', 'C', 'D'])
  expect(facts(3).truncated).toBe(true)
  expect(facts(4).truncated).toBe(false)
})

test('without the cap trust shows the raw sum, and forwards the capped one all the same', () => {
  const { index, graph } = graphOf(ratings('A>B 1, A>C 1, B>D 1, C>D 1, D>E .5'))
  const view = new TrustFromRoot(graph, index.intern('A'), { cap: false })
  expect(view.trust(index.intern('D'))).toBe(2_000_000)
  expect(view.trust(index.intern('E'))).toBe(500_000)
})

test('of two ratings of one pair the higher sequence number wins, whatever the order of rows', () => {
  const columns = {
    count: 3,
    authors: Int32Array.of(0, 0, 0),
    subjects: Int32Array.of(1, 1, 2),
    values: Int32Array.of(900_000, 100_000, 0),
  }
  const withSeqs = RatingGraph.of(3, { ...columns, seqs: Float64Array.of(7, 3, 1) })
  expect(withSeqs.rating(0, 1)).toBe(900_000)
  expect(RatingGraph.of(3, columns).rating(0, 1)).toBe(100_000)
  expect(withSeqs.rating(0, 2)).toBe(0)
  expect(withSeqs.ratingCount).toBe(1)
})

// Few nodes and values around the threshold, so that paths meet, tie and cross it.
const letters = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H']
const letter = fc.constantFrom(...letters)
const value = fc.oneof(
  fc.constantFrom(1_000_000, 600_000, 600_001, 700_000, 300_000, 200_000, 1, 0, 0, -1, -500_000),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((v) => v + 0),
  fc.integer({ min: 550_000, max: 1_000_000 }),
)
const rating = fc.record({ from: fc.oneof(letter, fc.constant('A')), to: letter, value })
const options = fc.record({
  threshold: fc.constantFrom(0, 300_000, 600_000, 600_000, 600_000, 1_000_000),
  rounds: fc.constantFrom(0, 1, 2, 3, 6, 6, 6),
})

test('incremental, rebuilt and naive trust agree in every field after every change', () => {
  fc.assert(
    fc.property(
      fc.array(rating, { maxLength: 30 }),
      fc.array(fc.oneof({ weight: 12, arbitrary: rating }, letter), { maxLength: 25 }),
      options,
      (initial, changes, { threshold, rounds }) => {
        const { index, graph } = graphOf(initial)
        const root = index.intern('A')
        const frozen = new Set<number>()
        const fast = new TrustFromRoot(graph, root, { threshold, rounds, frozen })
        const rows = [...initial]
        for (const change of [undefined, ...changes]) {
          const before = factsOf(index, fast)
          let changed: readonly number[] = []
          if (typeof change === 'string') {
            // A fork is proven, or (never in life) taken back.
            const node = index.intern(change)
            graph.addNodes(index.size)
            if (!frozen.delete(node)) frozen.add(node)
            changed = fast.followFrozen(node)
          } else if (change !== undefined) {
            const [from, to] = [index.intern(change.from), index.intern(change.to)]
            changed = fast.follow(from, to, graph.rate(from, to, change.value), change.value)
            rows.push(change)
          }
          const facts = factsOf(index, fast)
          const rebuilt = new TrustFromRoot(graph, root, { threshold, rounds, frozen })
          const names = new Set([...frozen].map((node) => index.idOf(node)))
          const naive = naiveTrust(ratingsOf(rows), 'A', { threshold, rounds, frozen: names })
          expect(facts).toEqual(naiveFacts(naive))
          expect(factsOf(index, rebuilt)).toEqual(facts)
          for (const id of letters) {
            const node = index.intern(id)
            expect(fast.forwarded(node)).toBe(naive.forwarded.get(id) ?? 0)
          }
          const shown = (f: typeof facts, id: string) => f.vetoed[id] ?? f.nodes[id]?.[0] ?? 0
          expect(changed.map((node) => index.idOf(node)).sort()).toEqual(
            letters.filter((id) => shown(before, id) !== shown(facts, id)),
          )
        }
      },
    ),
    { numRuns: 1_500 },
  )
})

test('a graph grown one rating at a time holds what the latest ratings say', () => {
  fc.assert(
    fc.property(fc.array(rating, { maxLength: 200 }), (rows) => {
      const index = new NodeIndex()
      const grown = new RatingGraph()
      for (const { from, to, value } of rows)
        grown.rate(index.intern(from), index.intern(to), value)
      const expected = [...ratingsOf(rows.filter((row) => row.from !== row.to))].flatMap(
        ([from, given]) => [...given].map(([to, value]) => `${from}>${to} ${value}`),
      )
      const listed = (graph: RatingGraph, names: NodeIndex): string[] => {
        const found: string[] = []
        graph.forEach((from, to, value) => {
          found.push(`${names.idOf(from)}>${names.idOf(to)} ${value}`)
        })
        return found.sort()
      }
      const bulk = graphOf(rows)
      expect(listed(grown, index)).toEqual(expected.sort())
      expect(listed(bulk.graph, bulk.index)).toEqual(expected)
      expect(grown.ratingCount).toBe(expected.length)
    }),
  )
})
