// Trust numbers: integers in millionths, so that every node computes the same value to the digit.
// Semantics: docs/trust.md (TN-1). Text form: plain decimals, at most six digits after the point.
import { Failure } from './failure.ts'

/** Trust in millionths, in [-ONE, ONE]. */
export type Trust = number & { readonly __brand: 'Trust' }

/** Trust 1.0 in millionths. Products stay under 10^12, safe in a double. */
export const ONE = 1_000_000 as Trust

/** A trustee's own ratings are read only when trust in it is strictly above this. */
export const THRESHOLD = 600_000 as Trust

/** floor(a*b/ONE) for non-negative a, b: the one multiplication of TN-1. */
export const multiplyTrust = (a: number, b: number): Trust => Math.floor((a * b) / ONE) as Trust

/** Is this an integer number of millionths in [-ONE, ONE] (and not minus zero)? */
export const isTrust = (value: number): value is Trust =>
  Number.isInteger(value) && value >= -ONE && value <= ONE && !Object.is(value, -0)

/** Clamp an integer sum of trust to [-ONE, ONE]. */
export const clampTrust = (sum: number): Trust => Math.max(-ONE, Math.min(ONE, sum)) as Trust

const plainDecimal = /^(-?)(\d*)(?:\.(\d+))?$/

/**
 * Reads a trust value from text, to the digit.
 *
 * @param text a plain decimal such as `0.7`, `.7`, `-1`, `1.0`
 * @returns millionths in [-ONE, ONE]
 * @throws Failure `trust/not-a-number`, `trust/too-many-decimals`, `trust/minus-zero`, `trust/out-of-range`,
 *   each naming the offending text
 */
export function parseTrust(text: string): Trust {
  const match = plainDecimal.exec(text)
  const [, sign, whole = '', decimals = ''] = match ?? []
  if (match === null || (whole === '' && decimals === ''))
    throw new Failure('trust/not-a-number', { text })
  if (decimals.length > 6) throw new Failure('trust/too-many-decimals', { text })
  // Leading zeros aside, two digits before the point are out of range, whatever follows.
  const digits = whole.replace(/^0+/, '')
  if (digits.length > 1) throw new Failure('trust/out-of-range', { text })
  const size = Number(digits) * ONE + Number(decimals.padEnd(6, '0'))
  if (size === 0 && sign === '-') throw new Failure('trust/minus-zero', { text })
  if (size > ONE) throw new Failure('trust/out-of-range', { text })
  return (sign === '-' ? -size : size) as Trust
}

/** The shortest plain decimal of millionths: 700000 → `0.7`. Sums beyond [-1, 1] are fine. */
export function formatTrust(millionths: number): string {
  const size = Math.abs(millionths)
  const decimals = String(size % ONE)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const whole = Math.floor(size / ONE)
  return `${millionths < 0 ? '-' : ''}${whole}${decimals === '' ? '' : `.${decimals}`}`
}

/** Millionths as a JSON number with at most six decimals: 280000 → 0.28. */
export const trustNumber = (millionths: number): number => Number(formatTrust(millionths))
