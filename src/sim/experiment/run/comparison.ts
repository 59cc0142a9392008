// Two experiments side by side: what each router gained or lost from the first to the second, with
// 95% intervals of the differences.

import type { Measurement } from '../measurement.ts'
import { bootstrapDifference, bootstrapMean, type Interval } from '../statistics.ts'
import { meanOf } from '../statistics-histogram.ts'
import { type RunResult, successOf } from './run-result.ts'
import { type Group, groupsOf, roundedInterval } from './summary.ts'

/** A figure on both sides; the difference is second minus first. */
export interface ComparedFigure {
  readonly first: number
  readonly second: number
  readonly difference: Interval
  /** Does the interval of the difference leave out 0? */
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
  const figure = (of: (measurement: Measurement) => number | undefined): ComparedFigure | null => {
    const from = before.map(({ measurement }) => of(measurement))
    const to = after.map(({ measurement }) => of(measurement))
    return comparedFigure(from, to, paired)
  }
  return {
    router: first.router,
    params: first.params,
    paired,
    success: figure(successOf),
    hops: figure(({ hops }) => meanOf(hops)),
    messages: figure(({ messages }) => messages),
  }
}

const bySeed = ({ results }: Group): RunResult[] =>
  results.toSorted((a, b) => a.run.seed - b.run.seed)
const sameSeed = (a: RunResult, b: RunResult): boolean => a.run.seed === b.run.seed

function comparedFigure(
  from: readonly (number | undefined)[],
  to: readonly (number | undefined)[],
  paired: boolean,
): ComparedFigure | null {
  const there = (value: number | undefined): value is number => value !== undefined
  const [first, second] = [from.filter(there), to.filter(there)]
  // A seed that delivered nothing has no hops: its partner then has nobody to be compared with.
  const whole = first.length === from.length && second.length === to.length
  const difference =
    paired && whole
      ? bootstrapMean(second.map((value, i) => value - first[i]!))
      : bootstrapDifference(first, second)
  if (difference === undefined) return null
  const interval = roundedInterval(difference)
  return {
    first: roundedInterval(bootstrapMean(first)!).mean,
    second: roundedInterval(bootstrapMean(second)!).mean,
    difference: interval,
    differs: interval.low > 0 || interval.high < 0,
  }
}
