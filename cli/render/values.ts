// Keyed values for people: what a put came to, and what a get found.
import type { ValueReceiptView, ValueView } from '../../src/api/value-service.ts'
import { decimal, foreign, nameOf, timeText } from './words.ts'

export function renderReceipt(receipt: ValueReceiptView): string {
  const { holders, quorum, refused, sequence } = receipt
  const asides = Object.entries(refused).map(([why, count]) => `${why} ${count}`)
  return [
    `on ${holders.length} nodes (${quorum} had to take it${asides.length === 0 ? '' : `; ${asides.join(', ')}`})`,
    ...(sequence === null ? [] : [`sequence ${sequence}`]),
    `until ${timeText(receipt.expiresAt)}`,
    `${decimal(receipt.ms)} ms`,
  ].join(', ')
}

export function renderValue(value: ValueView): string {
  const { author, name, sequence } = value
  const whose =
    author === null
      ? 'content'
      : `${foreign(name ?? '')} of ${nameOf(author)}, sequence ${sequence}`
  return `${whose}: ${value.bytes} bytes until ${timeText(value.expiresAt)}, ${copiesText(value)}, ${decimal(value.ms)} ms`
}

/** Who had it: a copy of the node's own counts as well, and nobody is asked for that. */
const copiesText = ({ agreeing, asked, answered }: ValueView): string =>
  asked === 0
    ? 'from its own copy'
    : `${agreeing} cop${agreeing === 1 ? 'y' : 'ies'} seen, ${answered} of ${asked} nodes asked answered`

/** The value without anything that moves a cursor. */
export const forTerminal = ({ text, bytes }: ValueView): string =>
  text === null
    ? `${bytes} bytes that are no text: write them to a file with --out FILE`
    : text.split('\n').map(foreign).join('\n')
