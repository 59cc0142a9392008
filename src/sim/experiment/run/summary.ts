// What an experiment found: the runs of each router under each point of the sweep, over their seeds,
// as means with 95% confidence intervals.

import type { Histogram, Measurement } from '../measurement.ts'
import { type Interval, wilson } from '../statistics.ts'
import { meanOf, merged } from '../statistics-histogram.ts'
import {
  amount,
  anything,
  areEqual,
  type Bounds,
  type Estimate,
  meanOverSeeds,
  share,
} from '../statistics-seeds.ts'
import {
  type AnyEnding,
  allEndings,
  canonical,
  countOfEnding,
  paramsOf,
  type RunResult,
  rounded,
  successOf,
} from './run-result.ts'

/** Runs that differ in nothing but their seed. */
export interface Group {
  /** Router with all its options and varied values: the same in every experiment. */
  readonly key: string
  readonly router: string
  readonly params: Readonly<Record<string, unknown>>
  /** Ascending by index. */
  readonly results: readonly RunResult[]
}

/** One router under one point of the sweep. Shares are 0..1; figures that nobody measured are null. */
export interface GroupSummary {
  readonly router: string
  readonly params: Readonly<Record<string, unknown>>
  /** Ascending. */
  readonly seeds: readonly number[]
  readonly lookups: number
  /** Of one seed, and of seeds that agree, Wilson's interval of their lookups: it always has ends. */
  readonly success: Interval
  /** Of delivered lookups; null where none was. */
  readonly hops: Estimate | null
  /** Requests a lookup. */
  readonly messages: Estimate
  readonly contamination: {
    readonly table: number | null
    readonly leafSet: number | null
    readonly byRow: readonly (number | null)[]
  }
  /** Honest nodes that see nobody honest: mean over seeds. */
  readonly eclipsed: number | null
  /** Share of all lookups by how they ended. */
  readonly endings: Readonly<Record<AnyEnding, number>>
  /** Hops of all delivered lookups of all seeds, for a CDF. */
  readonly hopsHistogram: Histogram
  readonly bytesPerNode: number
  readonly gini: number | null
  readonly latencyMs: { readonly p50: number; readonly p95: number } | null
  readonly more: Readonly<Record<string, Estimate>>
  /** Of the bare means above, by their names, what `success`, `hops`, `messages` and `more` say at once. */
  readonly intervals: FigureIntervals
}

/** Means with their 95% intervals. */
interface FigureIntervals {
  readonly contamination: {
    readonly table: Estimate | null
    readonly leafSet: Estimate | null
    readonly byRow: readonly (Estimate | null)[]
  }
  readonly eclipsed: Estimate | null
  readonly bytesPerNode: Estimate
  readonly gini: Estimate | null
  readonly latencyMs: { readonly p50: Estimate; readonly p95: Estimate } | null
}

/** Groups in the order of their first run. */
export function groupsOf(results: readonly RunResult[]): Group[] {
  const groups = new Map<string, Group & { readonly results: RunResult[] }>()
  for (const result of results.toSorted((a, b) => a.run.index - b.run.index)) {
    const { router, params } = result.run
    const key = canonical([router, params])
    const group = groups.get(key)
    if (group === undefined)
      groups.set(key, { key, router: router.name, params: paramsOf(result.run), results: [result] })
    else group.results.push(result)
  }
  return [...groups.values()]
}

export const summarize = (results: readonly RunResult[]): GroupSummary[] =>
  groupsOf(results).map(summaryOf)

function summaryOf({ router, params, results }: Group): GroupSummary {
  const measurements = results.map(({ measurement }) => measurement)
  const lookups = sum(measurements.map((one) => one.lookups))
  const over = (of: (measurement: Measurement) => number | undefined): number[] =>
    measurements.map(of).filter((value) => value !== undefined)
  const intervals = intervalsOf(measurements)
  const { contamination, latencyMs } = intervals
  return {
    ...{ router, params, lookups },
    seeds: results.map(({ run }) => run.seed).sort((a, b) => a - b),
    success: roundedInterval(successInterval(measurements)),
    hops: estimateOrNull(
      over(({ hops }) => meanOf(hops)),
      amount,
    ),
    messages: estimateOrNull(
      over(({ messages }) => messages),
      amount,
    )!,
    contamination: {
      table: meanOrNull(contamination.table),
      leafSet: meanOrNull(contamination.leafSet),
      byRow: contamination.byRow.map(meanOrNull),
    },
    eclipsed: meanOrNull(intervals.eclipsed),
    endings: Object.fromEntries(
      allEndings.map((ending) => [
        ending,
        lookups === 0 ? 0 : rounded(sum(over((one) => countOfEnding(one, ending))) / lookups),
      ]),
    ) as Record<AnyEnding, number>,
    hopsHistogram: merged(measurements.map(({ hops }) => hops)),
    bytesPerNode: intervals.bytesPerNode.mean,
    gini: meanOrNull(intervals.gini),
    latencyMs: latencyMs === null ? null : { p50: latencyMs.p50.mean, p95: latencyMs.p95.mean },
    more: moreOf(measurements),
    intervals,
  }
}

function intervalsOf(measurements: readonly Measurement[]): FigureIntervals {
  // A row of the tables that is empty has no share: not a number, and null in the file of a run.
  const over = (of: (measurement: Measurement) => number | null | undefined, bounds: Bounds) =>
    estimateOrNull(
      measurements.map(of).filter((value) => Number.isFinite(value)) as number[],
      bounds,
    )
  const rows = Math.max(
    0,
    ...measurements.map(({ contamination }) => contamination.byRow?.length ?? 0),
  )
  const p50 = over(({ latencyMs }) => latencyMs?.p50, amount)
  const p95 = over(({ latencyMs }) => latencyMs?.p95, amount)
  return {
    contamination: {
      table: over(({ contamination }) => contamination.table, share),
      leafSet: over(({ contamination }) => contamination.leafSet, share),
      byRow: Array.from({ length: rows }, (_, row) =>
        over(({ contamination }) => contamination.byRow?.[row], share),
      ),
    },
    eclipsed: over(({ contamination }) => contamination.eclipsed, amount),
    bytesPerNode: over(({ bytesPerNode }) => bytesPerNode, amount)!,
    gini: over((measurement) => measurement.gini, share),
    latencyMs: p50 === null || p95 === null ? null : { p50, p95 },
  }
}

/**
 * Seeds tell nothing where all of them gave the same share (one seed, or all lookups delivered): there
 * Wilson's interval of all lookups together says what so many lookups can tell, within those runs.
 */
function successInterval(measurements: readonly Measurement[]): Interval {
  const shares = measurements.map(successOf)
  // Two or more seeds always have ends.
  if (!areEqual(shares)) return meanOverSeeds(shares, share) as Interval
  return intervalOfLookups(measurements)
}

/** Success by all lookups together, with Wilson's interval: what so many lookups can tell. */
export const intervalOfLookups = (measurements: readonly Measurement[]): Interval =>
  wilson(
    sum(measurements.map((one) => countOfEnding(one, 'delivered'))),
    sum(measurements.map(({ lookups }) => lookups)),
  )

/** Which of `more` are shares (metrics.ts): what an own metric measures nobody knows. */
const isShare = (name: string): boolean => /^(distrustFalse|isolated|successOfTenth)/.test(name)

function moreOf(measurements: readonly Measurement[]): Record<string, Estimate> {
  const names = new Set(measurements.flatMap(({ more }) => Object.keys(more ?? {})))
  return Object.fromEntries(
    [...names].sort().map((name) => {
      const values = measurements.flatMap(({ more }) => more?.[name] ?? [])
      return [name, estimateOrNull(values, isShare(name) ? share : anything)!]
    }),
  )
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
const meanOrNull = (of: Estimate | null): number | null => of?.mean ?? null

const roundedInterval = ({ mean, low, high }: Interval): Interval => ({
  mean: rounded(mean),
  low: rounded(low),
  high: rounded(high),
})

export const roundedEstimate = ({ mean, low, high }: Estimate): Estimate =>
  low === null || high === null
    ? { mean: rounded(mean), low: null, high: null }
    : roundedInterval({ mean, low, high })

function estimateOrNull(values: readonly number[], bounds: Bounds): Estimate | null {
  const estimate = meanOverSeeds(values, bounds)
  return estimate === undefined ? null : roundedEstimate(estimate)
}

/** What `experiment run --json` prints of a group. */
export interface SummaryLine {
  readonly router: string
  readonly params: Readonly<Record<string, unknown>>
  readonly success: Interval
  readonly hops: { readonly mean: number | null }
  readonly messages: { readonly mean: number }
  readonly contamination: { readonly table: number | null; readonly leafSet: number | null }
}

export const summaryLine = (group: GroupSummary): SummaryLine => ({
  router: group.router,
  params: group.params,
  success: group.success,
  hops: { mean: group.hops?.mean ?? null },
  messages: { mean: group.messages.mean },
  contamination: {
    table: group.contamination.table,
    leafSet: group.contamination.leafSet,
  },
})
