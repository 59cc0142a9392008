// Who wins the seats: every rater backs the candidates that it rates positive, with its standing as
// budget, and sequential Phragmén seats them. Budgets that bought nothing return to the roots and
// the seats are given anew; otherwise honest votes, which scatter, leave the field to the organised.
//
// Three rules go beyond that (curves: `node bench/election.ts`), all from one idea, that an election
// is the last step of the walk that makes standing: votes are cast with the mass before that step;
// what restarts in that step is the vote of genesis, and it is for the roots; and what a rater could
// not spend goes where the walk puts what went nowhere, to the roots. A fourth, two disjoint ways
// from the roots, keeps out whoever stands behind one edge only, a deceived root's own included.
import { disjointPaths } from './disjoint.ts'
import { sequentialPhragmen, type Voter } from './phragmen.ts'
import { type FlowOptions, type StandingGraph, standingTotal } from './standing.ts'

/** Ratings and candidates as columns; nodes by their number in the graph. */
export interface Field {
  readonly graph: StandingGraph
  /** Live roots, ascending. */
  readonly roots: readonly number[]
  /** Ascending, none twice. */
  readonly candidates: readonly number[]
  /** Parts of the total that a rater may weigh in this election, see tenure.ts. @default any */
  readonly weighable?: (node: number) => number
}

export interface SeatRules {
  /** How standing flows; the same as for standing itself. */
  readonly flow: FlowOptions
  /** Budgets are the mass before the last step, since a vote is a step; else the standing itself. */
  readonly voteIsStep: boolean
  /** Of 1,000: the share of all budgets that genesis spends on the roots; the restart is its share. */
  readonly genesisPerMille: number
  /** What returns to the roots: budgets of raters without a seated ratee, or whatever was not spent. */
  readonly handBack: 'unseated' | 'unspent'
  /** How often budgets return and the seats are given anew; it ends earlier when nothing returns. */
  readonly handBacks: number
  /** Parts of `standingTotal` that one rater (not a root) may weigh; what is above is the roots'. */
  readonly voiceMax: number
  /**
   * Ways from the roots that share nobody, which whoever is seated must have; see disjoint.ts. Never
   * more than one for every four roots: where few vouch for all, one of them has to do.
   */
  readonly disjointPaths: number
}

/** The rule of the design's chapter as it stands: a third of the seats falls to 20% of the nodes. */
export const plainRules: SeatRules = {
  flow: {},
  voteIsStep: false,
  genesisPerMille: 0,
  handBack: 'unseated',
  handBacks: 1,
  voiceMax: standingTotal,
  disjointPaths: 1,
}

/** What networks elect by. A cap on voices is left out: in a small network every voice is a large share. */
export const defaultRules: SeatRules = {
  flow: {},
  voteIsStep: true,
  genesisPerMille: 300,
  handBack: 'unspent',
  handBacks: 4,
  voiceMax: standingTotal,
  disjointPaths: 2,
}

/** Nodes that take the seats, best first; fewer than `seats` when fewer are backed. */
export function seatsByPhragmen(field: Field, seats: number, rules = defaultRules): number[] {
  const { graph, roots, candidates } = field
  const winners = vote(field, seats, rules)
  const ways = Math.min(rules.disjointPaths, Math.floor(roots.length / 4))
  if (ways <= 1) return winners
  const unsupported = winners.filter((node) => disjointPaths(graph, roots, node, ways) < ways)
  if (unsupported.length === 0) return winners
  const left = candidates.filter((node) => !unsupported.includes(node))
  return seatsByPhragmen({ ...field, candidates: left }, seats, rules)
}

function vote(field: Field, seats: number, rules: SeatRules): number[] {
  const votes = new Votes(field, rules)
  let winners = votes.seat(seats, rules.handBack)
  for (let again = rules.handBacks; again > 0 && votes.handBack(); again--)
    winners = votes.seat(seats, rules.handBack)
  return winners
}

/** Nodes with the most standing, ties by id: the rule that a minority can take every seat under. */
export function seatsByStanding(
  candidates: readonly number[],
  mass: Float64Array,
  seats: number,
): number[] {
  const ranked = candidates.filter((node) => mass[node]! > 0)
  return ranked.sort((a, b) => mass[b]! - mass[a]! || a - b).slice(0, seats)
}

/** Who backs whom with how much; genesis votes as one more rater, numbered after the nodes. */
class Votes {
  readonly #candidates: readonly number[]
  readonly #approvals: readonly (readonly number[])[]
  readonly #budgets: Float64Array
  /** Roots that back somebody and so can use what is handed back; ascending. */
  readonly #heirs: readonly number[]
  #returned = 0

  constructor({ graph, roots, candidates, weighable }: Field, rules: SeatRules) {
    const nodes = graph.ids.length
    this.#candidates = candidates
    const place = new Int32Array(nodes).fill(-1)
    for (const [i, node] of candidates.entries()) place[node] = i
    this.#approvals = [
      ...approvalsOf(graph, place),
      roots.map((root) => place[root]!).filter((candidate) => candidate >= 0),
    ]
    this.#heirs = roots.filter((root) => this.#approvals[root]!.length > 0)
    const { steps = 3 } = rules.flow
    const mass = graph.flow(roots, { ...rules.flow, steps: rules.voteIsStep ? steps - 1 : steps })
    this.#budgets = new Float64Array(nodes + 1)
    const isRoot = new Set(roots)
    let given = 0
    for (let node = 0; node < nodes; node++) {
      const budget = Math.floor((mass[node]! * (1000 - rules.genesisPerMille)) / 1000)
      const voice = Math.min(rules.voiceMax, weighable?.(node) ?? standingTotal)
      this.#budgets[node] = isRoot.has(node) ? budget : Math.min(budget, voice)
      given += budget
      this.#returned += budget - this.#budgets[node]!
    }
    if (roots.length > 0 && rules.genesisPerMille > 0) this.#budgets[nodes] = standingTotal - given
    this.handBack()
  }

  /** Gives the seats, and sets aside what returns to the roots. */
  seat(seats: number, handBack: SeatRules['handBack']): number[] {
    const voters: Voter[] = []
    const raters: number[] = []
    for (const [rater, approves] of this.#approvals.entries()) {
      const budget = this.#budgets[rater]!
      if (budget === 0) continue
      if (approves.length === 0) this.#return(rater, budget)
      else {
        voters.push({ budget, approves })
        raters.push(rater)
      }
    }
    const { winners, spent } = sequentialPhragmen(this.#candidates.length, voters, seats)
    for (const [i, { budget }] of voters.entries())
      if (handBack === 'unspent' || spent[i] === 0) this.#return(raters[i]!, budget - spent[i]!)
    return winners.map(({ candidate }) => this.#candidates[candidate]!)
  }

  /** The roots share what was set aside; false when there is nothing, or no root backs anybody. */
  handBack(): boolean {
    const amount = this.#returned
    const heirs = this.#heirs
    if (amount === 0 || heirs.length === 0) return false
    const each = Math.floor(amount / heirs.length)
    for (const [i, root] of heirs.entries())
      this.#budgets[root]! += each + (i < amount - each * heirs.length ? 1 : 0)
    this.#returned = 0
    return true
  }

  #return(rater: number, amount: number): void {
    this.#budgets[rater]! -= amount
    this.#returned += amount
  }
}

/** Whom each node backs: candidates by place in the list. */
function approvalsOf(graph: StandingGraph, place: Int32Array): number[][] {
  return graph.ids.map((_, node) => {
    const backed: number[] = []
    for (let edge = graph.start[node]!; edge < graph.start[node + 1]!; edge++) {
      const candidate = place[graph.to[edge]!]!
      if (candidate >= 0) backed.push(candidate)
    }
    return backed
  })
}
