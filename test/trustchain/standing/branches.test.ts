// Branches against their definition: take a node away, see who is not reached any more.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NodeId } from '../../../src/core/id.ts'
import { branchesOf, unreached } from '../../../trustchain/standing/branches.ts'
import { StandingGraph } from '../../../trustchain/standing/standing.ts'

const id = (n: number): NodeId => n.toString(16).padStart(32, '0') as NodeId
const nodes = 10
const ids = Array.from({ length: nodes }, (_, i) => id(i))
type Edge = readonly [from: number, to: number]

function reachedWithout(edges: readonly Edge[], roots: readonly number[], gone: number) {
  const reached = new Set(roots.filter((root) => root !== gone))
  for (const node of reached)
    for (const [from, to] of edges) if (from === node && to !== gone) reached.add(to)
  return reached
}

/** Nobody is missing by that number. */
const nobody = nodes

function naiveBranches(edges: readonly Edge[], roots: readonly number[]): number[] {
  const all = reachedWithout(edges, roots, nobody)
  const cuts = ids.map((_, gone) => reachedWithout(edges, roots, gone))
  return ids.map((_, node) => {
    if (!all.has(node)) return unreached
    const needed = ids.map((_, gone) => gone).filter((gone) => !cuts[gone]!.has(node))
    // The head is needed by all others that are needed, and needs none of them.
    return needed.find((head) => needed.every((other) => other === head || cuts[other]!.has(head)))!
  })
}

test('a branch is headed by the first node that all ways from the roots share', () => {
  const pair = fc.tuple(fc.nat(nodes - 1), fc.nat(nodes - 1))
  fc.assert(
    fc.property(
      fc.uniqueArray(pair, { maxLength: 24, selector: String }),
      fc.uniqueArray(fc.nat(nodes - 1), { minLength: 1, maxLength: 4 }),
      (pairs, roots) => {
        const edges = pairs.filter(([from, to]) => from !== to)
        const graph = StandingGraph.of(
          edges.map(([from, to]) => ({ from: id(from), to: id(to), weight: 1 })),
          ids,
        )
        expect([...branchesOf(graph, roots)]).toEqual(naiveBranches(edges, roots))
      },
    ),
    { numRuns: 500 },
  )
})

test('identities behind one edge are one branch, whoever was deceived', () => {
  const edges = [
    ...[0, 1].flatMap((root) => [2, 3].map((to) => ({ from: id(root), to: id(to), weight: 1 }))),
    ...[5, 6, 7].map((sybil) => ({ from: id(4), to: id(sybil), weight: 1 })),
    ...[5, 6, 7].map((sybil) => ({ from: id(sybil), to: id(2), weight: 1 })),
  ]
  const deceivedBy = (node: number): number[] => {
    const graph = StandingGraph.of([...edges, { from: id(node), to: id(4), weight: 1 }], ids)
    return [4, 5, 6, 7].map((sybil) => branchesOf(graph, [0, 1])[sybil]!)
  }
  expect(deceivedBy(0)).toEqual([0, 0, 0, 0])
  expect(deceivedBy(3)).toEqual([3, 3, 3, 3].map(() => deceivedBy(3)[0]!))
  expect(new Set(deceivedBy(3)).size).toBe(1)
})
