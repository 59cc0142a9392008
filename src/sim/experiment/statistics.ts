// Statistics of runs: means with confidence intervals over seeds, shares with Wilson's interval, and
// how unevenly load lies. Everything is deterministic: resampling draws from a fixed seed, so the
// same values give the same interval on every machine.
import { seededRandom } from '../../core/random.ts'

export interface Interval {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** Arithmetic mean; undefined of nothing. */
export function mean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

/** Resamples of a bootstrap: the ends move by about 1% of the interval's width beyond that. */
const resamples = 4_000

/**
 * Mean with its 95% confidence interval by the bootstrap: the expanded percentile interval
 * (Hesterberg, "What teachers should know about the bootstrap", 2015, 4.2). The plain percentile
 * interval is too narrow for the five or ten seeds that experiments have; this one takes outer
 * percentiles, by as much as Student's interval is wider than the normal one. It never leaves the
 * range of the values, so a share stays within 0 and 1. Of fewer than six values that very range is
 * too narrow: means of seeds are meanOverSeeds (statistics-seeds.ts), which takes Student's t there.
 *
 * @returns undefined of nothing; values that are all equal are their own interval
 */
export function bootstrapMean(values: readonly number[]): Interval | undefined {
  const middle = mean(values)
  if (middle === undefined) return undefined
  if (values.every((value) => value === values[0])) return point(values[0]!)
  const tail = tailOf(values.length)
  const means = resampledMeans(values, 1)
  return { mean: middle, low: quantile(means, tail), high: quantile(means, 1 - tail) }
}

/**
 * Difference of two means, second minus first, with its 95% interval. Where the values belong
 * together one by one (the same seeds on both sides) hand the differences to bootstrapMean instead. Of few
 * values too narrow, as there: differences of seeds are differenceOverSeeds.
 */
export function bootstrapDifference(
  first: readonly number[],
  second: readonly number[],
): Interval | undefined {
  const from = mean(first)
  const to = mean(second)
  if (from === undefined || to === undefined) return undefined
  const tail = tailOf(Math.min(first.length, second.length))
  const [before, after] = [resample(first, 1), resample(second, 2)]
  const differences = after.map((value, i) => value - before[i]!).sort()
  const [low, high] = [quantile(differences, tail), quantile(differences, 1 - tail)]
  return { mean: to - from, low, high }
}

const point = (value: number): Interval => ({ mean: value, low: value, high: value })

/** Means of resamples, ascending. */
const resampledMeans = (values: readonly number[], seed: number): Float64Array =>
  resample(values, seed).sort()

function resample(values: readonly number[], seed: number): Float64Array {
  const random = seededRandom(seed)
  const count = values.length
  return Float64Array.from({ length: resamples }, () => {
    let sum = 0
    for (let i = 0; i < count; i++) sum += values[random.below(count)]!
    return sum / count
  })
}

/** Student's t at 97.5% for 1 to 30 degrees of freedom. */
const student = [
  ...[12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16],
  ...[2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056],
  ...[2.052, 2.048, 2.045, 2.042],
]
/** The normal deviate at 97.5%. */
const normal = 1.959964

/**
 * Student's t at 97.5%. Between whole degrees of freedom (Welch) it is linear in their inverse.
 *
 * @param freedom degrees of freedom, at least 1
 */
export function studentT(freedom: number): number {
  const below = Math.floor(freedom)
  const whole = (degrees: number): number => student[degrees - 1] ?? normal + 2.4 / degrees
  const from = whole(below)
  if (below === freedom) return from
  const share = (1 / below - 1 / freedom) / (1 / below - 1 / (below + 1))
  return from + (whole(below + 1) - from) * share
}

/** Which share of the resamples each tail leaves out, for a sample of `count`. */
function tailOf(count: number): number {
  if (count < 2) return 0.025
  return normalTail(studentT(count - 1) * Math.sqrt(count / (count - 1)))
}

/** Probability that a normal deviate exceeds x >= 0 (Abramowitz and Stegun 1964, 26.2.17). */
function normalTail(x: number): number {
  const t = 1 / (1 + 0.2316419 * x)
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * series
}

/**
 * Quantile of ascending values, linear between neighbours (Hyndman and Fan 1996, definition 7).
 *
 * @param share 0..1
 */
export function quantile(ascending: ArrayLike<number>, share: number): number {
  const at = share * (ascending.length - 1)
  const below = Math.floor(at)
  const from = ascending[below]!
  const to = ascending[Math.min(below + 1, ascending.length - 1)]!
  return from + (to - from) * (at - below)
}

/** Median and 95th percentile of values in any order; undefined of none. */
export function middleAndTail(
  values: readonly number[],
): { readonly p50: number; readonly p95: number } | undefined {
  if (values.length === 0) return undefined
  const ascending = Float64Array.from(values).sort()
  return { p50: quantile(ascending, 0.5), p95: quantile(ascending, 0.95) }
}

/** 95% interval of a share by Wilson's score (1927): sound at 0 and 1, where others are not. */
export function wilson(successes: number, trials: number): Interval {
  if (trials === 0) return { mean: 0, low: 0, high: 1 }
  const share = successes / trials
  const spread = normal * normal
  const middle = (share + spread / (2 * trials)) / (1 + spread / trials)
  const half =
    (normal / (1 + spread / trials)) *
    Math.sqrt((share * (1 - share)) / trials + spread / (4 * trials * trials))
  // At the very ends rounding would leave a trace.
  const low = successes === 0 ? 0 : middle - half
  const high = successes === trials ? 1 : middle + half
  return { mean: share, low, high }
}

/** Gini's coefficient of values >= 0: 0 where all are equal, near 1 where one has everything. */
export function gini(values: ArrayLike<number>): number {
  const ascending = Float64Array.from(values).sort()
  let sum = 0
  let weighted = 0
  for (let i = 0; i < ascending.length; i++) {
    sum += ascending[i]!
    weighted += (2 * (i + 1) - ascending.length - 1) * ascending[i]!
  }
  return sum === 0 ? 0 : weighted / (ascending.length * sum)
}
