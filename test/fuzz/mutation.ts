// What fuzzing does to honest messages: to their bytes, blindly, and to their meaning: a lie keeps
// the form of a message and changes what it says.
import { concatBytes, hex } from '../../src/core/bytes.ts'
import type { Random } from '../../src/core/random.ts'

/** One to three random changes of the bytes; pieces of other messages are spliced in. */
export function mutated(bytes: Uint8Array, others: readonly Uint8Array[], random: Random) {
  let result = bytes
  for (let times = 1 + random.below(3); times > 0; times--)
    result = mutatedOnce(result, random.pick(others)!, random)
  return result
}

function mutatedOnce(bytes: Uint8Array, other: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length + 1)
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)]
  switch (random.below(8)) {
    case 0: {
      const flipped = bytes.slice()
      if (at < flipped.length) flipped[at]! ^= 1 << random.below(8)
      return flipped
    }
    case 1: {
      const set = bytes.slice()
      if (at < set.length) set[at] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.below(256)])!
      return set
    }
    case 2:
      return before
    case 3:
      return concatBytes([before, random.bytes(random.below(12)), after])
    case 4:
      return concatBytes([before, after.subarray(random.below(40))])
    case 5:
      return concatBytes([bytes.subarray(0, at + random.below(200)), after])
    case 6:
      return concatBytes([before, other.subarray(random.below(other.length + 1))])
    default:
      return random.bytes(random.below(300))
  }
}

/** Numbers that protocols stumble over. */
const edgeNumbers = [0, 1, 2, 9, 255, 65_536, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1]

/**
 * The same message with one to three of its values changed: numbers to their edges, bytes and texts
 * to others of the same length or of none, lists repeated, reversed or cut.
 *
 * @param texts replacements for texts: ids that exist, ids that do not
 */
export function lie<T>(message: T, texts: readonly string[], random: Random): T {
  const changed = structuredClone(message)
  for (let times = 1 + random.below(3); times > 0; times--) lieOnce(changed, texts, random)
  return changed
}

function lieOnce(message: unknown, texts: readonly string[], random: Random): void {
  let place = message as Record<string, unknown>
  for (;;) {
    const key = random.pick(Object.keys(place))
    if (key === undefined) return
    const value = place[key]
    const isInner = typeof value === 'object' && value !== null && !(value instanceof Uint8Array)
    if (isInner && (!Array.isArray(value) || random.below(4) > 0)) {
      place = value as Record<string, unknown>
      continue
    }
    place[key] = liar(value, texts, random)
    return
  }
}

/** Mostly one of the same length: an id for an id, a hash for a hash. */
function otherText(text: string, texts: readonly string[], random: Random): string {
  const alike = texts.filter(({ length }) => length === text.length)
  if (random.below(8) === 0) return random.pick(texts)!
  if (alike.length > 0 && random.below(2) === 0) return random.pick(alike)!
  return hex(random.bytes(text.length)).slice(0, text.length)
}

function liar(value: unknown, texts: readonly string[], random: Random): unknown {
  if (typeof value === 'number')
    return random.below(2) === 0 ? value + 1 - random.below(3) : random.pick(edgeNumbers)
  if (typeof value === 'boolean') return !value
  if (typeof value === 'string') return otherText(value, texts, random)
  if (value instanceof Uint8Array)
    return random.bytes(random.below(4) > 0 ? value.length : random.below(80))
  if (!Array.isArray(value)) return value
  switch (random.below(4)) {
    case 0:
      return []
    case 1:
      return [...value, ...value]
    case 2:
      return value.toReversed()
    default:
      return Array.from({ length: 20 }, () => random.pick(value) as unknown)
  }
}
