// Figures from a histogram of whole numbers (measurement.ts): mean, quantiles, the running share that
// a CDF plots, and several histograms as one.
import type { Histogram } from './measurement.ts'

/** How often each of some whole numbers from 0 on is there. */
export function histogramOf(values: readonly number[]): Histogram {
  const counts: number[] = []
  for (const value of values) {
    while (counts.length <= value) counts.push(0)
    counts[value]!++
  }
  return counts
}

export function countOf(histogram: Histogram): number {
  let count = 0
  for (const here of histogram) count += here
  return count
}

/** Mean; undefined of an empty histogram. */
export function meanOf(histogram: Histogram): number | undefined {
  let count = 0
  let sum = 0
  for (let value = 0; value < histogram.length; value++) {
    count += histogram[value]!
    sum += value * histogram[value]!
  }
  return count === 0 ? undefined : sum / count
}

/**
 * The smallest value that at least this share of all does not exceed; undefined of an empty histogram.
 *
 * @param share 0..1
 */
export function quantileOf(histogram: Histogram, share: number): number | undefined {
  const count = countOf(histogram)
  let passed = 0
  for (let value = 0; value < histogram.length; value++) {
    passed += histogram[value]!
    if (passed > 0 && passed >= share * count) return value
  }
  return undefined
}

/** Share of all that does not exceed each value 0, 1, …; empty of an empty histogram. */
export function cumulativeShares(histogram: Histogram): number[] {
  const count = countOf(histogram)
  if (count === 0) return []
  let passed = 0
  return histogram.map((here) => {
    passed += here
    return passed / count
  })
}

/** Several histograms as one. */
export function merged(histograms: readonly Histogram[]): Histogram {
  const all: number[] = []
  for (const histogram of histograms)
    for (let value = 0; value < histogram.length; value++)
      all[value] = (all[value] ?? 0) + histogram[value]!
  return all
}
