// People of rating files: the core against a slow second implementation, both directions of
// undirected files, and the public data sets where they are.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { utf8 } from '../../../../src/core/bytes.ts'
import { coreOf, everybodyOf } from '../../../../src/sim/experiment/graphs/core.ts'
import { type FileGraph, peopleOfFile } from '../../../../src/sim/experiment/graphs/people-of.ts'
import { RatingGraph } from '../../../../trustchain/graph/rating-graph.ts'
import { sharedPath } from '../../../core/shared-folder.ts'

const file = (given: Partial<FileGraph>): FileGraph => ({
  ...{ kind: 'file', file: 'graph', format: 'csv', map: undefined, weight: 0.8, core: false },
  ...given,
})

function graphOf(nodes: number, rows: readonly (readonly [number, number, number])[]): RatingGraph {
  return RatingGraph.of(nodes, {
    count: rows.length,
    authors: Int32Array.from(rows, ([author]) => author),
    subjects: Int32Array.from(rows, ([, subject]) => subject),
    values: Int32Array.from(rows, ([, , value]) => value),
  })
}

/** Everybody that `node` reaches over positive ratings, itself too. */
function reached(graph: RatingGraph, node: number): Set<number> {
  const seen = new Set([node])
  for (const one of seen)
    graph.forEach((author, subject, value) => {
      if (author === one && value > 0) seen.add(subject)
    })
  return seen
}

test('the core is the largest set of people who all reach each other, with all ratings among them', () => {
  const row = fc.tuple(fc.nat(9), fc.nat(9), fc.constantFrom(-5, 3, 9))
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
      const graph = graphOf(10, rows)
      const ways = Array.from({ length: 10 }, (_, node) => reached(graph, node))
      const groups = ways.map((way, node) => [...way].filter((one) => ways[one]!.has(node)).sort())
      const largest = groups.reduce((best, group) => (group.length > best.length ? group : best))
      const ratings: (readonly number[])[] = []
      graph.forEach((author, subject, value) => {
        const [a, b] = [largest.indexOf(author), largest.indexOf(subject)]
        if (a >= 0 && b >= 0) ratings.push([a, b, value])
      })
      const { people, columns } = coreOf(graph)
      expect(people).toBe(largest.length)
      const { count, authors, subjects, values } = columns
      expect(Array.from({ length: count }, (_, i) => [authors[i], subjects[i], values[i]])).toEqual(
        ratings,
      )
    }),
  )
})

test('of a csv with several overlays one is named, and a column of something else loses nothing', () => {
  const bytes = utf8('from,to,value,overlay\na,b,0.8,social\nb,c,0.5,work\nc,a,0.5,work\n')
  const ratings = (overlay?: string): number => peopleOfFile(file({ overlay }), bytes).columns.count
  expect(() => ratings()).toThrow(/names 2 overlays \(social, work\): name one of them, or leave/)
  expect(() => ratings('play')).toThrow(/no ratings of "play": it takes one of social, work/)
  expect([ratings('social'), ratings('work')]).toEqual([1, 2])
  expect(() => peopleOfFile(file({ overlay: 'play' }), utf8(''))).toThrow(/has 0 people/)
  const dated = Array.from(
    { length: 40 },
    (_, i) => `${i},${(i + 1) % 40},0.8,${1_300_000_000 + i}`,
  )
  expect(() => peopleOfFile(file({}), utf8(`${dated.join('\n')}\n`))).toThrow(/and 35 more/)
})

test.each([
  [1e-7, 1],
  [0.123_456_78, 123_457],
  [1, 1_000_000],
])('a weight of %d is a rating of %d millionths', (weight, millionths) => {
  const { columns } = peopleOfFile(file({ format: 'snap', weight }), utf8('1 2\n2 1\n'))
  expect([...columns.values]).toEqual([millionths, millionths])
})

test('a long chain is searched without recursion', () => {
  const nodes = 100_000
  const ring = graphOf(
    nodes,
    Array.from({ length: nodes }, (_, node) => [node, (node + 1) % nodes, 5] as const),
  )
  expect(coreOf(ring).people).toBe(nodes)
})

test('people are numbered by first sight, and the last rating of a pair counts', () => {
  const { people, columns } = peopleOfFile(
    file({}),
    utf8('from,to,value\nann,bob,0.5\nbob,cy,-0.2\nann,bob,0.7\n'),
  )
  expect(people).toBe(3)
  expect([...columns.authors.subarray(0, columns.count)]).toEqual([0, 1])
  expect([...columns.subjects.subarray(0, columns.count)]).toEqual([1, 2])
  expect([...columns.values.subarray(0, columns.count)]).toEqual([700_000, -200_000])
})

test('undirected files count both ways, and a rating that is there is kept', () => {
  const bytes = utf8('from,to,value\na,b,0.5\nb,a,0.9\nb,c,0.4\n')
  const { columns } = peopleOfFile(file({ undirected: true }), bytes)
  const graph = RatingGraph.of(3, columns)
  expect([graph.rating(0, 1), graph.rating(1, 0), graph.rating(1, 2), graph.rating(2, 1)]).toEqual([
    500_000, 900_000, 400_000, 400_000,
  ])
})

test('a graph without two people in its core is refused with what to change', () => {
  const one = (): unknown => peopleOfFile(file({ format: 'snap', core: true }), utf8('1 2\n2 3\n'))
  expect(one).toThrow('graph.file: graph has 1 people in its core')
})

test('the public data sets have the cores that others count', () => {
  const path = sharedPath('data/bitcoin-otc/soc-sign-bitcoinotc.csv')
  const facebook = sharedPath('data/facebook-ego/facebook_combined.txt')
  const sizes = [
    path === undefined
      ? 4568
      : peopleOfFile(file({ format: 'snap-signed', map: 'linear', core: true }), readFileSync(path))
          .people,
    facebook === undefined
      ? 4039
      : peopleOfFile(file({ format: 'snap', core: true, undirected: true }), readFileSync(facebook))
          .people,
  ]
  expect(sizes).toEqual([4568, 4039])
})

test('everybody is everybody, in the order of the graph', () => {
  const graph = graphOf(4, [
    [2, 1, 5],
    [0, 3, -5],
  ])
  const { people, columns } = everybodyOf(graph)
  expect(people).toBe(4)
  expect([...columns.authors]).toEqual([0, 2])
})
