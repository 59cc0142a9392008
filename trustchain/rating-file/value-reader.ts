// Values of a file, as trust or through a mapping. Files repeat few values many times, so each
// spelling is read once.
import { Failure } from '../../src/core/failure.ts'
import { parseTrust } from '../../src/core/trust.ts'
import { badLine, type Line } from './bad-line.ts'
import { type Mapping, mapRating } from './mapping.ts'

const spellingsMax = 4_096
/** The longest number that any mapping reads; longer is no value, and too long to quote. */
const valueCharactersMax = 40

/**
 * A reader of values: millionths of a value's text.
 *
 * @param mapping how ratings become trust; without one they are trust as it stands
 */
export function valueReader(mapping: Mapping | undefined): (line: Line, text: string) => number {
  const known = new Map<string, number>()
  return (line, text) => {
    const before = known.get(text)
    if (before !== undefined) return before
    if (text.length > valueCharactersMax)
      throw badLine(line, 'The value is too long for a number: write a plain decimal such as 0.9.')
    const value = mapping === undefined ? trustOf(line, text) : mappedOf(mapping, line, text)
    if (known.size < spellingsMax) known.set(text, value)
    return value
  }
}

function trustOf(line: Line, text: string): number {
  try {
    return parseTrust(text)
  } catch (error) {
    if (error instanceof Failure) throw badLine(line, error.message)
    throw error
  }
}

function mappedOf(mapping: Mapping, line: Line, text: string): number {
  const outcome = mapRating(mapping, text)
  if (outcome.is === 'unmapped') throw badLine(line, outcome.why)
  return outcome.value
}
