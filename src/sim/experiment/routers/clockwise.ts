// How far clockwise one position lies from another, as one number: enough where ways are compared or
// added, and the last bits do not matter.
import type { Words } from '../../../../routing/ring.ts'

/** First 53 bits of the clockwise way from one position to another, in units of 2^75. */
export function clockwise(from: Words, atFrom: number, to: Words, atTo: number): number {
  const high = 2 ** 21
  const a = from[atFrom]! * high + (from[atFrom + 1]! >>> 11)
  const b = to[atTo]! * high + (to[atTo + 1]! >>> 11)
  return b >= a ? b - a : b - a + 2 ** 53
}
