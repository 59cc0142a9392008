// How long something lives, as people write it.
import { Failure } from '../src/core/failure.ts'

const seconds = { s: 1, m: 60, h: 3_600, d: 86_400 } as const

/**
 * Seconds of a text such as 90s, 30m, 1.5h or 7d.
 *
 * @throws Failure `value/malformed-life`
 */
export function lifeFrom(text: string): number {
  const form = /^(\d+(?:\.\d+)?)([smhd])$/.exec(text)
  if (form === null) throw new Failure('value/malformed-life', { text })
  return Number(form[1]) * seconds[form[2] as keyof typeof seconds]
}
