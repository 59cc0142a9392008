// Summaries and comparisons of runs over their seeds.
import { describe, expect, test } from 'vitest'
import { renderComparison } from '../../../../cli/experiment/render.ts'
import { compare } from '../../../../src/sim/experiment/run/comparison.ts'
import type { RunResult } from '../../../../src/sim/experiment/run/run-result.ts'
import { groupsOf, summarize, summaryLine } from '../../../../src/sim/experiment/run/summary.ts'
import { wilson } from '../../../../src/sim/experiment/statistics.ts'
import { measured, resultOf } from './results.ts'

/** One router over several seeds, with so many of 100 lookups delivered. */
const seeds = (delivered: readonly number[], router = 'pastry'): RunResult[] =>
  delivered.map((count, i) =>
    resultOf({ index: i, router: { name: router, routes: 4 }, seed: i + 1 }, measured(count, 100)),
  )

describe('the summary', () => {
  test('groups by router, options and varied values, in the order of the runs', () => {
    const of = (index: number, name: string, fraction: number, seed: number) =>
      resultOf({
        index,
        router: { name, routes: 4 },
        params: { 'attack.fraction': fraction },
        seed,
      })
    const groups = groupsOf([
      of(3, 'b', 0.1, 2),
      of(2, 'b', 0.1, 1),
      of(0, 'b', 0.2, 1),
      of(1, 'a', 0.1, 1),
    ])
    expect(groups.map(({ router, params, results }) => [router, params, results.length])).toEqual([
      ['b', { routes: 4, 'attack.fraction': 0.2 }, 1],
      ['a', { routes: 4, 'attack.fraction': 0.1 }, 1],
      ['b', { routes: 4, 'attack.fraction': 0.1 }, 2],
    ])
  })

  test('prints exactly what is promised', () => {
    const [group] = summarize(seeds([90, 92, 94]))
    expect(summaryLine(group!)).toEqual({
      router: 'pastry',
      params: { routes: 4 },
      // Student's interval of three seeds: 4.303 times 0.02 / √3.
      success: { mean: 0.92, low: 0.870313, high: 0.969687 },
      hops: { mean: 2 },
      messages: { mean: 2.5 },
      contamination: { table: 0.25, leafSet: null },
    })
  })

  test("gives one seed, and seeds that agree, Wilson's interval of all their lookups", () => {
    const one = summarize(seeds([90]))[0]!.success
    expect(one.low).toBeCloseTo(wilson(90, 100).low, 5)
    const all = summarize(seeds([100, 100]))[0]!.success
    expect(all).toEqual({ mean: 1, low: expect.closeTo(wilson(200, 200).low, 5), high: 1 })
  })

  test('gives no interval over seeds where there is but one', () => {
    const [one] = summarize(seeds([90]))
    expect([one!.hops, one!.messages]).toEqual([
      { mean: 2, low: null, high: null },
      { mean: 2.5, low: null, high: null },
    ])
    expect(one!.intervals.contamination.table).toEqual({ mean: 0.25, low: null, high: null })
  })

  test('has the interval of every mean, the bare ones among them', () => {
    const [one, two, three] = seeds([90, 92, 94])
    const of = ({ run, measurement }: RunResult, table: number, eclipsed: number): RunResult => ({
      run,
      measurement: {
        ...measurement,
        contamination: { table, eclipsed, byRow: [table] },
        bytesPerNode: 100 + eclipsed,
        gini: table,
        latencyMs: { p50: 100 * table, p95: 900 },
      },
    })
    const [group] = summarize([of(one!, 0.2, 1), of(two!, 0.3, 2), of(three!, 0.4, 3)])
    const tenth = { mean: 0.3, low: 0.051566, high: 0.548434 }
    const whole = 4.303 / Math.sqrt(3)
    expect(group!.intervals).toEqual({
      contamination: { table: tenth, leafSet: null, byRow: [tenth] },
      // No fewer than none.
      eclipsed: { mean: 2, low: 0, high: expect.closeTo(2 + whole, 5) },
      bytesPerNode: {
        mean: 102,
        low: expect.closeTo(102 - whole, 5),
        high: expect.closeTo(102 + whole, 5),
      },
      gini: tenth,
      latencyMs: {
        p50: { mean: 30, low: expect.closeTo(5.1566, 3), high: expect.closeTo(54.8434, 3) },
        p95: { mean: 900, low: 900, high: 900 },
      },
    })
    expect(group).toMatchObject({
      contamination: { table: 0.3, leafSet: null, byRow: [0.3] },
      ...{ eclipsed: 2, bytesPerNode: 102, gini: 0.3, latencyMs: { p50: 30, p95: 900 } },
    })
  })

  test('says nothing of hops where nothing was delivered', () => {
    const [group] = summarize(seeds([0, 0]))
    expect([group!.hops, summaryLine(group!).hops.mean]).toEqual([null, null])
    expect(group!.endings['wrong-root']).toBe(1)
  })

  test('joins hops over seeds and averages rows that some seeds lack', () => {
    const [group] = summarize(seeds([10, 20]))
    expect(group!.hopsHistogram).toEqual([0, 0, 30])
    expect(group!.contamination.byRow).toEqual([0.5, null, 0])
  })

  test('takes rows that are empty from the files of runs too, where they are null', () => {
    const empty = seeds([10, 20]).map(({ run, measurement }) => ({
      run,
      measurement: { ...measurement, contamination: { byRow: [0.5, Number.NaN] } },
    }))
    const read = JSON.parse(JSON.stringify(empty)) as RunResult[]
    for (const [group] of [summarize(empty), summarize(read)])
      expect(group!.contamination.byRow).toEqual([0.5, null])
  })
})

describe('a comparison', () => {
  test('pairs the same seeds, and sees a small gain under large differences between seeds', () => {
    const before = seeds([20, 50, 80, 35, 65, 45])
    const after = seeds([22, 52, 82, 37, 67, 48])
    const { groups } = compare(before, after)
    expect(groups[0]).toMatchObject({ paired: true, success: { differs: true } })
    expect(groups[0]!.success!.difference.mean).toBeCloseTo(0.021667, 5)
    const others = after.map(({ run, measurement }) => ({
      ...{ run: { ...run, seed: run.seed + 100 }, measurement },
    }))
    expect(compare(before, others).groups[0]).toMatchObject({
      ...{ paired: false, success: { differs: false } },
    })
  })

  test('of one seed against one says how far they lie apart, and never that they differ', () => {
    const { success } = compare(seeds([70]), seeds([75])).groups[0]!
    expect(success).toMatchObject({
      ...{ first: 0.7, second: 0.75, differs: false },
      difference: { mean: 0.05, low: null, high: null },
    })
    const told = renderComparison(compare(seeds([70]), seeds([75])))
    expect(told).toContain('+5.0 (–)')
    expect(told).toContain('one seed on a side')
    expect(told).not.toContain(' *\n')
  })

  test('sees nothing in two pairs of seeds that happen to gain', () => {
    const [group] = compare(seeds([70, 74]), seeds([75, 77])).groups
    expect(group!.success).toMatchObject({ differs: false, difference: { mean: 0.04 } })
  })

  test('goes by all lookups where all seeds say the same', () => {
    const apart = compare(seeds([0, 0]), seeds([100, 100])).groups[0]!.success!
    expect(apart).toMatchObject({ differs: true, difference: { mean: 1, high: 1 } })
    expect(apart.difference.low).toBeLessThan(0.99)
    // Both pairs gain 2 of 100 lookups: four lookups of 200 are no difference yet.
    expect(compare(seeds([20, 50]), seeds([22, 52])).groups[0]!.success!.differs).toBe(false)
    expect(compare(seeds([100, 100]), seeds([100, 100])).groups[0]!.success!.differs).toBe(false)
  })

  test('names what only one side has', () => {
    const comparison = compare(seeds([9]), seeds([9], 'chord'))
    expect(comparison).toEqual({
      groups: [],
      onlyFirst: [{ router: 'pastry', params: { routes: 4 } }],
      onlySecond: [{ router: 'chord', params: { routes: 4 } }],
    })
  })
})
