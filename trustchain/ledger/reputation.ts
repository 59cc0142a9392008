// Stars into reputation. Sums are kept per subject, so that a new rating costs the same however many
// there are; everything derived is rounded down. The founding note's 4, 5, 3 and 4.5 stars make
// 412 hundredths of a star, shown as 4.1.
//
// A ban needs a mean under the line from raters who together stand for at least twice the median
// member, the subject aside (the lower median of an even number). In a network so small that all
// others together do not reach that, all others together suffice. While the median member has no
// standing at all nothing can be measured by it, and nobody is banned. Of two members neither bans the
// other, and the last root that counts is not banned: nobody would have standing to heal anybody.
//
// Where eight roots and more count, bans are found at the ends of epochs, and no single branch of the
// rating graph (branches.ts) carries one: without any branch's raters the mean must still be under the
// line, and the others stand for the median member at least. A deceived root's edge is one branch.
import { slashed } from '../../src/core/bytes.ts'
import type { NodeId } from '../../src/core/id.ts'
import { identityOf } from '../identity.ts'
import { standingTotal } from '../standing/standing.ts'
import { committeeAt } from './committees.ts'
import type { ReputationLeaf } from './leaves-of-ratings.ts'
import type { Parameters } from './parameters.ts'
import type { StarRow, State } from './state.ts'

export const unrated: ReputationLeaf = {
  ...{ reputation: null, weightedStars: null, stars: null, ratings: 0 },
  ...{ warned: false, banned: false, halves: 0, weight: 0, weightedHalves: 0, raters: 0 },
}

interface Sums {
  readonly ratings: number
  readonly halves: number
  readonly weight: number
  readonly weightedHalves: number
  readonly raters: number
}

type MutableSums = { -readonly [name in keyof Sums]: number }

/** What a row of stars adds to its subject's sums. */
function sumsOf(row: Pick<StarRow, 'halves'>, standing: number): Sums {
  const sums = { ...noSums }
  addStars(sums, row, standing)
  return sums
}

/** Adds it in place: at the end of an epoch there are hundreds of thousands. */
function addStars(sums: MutableSums, { halves }: Pick<StarRow, 'halves'>, standing: number): void {
  let given = 0
  let total = 0
  for (const half of halves) {
    if (half > 0) given++
    total += half
  }
  sums.ratings += given
  sums.halves += total
  sums.weight += standing * given
  sums.weightedHalves += standing * total
  if (given > 0) sums.raters += standing
}

/** sums + sign · more. */
const addSums = (sums: Sums, more: Sums, sign: 1 | -1 = 1): Sums => ({
  ratings: sums.ratings + sign * more.ratings,
  halves: sums.halves + sign * more.halves,
  weight: sums.weight + sign * more.weight,
  weightedHalves: sums.weightedHalves + sign * more.weightedHalves,
  raters: sums.raters + sign * more.raters,
})

const noSums: Sums = { ratings: 0, halves: 0, weight: 0, weightedHalves: 0, raters: 0 }

/**
 * The leaf that follows from sums; a ban lasts until healed, whoever loses standing meanwhile.
 *
 * @param mayBan asked only where the sums would ban
 */
function reputationOf(
  state: State,
  rules: Parameters,
  subject: NodeId,
  sums: Sums,
  before: ReputationLeaf,
  mayBan: () => boolean,
): ReputationLeaf {
  const { ratings, halves, weight, weightedHalves, raters } = sums
  // mean = weightedHalves / (2 · weight) stars; products stay under 2^53 (3 · 10^9 · 10 · 1,250).
  const reputation =
    weight === 0 ? null : Math.floor(((weightedHalves - 2 * weight) * 1_250) / weight)
  const under = (points: number): boolean => reputation !== null && reputation < points * 100
  const healed = reputation !== null && reputation > rules.healAbove * 100
  const banned = before.banned
    ? !healed
    : under(rules.banBelow) && isEnough(state, subject, raters) && mayBan()
  return {
    ...{ ratings, halves, weight, weightedHalves, raters, reputation, banned },
    weightedStars: weight === 0 ? null : Math.floor((50 * weightedHalves) / weight),
    stars: ratings === 0 ? null : Math.floor((50 * halves) / ratings),
    warned: under(rules.warnBelow),
  }
}

/** Standing is rounded edge by edge: a thousandth of a thousandth does not decide whether two equals are two. */
const roundingMax = (needed: number): number => Math.min(1_000, Math.floor(needed / 1_000))

/** Do raters with this standing together carry a ban? @param parts of what they need: 2 for half of it */
function isEnough(state: State, subject: NodeId, raters: number, parts = 1): boolean {
  const committee = committeeAt(state, state.chain.height + 1)
  const others = committee.members
    .filter(({ nodeId }) => nodeId !== subject)
    .map(({ nodeId }) => standingOf(state, nodeId))
    .sort((a, b) => a - b)
  const median = others[(others.length - 1) >> 1] ?? 0
  if (median === 0) return false
  const isOneOfTwo = committee.size === 2 && committee.has(subject)
  const all = isOneOfTwo ? standingTotal : standingTotal - standingOf(state, subject)
  const needed = Math.floor(Math.min(2 * median, all) / parts)
  return raters >= needed - roundingMax(needed) && !isLastRoot(state, subject)
}

/** Roots that are neither banned nor frozen nor convicted. */
function liveRoots(state: State): NodeId[] {
  const counts = (root: NodeId): boolean =>
    !(state.reputations.get(root)?.banned ?? false) &&
    (state.heads.get(root)?.frozenAt ?? 0) === 0 &&
    (state.nodes.get(root)?.convicted ?? 0) === 0
  return state.roots.keys.map((key) => identityOf(key).id).filter(counts)
}

function isLastRoot(state: State, subject: NodeId): boolean {
  const left = liveRoots(state)
  return left.length === 1 && left[0] === subject
}

/** With fewer, one may have to vouch for all: as for seats (ballot.ts). */
const rootsForBranches = 8

export const standingOf = (state: State, node: NodeId): number => state.standings.get(node) ?? 0

/** The latest stars of a rater take their place in the sums of the subject. */
export function takeStars(
  state: State,
  rules: Parameters,
  { subject, rater }: Pick<StarRow, 'subject' | 'rater'>,
  place: number,
  halves: number,
  seq: number,
): void {
  const key = slashed(subject, rater)
  const before = state.stars.get(key) ?? { subject, rater, halves: [0, 0, 0], seqs: [0, 0, 0] }
  const after = {
    ...{ subject, rater },
    halves: before.halves.with(place, halves),
    seqs: before.seqs.with(place, seq),
  }
  state.stars.set(key, after)
  const standing = standingOf(state, rater)
  const leaf = state.reputations.get(subject) ?? unrated
  const sums = addSums(addSums(leaf, sumsOf(before, standing), -1), sumsOf(after, standing))
  const mayBan = (): boolean => liveRoots(state).length < rootsForBranches
  state.reputations.set(subject, reputationOf(state, rules, subject, sums, leaf, mayBan))
}

/**
 * All reputations anew, after standing has changed.
 *
 * @param standing what the state's standings are now
 * @param branchOf the branch of a rater that has standing
 */
export function weighAgain(
  state: State,
  rules: Parameters,
  standing: ReadonlyMap<NodeId, number>,
  branchOf: (rater: NodeId) => number | undefined,
): void {
  let rows: Map<NodeId, StarRow[]> | undefined
  const byBranches = liveRoots(state).length >= rootsForBranches
  const all = new Map<NodeId, MutableSums>()
  for (const row of state.stars.values()) {
    const sums = all.get(row.subject) ?? { ...noSums }
    if (sums.ratings === 0) all.set(row.subject, sums)
    addStars(sums, row, standing.get(row.rater) ?? 0)
  }
  // In order: whether one is the last root that counts may follow from the bans of those before it.
  for (const [subject, sums] of [...all].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const before = state.reputations.get(subject) ?? unrated
    const mayBan = (): boolean => {
      if (!byBranches) return true
      rows ??= Map.groupBy(state.stars.values(), (row) => row.subject)
      return needsNoBranch(state, rules, subject, rows.get(subject)!, branchOf)
    }
    const after = reputationOf(state, rules, subject, sums, before, mayBan)
    if (!sameLeaf(before, after)) state.reputations.set(subject, after)
  }
}

/** Would the others ban the subject, whichever branch were left out? */
function needsNoBranch(
  state: State,
  rules: Parameters,
  subject: NodeId,
  rows: readonly StarRow[],
  branchOf: (rater: NodeId) => number | undefined,
): boolean {
  const branches = new Map<number | undefined, Sums>()
  let sums = noSums
  for (const row of rows) {
    const branch = branchOf(row.rater)
    const more = sumsOf(row, standingOf(state, row.rater))
    branches.set(branch, addSums(branches.get(branch) ?? noSums, more))
    sums = addSums(sums, more)
  }
  return [...branches.values()].every((branch) => {
    const { weight, weightedHalves, raters } = addSums(sums, branch, -1)
    return (
      (weightedHalves - 2 * weight) * 1_250 < rules.banBelow * 100 * weight &&
      isEnough(state, subject, raters, 2)
    )
  })
}

const sameLeaf = (a: ReputationLeaf, b: ReputationLeaf): boolean =>
  (Object.keys(unrated) as (keyof ReputationLeaf)[]).every((name) => a[name] === b[name])
