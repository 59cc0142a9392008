// What plots show: which parameter is the axis, what routers are called, and that no two series look
// alike, in colour or without.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cellsOf } from '../../../../src/sim/experiment/report/cells.ts'
import { plotsOf } from '../../../../src/sim/experiment/report/plots.ts'
import { routerLabels } from '../../../../src/sim/experiment/report/router-labels.ts'
import {
  endingColors,
  ground,
  seriesStyles,
  stylesOf,
} from '../../../../src/sim/experiment/report/series-styles.ts'
import { axesOf } from '../../../../src/sim/experiment/report/sweep-axes.ts'
import { textWidth } from '../../../../src/sim/experiment/report/text-width.ts'
import type { Plan, RouterSpec } from '../../../../src/sim/experiment/scenario.ts'
import { reported } from './reported-runs.ts'

const cells = (sweep: Plan['sweep']) => cellsOf(reported(sweep, { seeds: 1 }).results, sweep)
const labels = (...routers: readonly RouterSpec[]) =>
  routerLabels(routers.map((router) => ({ router, params: {} })))

describe('the axes', () => {
  test.each<[Plan['sweep'], string | undefined, readonly string[]]>([
    [{}, undefined, []],
    [{ 'attack.fraction': [0, 0.1, 0.2] }, 'attack.fraction', []],
    [{ 'attack.fraction': [0, 0.1] }, undefined, ['attack.fraction']],
    [
      { 'graph.nodes': [10, 20], 'attack.fraction': [0, 0.1, 0.2] },
      'attack.fraction',
      ['graph.nodes'],
    ],
    [{ 'graph.kind': ['ring', 'complete'] }, undefined, ['graph.kind']],
    [{ 'graph.nodes': [10], 'attack.fraction': [0, 0.5, 1] }, 'attack.fraction', []],
  ])('of the sweep %j: x is %s, panels are %j', (sweep, x, panels) => {
    const axes = axesOf(cells(sweep))
    expect([axes.x, axes.panelPaths]).toEqual([x, panels])
  })

  test('are logarithmic over more than a factor of 20, and never where 0 is among the values', () => {
    const logarithmic = (values: readonly number[]) =>
      axesOf(cells({ 'attack.fraction': values })).logarithmic
    expect(logarithmic([0.01, 0.1, 1])).toBe(true)
    expect(logarithmic([0, 0.1, 10])).toBe(false)
    expect(logarithmic([0.1, 0.5, 1])).toBe(false)
  })

  test('tell whole specifications apart by name, and by number where names are alike', () => {
    const attack = [{ kind: 'none' }, { kind: 'sybil', s: 1 }, { kind: 'sybil', s: 9 }]
    expect(axesOf(cells({ attack })).panels).toEqual(['none', 'attack 2: sybil', 'attack 3: sybil'])
    const file = (name: string) => ({ kind: 'file', file: name })
    expect(axesOf(cells({ graph: [file('data/otc.csv'), file('pgp.graph')] })).panels).toEqual([
      'otc',
      'pgp',
    ])
  })

  test('leave options of routers alone: those tell routers apart, they are not swept', () => {
    const { results } = reported({})
    const told = results.map(({ run, measurement }) => ({
      run: { ...run, params: { routes: run.router.routes ?? 1 } },
      measurement,
    }))
    expect(axesOf(cellsOf(told, {})).panelPaths).toEqual([])
  })
})

describe('the labels of routers', () => {
  test('are the bare name where nothing else is called so', () => {
    expect(labels({ name: 'pastry', leafSet: 16 }, { name: 'chord' })).toEqual(['pastry', 'chord'])
  })

  test('say in what a variant departs from its namesakes', () => {
    const base = { name: 'trustnet', routes: 4, walks: true }
    expect(
      labels(base, { ...base, routes: 16 }, { ...base, walks: false }, { ...base, minVotes: 1 }),
    ).toEqual(['trustnet', 'trustnet, routes 16', 'trustnet, not walks', 'trustnet, min votes 1'])
    expect(labels(base, { ...base, routes: 16 })).toEqual([
      'trustnet, routes 4',
      'trustnet, routes 16',
    ])
  })

  test("call a user's own router by its file", () => {
    expect(labels({ name: './mine/greedy.js' })).toEqual(['greedy'])
  })
})

describe('the styles', () => {
  test('never make two series alike, in colour or in grey', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 40 }), (routers) => {
        const styles = stylesOf(routers)
        const alike = new Set(styles.map((style) => JSON.stringify([style.shape, style.color])))
        expect(alike.size).toBe(routers.length)
        const few = styles.slice(0, seriesStyles.length)
        const grey = new Set(few.map(({ shape, dash }) => JSON.stringify([shape, dash])))
        expect(grey.size).toBe(few.length)
      }),
      { examples: [[['valueOf', '__proto__', 'pastry']]] },
    )
  })

  test('give a shipped router the same look in every report', () => {
    const [alone] = stylesOf(['kademlia'])
    expect(stylesOf(['mine', 'pastry', 'kademlia'])[2]).toEqual(alone)
  })

  test('keep a contrast of 3 with white, and endings apart in luminance', () => {
    for (const { color } of seriesStyles) expect(contrast(color, ground)).toBeGreaterThan(3)
    const levels = Object.values(endingColors).map(({ color }) => luminance(color))
    for (const [i, level] of levels.entries()) expect(levels[i + 1] ?? -1).toBeLessThan(level)
  })
})

test('rows stand for routers where nothing is swept, lines for a sweep', () => {
  const marks = (sweep: Plan['sweep']) => JSON.stringify(plotsOf(cells(sweep))[0]!.specification)
  expect(marks({})).toContain('"type":"bar"')
  expect(marks({})).not.toContain('"type":"line"')
  expect(marks({ 'attack.fraction': [0, 0.5, 1] })).toContain('"type":"area"')
})

test('what nobody measured has no plot', () => {
  const { results } = reported({})
  const bare = results.map(({ run, measurement }) => ({
    run,
    measurement: { ...measurement, contamination: {}, hops: [] },
  }))
  const names = plotsOf(cellsOf(bare, {})).map(({ name }) => name)
  expect(names).toEqual(['success', 'messages', 'endings'])
})

test('texts are as wide as their letters together', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      expect(textWidth(a + b, 12)).toBeCloseTo(textWidth(a, 12) + textWidth(b, 12))
    }),
  )
  expect(textWidth('trustnet', 10)).toBeGreaterThan(textWidth('tttt', 10))
})

function luminance(color: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(color.slice(at, at + 2), 16) / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!
}
const contrast = (a: string, b: string): number =>
  (Math.max(luminance(a), luminance(b)) + 0.05) / (Math.min(luminance(a), luminance(b)) + 0.05)
