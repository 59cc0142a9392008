// TN-1 from one root after another (docs/trust.md), for networks where a state for every node of
// every root would not fit: only what a root reaches is touched, in scratch arrays used again for
// the next root, so that a list costs what its ratings cost. Gives what TrustFromRoot gives.
import type { RatingGraph } from '../../../../trustchain/graph/rating-graph.ts'
import { ONE } from '../../../core/trust.ts'

export interface TrustListOptions {
  /** Millionths: ratings of those above it are read. */
  readonly threshold: number
  /** Rounds of expansion, at most 14. */
  readonly rounds: number
  /** The founding note read naively: sums grow without bound and are multiplied as they are. */
  readonly uncapped: boolean
}

/** Marks of one root: this many numbers, of which phase 0 is not expanded, k expanded in round k. */
const phases = 16
/** Phase of the root and of those that it rates negative. */
const barred = 15

export class TrustList {
  /** Nodes that trust reached: the first `count` entries, in the order in which they were reached. */
  readonly nodes: Int32Array
  count = 0
  /**
   * Mark and sum of node n at 2n and 2n + 1, side by side: one line of cache a rating. The mark is
   * `#base` plus the phase for what this root has reached, lower for what it has not.
   */
  readonly #states: Float64Array
  readonly #graph: RatingGraph
  readonly #options: TrustListOptions
  #base = 0
  /** Sum of what was read ahead; means nothing. */
  fetched = 0

  constructor(graph: RatingGraph, size: number, options: TrustListOptions) {
    this.#graph = graph
    this.#options = options
    this.nodes = new Int32Array(size)
    this.#states = new Float64Array(2 * size)
  }

  /**
   * The sum of what arrived at a node of the list, millionths: what TN-1 ranks by. Capped at ONE half
   * of all reached nodes would tie; what is multiplied is capped all the same.
   */
  raw(node: number): number {
    return this.#states[2 * node + 1]!
  }

  /** Makes the list of a root. */
  compute(root: number): void {
    const { rounds, threshold } = this.#options
    const { start, length, subjects, values, nodeCount } = this.#graph
    const states = this.#states
    this.#base += phases
    this.count = 0
    if (root >= nodeCount) return
    states[2 * root] = this.#base + barred
    let frontier: number[] = []
    const end = start[root]! + length[root]!
    for (let i = start[root]!; i < end; i++) {
      const node = subjects[i]!
      const value = values[i]!
      states[2 * node] = this.#base + (value < 0 ? barred : 0)
      states[2 * node + 1] = value
      if (value < 0) continue
      this.nodes[this.count++] = node
      if (value > threshold) frontier.push(node)
    }
    for (let round = 1; round <= rounds && frontier.length > 0; round++)
      frontier = this.#expand(frontier, round)
  }

  /** What each of the frontier multiplies its ratings by, which then counts as expanded. */
  #weightsOf(frontier: readonly number[], round: number): number[] {
    const { uncapped } = this.#options
    const states = this.#states
    // What is forwarded in a round is what stood at its start; sums may grow while it lasts.
    const weights = frontier.map((node) => {
      const raw = states[2 * node + 1]!
      return uncapped || raw < ONE ? raw : ONE
    })
    for (const node of frontier) states[2 * node] = this.#base + round
    return weights
  }

  /** All of the frontier at once; returns who rose above the threshold by it. */
  #expand(frontier: readonly number[], round: number): number[] {
    const weights = this.#weightsOf(frontier, round)
    const next: number[] = []
    for (let i = 0; i < frontier.length; i++) {
      if (i + 4 < frontier.length) this.#fetchRun(frontier[i + 4]!)
      this.#fetchStates(frontier[i]!)
      this.#carry(frontier[i]!, weights[i]!, round, next)
    }
    return next
  }

  /**
   * Reads what `#carry` will read, without deciding anything by it: the processor then waits for all
   * of it at once. Worth a factor of two at a million nodes; the sums are kept so that nothing is
   * optimised away.
   */
  #fetchStates(node: number): void {
    const { start, length, subjects } = this.#graph
    const states = this.#states
    const end = start[node]! + length[node]!
    let sum = 0
    for (let i = start[node]!; i < end; i++) sum += states[2 * subjects[i]!]!
    this.fetched = sum
  }

  #fetchRun(node: number): void {
    const { start, subjects, values } = this.#graph
    const at = start[node]!
    this.fetched = subjects[at]! + values[at]!
  }

  /** Adds what one node's ratings bring their subjects. */
  #carry(node: number, weight: number, round: number, next: number[]): void {
    const { start, length, subjects, values } = this.#graph
    const { threshold } = this.#options
    const states = this.#states
    const base = this.#base
    const end = start[node]! + length[node]!
    for (let i = start[node]!; i < end; i++) {
      const value = values[i]!
      if (value <= 0) continue
      const gain = Math.floor((weight * value) / ONE)
      if (gain === 0) continue
      const at = 2 * subjects[i]!
      const phase = states[at]! - base
      if (phase < 0) {
        states[at] = base
        states[at + 1] = gain
        this.nodes[this.count++] = subjects[i]!
        if (gain > threshold) next.push(subjects[i]!)
        continue
      }
      // Expanded in an earlier round, vetoed or the root: nothing is added any more.
      if (phase !== 0 && phase !== round) continue
      const before = states[at + 1]!
      states[at + 1] = before + gain
      if (phase === 0 && before <= threshold && before + gain > threshold) next.push(subjects[i]!)
    }
  }
}
