// The two plots of a figure with its interval: lines with bands over a swept parameter, and rows with
// whiskers where nothing numeric is swept. Success, messages and contamination are drawn by them.

import type { Estimate } from '../statistics-seeds.ts'
import type { Cell, SuccessCell } from './cells.ts'
import type { Specification } from './draw.ts'
import {
  type Column,
  figureOf,
  type PanelSize,
  panelled,
  panelSize,
  seriesScales,
  type Values,
  withLegend,
} from './plot.ts'
import { barColor, ink, seriesStyles } from './series-styles.ts'
import { type Axes, axisTitleOf, panelOf, shortNameOf } from './sweep-axes.ts'

/** A figure of a cell: what it is called and how it is shown. */
export interface Figure<Of extends SuccessCell = Cell> {
  /** Of the columns of the data file: `NAME_mean`, `NAME_low`, `NAME_high`. */
  readonly name: string
  /** In words: the panel's title where several figures are drawn. */
  readonly title: string
  /** Of the axis. */
  readonly axis: string
  readonly shown: 'percent' | 'number'
  /** Nothing where the cell has no such figure. */
  readonly of: (cell: Of) => Estimate | null | undefined
}

/** What a figure's plot draws, and the same as columns and rows of numbers. */
export interface Drawn {
  readonly specification: Specification
  readonly columns: readonly Column[]
  readonly values: Values
}

/** Draws figures of cells; several figures stand in panels of their own. */
export function drawIntervals<Of extends SuccessCell>(
  cells: readonly Of[],
  axes: Axes,
  figures: readonly Figure<Of>[],
): Drawn {
  const values = cells.flatMap((cell) =>
    figures.flatMap((figure) => {
      const interval = figure.of(cell)
      return interval == null ? [] : [rowOf(cell, axes, figure, interval, figures.length > 1)]
    }),
  )
  const panels = [...new Set(values.map(({ panel }) => panel))]
  const shown = axes.routers.filter((router) => values.some((row) => row.router === router))
  const size = panelSize(panels.length)
  const scale = measureOf(figures[0]!, values, size.columns > 2 ? 4 : 6)
  return {
    specification:
      axes.x === undefined
        ? rowsWithWhiskers(values, panels, size, shown, scale)
        : linesWithBands(values, panels, size, shown, scale, axes),
    columns: columnsOf(axes, figures),
    values,
  }
}

type AnyFigure = Omit<Figure, 'of'>
type Row = ReturnType<typeof rowOf>

function rowOf(
  cell: SuccessCell,
  axes: Axes,
  figure: AnyFigure,
  interval: Estimate,
  several: boolean,
) {
  const point = panelOf(cell, axes.texts, axes.panelPaths)
  const panel = [several ? figure.title : '', point].filter((part) => part !== '').join(', ')
  const x = axes.x === undefined ? undefined : (cell.params[axes.x] as number)
  return {
    ...{ ...Object.fromEntries(axes.panelPaths.map((path) => [`at ${path}`, cell.params[path]])) },
    ...{ panel, figure: figure.name, router: cell.router, x, runs: cell.summary.seeds.length },
    ...{ mean: interval.mean, low: interval.low, high: interval.high },
    // Where the row's drawing ends, and its number stands.
    end: interval.high ?? interval.mean,
  }
}

function columnsOf(axes: Axes, figures: readonly AnyFigure[]): readonly Column[] {
  const { shown, name } = figures[0]!
  const several = figures.length > 1
  const figureName = several ? 'share' : name
  return [
    ...axes.panelPaths.map((path) => ({ field: `at ${path}`, name: path })),
    ...(axes.x === undefined ? [] : [{ field: 'x', name: axes.x }]),
    { field: 'router', name: 'router' },
    ...(several ? [{ field: 'figure', name: 'part' }] : []),
    { field: 'mean', name: `${figureName}_mean`, shown },
    { field: 'low', name: `${figureName}_low`, shown },
    { field: 'high', name: `${figureName}_high`, shown },
    { field: 'runs', name: 'runs' },
  ]
}

interface Measure {
  readonly axis: Specification
  readonly scale: Specification
  readonly isShare: boolean
}

/** The axis of a figure: shares from 0 to 100%, numbers from 0, or logarithmic over a wide range. */
function measureOf(
  { shown, axis: title }: AnyFigure,
  values: readonly Row[],
  ticks: number,
): Measure {
  if (shown === 'percent')
    return {
      axis: { title, format: '.0%', tickCount: ticks },
      scale: { domain: [0, 1], nice: false },
      isShare: true,
    }
  const least = Math.min(...values.map(({ low, mean }) => low ?? mean))
  const most = Math.max(...values.map(({ end }) => end))
  if (least <= 0 || most / least <= 20)
    return {
      axis: { title, format: '~s', tickCount: ticks },
      scale: { zero: true, nice: true },
      isShare: false,
    }
  const marks = roundNumbers(least, most)
  return {
    axis: { title: `${title}, logarithmic`, format: '~s', values: marks },
    scale: { type: 'log', domain: [marks[0], marks.at(-1)] },
    isShare: false,
  }
}

/** 1, 2, 5, 10, 20, … from the last below to the first above. */
function roundNumbers(least: number, most: number): readonly number[] {
  const all = [-3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7].flatMap((power) =>
    [1, 2, 5].map((digit) => Number(`${digit}e${power}`)),
  )
  const from = all.findLastIndex((value) => value <= least)
  const to = all.findIndex((value) => value >= most)
  return all.slice(Math.max(0, from), to === -1 ? undefined : to + 1)
}

/** One seed has a mean alone: no whisker of no length, which would claim to know it exactly. */
export const whereIntervals = { transform: [{ filter: 'isValid(datum.low)' }] }

function linesWithBands(
  values: readonly Row[],
  panels: readonly string[],
  size: PanelSize,
  series: readonly string[],
  measure: Measure,
  axes: Axes,
): Specification {
  const { color, shape, strokeDash, strokeWidth, size: slimmer } = seriesScales(axes.routers)
  const x = { field: 'x', type: 'quantitative', ...xAxisOf(axes, size) }
  const y = { field: 'mean', type: 'quantitative', axis: measure.axis, scale: measure.scale }
  const low = { ...y, field: 'low' }
  return withLegend(
    series,
    axes.routers,
    size,
    panelled(panels, size, values, {
      layer: [
        {
          ...whereIntervals,
          mark: { type: 'area', opacity: 0.16 },
          encoding: { x, y: low, y2: { field: 'high' }, color },
        },
        {
          ...whereIntervals,
          mark: { type: 'rule', strokeWidth: 1 },
          encoding: { x, y: low, y2: { field: 'high' }, color },
        },
        { mark: { type: 'line' }, encoding: { x, y, color, strokeDash, strokeWidth } },
        {
          mark: { type: 'point', filled: true, opacity: 1 },
          encoding: { x, y, color, shape, size: slimmer },
        },
      ],
    }),
  )
}

/** The swept values themselves are the ticks where there are few of them. */
function xAxisOf({ x, values, logarithmic }: Axes, size: PanelSize): Specification {
  const few = values.length <= (size.columns > 2 ? 5 : 11)
  return {
    axis: {
      title: size.columns > 2 ? shortNameOf(x!) : axisTitleOf(x!, size.columns === 1),
      format: '~g',
      grid: false,
      ...(few ? { values } : { tickCount: size.columns > 2 ? 4 : 8 }),
      labelOverlap: true,
    },
    scale: logarithmic
      ? { type: 'log', nice: false, padding: 8 }
      : { zero: false, nice: false, padding: 8 },
  }
}

function rowsWithWhiskers(
  values: readonly Row[],
  panels: readonly string[],
  size: PanelSize,
  series: readonly string[],
  measure: Measure,
): Specification {
  const x = { field: 'mean', type: 'quantitative', axis: measure.axis, scale: measure.scale }
  const y = {
    field: 'router',
    type: 'nominal',
    sort: series,
    title: null,
    axis: { ticks: false, domain: false, labelPadding: 8 },
  }
  const whisker = { x: { ...x, field: 'low' }, x2: { field: 'high' }, y }
  const drawnAs =
    measure.scale.type === 'log'
      ? {
          mark: {
            type: 'point',
            filled: true,
            size: 70,
            color: seriesStyles[0]!.color,
            opacity: 1,
          },
          encoding: { x, y },
        }
      : { mark: { type: 'bar', height: 14, color: barColor }, encoding: { x, y } }
  const end = { ...x, field: 'end' }
  const layer = [
    drawnAs,
    { ...whereIntervals, mark: { type: 'rule', strokeWidth: 1.5, color: ink }, encoding: whisker },
    ...['low', 'high'].map((end) => ({
      ...whereIntervals,
      mark: { type: 'tick', thickness: 1.5, height: 9, color: ink },
      encoding: { x: { ...x, field: end }, y },
    })),
    {
      mark: { type: 'text', align: 'left', dx: 8, clip: false },
      encoding: {
        x: end,
        y,
        text: { field: 'mean', type: 'quantitative', format: measure.isShare ? '.1%' : '.3~g' },
      },
    },
  ]
  const width = size.columns === 1 ? 460 : size.width - 20
  // The text behind the longest bar stands between the panels.
  const rowSize = { ...size, width, spacing: 62, height: Math.max(60, series.length * 28) }
  return figureOf({
    ...panelled(panels, rowSize, values, { layer }),
    padding: { left: 8, top: 8, bottom: 8, right: 56 },
  })
}
