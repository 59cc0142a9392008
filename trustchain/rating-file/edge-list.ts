// Edge lists of public data sets, one edge a line:
//   snap         `from to`, `#` comments (SNAP, https://snap.stanford.edu/data): every edge has the given weight
//   snap-signed  `from,to,rating[,time]` or with blanks, as in soc-sign-bitcoinotc.csv: needs a mapping
//   konect       `from to [weight [time]]`, `%` comments (http://konect.cc): weights are trust, or mapped
// Times are never read for order: a later line replaces the earlier.
import { badLine, type Line, shown } from './bad-line.ts'
import type { LineParser, ParserOptions } from './line-parser.ts'
import { defaultOverlay, type RatingTable } from './rating-table.ts'
import { valueReader } from './value-reader.ts'

const blanks = /[ \t]+/
const time = /^-?\d{1,20}(\.\d{1,20})?$/

export function snapParser(table: RatingTable, { weight }: ParserOptions): LineParser {
  return {
    take(line) {
      const text = line.text.trim()
      if (text === '' || text.startsWith('#')) return
      const fields = text.split(blanks, 3)
      if (fields.length !== 2)
        throw badLine(
          line,
          `${fields.length === 1 ? 'There is one field' : 'There are more than 2 fields'}: write "from to", or use --format snap-signed or konect for values.`,
        )
      table.add(line, fields[0]!, fields[1]!, weight, defaultOverlay)
    },
  }
}

export function snapSignedParser(table: RatingTable, { mapping }: ParserOptions): LineParser {
  const readValue = valueReader(mapping)
  return {
    take(line) {
      const text = line.text.trim()
      if (text === '' || text.startsWith('#')) return
      const fields = text.includes(',')
        ? text.split(',', 5).map((field) => field.trim())
        : text.split(blanks, 5)
      const [from, to, rating] = withTime(line, fields, 3)
      table.add(line, from!, to!, readValue(line, rating!), defaultOverlay)
    },
  }
}

export function konectParser(table: RatingTable, options: ParserOptions): LineParser {
  const readValue = valueReader(options.mapping)
  let undirected = false
  let weighted: boolean | undefined
  return {
    take(line) {
      const text = line.text.trim()
      if (text === '') return
      if (text.startsWith('%')) {
        const words = text.slice(1).trim().split(blanks, 8)
        if (words[0] === 'bip')
          throw badLine(
            line,
            'This network is bipartite: nodes of one side do not rate each other.',
          )
        // Only before the first edge does a comment describe the file.
        if (weighted === undefined && words[0] === 'sym') undirected = true
        return
      }
      const fields = withTime(line, text.split(blanks, 5), 2)
      weighted ??= fields.length > 2
      if (weighted !== fields.length > 2)
        throw badLine(line, 'Weights stand on all lines or on none: add or remove it here.')
      const value = weighted ? readValue(line, fields[2]!) : options.weight
      table.add(line, fields[0]!, fields[1]!, value, defaultOverlay)
      if (undirected) table.add(line, fields[1]!, fields[0]!, value, defaultOverlay)
    },
  }
}

/** Two or three fields and perhaps a time, which is checked and not used. */
function withTime(line: Line, fields: readonly string[], least: number): readonly string[] {
  if (fields.length < least || fields.length > 4)
    throw badLine(
      line,
      `There are ${fields.length > 4 ? 'more than 4' : fields.length} fields: write ${least === 3 ? 'from, to, rating and perhaps a time' : 'from, to and perhaps a weight and a time'}.`,
    )
  if (fields.length === 4 && !time.test(fields[3]!))
    throw badLine(line, `"${shown(fields[3]!)}" is not a time: write seconds, or leave it out.`)
  return fields
}
