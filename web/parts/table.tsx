// A table that scrolls within itself on a narrow screen, and draws only as many rows as people read.
import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'

export interface Column<Row> {
  readonly head: string
  readonly of: (row: Row) => ComponentChildren
  readonly isNumber?: boolean
}

interface TableProps<Row> {
  readonly caption: string
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row, place: number) => string
  /** Said in place of no rows. */
  readonly none: string
  readonly isChosen?: (row: Row) => boolean
}

const rowsAtFirst = 50

export function Table<Row>({ caption, rows, columns, keyOf, none, isChosen }: TableProps<Row>) {
  const [shown, setShown] = useState(rowsAtFirst)
  const id = useId()
  if (rows.length === 0) return <p class="quiet">{none}</p>
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: whoever has no mouse scrolls it by keys */}
      <section class="scroll" aria-labelledby={id} tabIndex={0}>
        <table>
          <caption id={id}>{caption}</caption>
          <thead>
            <tr>
              {columns.map(({ head, isNumber }) => (
                <th key={head} scope="col" class={isNumber === true ? 'number' : undefined}>
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((row, place) => (
              <tr
                key={keyOf(row, place)}
                aria-current={isChosen?.(row) === true ? 'true' : undefined}
              >
                {columns.map(({ head, of, isNumber }) => (
                  <td key={head} class={isNumber === true ? 'number' : undefined}>
                    {of(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {rows.length > shown && (
        <button type="button" onClick={() => setShown(shown + 10 * rowsAtFirst)}>
          Show more ({(rows.length - shown).toLocaleString('en')} left)
        </button>
      )}
    </>
  )
}
