// Standing: the one public measure of a node, the same on every node. It is personalised PageRank
// from the roots over final positive ratings, a few steps of it, in integers: flow is conserved, so
// identities behind one edge share what that edge carries and adding more of them only divides it.
import { assert } from '../../src/core/assert.ts'
import type { NodeId } from '../../src/core/id.ts'
import { ONE } from '../../src/core/trust.ts'
import { compareIds } from '../graph/node-index.ts'
import type { StandingEdge } from './edge.ts'

/** The standing of everybody together. Mass × weight (10^15) stays under 2^53. */
export const standingTotal = 1_000_000_000

/** Of 1,000: the share of everybody's mass that restarts at the roots in each step. */
export const defaultRestartPerMille = 300

/** More steps reach further, and carry more of it into a crowd of colluders. */
export const defaultSteps = 3

export interface FlowOptions {
  /** 0..1000. @default 300 */
  readonly restartPerMille?: number
  /** @default 3 */
  readonly steps?: number
}

/** Edges that somebody keeps in a form of its own. */
export interface KeptEdges {
  /**
   * @param others nodes that count although no edge names them
   * @param silent whose edges are left out
   */
  graph(others: Iterable<NodeId>, silent: ReadonlySet<NodeId>): StandingGraph
}

/** At most one of a pair, in any order; an edge to oneself is ignored. */
export type StandingEdges = Iterable<StandingEdge> | KeptEdges

export interface StandingOptions extends FlowOptions {
  /** Named in genesis, in any order; whoever does not count any more may still be among them. */
  readonly roots: Iterable<NodeId>
  readonly edges: StandingEdges
  /**
   * Banned, frozen and convicted nodes: they are no roots and their ratings carry nothing. Standing
   * still arrives at them (who rated them said so) and returns to the roots from there, so nobody
   * else gains or loses by somebody's being silenced, but those whom that node had rated.
   *
   * @default none
   */
  readonly silent?: ReadonlySet<NodeId>
}

/**
 * The standing of every node that has any, in parts of `standingTotal`, ascending by node id. The
 * sum is exactly `standingTotal`, or nobody has any when no root counts. Cost: steps × edges.
 */
export function standingOf(options: StandingOptions): Map<NodeId, number> {
  const { roots, edges, silent = new Set<NodeId>() } = options
  const live = [...new Set(roots)].filter((root) => !silent.has(root))
  const graph = StandingGraph.of(edges, live, silent)
  const mass = graph.flow(
    live.map((root) => graph.numberOf(root)),
    options,
  )
  const standing = new Map<NodeId, number>()
  for (const [i, id] of graph.ids.entries()) if (mass[i]! > 0) standing.set(id, mass[i]!)
  return standing
}

/** Edges as columns, grouped by the node that they leave; a node's number is its rank by id. */
export class StandingGraph {
  /** Ascending. */
  readonly ids: readonly NodeId[]
  /** Edges of node i are start[i] .. start[i + 1] − 1. */
  readonly start: Int32Array
  readonly to: Int32Array
  readonly weight: Int32Array
  /** The node's number, undefined of one that the graph was made without. */
  readonly find: (id: NodeId) => number | undefined

  /** @param start with one more at the end; see the fields */
  constructor(
    ids: readonly NodeId[],
    find: (id: NodeId) => number | undefined,
    start: Int32Array,
    to: Int32Array,
    weight: Int32Array,
  ) {
    this.ids = ids
    this.find = find
    this.start = start
    this.to = to
    this.weight = weight
  }

  /**
   * @param others nodes that count although no edge names them
   * @param silent whose edges are left out
   */
  static of(
    edges: StandingEdges,
    others: Iterable<NodeId> = [],
    silent: ReadonlySet<NodeId> = new Set(),
  ): StandingGraph {
    if ('graph' in edges) return edges.graph(others, silent)
    const ids = new Set<NodeId>(others)
    const kept: StandingEdge[] = []
    for (const edge of edges) {
      const { from, to, weight } = edge
      if (from === to || silent.has(from)) continue
      assert(Number.isInteger(weight) && weight > 0 && weight <= ONE, 'a weight is 1 to a million')
      ids.add(from).add(to)
      kept.push(edge)
    }
    return StandingGraph.#among([...ids].sort(compareIds), kept)
  }

  static #among(ids: readonly NodeId[], edges: readonly StandingEdge[]): StandingGraph {
    const numbers = new Map(ids.map((id, i) => [id, i]))
    const start = new Int32Array(ids.length + 1)
    const to = new Int32Array(edges.length)
    const weight = new Int32Array(edges.length)
    for (const { from } of edges) start[numbers.get(from)! + 1]!++
    for (let i = 0; i < ids.length; i++) start[i + 1]! += start[i]!
    const next = start.slice()
    for (const edge of edges) {
      const at = next[numbers.get(edge.from)!]!++
      to[at] = numbers.get(edge.to)!
      weight[at] = edge.weight
    }
    return new StandingGraph(ids, (id) => numbers.get(id), start, to, weight)
  }

  /** @throws when the graph does not have the node */
  numberOf(id: NodeId): number {
    const number = this.find(id)
    assert(number !== undefined, 'the graph was made with this node')
    return number
  }

  /** Mass by node number; all 0 without roots. @param roots numbers, none twice, in any order */
  flow(roots: readonly number[], options: FlowOptions = {}): Float64Array {
    const { restartPerMille = defaultRestartPerMille, steps = defaultSteps } = options
    assert(restartPerMille >= 0 && restartPerMille <= 1000, 'the restart is a share')
    let mass = new Float64Array(this.ids.length)
    if (roots.length === 0) return mass
    const ordered = roots.toSorted((a, b) => a - b)
    share(mass, ordered, standingTotal)
    for (let step = 0; step < steps; step++) {
      const next = new Float64Array(this.ids.length)
      const carried = this.#spread(mass, next, 1000 - restartPerMille)
      // What restarts, what had nowhere to go and what flooring lost: all of it is the roots' again.
      share(next, ordered, standingTotal - carried)
      mass = next
    }
    return mass
  }

  /** Moves `perMille` of every node's mass along its edges; returns how much arrived. */
  #spread(mass: Float64Array, into: Float64Array, perMille: number): number {
    let carried = 0
    for (let node = 0; node < mass.length; node++) {
      if (mass[node] === 0) continue
      const from = this.start[node]!
      const end = this.start[node + 1]!
      let sum = 0
      for (let edge = from; edge < end; edge++) sum += this.weight[edge]!
      const moved = Math.floor((mass[node]! * perMille) / 1000)
      for (let edge = from; edge < end; edge++) {
        const part = Math.floor((moved * this.weight[edge]!) / sum)
        into[this.to[edge]!]! += part
        carried += part
      }
    }
    return carried
  }
}

/** Adds equal shares of an amount; the first in order of node id get what does not divide. */
function share(mass: Float64Array, ordered: readonly number[], amount: number): void {
  const each = Math.floor(amount / ordered.length)
  const rest = amount - each * ordered.length
  for (const [i, node] of ordered.entries()) mass[node]! += each + (i < rest ? 1 : 0)
}
