// What a plot of the report is, and what all plots share: one look, one legend, panels. A plot's
// values are its CSV file too: whatever is drawn can be read as numbers.
import type { Specification } from './draw.ts'
import { faint, grid, ground, ink, stylesOf } from './series-styles.ts'
import { textWidth } from './text-width.ts'

/** A column of a plot's data: the field of the values, and its name in files and tables. */
export interface Column {
  readonly field: string
  readonly name: string
  /** How a table shows it: a share as per cent, a number with so many digits; as it is otherwise. */
  readonly shown?: 'percent' | 'number' | undefined
}

export type Values = readonly Readonly<Record<string, unknown>>[]

export interface Plot {
  /** Of its files: `plots/NAME.svg`, `.csv`, `.vl.json`. */
  readonly name: string
  readonly title: string
  /** What is to be seen and how it was counted: the caption. */
  readonly caption: string
  /** What it shows, for those who cannot see it. */
  readonly description: string
  readonly specification: Specification
  readonly columns: readonly Column[]
  readonly values: Values
}

const font = 'Helvetica, Arial, "Liberation Sans", sans-serif'

/** The look of every plot. Sizes in pixels; a figure as wide as a text column stays legible in print. */
const look = {
  aria: false,
  background: ground,
  font,
  padding: 8,
  view: { stroke: null },
  axis: {
    labelColor: ink,
    labelFontSize: 12,
    labelFlush: false,
    labelLimit: 0,
    titleColor: ink,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    titleLimit: 0,
    titlePadding: 8,
    gridColor: grid,
    domainColor: faint,
    tickColor: faint,
  },
  header: {
    labelColor: ink,
    labelFontSize: 13,
    labelFontWeight: 'bold',
    labelLimit: 0,
    title: null,
  },
  legend: { labelColor: ink },
  text: { fill: ink, fontSize: 12 },
}

/** A whole specification: the look around what a plot draws. */
export const figureOf = (drawn: Specification): Specification => ({
  $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
  config: look,
  ...drawn,
})

/**
 * Colour, shape and dash of each series, as scales that all layers share. Lines and markers grow
 * slimmer from series to series, so that one that lies on another does not hide it.
 *
 * @param series all of the report, so that each looks the same in all of its plots
 */
export function seriesScales(series: readonly string[]) {
  const styles = stylesOf(series)
  const scale = (range: readonly unknown[]) => ({ domain: series, range })
  const field = { field: 'router', type: 'nominal', legend: null }
  return {
    color: { ...field, scale: scale(styles.map(({ color }) => color)) },
    shape: { ...field, scale: scale(styles.map(({ shape }) => shape)) },
    strokeDash: { ...field, scale: scale(styles.map(({ dash }) => dash)) },
    strokeWidth: {
      ...field,
      scale: scale(slimming(series.length, Math.min(3, 1.8 + series.length / 10), 1.6)),
    },
    size: {
      ...field,
      scale: scale(slimming(series.length, Math.min(110, 60 + 8 * series.length), 40)),
    },
  }
}

/** Evenly from the first to the last. */
const slimming = (count: number, first: number, last: number): readonly number[] =>
  Array.from({ length: count }, (_, i) => first + ((last - first) * i) / Math.max(1, count - 1))

const keyWidth = 44
const rowHeight = 20

/**
 * The key above a plot: line, marker and name of each series as one (vega-lite's own legend cannot
 * join a dash pattern and a marker).
 *
 * @param shown those that the plot draws, of all `series` of the report
 * @param width of the plot below, which the rows of the key do not exceed
 */
function legendOf(
  shown: readonly string[],
  series: readonly string[],
  width: number,
): Specification {
  const values = placed(shown, width)
  const whole = Math.max(...values.map(({ end }) => end))
  const height = Math.max(...values.map(({ row }) => row)) + rowHeight / 2
  const { color, shape, strokeDash } = seriesScales(series)
  const at = (field: string) => ({
    field,
    type: 'quantitative',
    axis: null,
    scale: { domain: [0, whole] },
  })
  const y = {
    field: 'row',
    type: 'quantitative',
    axis: null,
    scale: { domain: [0, height], reverse: true },
  }
  return {
    width: whole,
    height,
    data: { values },
    layer: [
      {
        mark: { type: 'rule', strokeWidth: 2 },
        encoding: { x: at('left'), x2: { field: 'right' }, y, color, strokeDash },
      },
      {
        mark: { type: 'point', filled: true, size: 60, opacity: 1 },
        encoding: { x: at('middle'), y, color, shape },
      },
      {
        mark: { type: 'text', align: 'left' },
        encoding: { x: at('text'), y, text: { field: 'router' } },
      },
    ],
  }
}

/** Where each entry of the key stands: one after the other, in rows no wider than the plot. */
function placed(series: readonly string[], width: number) {
  let left = 0
  let row = rowHeight / 2
  return series.map((router) => {
    const wide = keyWidth + textWidth(router, 12)
    if (left > 0 && left + wide > width) {
      left = 0
      row += rowHeight
    }
    const begin = left
    left += wide + 18
    return {
      ...{ router, row, left: begin, right: begin + keyWidth - 8 },
      ...{ middle: begin + keyWidth / 2 - 4, text: begin + keyWidth, end: begin + wide },
    }
  })
}

/** Width and height of a panel, and how many stand side by side. */
export interface PanelSize {
  readonly width: number
  readonly height: number
  readonly columns: number
  /** Pixels between columns. @default 36 */
  readonly spacing?: number | undefined
}

export function panelSize(panels: number): PanelSize {
  if (panels <= 1) return { width: 560, height: 300, columns: 1 }
  if (panels === 2 || panels === 4) return { width: 300, height: 220, columns: 2 }
  return { width: 190, height: 170, columns: 3 }
}

/** One panel for each title, or the drawing alone where there is but one panel. */
export function panelled(
  panels: readonly string[],
  size: PanelSize,
  values: Values,
  drawing: Specification,
): Specification {
  const { width, height, columns } = size
  if (panels.length <= 1) return { width, height, data: { values }, ...drawing }
  // A title that is wider than its panel stands in lines, a varied parameter each.
  const isWide = panels.some((panel) => textWidth(panel, 13, true) > width + 20)
  const lines = isWide ? Math.max(...panels.map((panel) => panel.split(', ').length)) : 1
  const header = isWide ? { labelExpr: "split(datum.label, ', ')", labelLineHeight: 16 } : {}
  return {
    data: { values },
    facet: { field: 'panel', type: 'nominal', sort: panels, header },
    columns,
    spacing: { row: 32 + 16 * lines, column: size.spacing ?? 36 },
    bounds: 'flush',
    spec: { width, height, ...drawing },
  }
}

/** The key over the panels. */
export const withLegend = (
  shown: readonly string[],
  series: readonly string[],
  size: PanelSize,
  drawn: Specification,
): Specification =>
  figureOf({
    vconcat: [legendOf(shown, series, size.width * size.columns), drawn],
    spacing: 6,
    resolve: { scale: { x: 'independent', y: 'independent' } },
  })
