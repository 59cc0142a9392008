// How every benchmark reports: results with median, least and most over its runs; as one line of
// JSON at the very end with --json (progress goes to stderr), else as a table.

import { type ParseArgsConfig, parseArgs } from 'node:util'

/** What was measured, sample by sample. */
export interface Series {
  readonly name: string
  readonly unit: string
  /** At least one. */
  readonly values: readonly number[]
  /** What the figure depends on: sizes, seeds, options. */
  readonly params?: Readonly<Record<string, string | number | boolean>>
}

/** The median; of an even number of samples the mean of the middle two. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2
}

const rounded = (value: number): number => Number(value.toPrecision(4))

function resultOf({ name, unit, values, params = {} }: Series) {
  if (values.length === 0) throw new Error(`"${name}" was never measured`)
  return {
    name,
    unit,
    median: rounded(medianOf(values)),
    min: rounded(values.reduce((a, b) => Math.min(a, b))),
    max: rounded(values.reduce((a, b) => Math.max(a, b))),
    runs: values.length,
    params,
  }
}

/** The flags of a benchmark; ends the process with a sentence and exit code 2 when they are none of these. */
export function flagsOf<const O extends NonNullable<ParseArgsConfig['options']>>(
  options: O,
): ReturnType<typeof parseArgs<{ options: O }>>['values'] {
  try {
    return parseArgs({ options }).values
  } catch (error) {
    const known = Object.entries(options).map(([name, { type }]) =>
      type === 'boolean' ? `--${name}` : `--${name} VALUE`,
    )
    const [why] = (error as Error).message.split('. ')
    process.stderr.write(`bench: ${why}. It takes ${known.join(', ')}.\n`)
    process.exit(2)
  }
}

/** Milliseconds that `work` takes. */
export function timed(work: () => void): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

/** A word on how far a benchmark is; never on stdout. */
export const progress = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

/**
 * Prints the results: as the last line of stdout with `json`, else as a table.
 *
 * @throws Error when a series has no samples
 */
export function report(series: readonly Series[], json: boolean): void {
  const results = series.map(resultOf)
  if (json) {
    process.stdout.write(`${JSON.stringify({ schemaVersion: 1, results })}\n`)
    return
  }
  const cells = [
    ['name', 'median', 'min', 'max', 'unit', 'runs', 'params'],
    ...results.map((r) => [
      r.name,
      String(r.median),
      String(r.min),
      String(r.max),
      r.unit,
      String(r.runs),
      Object.entries(r.params)
        .map(([key, value]) => `${key}=${value}`)
        .join(' '),
    ]),
  ]
  const widths = cells[0]!.map((_, i) => Math.max(...cells.map((row) => row[i]!.length)))
  for (const row of cells)
    process.stdout.write(
      `${row
        .map((cell, i) => cell.padEnd(widths[i]!))
        .join('  ')
        .trimEnd()}\n`,
    )
}
