// Signed data sets rate from -10 to 10. How that becomes trust decides everything (who is above the
// threshold), so whoever loads such a file names the mapping. All in integers: nothing is rounded.
import { Failure } from '../../src/core/failure.ts'
import { parseTrust, type Trust } from '../../src/core/trust.ts'

/** `linear`: r/10. `half`: 0.5 + 0.05 r for r > 0, r/10 below. `sign`: X for r > 0, -X for r < 0. */
export type Mapping =
  | { readonly by: 'linear' }
  | { readonly by: 'half' }
  | { readonly by: 'sign'; readonly value: Trust }

/**
 * Reads `linear`, `half` or `sign:X`.
 *
 * @throws Failure `ratings/bad-map`
 */
export function parseMapping(text: string): Mapping {
  if (text === 'linear' || text === 'half') return { by: text }
  if (text.startsWith('sign:')) {
    const value = trustOrNone(text.slice('sign:'.length))
    if (value !== undefined && value > 0) return { by: 'sign', value }
  }
  throw new Failure('ratings/bad-map', { text })
}

function trustOrNone(text: string): Trust | undefined {
  try {
    return parseTrust(text)
  } catch (error) {
    if (error instanceof Failure) return undefined
    throw error
  }
}

/** A rating that cannot be mapped, with the sentence that says why. */
export type Mapped =
  | { readonly is: 'mapped'; readonly value: Trust }
  | { readonly is: 'unmapped'; readonly why: string }

/** Without digits before the point as well, as KONECT's files write .8. */
const decimal = /^(-?)(\d{1,15}|(?=\.))(?:\.(\d{1,15}))?$/

/** Maps a rating as written in the file. Four decimals are exact under every mapping. */
export function mapRating(mapping: Mapping, text: string): Mapped {
  const match = decimal.exec(text)
  if (match === null)
    return unmapped(`"${text}" is not a plain number: write one such as -10 or 7.`)
  const [, minus, whole, decimals = ''] = match
  const sign = minus === '-' ? -1 : 1
  if (mapping.by === 'sign') {
    const isZero = /^0*$/.test(whole! + decimals)
    return mapped(isZero ? 0 : sign * mapping.value)
  }
  if (decimals.length > 4)
    return unmapped(`"${text}" has more than 4 decimals, which would be rounded: round it first.`)
  // Ten-thousandths of a rating: r/10 in millionths is ten times, 0.05 r five times as many.
  const size = Number(whole) * 10_000 + Number(decimals.padEnd(4, '0'))
  if (size > 100_000)
    return unmapped(`"${text}" is outside [-10, 10], which ${mapping.by} maps: scale it first.`)
  if (mapping.by === 'half' && sign > 0 && size > 0) return mapped(500_000 + 5 * size)
  return mapped(size === 0 ? 0 : sign * 10 * size)
}

const mapped = (value: number): Mapped => ({ is: 'mapped', value: value as Trust })
const unmapped = (why: string): Mapped => ({ is: 'unmapped', why })
