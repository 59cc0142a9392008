// How lookups ended, as stacked shares: rows of routers, or columns of a sweep with a panel for each
// router. Segments differ in luminance and are divided by the ground, so that grey print shows them.
import { type AnyEnding, allEndings } from '../run/run-result.ts'
import type { Cell } from './cells.ts'
import type { Specification } from './draw.ts'
import type { Drawn } from './interval-plots.ts'
import { figureOf, type PanelSize, panelled, panelSize } from './plot.ts'
import { endingColors, faint, ground } from './series-styles.ts'
import { type Axes, axisTitleOf, panelOf, shortNameOf } from './sweep-axes.ts'

const namesOfEndings: Readonly<Record<AnyEnding, string>> = {
  delivered: 'delivered',
  dropped: 'dropped',
  lost: 'lost',
  'wrong-root': 'wrong root',
  loop: 'loop',
  'timed-out': 'timed out',
}

export function drawEndings(cells: readonly Cell[], axes: Axes): Drawn {
  const happened = stackOrder.filter((ending) =>
    cells.some(({ summary }) => summary.endings[ending] > 0),
  )
  const values = cells.flatMap((cell) => {
    const point = panelOf(cell, axes.texts, axes.panelPaths)
    const panel =
      axes.x === undefined ? point : [cell.router, point].filter((part) => part !== '').join(', ')
    return happened.map((ending, order) => ({
      ...Object.fromEntries(
        Object.entries(cell.params).map(([path, value]) => [`at ${path}`, value]),
      ),
      ...{ panel, router: cell.router, x: axes.x === undefined ? undefined : cell.params[axes.x] },
      ...{ ending: namesOfEndings[ending], order, share: cell.summary.endings[ending] },
    }))
  })
  const panels = [...new Set(values.map(({ panel }) => panel))]
  const size = panelSize(panels.length)
  return {
    specification:
      axes.x === undefined
        ? rowsOfRouters(values, panels, size, axes, happened)
        : columnsOfSweep(values, panels, size, axes, happened),
    columns: [
      ...Object.keys(cells[0]?.params ?? {}).map((path) => ({ field: `at ${path}`, name: path })),
      { field: 'router', name: 'router' },
      { field: 'ending', name: 'ending' },
      { field: 'share', name: 'share', shown: 'percent' },
    ],
    values,
  }
}

/** Delivered first, next to the axis; then what attackers do, then what fails by itself. */
const stackOrder: readonly AnyEnding[] = [
  ...(['delivered', 'dropped', 'wrong-root', 'lost', 'loop', 'timed-out'] as const),
  ...allEndings.filter((ending) => !(ending in namesOfEndings)),
]

const colorOf = (happened: readonly AnyEnding[]): Specification => ({
  field: 'ending',
  type: 'nominal',
  scale: {
    domain: happened.map((ending) => namesOfEndings[ending]),
    range: happened.map((ending) => endingColors[ending]!.color),
  },
  legend: {
    orient: 'top',
    title: null,
    symbolType: 'square',
    symbolSize: 130,
    symbolStrokeColor: faint,
    symbolStrokeWidth: 0.75,
    labelFontSize: 12,
    labelLimit: 0,
  },
})
const bar = { type: 'bar', stroke: ground, strokeWidth: 1 }
const order = { field: 'order', type: 'quantitative' }
const shareAxis = { format: '.0%', tickCount: 5, title: 'lookups' }

function rowsOfRouters(
  values: Drawn['values'],
  panels: readonly string[],
  size: PanelSize,
  { routers }: Axes,
  happened: readonly AnyEnding[],
): Specification {
  const x = {
    field: 'share',
    type: 'quantitative',
    stack: 'zero',
    axis: shareAxis,
    scale: { domain: [0, 1] },
  }
  const y = {
    field: 'router',
    type: 'nominal',
    sort: routers,
    title: null,
    axis: { ticks: false, domain: false, labelPadding: 8 },
  }
  const rows = {
    ...size,
    width: Math.min(size.width, 480),
    height: Math.max(60, routers.length * 26),
  }
  const drawing = {
    mark: { ...bar, height: 18 },
    encoding: { x, y, color: colorOf(happened), order },
  }
  return figureOf(panelled(panels, rows, values, drawing))
}

function columnsOfSweep(
  values: Drawn['values'],
  panels: readonly string[],
  size: PanelSize,
  { x: path }: Axes,
  happened: readonly AnyEnding[],
): Specification {
  const title = size.columns > 1 ? shortNameOf(path!) : axisTitleOf(path!)
  const x = {
    field: 'x',
    type: 'ordinal',
    axis: { title, labelAngle: 0, labelOverlap: true, format: '~g' },
  }
  const y = {
    field: 'share',
    type: 'quantitative',
    stack: 'zero',
    axis: shareAxis,
    scale: { domain: [0, 1] },
  }
  const columns = { ...size, height: Math.min(size.height, 200) }
  return figureOf(
    panelled(panels, columns, values, {
      mark: bar,
      encoding: { x, y, color: colorOf(happened), order },
    }),
  )
}
