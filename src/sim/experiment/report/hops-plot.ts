// The cumulative distribution of hops of delivered lookups, a line for each router.
import { cumulativeShares } from '../statistics-histogram.ts'
import type { Cell } from './cells.ts'
import { chosenPanels } from './distribution-panels.ts'
import type { Drawn } from './interval-plots.ts'
import { panelled, panelSize, seriesScales, withLegend } from './plot.ts'
import type { Axes } from './sweep-axes.ts'

export interface ChosenDrawing {
  readonly drawn: Drawn
  /** What of the sweep is drawn, where it is not all. */
  readonly chosen: string
}

/** Undefined where nothing was delivered. */
export function drawHops(cells: readonly Cell[], axes: Axes): ChosenDrawing | undefined {
  const { panelOf, drawn, chosen } = chosenPanels(axes)
  const rowsOf = (cell: Cell) =>
    cumulativeShares(cell.summary.hopsHistogram).map((share, hops) => ({
      ...Object.fromEntries(
        Object.entries(cell.params).map(([path, value]) => [`at ${path}`, value]),
      ),
      ...{ panel: panelOf(cell), router: cell.router, hops, share },
    }))
  const values = cells.flatMap(rowsOf)
  const shown = drawn(cells).flatMap(rowsOf)
  if (shown.length === 0) return undefined
  const panels = [...new Set(shown.map(({ panel }) => panel))]
  const series = axes.routers.filter((router) => shown.some((row) => row.router === router))
  const size = panelSize(panels.length)
  const { color, shape, strokeDash, strokeWidth, size: slimmer } = seriesScales(axes.routers)
  const x = {
    field: 'hops',
    type: 'quantitative',
    axis: { title: 'hops', tickMinStep: 1, grid: false, format: 'd' },
    scale: { nice: false, domainMin: 0 },
  }
  const y = {
    field: 'share',
    type: 'quantitative',
    axis: { title: 'delivered within', format: '.0%', tickCount: 6 },
    scale: { domain: [0, 1] },
  }
  const drawing = {
    layer: [
      {
        mark: { type: 'line', interpolate: 'step-after' },
        encoding: { x, y, color, strokeDash, strokeWidth },
      },
      {
        mark: { type: 'point', filled: true, opacity: 1 },
        encoding: { x, y, color, shape, size: slimmer },
      },
    ],
  }
  return {
    chosen,
    drawn: {
      specification: withLegend(series, axes.routers, size, panelled(panels, size, shown, drawing)),
      columns: [
        ...Object.keys(cells[0]?.params ?? {}).map((path) => ({ field: `at ${path}`, name: path })),
        { field: 'router', name: 'router' },
        { field: 'hops', name: 'hops' },
        { field: 'share', name: 'share_within', shown: 'percent' },
      ],
      values,
    },
  }
}
