// What seeds tell of a figure: its mean, or the difference of two means, with a 95% interval that does
// what it says however few they are. One seed says nothing of how seeds vary, so it gets none; two to
// five get Student's (the bootstrap of two covers the truth in half of the cases, of three in three
// of four); six and more the bootstrap, which takes skewed figures as they are.
import { bootstrapDifference, bootstrapMean, type Interval, mean, studentT } from './statistics.ts'

/** A mean over seeds. */
export interface Estimate {
  readonly mean: number
  /** Ends of the 95% interval; null where fewer than two seeds tell of it. */
  readonly low: number | null
  readonly high: number | null
}

/** What a figure cannot leave: Student's interval knows nothing of it. */
export interface Bounds {
  readonly least: number
  readonly most: number
}
export const share: Bounds = { least: 0, most: 1 }
export const amount: Bounds = { least: 0, most: Number.POSITIVE_INFINITY }
export const anything: Bounds = {
  least: Number.NEGATIVE_INFINITY,
  most: Number.POSITIVE_INFINITY,
}

/** From so many seeds on the bootstrap covers what it claims. */
const bootstrapSeedsMin = 6

/** Do they differ by no more than sums of floats do by themselves? */
export const areEqual = (values: readonly number[]): boolean =>
  values.every((value) => Math.abs(value - values[0]!) <= 1e-12 * Math.max(1, Math.abs(value)))

/**
 * Mean of one value a seed, with its 95% interval. Equal values are their own interval.
 *
 * @returns undefined of no seeds
 */
export function meanOverSeeds(values: readonly number[], bounds: Bounds): Estimate | undefined {
  const middle = mean(values)
  if (middle === undefined) return undefined
  if (values.length < 2) return { mean: middle, low: null, high: null }
  if (values.length >= bootstrapSeedsMin || areEqual(values)) return bootstrapMean(values)
  const error = Math.sqrt(variance(values) / values.length)
  return within(bounds, middle, studentT(values.length - 1) * error)
}

/**
 * Difference of two means, second minus first, with its 95% interval: seed by seed where they pair,
 * else by Welch's test (1947) where a side has fewer than six seeds.
 *
 * @param paired the same seeds on both sides, in the same order
 * @returns undefined where a side has no seeds
 */
export function differenceOverSeeds(
  first: readonly number[],
  second: readonly number[],
  paired: boolean,
  bounds: Bounds,
): Estimate | undefined {
  const [from, to] = [mean(first), mean(second)]
  if (from === undefined || to === undefined) return undefined
  const { least, most } = bounds
  const limits = { least: least - most, most: most - least }
  if (paired) return meanOverSeeds(differencesOf(first, second), limits)
  const fewest = Math.min(first.length, second.length)
  if (fewest < 2) return { mean: to - from, low: null, high: null }
  if (fewest >= bootstrapSeedsMin) return bootstrapDifference(first, second)
  if (areEqual(first) && areEqual(second)) return within(limits, to - from, 0)
  const errors = [first, second].map((values) => variance(values) / values.length)
  const error = errors[0]! + errors[1]!
  // Welch and Satterthwaite's degrees of freedom: at least those of the smaller side.
  const freedom =
    error ** 2 / (errors[0]! ** 2 / (first.length - 1) + errors[1]! ** 2 / (second.length - 1))
  return within(limits, to - from, studentT(freedom) * Math.sqrt(error))
}

/** Seed by seed. */
export const differencesOf = (first: readonly number[], second: readonly number[]): number[] =>
  second.map((value, i) => value - first[i]!)

/**
 * Difference of two shares by what their own intervals say (Newcombe 1998, method 10): for sides whose
 * seeds all agree, so that seeds tell nothing and all their lookups together must.
 */
export function differenceOfShares(first: Interval, second: Interval): Interval {
  const difference = second.mean - first.mean
  return {
    mean: difference,
    low: difference - Math.hypot(second.mean - second.low, first.high - first.mean),
    high: difference + Math.hypot(second.high - second.mean, first.mean - first.low),
  }
}

const within = ({ least, most }: Bounds, middle: number, half: number): Interval => ({
  mean: middle,
  low: Math.max(least, middle - half),
  high: Math.min(most, middle + half),
})

/** Of a sample of two or more. */
function variance(values: readonly number[]): number {
  const middle = mean(values)!
  return values.reduce((all, value) => all + (value - middle) ** 2, 0) / (values.length - 1)
}
