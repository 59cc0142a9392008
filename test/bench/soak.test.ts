// The judgement of a soak: slopes against a naive computation, and that growth is found where there is
// some and not found where there is none.
import { rmSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  bounds,
  type Churn,
  churnChecks,
  growthChecks,
  memoRatings,
  type Sample,
  seriesOf,
  settledSeconds,
  shareCheck,
  tableOf,
} from '../../bench/soak/judge.ts'
import { Life } from '../../bench/soak/life.ts'
import { SoakNetwork } from '../../bench/soak/network.ts'
import { type Point, slopeOf } from '../../bench/soak/slope.ts'
import { seededRandom } from '../../src/core/random.ts'
import { until } from '../live/harness.ts'

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
  type Leaks = Partial<Omit<Sample, 'at' | 'node'>>
  /** Five nodes sampled every half a minute for an hour, each figure growing by so much a second. */
  const samples = (leaks: Leaks = {}): Sample[] => {
    const draw = noise(7)
    return Array.from({ length: 5 * 120 }, (_, i) => {
      const at = 30 * Math.floor(i / 5)
      const grown = (name: keyof Leaks): number => (leaks[name] ?? 0) * at
      return {
        ...{ at, node: `n${i % 5}`, handles: 30 + grown('handles') },
        timers: 20 + Math.round(2 * draw()) + grown('timers'),
        files: 40 + Math.round(2 * draw()) + grown('files'),
        residentBytes: 2e8 + 5e6 * draw() + grown('residentBytes'),
        heldBytes: 6e7 + 2e6 * draw() + grown('heldBytes'),
        storeBytes: 3e7 + grown('storeBytes'),
        storeWritten: 1e7 + grown('storeWritten'),
        ...{ codeBytes: 1.2e7 + grown('codeBytes'), sourceBytes: 6e6 },
      }
    })
  }
  /** At the rate of a soak that is told nothing else. */
  const judged = (leaks: Leaks, ratingsBefore = memoRatings) =>
    growthChecks({
      ...{ samples: samples(leaks), warmUp: settledSeconds, seconds: 3_600, ratingsPerSecond: 1 },
      ratingsBefore,
    })
  const wrong = (...given: Parameters<typeof judged>) =>
    judged(...given)
      .filter(({ ok }) => !ok)
      .map(({ name }) => name)

  test('is not found where there is none', () => {
    expect(wrong({})).toEqual([])
  })

  test.each([
    ['memory held after a collection', 'a megabyte in three minutes', { heldBytes: 5_825 }],
    ['resident memory, the store’s apart', 'a megabyte in 100 s', { residentBytes: 10_486 }],
    ['timers', 'one in five minutes', { timers: 1 / 300 }],
    ['other handles', 'one in three minutes', { handles: 1 / 180 }],
    ['open files', 'one in three minutes', { files: 1 / 180 }],
  ])('of %s is found: %s', (name, _, leaks) => {
    expect(wrong(leaks)).toEqual([`slope of ${name}`])
    expect(tableOf(judged(leaks))).toMatch(new RegExp(`^WRONG {2}slope of ${name}`, 'm'))
  })

  test('is borne while memos fill, and a quick leak is not', () => {
    const early = memoRatings - 1
    expect(wrong({ heldBytes: 5_825 }, early)).toEqual([])
    expect(wrong({ heldBytes: 26_000 }, early)).toEqual([
      'slope of memory held after a collection, compiled code apart',
    ])
  })

  test('of compiled code is no leak while memos fill, until the scripts cannot account for it', () => {
    const early = memoRatings - 1
    // A megabyte a minute: too much for memos, and not for a compiler.
    const compiled = { heldBytes: 3_000, codeBytes: 3_000 }
    expect([wrong(compiled, early), wrong(compiled)]).toEqual([[], []])
    const leaked = { heldBytes: 25_000, codeBytes: 4_000 }
    expect(wrong(leaked, early)).toEqual(['compiled code'])
    expect(wrong({ heldBytes: 6_000, codeBytes: 6_000 })).toEqual([
      'slope of memory held after a collection',
      'compiled code',
    ])
  })

  test('of the store is no leak while its buffers fill, and is one beyond them', () => {
    // A megabyte a minute, as a rating a second writes.
    const gathered = { residentBytes: 17_476, storeBytes: 17_476, storeWritten: 20_000 }
    expect(wrong(gathered)).toEqual([])
    const beyond = { residentBytes: 40_000, storeBytes: 40_000, storeWritten: 40_000 }
    expect(wrong(beyond)).toEqual(['memory of the store'])
    // What the process holds apart from it counts as before.
    expect(wrong({ ...gathered, residentBytes: 27_962 })).toEqual([
      'slope of resident memory, the store’s apart',
    ])
  })

  test('of the store beyond what is written into it is a leak, however small its buffers are yet', () => {
    const leaked = { residentBytes: 27_476, storeBytes: 27_476, storeWritten: 17_476 }
    expect(wrong(leaked)).toEqual(['memory of the store beyond what was written'])
    // A buffer that was full and went to disk.
    expect(wrong({ storeBytes: -5_000, storeWritten: 17_476 })).toEqual([])
  })

  test('without samples is no success', () => {
    const none = { samples: [], warmUp: 0, seconds: 60, ratingsPerSecond: 1, ratingsBefore: 0 }
    expect(growthChecks(none)).toHaveLength(8)
    expect(growthChecks(none).every(({ ok }) => !ok)).toBe(true)
  })

  test('counts from the end of the warm-up on, each node by itself', () => {
    const series = seriesOf(samples(), 'files', 3_540)
    expect(series.map((points) => points.length)).toEqual([2, 2, 2, 2, 2])
  })
})

test('a share of nothing is no success', () => {
  expect(shareCheck('x', 0, 0, 99).ok).toBe(false)
  expect(shareCheck('x', 99, 100, 99)).toMatchObject({ value: 99, ok: true })
  expect(shareCheck('x', 989, 1_000, 99).ok).toBe(false)
})

describe('kills and event streams', () => {
  const fine: Churn = {
    ...{ seconds: 180, churnSeconds: 60, kills: 2, restartsFailed: 0, ended: 0 },
    ...{ dashboards: 2, streams: [4, 1, 9], reopened: 4 },
  }
  test.each<[string, Partial<Churn>, readonly string[]]>([
    ['are as they must be', {}, []],
    ['may come a little later', { reopened: 5, seconds: 200 }, []],
    ['did not happen', { kills: 0, reopened: 0 }, ['kills']],
    ['left a node down', { restartsFailed: 1 }, ['killed nodes that did not come back in time']],
    ['met a node that ended', { ended: 1 }, ['processes that ended by themselves']],
    ['found a stream silent', { streams: [4, 0, 9] }, ['event streams with events']],
    [
      'cut streams again and again',
      { reopened: 4 + 3 * bounds.cutOffPerStream + 1 },
      ['event streams opened again'],
    ],
  ])('%s', (_, change, wrong) => {
    const checks = churnChecks({ ...fine, ...change }).filter(({ ok }) => !ok)
    expect(checks.map(({ name }) => name)).toEqual(wrong)
  })
})

describe('a soak in which nothing works', () => {
  const options = { ratingsPerSecond: 1, churnSeconds: 0.01, dashboards: 1 }

  let network: SoakNetwork
  beforeEach(() => {
    network = new SoakNetwork(6)
  })
  afterEach(() => rmSync(network.folder, { recursive: true }))

  test('ends where its nodes take no rating', async () => {
    const life = new Life(network, options)
    await expect(life.fill(10)).rejects.toThrow(/ended at 0 .* failures in a row/)
  })

  test('counts the nodes that do not come back', async () => {
    const [node] = network.nodes
    // A file where the home must be: no node starts on it.
    writeFileSync(node!.home, '')
    const life = new Life(network, options)
    life.begin([node!])
    await until(
      'a restart failed',
      () => life.tally.restartsFailed,
      (failed) => failed > 0,
    )
    await life.end()
    expect(life.tally.why[0]).toContain('n1')
    expect(node!.child).toBeUndefined()
  })
})
