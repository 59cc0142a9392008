// What a format is to the reader: told line by line, it adds ratings to a table and says at the end
// whether the file was whole.
import type { Trust } from '../../src/core/trust.ts'
import type { Line } from './bad-line.ts'
import type { Mapping } from './mapping.ts'

export interface LineParser {
  /** @throws Failure `ratings/bad-line` */
  take(line: Line): void
  /** @param last the line after the last, for what is missing there */
  end?(last: Line): void
}

export interface ParserOptions {
  /** How ratings become trust, where the format has ratings that are not trust. */
  readonly mapping?: Mapping | undefined
  /** The value of an edge that has none. */
  readonly weight: Trust
}
