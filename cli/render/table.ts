// Plain tables for people: columns as wide as their content, numbers to the right, headings dim on
// a terminal that takes colour.
import { stripVTControlCharacters, styleText } from 'node:util'

export interface Column<Row> {
  readonly title: string
  readonly of: (row: Row) => string
  readonly right?: boolean
}

/** Dim on a terminal; plain where NO_COLOR is set or nobody looks. */
export const dim = (text: string): string => styleText('dim', text, { stream: process.stdout })
export const bold = (text: string): string => styleText('bold', text, { stream: process.stdout })
export const red = (text: string): string => styleText('red', text, { stream: process.stdout })
export const green = (text: string): string => styleText('green', text, { stream: process.stdout })
export const yellow = (text: string): string =>
  styleText('yellow', text, { stream: process.stdout })

const widthOf = (text: string): number => [...stripVTControlCharacters(text)].length

/** A table with its headings, or `none` where there is no row. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  none: string,
): string {
  if (rows.length === 0) return none
  const cells = rows.map((row) => columns.map((column) => column.of(row)))
  const widths = columns.map(({ title }, i) =>
    Math.max(title.length, ...cells.map((line) => widthOf(line[i]!))),
  )
  const lay = (line: readonly string[]): string =>
    line
      .map((text, i) => {
        const room = ' '.repeat(widths[i]! - widthOf(text))
        return columns[i]!.right === true ? room + text : text + room
      })
      .join('  ')
      .trimEnd()
  return [dim(lay(columns.map(({ title }) => title))), ...cells.map(lay)].join('\n')
}

/** Facts under each other: `name  value`. */
export function facts(lines: readonly (readonly [string, string])[]): string {
  const width = Math.max(...lines.map(([name]) => name.length))
  return lines.map(([name, value]) => `${dim(name.padEnd(width))}  ${value}`).join('\n')
}
