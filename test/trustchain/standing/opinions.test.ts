// Ratings kept as columns of sums: the edges are always those that the latest ratings of all slots
// give when they are read one by one, whatever was replaced, withdrawn or only tried.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../../src/core/id.ts'
import type { EdgeRating } from '../../../trustchain/standing/edge.ts'
import { OpinionColumns, type SlotChange } from '../../../trustchain/standing/opinions.ts'
import { StandingGraph } from '../../../trustchain/standing/standing.ts'

const id = (n: number): NodeId => n.toString(16).padStart(32, '0') as NodeId
const nobody: ReadonlySet<NodeId> = new Set()

/** Edges of a graph as text, ascending. */
function edgesOf({ ids, start, to, weight }: StandingGraph): string[] {
  const edges = ids.flatMap((from, node) =>
    Array.from(
      to.subarray(start[node], start[node + 1]),
      (other, i) => `${from} ${ids[other]} ${weight[start[node]! + i]}`,
    ),
  )
  return edges.sort()
}

/** The rules of 2-trust read off the ratings, pair by pair. */
function naiveEdges(ratings: readonly EdgeRating[], silent: ReadonlySet<NodeId>): string[] {
  const pairs = Map.groupBy(
    ratings.filter(({ author, subject }) => author !== subject && !silent.has(author)),
    ({ author, subject }) => `${author} ${subject}`,
  )
  const edges: string[] = []
  for (const [pair, given] of pairs) {
    const trust = given.filter(({ kind }) => kind === 'trust').map(({ value }) => value)
    const stars = given.filter(({ kind }) => kind !== 'trust').map(({ value }) => value)
    if (trust.some((value) => value < 0)) continue
    const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0)
    const mean = stars.length === 0 ? 0 : Math.floor(sum(stars) / stars.length)
    const weight = Math.min(1_000_000, sum(trust) + mean)
    if (weight > 0) edges.push(`${pair} ${weight}`)
  }
  return edges.sort()
}

const columnsOf = (ratings: readonly EdgeRating[]): OpinionColumns => {
  const columns = new OpinionColumns()
  columns.adopt(ratings.map((rating): SlotChange => [undefined, rating]))
  return columns
}

const trust = (value: number) => ({ kind: 'trust' as const, value })
const stars = (value: number) => ({ kind: 'honesty' as const, value })

describe('the weight of an edge', () => {
  test.each([
    ['trust of overlays adds up', [trust(300_000), trust(200_000)], 500_000],
    ['the sum is clamped to one', [trust(900_000), trust(200_000)], 1_000_000],
    ['negative trust in any overlay is no edge', [trust(1_000_000), trust(-1)], 0],
    ['stars count with their mean', [stars(1_000_000), stars(500_000)], 750_000],
    ['a mean of stars is floored', [trust(10), stars(-1), stars(0)], 9],
    ['bad stars lower a sum and veto nothing', [trust(800_000), stars(-500_000)], 300_000],
    ['a sum of nothing is no edge', [trust(500_000), stars(-500_000)], 0],
    ['withdrawn trust is no edge', [trust(0)], 0],
  ])('%s', (_, ratings, weight) => {
    const columns = columnsOf(ratings.map((one) => ({ author: id(1), subject: id(2), ...one })))
    const edges = edgesOf(columns.edges([], []).graph([], nobody))
    expect(edges).toEqual(weight === 0 ? [] : [`${id(1)} ${id(2)} ${weight}`])
  })

  test('ratings of one pair become one edge, and those of oneself none', () => {
    const columns = columnsOf([
      { author: id(1), subject: id(2), ...trust(400_000) },
      { author: id(1), subject: id(1), ...trust(1_000_000) },
      { author: id(2), subject: id(1), ...trust(-100_000) },
      { author: id(1), subject: id(2), ...stars(250_000) },
    ])
    const edges = edgesOf(columns.edges([], []).graph([], nobody))
    expect(edges).toEqual([`${id(1)} ${id(2)} 650000`])
  })
})

/** A slot with a new value; undefined withdraws it. Few slots, so that most are given again. */
const change = fc.record({
  author: fc.integer({ min: 0, max: 5 }).map(id),
  subject: fc.integer({ min: 0, max: 5 }).map(id),
  overlay: fc.integer({ min: 0, max: 2 }),
  kind: fc.constantFrom('trust' as const, 'honesty' as const, 'reliability' as const),
  value: fc.option(
    fc.integer({ min: -1_000_000, max: 1_000_000 }).filter((value) => value !== 0),
    { nil: undefined },
  ),
})

describe('opinions', () => {
  test('give the edges of the latest ratings, with a block tried and without', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ changes: fc.array(change, { maxLength: 12 }), adopted: fc.boolean() }),
        ),
        fc.uniqueArray(fc.integer({ min: 0, max: 8 }).map(id), { maxLength: 3 }),
        (blocks, silenced) => {
          const silent = new Set(silenced)
          const columns = new OpinionColumns()
          let final = new Map<string, EdgeRating>()
          const expectEdges = (slots: ReadonlyMap<string, EdgeRating>, tried: SlotChange[]) => {
            const graph = columns.edges(tried, silent).graph(silent, silent)
            expect(edgesOf(graph)).toEqual(naiveEdges([...slots.values()], silent))
            expect(graph.ids).toEqual([...graph.ids].sort())
            for (const one of silent) expect(graph.ids[graph.numberOf(one)]).toBe(one)
          }
          for (const { changes, adopted } of blocks) {
            const tried = new Map(final)
            for (const { overlay, value, ...slot } of changes) {
              const key = `${slot.author}/${slot.subject}/${overlay}/${slot.kind}`
              if (value === undefined) tried.delete(key)
              else tried.set(key, { ...slot, value })
            }
            const keys = new Set([...final.keys(), ...tried.keys()])
            const steps = [...keys].map((key): SlotChange => [final.get(key), tried.get(key)])
            expectEdges(tried, steps)
            if (adopted) {
              columns.adopt(steps)
              final = tried
            }
            expectEdges(final, [])
          }
        },
      ),
      { numRuns: 200 },
    )
  })

  test('stay those of the last rating when one pair is rated over and over', () => {
    const columns = new OpinionColumns()
    const rated = (value: number) => ({ author: id(1), subject: id(2), ...trust(value) })
    columns.adopt([[undefined, rated(1)]])
    const other = { author: id(3), subject: id(2), ...stars(500_000) }
    columns.adopt([
      [undefined, other],
      [undefined, { ...other, author: id(4) }],
      [{ ...other, author: id(4) }, undefined],
    ])
    for (let value = 2; value <= 200_000; value++) columns.adopt([[rated(value - 1), rated(value)]])
    const edges = edgesOf(columns.edges([], []).graph([], nobody))
    expect(edges).toEqual([`${id(1)} ${id(2)} 200000`, `${id(3)} ${id(2)} 500000`])
  })

  test('refuse to leave out a node that is asked for', () => {
    const edges = columnsOf([{ author: id(1), subject: id(2), ...trust(1) }]).edges([], [])
    expect(() => StandingGraph.of(edges, [id(3)])).toThrow('made with this node')
  })
})
