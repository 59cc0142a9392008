// The results that docs print: `experiments/results/PRESET.json` holds every cell of a preset with
// what it was measured by. `npm run bench:presets -- --record` writes them, plots.ts draws them.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Interval } from '../../src/sim/experiment/statistics.ts'
import type { Range, Verdict } from './ranges.ts'

/** One router at one point of a preset's sweep, over its seeds. */
export interface RecordedCell {
  readonly preset: string
  readonly router: string
  /** Options that differ from the router's defaults, and its routes. */
  readonly options: Readonly<Record<string, unknown>>
  /** Values of the sweep. */
  readonly point: Readonly<Record<string, unknown>>
  /** Shares, 0..1. */
  readonly success: Interval
  readonly hops: number | null
  readonly messages: number
  /** Per cent. */
  readonly range: Pick<Range, 'low' | 'high' | 'from'> | null
  readonly verdict: Verdict | null
}

export interface Recorded {
  readonly schemaVersion: 1
  /** Of trustnet. */
  readonly version: string
  /** What was run from which commit; left out where nobody knows. */
  readonly commits?: readonly { readonly commit: string; readonly runs: number }[] | undefined
  readonly engine: string
  /** Runs of each cell: seeds 1, 2, … */
  readonly seeds: number
  /** Of each run. */
  readonly lookups: number
  readonly cells: readonly RecordedCell[]
}

const folder = join(import.meta.dirname, '..', '..', 'experiments', 'results')
const fileOf = (preset: string): string => join(folder, `${preset}.json`)

/** @throws Error where the file does not say what it was measured by */
export function recordedOf(preset: string): Recorded {
  const read = JSON.parse(readFileSync(fileOf(preset), 'utf8')) as Recorded
  if (read.schemaVersion === 1 && Array.isArray(read.cells)) return read
  throw new Error(
    `${fileOf(preset)} has no schemaVersion 1: write it by npm run bench:presets -- --only ${preset} --record`,
  )
}

/** Writes a preset's results. */
export const record = (preset: string, recorded: Recorded): void =>
  writeFileSync(fileOf(preset), recordedText(recorded))

/** The file of a preset's results: as many digits as ten seeds can tell. */
export function recordedText({ cells, ...head }: Recorded): string {
  const kept = cells.map(({ success: { mean, low, high }, hops, messages, ...cell }) => ({
    ...{ preset: cell.preset, router: cell.router, options: cell.options, point: cell.point },
    success: { mean: digits(mean, 5), low: digits(low, 5), high: digits(high, 5) },
    ...{ hops: hops === null ? null : digits(hops, 3), messages: digits(messages, 3) },
    ...{ range: cell.range, verdict: cell.verdict },
  }))
  return `${JSON.stringify({ ...head, cells: kept }, null, 1)}\n`
}

const digits = (value: number, count: number): number => Number(value.toFixed(count))
