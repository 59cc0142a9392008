// What few seeds may claim: intervals that cover what they say, and none of a single seed.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../../../src/core/random.ts'
import {
  bootstrapDifference,
  bootstrapMean,
  wilson,
} from '../../../src/sim/experiment/statistics.ts'
import {
  anything,
  differenceOfShares,
  differenceOverSeeds,
  type Estimate,
  meanOverSeeds,
  share,
} from '../../../src/sim/experiment/statistics-seeds.ts'

const random = seededRandom(11)
/** About normal around 0: twelve uniform draws. */
const normal = (): number =>
  Array.from({ length: 12 }, () => random.fraction()).reduce((a, b) => a + b) - 6
const draws = (count: number): number[] => Array.from({ length: count }, normal)
const holds = ({ low, high }: Estimate, value: number): boolean => low! <= value && value <= high!
const cases = 3_000
const shareOfCases = (isSo: () => boolean): number => {
  let count = 0
  for (let i = 0; i < cases; i++) if (isSo()) count++
  return count / cases
}
const fractions = (least: number, most: number) =>
  fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: least, maxLength: most })

test.each([2, 3, 4, 5])('of %i seeds the interval covers the mean in 95 of 100 cases', (seeds) => {
  const covered = shareOfCases(() => holds(meanOverSeeds(draws(seeds), anything)!, 0))
  expect(covered).toBeGreaterThan(0.935)
  expect(covered).toBeLessThan(0.965)
})

describe('two experiments that differ in nothing', () => {
  test.each([
    [2, 2],
    [3, 3],
    [2, 5],
    [5, 10],
  ])(
    'differ by their intervals in at most 6 of 100 cases, with %i and %i seeds',
    (first, second) => {
      const differ = (paired: boolean) => () =>
        !holds(differenceOverSeeds(draws(first), draws(second), paired, anything)!, 0)
      expect(shareOfCases(differ(false))).toBeLessThan(0.065)
      if (first === second) expect(shareOfCases(differ(true))).toBeLessThan(0.065)
    },
  )
})

test('one seed on a side has a mean or a difference, and no interval', () => {
  expect(meanOverSeeds([0.7], share)).toEqual({ mean: 0.7, low: null, high: null })
  const none = { mean: expect.closeTo(0.05, 9), low: null, high: null }
  expect(differenceOverSeeds([0.7], [0.75], true, share)).toEqual(none)
  expect(differenceOverSeeds([0.7], [0.74, 0.76], false, share)).toEqual(none)
  expect(meanOverSeeds([], share)).toBeUndefined()
  expect(differenceOverSeeds([], [1], false, share)).toBeUndefined()
})

test("three seeds give Student's interval of the textbook", () => {
  // 4.303 times 0.02 / √3.
  const { mean, low, high } = meanOverSeeds([0.5, 0.52, 0.54], share)!
  expect([mean, low, high]).toEqual([0.52, 0.470313, 0.569687].map((x) => expect.closeTo(x, 5)))
  // Welch with 2.94 degrees of freedom, t = 3.228.
  const difference = differenceOverSeeds([1, 2, 3], [5, 9], false, anything)!
  expect(difference.mean).toBe(5)
  expect(difference.high! - 5).toBeCloseTo(5 - difference.low!, 9)
})

test('a share stays within 0 and 1, its difference within -1 and 1, and each around its mean', () => {
  fc.assert(
    fc.property(fractions(2, 5), fractions(2, 5), (first, second) => {
      const of = meanOverSeeds(first, share)!
      const between = differenceOverSeeds(first, second, first.length === second.length, share)!
      expect(of.low).toBeGreaterThanOrEqual(-1e-12)
      expect(of.high).toBeLessThanOrEqual(1 + 1e-12)
      expect(between.low).toBeGreaterThanOrEqual(-1)
      expect(between.high).toBeLessThanOrEqual(1)
      for (const { mean, low, high } of [of, between]) {
        expect(low).toBeLessThanOrEqual(mean + 1e-12)
        expect(high).toBeGreaterThanOrEqual(mean - 1e-12)
      }
    }),
  )
})

test('from six seeds on it is the bootstrap, to the last digit', () => {
  fc.assert(
    fc.property(fractions(6, 12), fractions(6, 12), (first, second) => {
      expect(meanOverSeeds(first, share)).toEqual(bootstrapMean(first))
      expect(differenceOverSeeds(first, second, false, share)).toEqual(
        bootstrapDifference(first, second),
      )
    }),
    { numRuns: 5 },
  )
})

test('shares whose seeds agree differ by what all their lookups can tell', () => {
  // Newcombe 1998, table II: 56/70 against 48/80 is 0.2 (0.0524 to 0.3339).
  const { mean, low, high } = differenceOfShares(wilson(48, 80), wilson(56, 70))
  expect([mean, low, high]).toEqual([0.2, 0.0524, 0.3339].map((x) => expect.closeTo(x, 4)))
})
