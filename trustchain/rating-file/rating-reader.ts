// Reads a ratings file of any known format, chunk by chunk, into a table. Pure: whoever has the
// bytes (a file, a pipe, an unpacked archive, a test) pushes them in.
import { Failure } from '../../src/core/failure.ts'
import {
  adjacencyLineBytesMax,
  ratingFileBytesMax,
  ratingLineBytesMax,
} from '../../src/core/limits.ts'
import { parseTrust, type Trust } from '../../src/core/trust.ts'
import { badLine } from './bad-line.ts'
import { csvParser } from './csv.ts'
import { konectParser, snapParser, snapSignedParser } from './edge-list.ts'
import type { LineParser, ParserOptions } from './line-parser.ts'
import { LineSplitter } from './line-splitter.ts'
import type { Mapping } from './mapping.ts'
import { metisParser } from './metis.ts'
import { RatingTable } from './rating-table.ts'

interface Format {
  readonly parser: (table: RatingTable, options: ParserOptions) => LineParser
  readonly lineBytesMax: number
  /** Whether its values are trust as they stand, need a mapping, may have one, or there are none. */
  readonly values: 'mapped' | 'perhaps-mapped' | 'none'
}

const formats = {
  csv: { parser: csvParser, lineBytesMax: ratingLineBytesMax, values: 'perhaps-mapped' },
  snap: { parser: snapParser, lineBytesMax: ratingLineBytesMax, values: 'none' },
  'snap-signed': { parser: snapSignedParser, lineBytesMax: ratingLineBytesMax, values: 'mapped' },
  konect: { parser: konectParser, lineBytesMax: ratingLineBytesMax, values: 'perhaps-mapped' },
  metis: { parser: metisParser, lineBytesMax: adjacencyLineBytesMax, values: 'none' },
} as const satisfies Record<string, Format>

export type RatingFormat = keyof typeof formats

export const ratingFormats = Object.keys(formats) as RatingFormat[]

/** @throws Failure `ratings/unknown-format` */
export function parseFormat(text: string): RatingFormat {
  if (Object.hasOwn(formats, text)) return text as RatingFormat
  throw new Failure('ratings/unknown-format', { text, known: ratingFormats })
}

/** The weight of an edge without a value, unless another is given. */
const defaultWeight = parseTrust('0.8')

export interface ReaderOptions {
  /** How failures name the file. */
  readonly file: string
  /** @default csv */
  readonly format?: RatingFormat
  readonly mapping?: Mapping | undefined
  /** @default 0.8 */
  readonly weight?: Trust
}

export class RatingReader {
  readonly #file: string
  readonly #table = new RatingTable()
  readonly #parser: LineParser
  readonly #lines: LineSplitter
  #lastLine = 0
  #bytes = 0

  /** @throws Failure `ratings/needs-map`, `ratings/nothing-to-map` when format and mapping do not fit */
  constructor({ file, format = 'csv', mapping, weight = defaultWeight }: ReaderOptions) {
    const { parser, lineBytesMax, values }: Format = formats[format]
    if (values === 'mapped' && mapping === undefined)
      throw new Failure('ratings/needs-map', { format })
    if (values === 'none' && mapping !== undefined)
      throw new Failure('ratings/nothing-to-map', { format })
    this.#file = file
    this.#parser = parser(this.#table, { mapping, weight })
    this.#lines = new LineSplitter(file, lineBytesMax, (text, number) => {
      this.#lastLine = number
      this.#parser.take({ file, number, text })
    })
  }

  /** @throws Failure `ratings/bad-line` */
  push(chunk: Uint8Array): void {
    this.#bytes += chunk.length
    if (this.#bytes > ratingFileBytesMax)
      throw badLine(
        { file: this.#file, number: this.#lastLine + 1, text: '' },
        `The file is longer than ${ratingFileBytesMax} bytes: split it.`,
      )
    this.#lines.push(chunk)
  }

  /** The file is over. @throws Failure `ratings/bad-line` */
  end(): RatingTable {
    this.#lines.end()
    this.#parser.end?.({ file: this.#file, number: this.#lastLine + 1, text: '' })
    return this.#table
  }
}

/** Reads a whole file's bytes at once. */
export function readRatings(bytes: Uint8Array, options: ReaderOptions): RatingTable {
  const reader = new RatingReader(options)
  reader.push(bytes)
  return reader.end()
}
