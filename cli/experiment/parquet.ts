// A result table as Parquet, with the very values of the CSV: for pandas, DuckDB, R and the like.
import { type BasicType, type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer'

type ResultTable = import('../../src/sim/experiment/run/result-table.ts').ResultTable
type ResultColumn = import('../../src/sim/experiment/run/result-table.ts').ResultColumn
type Cell = import('../../src/sim/experiment/run/result-table.ts').Cell

const int32Max = 2 ** 31 - 1

/** An integer column takes 64 bits where 32 do not hold it. */
function typeOf({ type }: ResultColumn, cells: readonly Cell[]): BasicType {
  switch (type) {
    case 'text':
      return 'STRING'
    case 'boolean':
      return 'BOOLEAN'
    case 'real':
      return 'DOUBLE'
    case 'integer':
      return cells.some((cell) => Math.abs(Number(cell ?? 0)) > int32Max) ? 'INT64' : 'INT32'
  }
}

/** What is not there is null. The same table gives the same bytes. */
export function parquetOf({ columns, rows }: ResultTable): Uint8Array {
  const columnData = columns.map((column, at): ColumnSource => {
    const cells = rows.map((row) => row[at])
    const type = typeOf(column, cells)
    const data = cells.map((cell) => {
      if (cell === undefined) return null
      return type === 'INT64' ? BigInt(cell) : cell
    })
    return { name: column.name, data, type }
  })
  return new Uint8Array(parquetWriteBuffer({ columnData, createdBy: 'trustnet' }))
}
