// Bounds of numbers in the terms of JSON schema: one table says what an option takes, to whoever checks
// it, to whoever complains about it, and to editors.

export interface Bounds {
  readonly type: 'integer' | 'number'
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly exclusiveMaximum?: number
}

/** Whole numbers; without a `maximum` as large as they can be told apart. */
export const wholeFrom = (minimum: number, maximum?: number): Bounds =>
  maximum === undefined ? { type: 'integer', minimum } : { type: 'integer', minimum, maximum }

export const numberFrom = (minimum: number, maximum?: number): Bounds =>
  maximum === undefined ? { type: 'number', minimum } : { type: 'number', minimum, maximum }

export const share: Bounds = numberFrom(0, 1)

export function isWithin(value: unknown, bounds: Bounds): boolean {
  const { type, minimum, exclusiveMinimum, maximum, exclusiveMaximum } = bounds
  if (typeof value !== 'number' || !Number.isFinite(value)) return false
  if (type === 'integer' && !Number.isSafeInteger(value)) return false
  if (minimum !== undefined && value < minimum) return false
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return false
  if (maximum !== undefined && value > maximum) return false
  return exclusiveMaximum === undefined || value < exclusiveMaximum
}

/** What is within them: `a whole number from 1 to 64`. */
export function boundsInWords(bounds: Bounds): string {
  const { type, minimum, exclusiveMinimum, maximum, exclusiveMaximum } = bounds
  const kind = type === 'integer' ? 'a whole number' : 'a number'
  const most =
    maximum !== undefined
      ? `up to ${maximum}`
      : exclusiveMaximum !== undefined
        ? `below ${exclusiveMaximum}`
        : ''
  if (exclusiveMinimum !== undefined)
    return `${kind} above ${exclusiveMinimum}${most === '' ? '' : ` and ${most}`}`
  if (minimum === undefined) return most === '' ? kind : `${kind} ${most}`
  if (most === '') return `${kind} of at least ${minimum}`
  return `${kind} from ${minimum} to ${maximum ?? `below ${exclusiveMaximum}`}`
}

/** Which of some options are not within their bounds, each as a sentence. */
export const outOfBounds = (
  options: object,
  bounds: Readonly<Record<string, Bounds>>,
): readonly string[] =>
  Object.entries(bounds).flatMap(([name, bound]) => {
    const value = (options as Readonly<Record<string, unknown>>)[name]
    return isWithin(value, bound)
      ? []
      : [`"${name}" is ${String(value)}: ${boundsInWords(bound)} is meant.`]
  })
