// Disjoint paths from the roots: counted as by removing nodes (Menger), and one behind one edge.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../../src/core/id.ts'
import { disjointPaths } from '../../../trustchain/standing/disjoint.ts'
import { StandingGraph } from '../../../trustchain/standing/standing.ts'

const id = (n: number): NodeId => n.toString(16).padStart(32, '0') as NodeId
const nodes = 8
const ids = Array.from({ length: nodes }, (_, i) => id(i))

/** The fewest nodes, roots among them, whose removal cuts the last node off. */
function smallestCut(
  edges: readonly (readonly [number, number])[],
  roots: readonly number[],
): number {
  let least = nodes
  for (let mask = 0; mask < 1 << (nodes - 1); mask++) {
    const removed = (node: number): boolean => ((mask >> node) & 1) === 1
    const reached = new Set(roots.filter((root) => !removed(root)))
    for (const node of reached)
      for (const [from, to] of edges) if (from === node && !removed(to)) reached.add(to)
    const size = mask.toString(2).replaceAll('0', '').length
    if (!reached.has(nodes - 1)) least = Math.min(least, size)
  }
  return least
}

describe('disjoint paths', () => {
  test('are as many as the nodes that have to be removed to cut the target off', () => {
    const pair = fc.tuple(fc.nat(nodes - 1), fc.nat(nodes - 1))
    fc.assert(
      fc.property(
        fc.uniqueArray(pair, { maxLength: 30, selector: String }),
        fc.uniqueArray(fc.nat(nodes - 2), { minLength: 1, maxLength: 4 }),
        (pairs, roots) => {
          // An edge into a root is of no use: whoever goes through it could have started there.
          const edges = pairs.filter(([from, to]) => from !== to)
          const graph = StandingGraph.of(
            edges.map(([from, to]) => ({ from: id(from), to: id(to), weight: 1 })),
            ids,
          )
          expect(disjointPaths(graph, roots, nodes - 1, nodes)).toBe(smallestCut(edges, roots))
        },
      ),
      { numRuns: 200 },
    )
  })
})
