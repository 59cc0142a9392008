// The trials of bench/election.ts: how many seats colluders win under each rule, what made-up
// identities behind one edge win and move, and whether a thousand epochs let anything creep.
import type { NodeId } from '../src/core/id.ts'
import { type Random, seededRandom } from '../src/core/random.ts'
import {
  defaultRules,
  type Field,
  plainRules,
  type SeatRules,
  seatsByPhragmen,
  seatsByStanding,
} from '../trustchain/standing/ballot.ts'
import { branchesOf } from '../trustchain/standing/branches.ts'
import { committeeAfter } from '../trustchain/standing/election.ts'
import { standingTotal } from '../trustchain/standing/standing.ts'
import { tenureAfter, tenured, weighable } from '../trustchain/standing/tenure.ts'
import { type Attacked, besieged, colluding, drawRoots, type Network } from './election-networks.ts'
import { medianOf } from './report.ts'

export const seats = 31

/** The rules that are compared, by what they are called in the output. */
export const rulesByName: Readonly<Record<string, SeatRules>> = {
  plain: plainRules,
  'plain + vote is a step': { ...plainRules, voteIsStep: true },
  'plain + genesis votes': { ...plainRules, genesisPerMille: 300 },
  'plain + unspent returns': { ...plainRules, handBack: 'unspent', handBacks: 4 },
  'plain + voice at most .002': { ...plainRules, voiceMax: standingTotal / 500 },
  'plain + 3 disjoint paths': { ...plainRules, disjointPaths: 3 },
  default: defaultRules,
  'default + voice at most .002': { ...defaultRules, voiceMax: standingTotal / 500 },
}

const sumOver = (mass: Float64Array, nodes: Iterable<number>): number =>
  [...nodes].reduce((sum, node) => sum + mass[node]!, 0)

const withStanding = (mass: Float64Array): number[] =>
  [...mass.keys()].filter((node) => mass[node]! > 0)

const rootsOf = (network: Network, by: 'most-rated' | 'any', seed: number): NodeId[] =>
  drawRoots(network, by, seededRandom(seed))

/** Of one draw: the colluders' standing and their seats by each rule; `default, roots do not stand` among them. */
export function curvePoint(
  network: Network,
  rootsBy: 'most-rated' | 'any',
  perMille: number,
  seed: number,
  compared = rulesByName,
): { standing: number; seats: Map<string, number> } {
  const random = seededRandom(seed)
  const roots = drawRoots(network, rootsBy, random)
  const attack = colluding(network, roots, perMille, random)
  const mass = attack.graph.flow(attack.roots)
  const candidates = withStanding(mass)
  const field = { graph: attack.graph, roots: attack.roots, candidates }
  const count = (seated: readonly number[]): number =>
    seated.filter((node) => attack.attackers.has(node)).length
  const won = new Map([['top by standing', count(seatsByStanding(candidates, mass, seats))]])
  for (const [name, rules] of Object.entries(compared))
    won.set(name, count(seatsByPhragmen(field, seats, rules)))
  const others = candidates.filter((node) => !attack.roots.includes(node))
  const without = seatsByPhragmen({ ...field, candidates: others }, seats)
  won.set('default, roots do not stand', count(without))
  return { standing: sumOver(mass, attack.attackers) / standingTotal, seats: won }
}

export interface SybilTrial {
  readonly standing: number
  readonly seated: number
  /** Seats that their standing is worth, rounded down. */
  readonly due: number
  readonly banned: number
  /** Honest nodes that would be banned if one branch of the graph could carry a ban. */
  readonly underLine: number
  /** Their standing in units of the standing that raters need together to ban. */
  readonly ofBanLine: number
  /** Honest standing that moved elsewhere, as a share of all. */
  readonly standingMoved: number
  /** The most that an honest reputation moved beyond the made-up raters' share of its raters' standing; of 1. */
  readonly reputationExcess: number
  /** The largest share of an honest node's raters' standing that is made up. */
  readonly reputationShare: number
}

/** Means are floats here; what differs by less is the same. */
const rounding = 1e-12

/** Identities behind one edge rate every honest node one star; the others' weights stand for their stars. */
export function sybilTrial(
  network: Network,
  identities: number,
  rules: SeatRules,
  deceived: 'anybody' | 'a root',
  seed: number,
): SybilTrial {
  const random = seededRandom(seed)
  const roots = drawRoots(network, 'any', random)
  const calm = colluding(network, roots, 0, random)
  const before = calm.graph.flow(calm.roots)
  const pool = deceived === 'a root' ? calm.roots : withStanding(before)
  const victim = calm.graph.ids[random.pick(pool)!]!
  const attack = besieged(network, roots, identities, victim)
  const { graph, attackers } = attack
  const after = graph.flow(attack.roots)
  const candidates = withStanding(after)
  const elected = seatsByPhragmen({ graph, roots: attack.roots, candidates }, seats, rules)
  const made = sumOver(after, attackers)
  const banLine = 2 * medianOf(elected.map((node) => after[node]!))
  const [was, is] = [ratersOf(calm, before, 0), ratersOf(attack, after, made)]
  // They are one branch of the graph, with everybody whom only the deceived node vouches for.
  const branches = branchesOf(graph, attack.roots)
  const theirs = new Set([...attackers].map((node) => branches[node]!))
  const others = ratersOf(attack, after, 0, (node) => theirs.has(branches[node]!))
  let [line, banned, excess, largest, moved] = [0, 0, 0, 0, 0]
  for (const id of network.ids) {
    const [a, b] = [was.get(id), is.get(id)]
    moved += Math.abs((after[graph.numberOf(id)] ?? 0) - (before[calm.graph.numberOf(id)] ?? 0))
    if (a === undefined || b === undefined) continue
    const share = made / b.standing
    excess = Math.max(excess, Math.abs(a.mean - b.mean) - share - rounding)
    largest = Math.max(largest, share)
    const c = others.get(id) ?? { mean: 1, standing: 0 }
    const isCarried = theirs.size > 1 || (c.mean < 0.1 && c.standing >= banLine / 2)
    if (b.mean < 0.1 && a.mean >= 0.1 && b.standing >= banLine) {
      line++
      if (isCarried) banned++
    }
  }
  return {
    standing: made / standingTotal,
    seated: elected.filter((node) => attackers.has(node)).length,
    due: Math.floor((made * seats) / standingTotal),
    ...{
      banned,
      underLine: line,
      ofBanLine: made / banLine,
      standingMoved: moved / 2 / standingTotal,
    },
    ...{ reputationExcess: excess, reputationShare: largest },
  }
}

/** Of every rated honest node: reputation in 0..1 and the standing of its raters, those who rate it 0 included. */
function ratersOf(
  { graph, attackers }: Attacked,
  mass: Float64Array,
  against: number,
  isLeftOut: (rater: number) => boolean = () => false,
): Map<NodeId, { mean: number; standing: number }> {
  const sums = new Map<NodeId, { stars: number; standing: number }>()
  for (let rater = 0; rater < graph.ids.length; rater++) {
    if (attackers.has(rater) || mass[rater] === 0 || isLeftOut(rater)) continue
    for (let edge = graph.start[rater]!; edge < graph.start[rater + 1]!; edge++) {
      const id = graph.ids[graph.to[edge]!]!
      const sum = sums.get(id) ?? { stars: 0, standing: 0 }
      // Trust w as stars is 3 + 2w of 1 to 5: (1 + w) / 2 of the scale.
      sum.stars += (mass[rater]! * (1 + graph.weight[edge]! / 1_000_000)) / 2
      sum.standing += mass[rater]!
      sums.set(id, sum)
    }
  }
  return new Map(
    [...sums].map(([id, { stars, standing }]) => [
      id,
      { mean: stars / (standing + against), standing: standing + against },
    ]),
  )
}

export interface Drift {
  /** Colluders' seats after each epoch. */
  readonly seats: readonly number[]
  /** Of those, the seats of the 31 whom they all rate. */
  readonly heads: readonly number[]
}

interface Patience {
  /** Epochs of standing before a seat. @default 0 */
  readonly tenure?: number
  /** Of 1,000, an epoch. @default any */
  readonly growthPerMille?: number
}

/**
 * An honest committee, then colluders: re-elected each epoch under the limit on changes. One honest
 * node in twenty is not heard of in an epoch; colluders always are.
 */
export function drift(
  network: Network,
  perMille: number,
  epochs: number,
  rules: SeatRules,
  seed: number,
  patience: Patience = {},
): Drift {
  const roots = rootsOf(network, 'most-rated', seed)
  const random: Random = seededRandom(seed).fork(1)
  const calm = colluding(network, roots, 0, random)
  const attack = colluding(network, roots, perMille, random)
  const { graph } = attack
  const calmField: Field = {
    ...{ graph: calm.graph, roots: calm.roots },
    candidates: withStanding(calm.graph.flow(calm.roots)),
  }
  const idsOf = (nodes: readonly number[]): NodeId[] => nodes.map((node) => graph.ids[node]!)
  const standingIn = (mass: Float64Array): Map<NodeId, number> =>
    new Map(withStanding(mass).map((node) => [graph.ids[node]!, mass[node]!]))
  const mass = graph.flow(attack.roots)
  const standing = standingIn(mass)
  let tenure: Map<NodeId, number> = new Map()
  let weights = standingIn(calm.graph.flow(calm.roots))
  for (const id of weights.keys()) tenure.set(id, 1_000_000)
  const heads = new Set(attack.heads)
  // With patience, the heads are new: before, they had no standing.
  if (patience.tenure !== undefined) for (const head of idsOf(attack.heads)) tenure.delete(head)
  let current = idsOf(seatsByPhragmen(calmField, seats, rules))
  const held: number[] = []
  const ofHeads: number[] = []
  for (let epoch = 0; epoch < epochs; epoch++) {
    tenure = tenureAfter(tenure, standing)
    const { growthPerMille } = patience
    if (growthPerMille !== undefined)
      weights = weighable(weights, standing, { perMille: growthPerMille, free: 100_000 })
    const heard = withStanding(mass).filter((node) => heads.has(node) || random.below(20) > 0)
    const rootSet = new Set(roots)
    const candidates = tenured(idsOf(heard), tenure, patience.tenure ?? 0, rootSet)
    const field: Field = {
      ...{ graph, roots: attack.roots, candidates: candidates.map((id) => graph.numberOf(id)) },
      ...(growthPerMille === undefined
        ? {}
        : { weighable: (node: number) => weights.get(graph.ids[node]!) ?? 100_000 }),
    }
    const elected = idsOf(seatsByPhragmen(field, seats, rules))
    const sitting = { current, candidates, silent: new Set<NodeId>(), standing, seats }
    current = [...committeeAfter(sitting, elected).next]
    const sitters = current.map((id) => graph.numberOf(id))
    ofHeads.push(sitters.filter((node) => heads.has(node)).length)
    held.push(sitters.filter((node) => attack.attackers.has(node)).length)
  }
  return { seats: held, heads: ofHeads }
}
