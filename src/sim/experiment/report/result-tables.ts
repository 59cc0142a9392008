// The report's tables of results: all figures of all cells, and the data of each plot.
import type { Estimate } from '../statistics-seeds.ts'
import { type Cell, tenthOfRun } from './cells.ts'
import { type Html, tableOf } from './html.ts'
import type { Column, Plot } from './plot.ts'
import { axesOf, cellText, valueText } from './sweep-axes.ts'

const percent = (share: number): string => `${(share * 100).toFixed(1)}%`
const missing = '–'

/** 3 significant digits at least, and no exponent that a reader would have to decipher. */
const number = (value: number): string => {
  const size = Math.abs(value)
  if (size >= 100 || Number.isInteger(value)) return value.toFixed(0)
  return size >= 10 ? value.toFixed(1) : value.toFixed(2)
}

const hops = (value: number): string => value.toFixed(2)

/** '98.2% (97.9–98.6)'; without brackets where one seed has no interval. */
function withInterval(of: Estimate | null, shown: (value: number) => string): string {
  if (of === null) return missing
  const { mean, low, high } = of
  if (low === null || high === null) return shown(mean)
  return `${shown(mean)} (${shown(low).replace('%', '')}–${shown(high).replace('%', '')})`
}

/** What the brackets are. */
const captionOf = (cells: readonly Cell[]): string =>
  cells.some(({ summary }) => summary.seeds.length > 1)
    ? 'Means over seeds, with 95% confidence intervals in brackets'
    : 'Of one seed; in brackets Wilson’s 95% interval of its lookups, which is no interval over seeds'

/** One row a cell: success with its interval and what it costs. */
export function resultTable(cells: readonly Cell[]): Html {
  const { x, panelPaths, texts } = axesOf(cells)
  const paths = x === undefined ? panelPaths : [...panelPaths, x]
  const figure = (name: string) => ({ name, numeric: true })
  const columns = [
    { name: 'router' },
    ...paths.map((name) => ({ name })),
    ...['delivered', 'hops', 'requests', 'enemies in table', 'in leaf set', 'lookups'].map(figure),
  ]
  const rows = cells.map(({ router, params, summary }) => [
    router,
    ...paths.map((path) => cellText(texts, path, params[path])),
    withInterval(summary.success, percent),
    // Their interval is in the further table: this one has to fit a page.
    summary.hops === null ? missing : hops(summary.hops.mean),
    withInterval(summary.messages, number),
    withInterval(summary.intervals.contamination.table, percent),
    withInterval(summary.intervals.contamination.leafSet, percent),
    String(summary.lookups),
  ])
  return tableOf(captionOf(cells), columns, rows)
}

/** Hops and state with their intervals, and figures that only some engines, attacks or own metrics give. */
export function furtherTable(cells: readonly Cell[]): Html {
  const { x, panelPaths, texts } = axesOf(cells)
  const paths = x === undefined ? panelPaths : [...panelPaths, x]
  const figures = cells.map(furtherFigures)
  const names = [...new Set(figures.flatMap((of) => [...of.keys()]))]
  return tableOf(
    'Further figures: means over seeds, with 95% confidence intervals where there are several',
    [
      ...['router', ...paths].map((name) => ({ name })),
      ...names.map((name) => ({ name, numeric: true })),
    ],
    cells.map(({ router, params }, i) => [
      router,
      ...paths.map((path) => cellText(texts, path, params[path])),
      ...names.map((name) => figures[i]!.get(name) ?? missing),
    ]),
  )
}

/** By name, as shown. */
function furtherFigures({ summary }: Cell): ReadonlyMap<string, string> {
  const { bytesPerNode, gini, eclipsed, latencyMs } = summary.intervals
  const single: readonly (readonly [string, Estimate | null | undefined])[] = [
    ['Gini coefficient of load', gini],
    ['eclipsed honest nodes', eclipsed],
    ['latency, median, ms', latencyMs?.p50],
    ['latency, 95th percentile, ms', latencyMs?.p95],
  ]
  return new Map([
    ['hops', withInterval(summary.hops, hops)],
    ['bytes a node', withInterval(bytesPerNode, number)],
    ...single.flatMap(([name, value]): [string, string][] =>
      value === null || value === undefined ? [] : [[name, withInterval(value, number)]],
    ),
    ...Object.entries(summary.more)
      .filter(([name]) => !name.startsWith(tenthOfRun))
      .map(([name, of]): [string, string] => [name, withInterval(of, number)]),
  ])
}

/** More rows than anybody reads make a page slow; the data file has them all. */
const rowsMax = 2_000

/** What a plot draws, as numbers. */
export const plotTable = ({ title, columns, values }: Plot): Html =>
  tableOf(
    values.length <= rowsMax
      ? `Data of the plot: ${title}`
      : `Data of the plot: ${title}. The first ${rowsMax} of ${values.length} rows; the CSV file has all`,
    columns.map(({ name, shown }) => ({ name, numeric: shown !== undefined })),
    values
      .slice(0, rowsMax)
      .map((row) => columns.map((column) => shownValue(row[column.field], column))),
  )

function shownValue(value: unknown, { shown }: Column): string {
  if (value === undefined || value === null) return missing
  if (typeof value !== 'number') return valueText(value)
  if (shown === 'percent') return percent(value)
  return shown === 'number' ? number(value) : String(value)
}
