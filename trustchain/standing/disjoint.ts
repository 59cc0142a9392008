// Disjoint support: how many ways lead from the roots to a node that share nobody, each from a root
// of its own. Everything behind one edge, however many identities it is, has a single way. It says
// nothing against colluders who were each trusted separately: they are as disjoint as honest nodes.
import type { StandingGraph } from './standing.ts'

/**
 * The number of vertex-disjoint paths from the roots to a node, counted up to `enough`: augmenting
 * paths with one unit through every node (Menger). A root has `enough` of its own. O(enough · edges).
 *
 * @param roots numbers of live roots
 */
export function disjointPaths(
  graph: StandingGraph,
  roots: readonly number[],
  target: number,
  enough: number,
): number {
  if (roots.includes(target)) return enough
  const paths = new Paths(graph, roots, target)
  let found = 0
  while (found < enough && paths.augment()) found++
  return found
}

const nobody = -1

class Paths {
  readonly #graph: StandingGraph
  readonly #roots: readonly number[]
  readonly #isRoot: Uint8Array
  readonly #target: number
  /** Along the paths found so far: who comes after a node, and before it. */
  readonly #after: Int32Array
  readonly #before: Int32Array

  constructor(graph: StandingGraph, roots: readonly number[], target: number) {
    this.#graph = graph
    this.#roots = roots
    this.#target = target
    this.#isRoot = new Uint8Array(graph.ids.length)
    for (const root of roots) this.#isRoot[root] = 1
    this.#after = new Int32Array(graph.ids.length).fill(nobody)
    this.#before = new Int32Array(graph.ids.length).fill(nobody)
  }

  /**
   * Looks for one more path, breadth first, over two states of a node: 2v is arriving at v, 2v + 1 is
   * leaving it. Arriving at a node on a path may only push that path back to where it came from.
   */
  augment(): boolean {
    const { start, to } = this.#graph
    const cameFrom = new Int32Array(2 * this.#graph.ids.length).fill(nobody)
    const queue: number[] = []
    const visit = (state: number, from: number): void => {
      if (cameFrom[state] !== nobody) return
      cameFrom[state] = from
      queue.push(state)
    }
    for (const root of this.#roots)
      if (this.#after[root] === nobody) visit(2 * root + 1, 2 * root + 1)
    for (let next = 0; next < queue.length; next++) {
      const state = queue[next]!
      const node = state >> 1
      if (state % 2 === 0) {
        const before = this.#before[node]!
        if (before === nobody) visit(2 * node + 1, state)
        else visit(2 * before + 1, state)
        continue
      }
      if (this.#before[node] !== nobody) visit(2 * node, state)
      for (let edge = start[node]!; edge < start[node + 1]!; edge++) {
        const other = to[edge]!
        if (other === this.#after[node] || this.#isRoot[other]) continue
        if (other !== this.#target) visit(2 * other, state)
        else {
          this.#take(state, cameFrom)
          return true
        }
      }
    }
    return false
  }

  /** Walks the search back to its root, taking new edges and giving up those that were pushed back. */
  #take(last: number, cameFrom: Int32Array): void {
    const added: [from: number, to: number][] = [[last >> 1, this.#target]]
    for (let state = last; cameFrom[state] !== state; state = cameFrom[state]!) {
      const from = cameFrom[state]!
      const [a, b] = [from >> 1, state >> 1]
      if (a === b) continue
      if (from % 2 === 1) added.push([a, b])
      else {
        this.#after[b] = nobody
        this.#before[a] = nobody
      }
    }
    for (const [from, to] of added) {
      this.#after[from] = to
      if (to !== this.#target) this.#before[to] = from
    }
  }
}
