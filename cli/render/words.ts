// How single things read in every table: a node, a trust value, a round trip, a time.
import { stripVTControlCharacters } from 'node:util'
import { red } from './table.ts'

export interface Nameable {
  readonly nodeId: string
  readonly owner: string
}

/** Enough of an id to name it, and to tell a million nodes apart. */
export const shortId = (id: string): string => id.slice(0, 10)

// Controls move the cursor; line separators and bidirectional marks reorder what is read.
const deceptive = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu

/** Text that somebody else wrote, safe in a terminal. */
export const foreign = (text: string): string =>
  stripVTControlCharacters(text).replace(deceptive, '')

/** `anna (1a2b3c4d5e)`, or the id alone. */
export const nameOf = ({ nodeId, owner }: Nameable): string =>
  owner === '' ? shortId(nodeId) : `${foreign(owner)} (${shortId(nodeId)})`

export const trustText = (value: number | null): string =>
  value === null ? '' : value < 0 ? red(decimal(value)) : decimal(value)

/** What a rating says: trust as it is, stars as they were given (their `value` is (stars − 3) / 2). */
export const ratingText = ({ kind, value }: { readonly kind: string; readonly value: number }) =>
  kind === 'trust' ? trustText(value) : starsText(2 * value + 3)

export const starsText = (stars: number): string =>
  `${decimal(stars)} star${stars === 1 ? '' : 's'}`

/** At most six decimals, never an exponent. */
export const decimal = (value: number): string =>
  value
    .toFixed(6)
    .replace(/\.?0+$/, '')
    .replace(/^-0$/, '0')

export const rttText = (ms: number | null): string =>
  ms === null ? '' : ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`

export const timeText = (ms: number): string => {
  const date = new Date(ms)
  return Number.isNaN(date.getTime())
    ? 'no valid time'
    : date.toISOString().slice(0, 19).replace('T', ' ')
}

export function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  const [days, hours, minutes] = [seconds / 86_400, (seconds / 3_600) % 24, (seconds / 60) % 60]
  const parts = [
    [Math.floor(days), 'd'],
    [Math.floor(hours), 'h'],
    [Math.floor(minutes), 'm'],
    [seconds % 60, 's'],
  ] as const
  const first = parts.findIndex(([count]) => count > 0)
  if (first === -1) return `${ms} ms`
  return parts
    .slice(first, first + 2)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ')
}
