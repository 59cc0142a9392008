// csv: `from,to,value[,overlay[,seq]]`, one rating a line, `#` comments. The project's own form, read
// and written. A later line of the same pair and overlay replaces the earlier; with sequence numbers
// (on all lines or on none) the highest wins instead.
import { utf8 } from '../../src/core/bytes.ts'
import { overlayNameBytesMax } from '../../src/core/limits.ts'
import { formatTrust } from '../../src/core/trust.ts'
import { badLine, type Line, shown } from './bad-line.ts'
import type { LineParser, ParserOptions } from './line-parser.ts'
import { defaultOverlay, type FileRating, type RatingTable } from './rating-table.ts'
import { valueReader } from './value-reader.ts'

const form = 'write from,to,value[,overlay[,seq]].'
const header = /^from,to,value(,overlay(,seq)?)?$/i

/** The value column passes through `options.mapping` when there is one. */
export function csvParser(table: RatingTable, options: ParserOptions): LineParser {
  const readValue = valueReader(options.mapping)
  const overlays = new Set<string>()
  /** Whether lines carry sequence numbers; the first rating decides. */
  let numbered: boolean | undefined
  return {
    take(line) {
      const text = line.text.trim()
      if (text === '' || text.startsWith('#')) return
      if (numbered === undefined && header.test(text.replaceAll(' ', ''))) return
      const fields = text.split(',', 6).map((field) => field.trim())
      const [from, to, value, overlayText = '', seqText = ''] = fields
      if (value === undefined || to === undefined || from === undefined)
        throw badLine(line, `There are ${fields.length} of at least 3 fields: ${form}`)
      if (fields.length > 5) throw badLine(line, `There are more than 5 fields: ${form}`)
      const overlay = overlayText === '' ? defaultOverlay : overlayText
      if (!overlays.has(overlay)) overlays.add(checkedOverlay(line, overlay))
      numbered ??= seqText !== ''
      if (numbered !== (seqText !== ''))
        throw badLine(
          line,
          `Sequence numbers stand on all lines or on none: ${numbered ? 'add it here' : 'remove it here, or add it above'}.`,
        )
      const seq = numbered ? seqOf(line, seqText) : undefined
      table.add(line, from, to, readValue(line, value), overlay, seq)
    },
  }
}

function checkedOverlay(line: Line, overlay: string): string {
  if (/[\p{Cc}"]/u.test(overlay) || utf8(overlay).length > overlayNameBytesMax)
    throw badLine(
      line,
      `The overlay's name is longer than ${overlayNameBytesMax} bytes or has a quote or a control character: use a short, plain one.`,
    )
  return overlay
}

function seqOf(line: Line, text: string): number {
  const seq = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isSafeInteger(seq))
    throw badLine(
      line,
      `"${shown(text)}" is not a sequence number: write an integer from 0 to 2^53 - 1.`,
    )
  return seq
}

/** One rating as a csv line, without a line end; parsing it gives the rating back. */
export function formatRating({ from, to, value, overlay, seq }: FileRating): string {
  const named = seq !== undefined || overlay !== defaultOverlay
  const fields = [from, to, formatTrust(value), ...(named ? [overlay] : [])]
  return (seq === undefined ? fields : [...fields, String(seq)]).join(',')
}
