// Two experiments side by side: what each router gained or lost from the first to the second, with
// 95% intervals of the differences, where the seeds on both sides can tell one.

import type { Measurement } from '../measurement.ts'
import { mean } from '../statistics.ts'
import { meanOf } from '../statistics-histogram.ts'
import {
  amount,
  areEqual,
  type Bounds,
  differenceOfShares,
  differenceOverSeeds,
  differencesOf,
  type Estimate,
  share,
} from '../statistics-seeds.ts'
import { type RunResult, rounded, successOf } from './run-result.ts'
import { type Group, groupsOf, intervalOfLookups, roundedEstimate } from './summary.ts'

/** A figure on both sides; the difference is second minus first. */
export interface ComparedFigure {
  readonly first: number
  readonly second: number
  /** Without ends where a side has one seed: nobody can tell such a difference from chance. */
  readonly difference: Estimate
  /** Does the interval of the difference leave out 0? Never without one. */
  readonly differs: boolean
}

export interface ComparedGroup {
  readonly router: string
  readonly params: Readonly<Record<string, unknown>>
  /** The same seeds on both sides are compared one by one, which tells more with as many runs. */
  readonly paired: boolean
  readonly success: ComparedFigure | null
  /** Of delivered lookups; null where a side delivered none. */
  readonly hops: ComparedFigure | null
  readonly messages: ComparedFigure | null
}

export interface Comparison {
  readonly groups: readonly ComparedGroup[]
  /** What only one side has. */
  readonly onlyFirst: readonly Pick<Group, 'router' | 'params'>[]
  readonly onlySecond: readonly Pick<Group, 'router' | 'params'>[]
}

export function compare(first: readonly RunResult[], second: readonly RunResult[]): Comparison {
  const [ours, theirs] = [groupsOf(first), groupsOf(second)]
  const byKey = new Map(theirs.map((group) => [group.key, group]))
  const known = new Set(ours.map(({ key }) => key))
  const bare = ({ router, params }: Group) => ({ router, params })
  return {
    groups: ours.flatMap((group) => {
      const other = byKey.get(group.key)
      return other === undefined ? [] : [comparedGroup(group, other)]
    }),
    onlyFirst: ours.filter((group) => !byKey.has(group.key)).map(bare),
    onlySecond: theirs.filter((group) => !known.has(group.key)).map(bare),
  }
}

function comparedGroup(first: Group, second: Group): ComparedGroup {
  const [before, after] = [bySeed(first), bySeed(second)]
  const paired = before.length === after.length && before.every((r, i) => sameSeed(r, after[i]!))
  const figure = (of: (measurement: Measurement) => number | undefined): ComparedFigure | null =>
    comparedFigure(before.map(measuredBy(of)), after.map(measuredBy(of)), paired, amount)
  return {
    router: first.router,
    params: first.params,
    paired,
    success: comparedSuccess(before, after, paired),
    hops: figure(({ hops }) => meanOf(hops)),
    messages: figure(({ messages }) => messages),
  }
}

const measuredBy =
  <Figure>(of: (measurement: Measurement) => Figure) =>
  ({ measurement }: RunResult): Figure =>
    of(measurement)

const bySeed = ({ results }: Group): RunResult[] =>
  results.toSorted((a, b) => a.run.seed - b.run.seed)
const sameSeed = (a: RunResult, b: RunResult): boolean => a.run.seed === b.run.seed

function comparedSuccess(
  before: readonly RunResult[],
  after: readonly RunResult[],
  paired: boolean,
): ComparedFigure | null {
  const [from, to] = [before.map(measuredBy(successOf)), after.map(measuredBy(successOf))]
  const agree = paired ? areEqual(differencesOf(from, to)) : areEqual(from) && areEqual(to)
  if (!agree || Math.min(from.length, to.length) < 2) return comparedFigure(from, to, paired, share)
  // Seeds that all say the same tell no more than their lookups do.
  const [first, second] = [before, after].map((runs) =>
    intervalOfLookups(runs.map(({ measurement }) => measurement)),
  )
  return compared(from, to, differenceOfShares(first!, second!))
}

function comparedFigure(
  from: readonly (number | undefined)[],
  to: readonly (number | undefined)[],
  paired: boolean,
  bounds: Bounds,
): ComparedFigure | null {
  const there = (value: number | undefined): value is number => value !== undefined
  const [first, second] = [from.filter(there), to.filter(there)]
  // A seed that delivered nothing has no hops: its partner then has nobody to be compared with.
  const whole = first.length === from.length && second.length === to.length
  const difference = differenceOverSeeds(first, second, paired && whole, bounds)
  return difference === undefined ? null : compared(first, second, difference)
}

function compared(
  first: readonly number[],
  second: readonly number[],
  between: Estimate,
): ComparedFigure {
  const difference = roundedEstimate(between)
  const { low, high } = difference
  return {
    first: rounded(mean(first)!),
    second: rounded(mean(second)!),
    difference,
    differs: low !== null && high !== null && (low > 0 || high < 0),
  }
}
