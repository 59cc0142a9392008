// A figure along something that is counted (rows of a routing table, tenths of a run): a line with
// intervals for each router, a panel for each point of the sweep that is drawn.
import type { Estimate } from '../statistics-seeds.ts'
import type { Cell } from './cells.ts'
import { chosenPanels } from './distribution-panels.ts'
import type { ChosenDrawing } from './hops-plot.ts'
import { whereIntervals } from './interval-plots.ts'
import { panelled, panelSize, seriesScales, withLegend } from './plot.ts'
import type { Axes } from './sweep-axes.ts'

/** What is drawn; all of it shares from 0 to 1. */
export interface Profile {
  /** What is counted: its column in the data file, and its axis. */
  readonly along: { readonly name: string; readonly title: string; readonly first: number }
  /** Of the other axis. */
  readonly title: string
  /** Value by value from `first`; nothing where there is none. */
  readonly of: (cell: Cell) => readonly (Estimate | null | undefined)[]
}

/** Undefined where no cell has such figures. */
export function drawProfile(
  cells: readonly Cell[],
  axes: Axes,
  profile: Profile,
): ChosenDrawing | undefined {
  const { panelOf, drawn, chosen } = chosenPanels(axes)
  const paths = Object.keys(cells[0]?.params ?? {})
  const rowsOf = (cell: Cell) =>
    profile.of(cell).flatMap((share, i) =>
      share == null
        ? []
        : [
            {
              ...Object.fromEntries(paths.map((path) => [`at ${path}`, cell.params[path]])),
              ...{ panel: panelOf(cell), router: cell.router, at: profile.along.first + i },
              ...{ mean: share.mean, low: share.low, high: share.high },
            },
          ],
    )
  const values = cells.flatMap(rowsOf)
  const shown = drawn(cells).flatMap(rowsOf)
  if (shown.length === 0) return undefined
  const panels = [...new Set(shown.map(({ panel }) => panel))]
  const series = axes.routers.filter((router) => shown.some((row) => row.router === router))
  const size = panelSize(panels.length)
  const drawing = drawingOf(axes, profile)
  return {
    chosen,
    drawn: {
      specification: withLegend(series, axes.routers, size, panelled(panels, size, shown, drawing)),
      columns: [
        ...paths.map((path) => ({ field: `at ${path}`, name: path })),
        { field: 'router', name: 'router' },
        { field: 'at', name: profile.along.name },
        { field: 'mean', name: 'share_mean', shown: 'percent' },
        { field: 'low', name: 'share_low', shown: 'percent' },
        { field: 'high', name: 'share_high', shown: 'percent' },
      ],
      values,
    },
  }
}

function drawingOf(axes: Axes, { along, title }: Profile) {
  const { color, shape, strokeDash, strokeWidth, size } = seriesScales(axes.routers)
  const x = {
    field: 'at',
    type: 'quantitative',
    axis: { title: along.title, tickMinStep: 1, grid: false, format: 'd' },
    scale: { nice: false, zero: false, padding: 8 },
  }
  const y = {
    field: 'mean',
    type: 'quantitative',
    axis: { title, format: '.0%', tickCount: 6 },
    scale: { domain: [0, 1] },
  }
  const low = { ...y, field: 'low' }
  return {
    layer: [
      {
        ...whereIntervals,
        mark: { type: 'rule', strokeWidth: 1 },
        encoding: { x, y: low, y2: { field: 'high' }, color },
      },
      { mark: { type: 'line' }, encoding: { x, y, color, strokeDash, strokeWidth } },
      {
        mark: { type: 'point', filled: true, opacity: 1 },
        encoding: { x, y, color, shape, size },
      },
    ],
  }
}
