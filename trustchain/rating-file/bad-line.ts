// How a ratings file is refused: by its name, the line's number, the offending text (shortened) and
// what to do about it.
import { Failure } from '../../src/core/failure.ts'

/** A line of a file as its parsers see it. */
export interface Line {
  /** As people name the file. */
  readonly file: string
  /** Counted from 1, comments and empty lines included. */
  readonly number: number
  readonly text: string
}

const shownCharactersMax = 80

/** Text that could garble a terminal, made harmless. */
const harmless = (text: string): string => text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u00b7')

/** Text of the file, short enough and harmless. */
export const shown = (text: string): string =>
  harmless(
    text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax).trimEnd()}…` : text,
  )

/** The failure of one line; `why` is a whole sentence that says how to mend it. */
export const badLine = (line: Line, why: string): Failure<'ratings/bad-line'> =>
  new Failure('ratings/bad-line', {
    file: line.file,
    line: line.number,
    text: shown(line.text),
    why: harmless(why),
  })
