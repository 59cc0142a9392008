// The report's tables of results: all figures of all cells, and the data of each plot.
import type { Interval } from '../statistics.ts'
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

const mean = (of: Interval | null | undefined, shown: (value: number) => string): string =>
  of === null || of === undefined ? missing : shown(of.mean)
/** '98.2% (97.9–98.6)'. */
const withInterval = (of: Interval | null | undefined, shown: (value: number) => string): string =>
  of === null || of === undefined
    ? missing
    : `${shown(of.mean)} (${shown(of.low).replace('%', '')}–${shown(of.high).replace('%', '')})`

/** One row a cell: success with its interval and what it costs. */
export function resultTable(cells: readonly Cell[]): Html {
  const { x, panelPaths, texts } = axesOf(cells)
  const paths = x === undefined ? panelPaths : [...panelPaths, x]
  const figure = (name: string) => ({ name, numeric: true })
  const columns = [
    { name: 'router' },
    ...paths.map((name) => ({ name })),
    ...['delivered', 'hops', 'requests', 'enemies in table', 'in leaf set'].map(figure),
    ...['bytes a node', 'lookups'].map(figure),
  ]
  const rows = cells.map(({ router, params, summary, contamination }) => [
    router,
    ...paths.map((path) => cellText(texts, path, params[path])),
    withInterval(summary.success, percent),
    mean(summary.hops, (value) => value.toFixed(2)),
    withInterval(summary.messages, number),
    ...[mean(contamination.table, percent), mean(contamination.leafSet, percent)],
    ...[number(summary.bytesPerNode), String(summary.lookups)],
  ])
  return tableOf('Means over seeds, with 95% confidence intervals in brackets', columns, rows)
}

/** Figures that only some engines, attacks or own metrics give; undefined where there are none. */
export function furtherTable(cells: readonly Cell[]): Html | undefined {
  const { x, panelPaths, texts } = axesOf(cells)
  const paths = x === undefined ? panelPaths : [...panelPaths, x]
  const figures = cells.map(furtherFigures)
  const names = [...new Set(figures.flatMap((of) => [...of.keys()]))]
  if (names.length === 0) return undefined
  return tableOf(
    'Further figures: means over seeds',
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
  const single: readonly (readonly [string, number | null | undefined])[] = [
    ['Gini coefficient of load', summary.gini],
    ['eclipsed honest nodes', summary.eclipsed],
    ['latency, median, ms', summary.latencyMs?.p50],
    ['latency, 95th percentile, ms', summary.latencyMs?.p95],
  ]
  return new Map([
    ...single.flatMap(([name, value]): [string, string][] =>
      value === null || value === undefined ? [] : [[name, number(value)]],
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
