// Explanations: what contributed adds up to the raw trust exactly, and the paths are those that
// walking the graph by hand finds.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { distrustOf, distrustOfAll } from '../../../trustchain/graph/distrust.ts'
import { explain } from '../../../trustchain/graph/explanation.ts'
import { TrustFromRoot } from '../../../trustchain/graph/trust-from-root.ts'
import { type NaiveRating, naiveTrust, ratingsOf } from './naive-trust.ts'
import { graphOf } from './viewpoint.ts'

const explained = (rows: readonly NaiveRating[], id: string, pathsMax?: number) => {
  const { index, graph } = graphOf(rows)
  const view = new TrustFromRoot(graph, index.intern('A'))
  return explain(view, index, index.intern(id), pathsMax)
}

const rows = (...texts: string[]): NaiveRating[] =>
  texts.map((text) => {
    const [from, to, value] = text.split(' ')
    return { from: from!, to: to!, value: Math.round(Number(value) * 1e6) }
  })

test('says which ratings made a value, in which round, and by which paths', () => {
  expect(explained(rows('A B .7', 'B C .4', 'A C .3'), 'C')).toEqual({
    node: 'C',
    trust: 580_000,
    raw: 580_000,
    vetoed: false,
    contributions: [
      { from: 'A', round: 0, rating: 300_000, forwarded: 1_000_000, carried: 300_000 },
      { from: 'B', round: 1, rating: 400_000, forwarded: 700_000, carried: 280_000 },
    ],
    paths: [
      { nodes: ['A', 'C'], ratings: [300_000], product: 300_000, round: 0 },
      { nodes: ['A', 'B', 'C'], ratings: [700_000, 400_000], product: 280_000, round: 1 },
    ],
    pathCount: 2,
  })
})

test('of a vetoed node says so, and nothing that others say of it', () => {
  const explanation = explained(rows('A B 1', 'B C 1', 'A C -.5'), 'C')
  expect(explanation).toMatchObject({ trust: -500_000, vetoed: true, contributions: [], paths: [] })
})

test('counts paths without walking them, and lists no more than asked', () => {
  // Five layers of twenty, each fully connected to the next: 20^5 paths.
  const layers = Array.from({ length: 5 }, (_, layer) =>
    Array.from({ length: 20 }, (_, i) => `n${layer}-${i}`),
  )
  const edges = [['A'], ...layers, ['Z']].flatMap((layer, i, all) =>
    layer.flatMap((from) => (all[i + 1] ?? []).map((to) => ({ from, to, value: 1_000_000 }))),
  )
  const { pathCount, paths, contributions } = explained(edges, 'Z', 7)
  expect(pathCount).toBe(20 ** 5)
  expect(paths.length).toBe(7)
  expect(contributions.length).toBe(20)
  expect(explained(edges, 'Z', 0).paths).toEqual([])
})

const letters = ['A', 'B', 'C', 'D', 'E', 'F', 'G']
const rating = fc.record({
  from: fc.constantFrom(...letters, 'A', 'A'),
  to: fc.constantFrom(...letters),
  value: fc.constantFrom(1_000_000, 900_000, 700_000, 600_000, 300_000, 1, -400_000),
})

test('contributions sum to raw and paths are counted right, on random graphs', () => {
  fc.assert(
    fc.property(fc.array(rating, { maxLength: 30 }), fc.constantFrom(...letters), (all, id) => {
      const naive = naiveTrust(ratingsOf(all), 'A')
      const { contributions, paths, pathCount, raw } = explained(all, id, 1_000_000)
      expect(raw).toBe(naive.raw.get(id) ?? 0)
      expect(contributions.reduce((sum, step) => sum + step.carried, 0)).toBe(raw)
      expect(paths.length).toBe(pathCount)
      expect(new Set(paths.map((path) => path.nodes.join())).size).toBe(pathCount)
      for (const path of paths) {
        expect(path.nodes[0]).toBe('A')
        expect(path.nodes.at(-1)).toBe(id)
        // Every node on the way expanded later than the one before it.
        const rounds = path.nodes.slice(1, -1).map((node) => naive.expandedIn.get(node)!)
        expect(rounds).toEqual([...new Set(rounds)].sort())
        expect(path.round).toBe(rounds.at(-1) ?? 0)
      }
    }),
    { numRuns: 500 },
  )
})

test('distrust of one node is what the list of all says', () => {
  fc.assert(
    fc.property(fc.array(rating, { maxLength: 30 }), (all) => {
      const { index, graph } = graphOf(all)
      const view = new TrustFromRoot(graph, index.intern('A'))
      const listed = distrustOfAll(view)
      for (const id of letters) {
        const node = index.intern(id)
        expect(distrustOf(view, node)).toBe(listed.get(node) ?? 0)
      }
    }),
  )
})
