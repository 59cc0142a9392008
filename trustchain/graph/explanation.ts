// Why a node has the trust it has: every rating that contributed, with what it carried, and the
// paths from the root behind it. One step back is complete; paths can be astronomically many, so
// they are counted exactly and listed up to a limit.
import { multiplyTrust, ONE, type Trust } from '../../src/core/trust.ts'
import { compareIds } from './node-index.ts'
import type { TrustFromRoot } from './trust-from-root.ts'

/** One rating that added to the node's trust. */
export interface Contribution<Id> {
  readonly from: Id
  /** The round in which `from` expanded; 0 for the root's own rating. */
  readonly round: number
  readonly rating: Trust
  /** The trust in `from` at the start of its round, by which its rating was multiplied. */
  readonly forwarded: Trust
  /** What arrived: floor(forwarded * rating / ONE). */
  readonly carried: Trust
}

/** A chain of ratings from the root to the node. */
export interface TrustPath<Id> {
  /** From the root to the node, both included. */
  readonly nodes: readonly Id[]
  /** One per step. */
  readonly ratings: readonly Trust[]
  /** The ratings multiplied along this path alone, floored at every step. */
  readonly product: Trust
  /** The round in which the last step was taken; 0 for the root's own rating. */
  readonly round: number
}

export interface Explanation<Id> {
  readonly node: Id
  readonly trust: Trust
  readonly raw: number
  /** The root rates it below 0: nobody else's rating counts. */
  readonly vetoed: boolean
  /** All of them, in order of rounds, then the largest first; their sum is `raw`. */
  readonly contributions: readonly Contribution<Id>[]
  /** Following the largest contributions first. */
  readonly paths: readonly TrustPath<Id>[]
  /** How many paths there are, listed or not (at most 2^53 - 1). */
  readonly pathCount: number
}

/** What of the trust state can be named: the ids of its numbers. */
type Names<Id> = { idOf(number: number): Id }

/**
 * Explains one node.
 *
 * @param pathsMax how many paths are listed. @default 20
 */
export function explain<Id extends string>(
  view: TrustFromRoot,
  names: Names<Id>,
  node: number,
  pathsMax = 20,
): Explanation<Id> {
  const trace = new Trace(view, (a, b) => compareIds(names.idOf(a), names.idOf(b)))
  const contributions = trace.into(node, true)
  const paths: TrustPath<Id>[] = []
  for (const steps of trace.paths(node, true)) {
    if (paths.length >= pathsMax) break
    paths.push(pathOf(names, view.root, node, steps))
  }
  return {
    node: names.idOf(node),
    trust: view.trust(node),
    raw: view.raw(node),
    vetoed: view.vetoed(node),
    contributions: contributions
      .toSorted((a, b) => a.round - b.round)
      .map((step) => ({ ...step, from: names.idOf(step.from) })),
    paths,
    pathCount: trace.count(node, true),
  }
}

type Step = Contribution<number>

function pathOf<Id>(
  names: Names<Id>,
  root: number,
  node: number,
  steps: readonly Step[],
): TrustPath<Id> {
  const ratings = steps.map((step) => step.rating)
  const product = ratings.slice(1).reduce((sofar, next) => multiplyTrust(sofar, next), ratings[0]!)
  const between = steps.slice(1).map((step) => names.idOf(step.from))
  return {
    nodes: [names.idOf(root), ...between, names.idOf(node)],
    ratings,
    product,
    round: steps.at(-1)!.round,
  }
}

/** Walks contributions backwards. The rounds fall at every step, so walks end after at most seven. */
class Trace {
  readonly #view: TrustFromRoot
  readonly #order: (a: number, b: number) => number
  /** Who rates a node above 0 and expanded: `#raters` from `#start[node]` to `#start[node + 1]`. */
  readonly #start: Int32Array
  readonly #raters: Int32Array
  readonly #known = new Map<number, readonly Step[]>()
  readonly #counts = new Map<number, number>()

  constructor(view: TrustFromRoot, order: (a: number, b: number) => number) {
    this.#view = view
    this.#order = order
    const { nodeCount } = view.graph
    const start = new Int32Array(nodeCount + 1)
    this.#eachRead((_, subject) => start[subject + 1]!++)
    for (let node = 0; node < nodeCount; node++) start[node + 1]! += start[node]!
    const next = start.slice()
    const raters = new Int32Array(start[nodeCount]!)
    this.#eachRead((author, subject) => {
      raters[next[subject]!++] = author
    })
    this.#start = start
    this.#raters = raters
  }

  /**
   * What contributed to a node: all of it when it is the one explained (`final`), else what it
   * forwards, which arrived before its own round.
   */
  into(node: number, final: boolean): readonly Step[] {
    const view = this.#view
    const until = view.expandedIn(node) ?? view.rounds
    const steps = this.#arrived(node).filter((step) => step.round < until + (final ? 1 : 0))
    return view.vetoed(node) || node === view.root ? [] : steps
  }

  /** How many paths lead to a node. */
  count(node: number, final: boolean): number {
    const known = final ? undefined : this.#counts.get(node)
    if (known !== undefined) return known
    let sum = 0
    for (const step of this.into(node, final))
      sum += step.round === 0 ? 1 : this.count(step.from, false)
    sum = Math.min(sum, Number.MAX_SAFE_INTEGER)
    if (!final) this.#counts.set(node, sum)
    return sum
  }

  *paths(node: number, final: boolean): Generator<readonly Step[]> {
    for (const step of this.into(node, final)) {
      if (step.round === 0) yield [step]
      else for (const before of this.paths(step.from, false)) yield [...before, step]
    }
  }

  /** Every positive rating that was read in some round. */
  #eachRead(visit: (author: number, subject: number) => void): void {
    const { graph } = this.#view
    for (let author = 0; author < graph.nodeCount; author++) {
      if (this.#view.expandedIn(author) === undefined) continue
      const end = graph.start[author]! + graph.length[author]!
      for (let i = graph.start[author]!; i < end; i++)
        if (graph.values[i]! > 0) visit(author, graph.subjects[i]!)
    }
  }

  /** Every rating that carried something to a node, the largest first. */
  #arrived(node: number): readonly Step[] {
    const known = this.#known.get(node)
    if (known !== undefined) return known
    const { graph, root } = this.#view
    const steps: Step[] = []
    const own = graph.rating(root, node) as Trust
    if (own > 0) steps.push({ from: root, round: 0, rating: own, forwarded: ONE, carried: own })
    for (let i = this.#start[node]!; i < this.#start[node + 1]!; i++) {
      const from = this.#raters[i]!
      const rating = graph.rating(from, node) as Trust
      const forwarded = this.#view.forwarded(from) as Trust
      const carried = multiplyTrust(forwarded, rating)
      const round = this.#view.expandedIn(from)!
      if (carried > 0) steps.push({ from, round, rating, forwarded, carried })
    }
    steps.sort((a, b) => b.carried - a.carried || this.#order(a.from, b.from))
    this.#known.set(node, steps)
    return steps
  }
}
