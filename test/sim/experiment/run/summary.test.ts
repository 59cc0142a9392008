// Summaries and comparisons of runs over their seeds.
import { describe, expect, test } from 'vitest'
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
      success: { mean: 0.92, low: 0.9, high: 0.94 },
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

  test('names what only one side has', () => {
    const comparison = compare(seeds([9]), seeds([9], 'chord'))
    expect(comparison).toEqual({
      groups: [],
      onlyFirst: [{ router: 'pastry', params: { routes: 4 } }],
      onlySecond: [{ router: 'chord', params: { routes: 4 } }],
    })
  })
})
