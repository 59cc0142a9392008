// Branches of the rating graph: everything that hangs on one node. A node's branch is the nearest to
// the roots of those nodes without which no root would reach it (its dominators); a node that two
// ways without a common node reach is a branch of its own. However many identities an attacker puts
// behind one edge, a deceived root's own included, they are one branch.
//
// Dominators by Cooper, Harvey, Kennedy: A Simple, Fast Dominance Algorithm (2001), from one source
// above all roots.
import type { StandingGraph } from './standing.ts'

/** No root reaches the node. */
export const unreached = -1

/**
 * For every node by number the node at the head of its branch, which may be itself; `unreached` for
 * those that no root reaches. A root heads the branch of what only it vouches for. O(edges) mostly.
 *
 * @param roots numbers of live roots
 */
export function branchesOf(graph: StandingGraph, roots: readonly number[]): Int32Array {
  const nodes = graph.ids.length
  const source = nodes
  const order = reversePostorder(graph, roots)
  const place = new Int32Array(nodes + 1).fill(unreached)
  for (const [i, node] of order.entries()) place[node] = i
  const dominator = dominators(graph, roots, order, place)
  const heads = new Int32Array(nodes).fill(unreached)
  for (const node of order)
    if (node !== source) heads[node] = dominator[node] === source ? node : heads[dominator[node]!]!
  return heads
}

/** The source, numbered after all nodes, then what it reaches: a node before what is first reached through it. */
function reversePostorder({ start, to, ids }: StandingGraph, roots: readonly number[]): number[] {
  const source = ids.length
  const seen = new Uint8Array(ids.length)
  const finished: number[] = []
  for (const root of roots) {
    if (seen[root] === 1) continue
    seen[root] = 1
    const path = [root]
    const next = [start[root]!]
    while (path.length > 0) {
      const node = path[path.length - 1]!
      const edge = next[next.length - 1]!
      if (edge === start[node + 1]!) {
        finished.push(node)
        path.pop()
        next.pop()
        continue
      }
      next[next.length - 1] = edge + 1
      const other = to[edge]!
      if (seen[other] === 1) continue
      seen[other] = 1
      path.push(other)
      next.push(start[other]!)
    }
  }
  finished.push(source)
  return finished.reverse()
}

function dominators(
  graph: StandingGraph,
  roots: readonly number[],
  order: readonly number[],
  place: Int32Array,
): Int32Array {
  const { start, to, ids } = graph
  const source = ids.length
  const dominator = new Int32Array(source + 1).fill(unreached)
  dominator[source] = source
  for (const root of roots) dominator[root] = source
  const common = (a: number, b: number): number => {
    while (a !== b) {
      while (place[a]! > place[b]!) a = dominator[a]!
      while (place[b]! > place[a]!) b = dominator[b]!
    }
    return a
  }
  for (let changed = true; changed; ) {
    changed = false
    // Edges by the node that they leave, in order: what a node passes on is known before it is used.
    for (const node of order) {
      if (node === source) continue
      for (let edge = start[node]!; edge < start[node + 1]!; edge++) {
        const other = to[edge]!
        const before = dominator[other]!
        const after = before === unreached ? node : common(before, node)
        if (after === before) continue
        dominator[other] = after
        changed = true
      }
    }
  }
  return dominator
}
