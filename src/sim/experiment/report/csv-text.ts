// A plot's values as CSV, through the same writer as results.csv.
import { csvOf } from '../run/csv.ts'
import type { Cell } from '../run/result-table.ts'
import type { Plot } from './plot.ts'

export const plotCsv = ({ columns, values }: Pick<Plot, 'columns' | 'values'>): string =>
  csvOf({
    columns: columns.map(({ name }) => ({ name, type: 'text' })),
    rows: values.map((row) => columns.map(({ field }) => plain(row[field]))),
  })

/** Means carry no more digits than summary.json: what is beyond is noise. */
const plain = (value: unknown): Cell => {
  if (typeof value === 'number') return Number(value.toFixed(6))
  if (value === null) return undefined
  if (typeof value === 'object') return JSON.stringify(value)
  return value as Cell
}
