// A result table as CSV (RFC 4180 with plain line feeds): the same table gives the same bytes.
import type { Cell, ResultTable } from './result-table.ts'

export function csvOf({ columns, rows }: ResultTable): string {
  const header = columns.map(({ name }) => fieldOf(name)).join(',')
  return `${[header, ...rows.map((row) => row.map(fieldOf).join(','))].join('\n')}\n`
}

function fieldOf(cell: Cell): string {
  if (cell === undefined) return ''
  const text = String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
