// Statistics of runs against naive forms, and the intervals against what an interval claims.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import {
  bootstrapDifference,
  bootstrapMean,
  gini,
  mean,
  middleAndTail,
  quantile,
  wilson,
} from '../../../src/sim/experiment/statistics.ts'
import {
  countOf,
  cumulativeShares,
  histogramOf,
  meanOf,
  merged,
  quantileOf,
} from '../../../src/sim/experiment/statistics-histogram.ts'

const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 })
const histogram = fc.array(fc.nat(20), { maxLength: 12 })
/** Every single value of a histogram, ascending. */
const spread = (counts: readonly number[]): number[] =>
  counts.flatMap((count, value) => Array.from({ length: count }, () => value))

describe('the interval of a mean', () => {
  test('holds the mean, stays within the values and is the same every time', () => {
    fc.assert(
      fc.property(values, (sample) => {
        const { mean: middle, low, high } = bootstrapMean(sample)!
        expect(middle).toBeCloseTo(mean(sample)!, 12)
        expect(low).toBeLessThanOrEqual(middle + 1e-12)
        expect(high).toBeGreaterThanOrEqual(middle - 1e-12)
        expect(low).toBeGreaterThanOrEqual(Math.min(...sample) - 1e-12)
        expect(high).toBeLessThanOrEqual(Math.max(...sample) + 1e-12)
        expect(bootstrapMean(sample)).toEqual({ mean: middle, low, high })
      }),
      { numRuns: 30 },
    )
  })

  test('covers the true mean of ten draws in about 95 of 100 cases', () => {
    const random = seededRandom(7)
    // Skewed, as shares near 1 are: the mean of a squared uniform draw is 1/3.
    const draw = (): number => random.fraction() ** 2
    const cases = 200
    let covered = 0
    for (let i = 0; i < cases; i++) {
      const { low, high } = bootstrapMean(Array.from({ length: 10 }, draw))!
      if (low <= 1 / 3 && 1 / 3 <= high) covered++
    }
    expect(covered / cases).toBeGreaterThan(0.915)
    expect(covered / cases).toBeLessThan(0.98)
  })

  test('of equal values is that value, and of nothing is nothing', () => {
    expect(bootstrapMean([0.5, 0.5])).toEqual({ mean: 0.5, low: 0.5, high: 0.5 })
    expect(bootstrapMean([])).toBeUndefined()
  })
})

describe('the interval of a difference', () => {
  test('leaves out 0 where two samples lie apart, and turns round with its sides', () => {
    const [small, large] = [
      [1, 2, 3, 2],
      [8, 9, 7, 8],
    ]
    const there = bootstrapDifference(small!, large!)!
    const back = bootstrapDifference(large!, small!)!
    expect(there.mean).toBe(6)
    expect(there.low).toBeGreaterThan(0)
    expect(back.mean).toBe(-6)
    expect(back.high).toBeLessThan(0)
    expect(bootstrapDifference([], large!)).toBeUndefined()
  })
})

describe("Wilson's interval", () => {
  test('gives the figures of the textbook', () => {
    // Brown, Cai, DasGupta 2001: the ends solve (p̂ − p)² = z² p (1 − p) / n.
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1 }), (n, share) => {
        const successes = Math.round(n * (Number.isNaN(share) ? 0 : share))
        const { mean: estimate, low, high } = wilson(successes, n)
        for (const end of [low, high])
          expect((estimate - end) ** 2).toBeCloseTo((1.959964 ** 2 * end * (1 - end)) / n, 9)
        expect(low).toBeLessThanOrEqual(estimate)
        expect(high).toBeGreaterThanOrEqual(estimate)
      }),
    )
  })

  test('ends at 0 and 1 exactly, and knows nothing of no trial', () => {
    expect(wilson(0, 10).low).toBe(0)
    expect(wilson(10, 10).high).toBe(1)
    expect(wilson(0, 0)).toEqual({ mean: 0, low: 0, high: 1 })
  })
})

test('the median and the 95th percentile are told in any order, and of nothing not at all', () => {
  const values = Array.from({ length: 21 }, (_, i) => 10 * ((8 * i) % 21))
  expect(middleAndTail(values)).toEqual({ p50: 100, p95: 190 })
  expect(middleAndTail([7])).toEqual({ p50: 7, p95: 7 })
  expect(middleAndTail([])).toBeUndefined()
})

describe('the Gini coefficient', () => {
  test('is the mean difference of all pairs over twice the mean', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1_000), { minLength: 1, maxLength: 30 }), (sample) => {
        let differences = 0
        for (const a of sample) for (const b of sample) differences += Math.abs(a - b)
        const total = sample.reduce((sum, value) => sum + value, 0)
        const naive = total === 0 ? 0 : differences / (2 * sample.length * total)
        expect(gini(sample)).toBeCloseTo(naive, 9)
      }),
    )
  })
})

describe('a histogram', () => {
  test('has the mean and the quantiles of its values', () => {
    fc.assert(
      fc.property(histogram, fc.double({ min: 0, max: 1, noNaN: true }), (counts, share) => {
        const all = spread(counts)
        expect(countOf(counts)).toBe(all.length)
        if (all.length === 0) expect(meanOf(counts)).toBeUndefined()
        else expect(meanOf(counts)).toBeCloseTo(mean(all)!, 9)
        const naive = all.find((_, i) => i + 1 >= share * all.length)
        expect(quantileOf(counts, share)).toBe(naive)
      }),
    )
  })

  test('becomes a CDF that rises to 1', () => {
    expect(cumulativeShares([1, 0, 3])).toEqual([0.25, 0.25, 1])
    expect(cumulativeShares([0, 0])).toEqual([])
  })

  test('counts values in any order', () => {
    fc.assert(
      fc.property(histogram, fc.integer(), (counts, seed) => {
        const all = spread(counts)
        expect(spread(histogramOf(seededRandom(seed).shuffle([...all])))).toEqual(all)
        expect(histogramOf(all)).toHaveLength(all.length === 0 ? 0 : all.at(-1)! + 1)
      }),
    )
  })

  test('joins others value by value', () => {
    fc.assert(
      fc.property(fc.array(histogram, { maxLength: 4 }), (several) => {
        const naive = several.flatMap(spread).sort((a, b) => a - b)
        expect(spread(merged(several))).toEqual(naive)
      }),
    )
  })
})

test('a quantile of sorted values lies between its neighbours', () => {
  expect(quantile([1, 2, 4], 0)).toBe(1)
  expect(quantile([1, 2, 4], 0.75)).toBe(3)
  expect(quantile([1, 2, 4], 1)).toBe(4)
})
