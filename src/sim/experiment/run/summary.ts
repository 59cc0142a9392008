// What an experiment found: the runs of each router under each point of the sweep, over their seeds,
// as means with 95% confidence intervals.

import type { Histogram, Measurement } from '../measurement.ts'
import { bootstrapMean, type Interval, mean, wilson } from '../statistics.ts'
import { meanOf, merged } from '../statistics-histogram.ts'
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
  readonly success: Interval
  /** Of delivered lookups; null where none was. */
  readonly hops: Interval | null
  /** Requests a lookup. */
  readonly messages: Interval
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
  readonly more: Readonly<Record<string, Interval>>
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
  const average = (of: (measurement: Measurement) => number | undefined): number | null =>
    orNull(mean(over(of)))
  const rows = Math.max(0, ...over(({ contamination }) => contamination.byRow?.length))
  const latency = {
    p50: average(({ latencyMs }) => latencyMs?.p50),
    p95: average(({ latencyMs }) => latencyMs?.p95),
  }
  return {
    ...{ router, params, lookups },
    seeds: results.map(({ run }) => run.seed).sort((a, b) => a - b),
    success: roundedInterval(successInterval(measurements)),
    hops: intervalOrNull(over(({ hops }) => meanOf(hops))),
    messages: intervalOrNull(over(({ messages }) => messages))!,
    contamination: {
      table: average(({ contamination }) => contamination.table),
      leafSet: average(({ contamination }) => contamination.leafSet),
      byRow: Array.from({ length: rows }, (_, row) =>
        average(({ contamination }) => contamination.byRow?.[row]),
      ),
    },
    eclipsed: average(({ contamination }) => contamination.eclipsed),
    endings: Object.fromEntries(
      allEndings.map((ending) => [
        ending,
        lookups === 0 ? 0 : rounded(sum(over((one) => countOfEnding(one, ending))) / lookups),
      ]),
    ) as Record<AnyEnding, number>,
    hopsHistogram: merged(measurements.map(({ hops }) => hops)),
    bytesPerNode: average(({ bytesPerNode }) => bytesPerNode)!,
    gini: average((measurement) => measurement.gini),
    latencyMs:
      latency.p50 === null || latency.p95 === null ? null : { p50: latency.p50, p95: latency.p95 },
    more: moreOf(measurements),
  }
}

/**
 * The bootstrap over seeds sees nothing where all seeds gave the same share (one seed, or all lookups
 * delivered): there Wilson's interval of all lookups together says what so many lookups can tell.
 */
function successInterval(measurements: readonly Measurement[]): Interval {
  const shares = measurements.map(successOf)
  if (shares.some((share) => share !== shares[0])) return bootstrapMean(shares)!
  const delivered = sum(measurements.map((one) => countOfEnding(one, 'delivered')))
  return wilson(delivered, sum(measurements.map(({ lookups }) => lookups)))
}

function moreOf(measurements: readonly Measurement[]): Record<string, Interval> {
  const names = new Set(measurements.flatMap(({ more }) => Object.keys(more ?? {})))
  return Object.fromEntries(
    [...names].sort().map((name) => {
      const values = measurements.map(({ more }) => more?.[name])
      return [name, intervalOrNull(values.filter((value) => value !== undefined))!]
    }),
  )
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
const orNull = (value: number | undefined): number | null =>
  value === undefined ? null : rounded(value)

export const roundedInterval = ({ mean, low, high }: Interval): Interval => ({
  mean: rounded(mean),
  low: rounded(low),
  high: rounded(high),
})

function intervalOrNull(values: readonly number[]): Interval | null {
  const interval = bootstrapMean(values)
  return interval === undefined ? null : roundedInterval(interval)
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
