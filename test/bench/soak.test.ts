// The judgement of a soak: slopes against a naive computation, and that growth is found where there is
// some and not found where there is none.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  growthChecks,
  memoRatings,
  type Sample,
  seriesOf,
  settledSeconds,
  shareCheck,
  tableOf,
} from '../../bench/soak/judge.ts'
import { type Point, slopeOf } from '../../bench/soak/slope.ts'
import { seededRandom } from '../../src/core/random.ts'

/** Noise within ±1 from a seed. */
function noise(seed: number): () => number {
  const random = seededRandom(seed)
  return () => (random.below(2_001) - 1_000) / 1_000
}

const line = (n: number, slope: number, seed: number, amplitude = 1): Point[] => {
  const draw = noise(seed)
  return Array.from({ length: n }, (_, at) => ({ at, value: slope * at + amplitude * draw() }))
}

describe('the slope', () => {
  test('is the median of the slopes of all pairs, whatever their order', () => {
    const values = fc.array(fc.integer({ min: -1_000, max: 1_000 }), {
      minLength: 3,
      maxLength: 12,
    })
    fc.assert(
      fc.property(values, (given) => {
        const points = given.map((value, at) => ({ at, value }))
        const naive = points
          .flatMap((a) =>
            points.filter((b) => b.at > a.at).map((b) => (b.value - a.value) / (b.at - a.at)),
          )
          .sort((a, b) => a - b)
        const half = naive.length / 2
        const median =
          naive.length % 2 === 1 ? naive[Math.floor(half)]! : (naive[half - 1]! + naive[half]!) / 2
        const slope = slopeOf([points.toReversed()])!
        expect(slope.median).toBeCloseTo(median, 9)
        expect(slope.low).toBeLessThanOrEqual(slope.median)
        expect(slope.high).toBeGreaterThanOrEqual(slope.median)
      }),
    )
  })

  test('is not moved by a few outliers, nor by levels that differ between series', () => {
    const points = line(60, 0.5, 1)
    points[7] = { at: 7, value: 10_000 }
    const higher = line(60, 0.5, 2).map(({ at, value }) => ({ at, value: value + 500 }))
    const slope = slopeOf([points, higher])!
    expect(slope.median).toBeCloseTo(0.5, 1)
    expect(slope.low).toBeGreaterThan(0.4)
  })

  test('has 0 in its interval for noise: in 99 of 100 trials, give or take', () => {
    const trials = 200
    let missed = 0
    for (let seed = 0; seed < trials; seed++) {
      const { low, high } = slopeOf([line(20, 0, seed), line(20, 0, seed + 1_000)])!
      if (low > 0 || high < 0) missed += 1
    }
    expect(missed).toBeLessThanOrEqual(8)
  })

  test('takes three pairs at least', () => {
    expect(slopeOf([line(2, 1, 1)])).toBeUndefined()
    expect(slopeOf([])).toBeUndefined()
  })
})

describe('growth', () => {
  /** Five nodes sampled every ten seconds for an hour, with a leak of so many bytes a second. */
  const samples = (leak: number): Sample[] => {
    const draw = noise(7)
    return Array.from({ length: 5 * 360 }, (_, i) => {
      const at = 10 * Math.floor(i / 5)
      return {
        ...{ at, node: `n${i % 5}`, timers: 20 + Math.round(2 * draw()), handles: 30 },
        ...{ files: 40 + Math.round(2 * draw()), residentBytes: 2e8 + 5e6 * draw() },
        heldBytes: 6e7 + leak * at + 2e6 * draw(),
      }
    })
  }
  const judged = (leak: number, ratingsBefore = memoRatings) =>
    growthChecks({
      ...{ samples: samples(leak), warmUp: settledSeconds, seconds: 3_600, ratingsPerSecond: 0.1 },
      ratingsBefore,
    })

  test('is not found where there is none', () => {
    expect(judged(0).filter(({ ok }) => !ok)).toEqual([])
  })

  test('is found in a leak of a megabyte in four minutes', () => {
    const wrong = judged(4_096 + 256).filter(({ ok }) => !ok)
    expect(wrong.map(({ name }) => name)).toEqual(['slope of memory held after a collection'])
    expect(tableOf(wrong)).toMatch(/^WRONG {2}slope of memory held/)
  })

  test('is borne while memos fill', () => {
    expect(judged(4_096 + 256, memoRatings - 1).filter(({ ok }) => !ok)).toEqual([])
  })

  test('without samples is no success', () => {
    const none = { samples: [], warmUp: 0, seconds: 60, ratingsPerSecond: 1, ratingsBefore: 0 }
    expect(growthChecks(none).every(({ ok }) => !ok)).toBe(true)
  })

  test('counts from the end of the warm-up on, each node by itself', () => {
    const series = seriesOf(samples(0), 'files', 3_580)
    expect(series.map((points) => points.length)).toEqual([2, 2, 2, 2, 2])
  })
})

test('a share of nothing is no success', () => {
  expect(shareCheck('x', 0, 0, 99).ok).toBe(false)
  expect(shareCheck('x', 99, 100, 99)).toMatchObject({ value: 99, ok: true })
  expect(shareCheck('x', 989, 1_000, 99).ok).toBe(false)
})
