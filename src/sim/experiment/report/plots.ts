// The plots of a report, in the order of their telling: does it arrive, what does it cost, how far is
// it, how deep do enemies sit, and how do lookups fail. What nobody measured is left out.
import { type Cell, type SuccessCell, tenthOfRun } from './cells.ts'
import { drawEndings } from './endings-plot.ts'
import { drawHops } from './hops-plot.ts'
import { drawIntervals, type Figure } from './interval-plots.ts'
import type { Plot } from './plot.ts'
import { drawProfile, type Profile } from './profile-plot.ts'
import { type Axes, axesOf, axisTitleOf, lettersExplained } from './sweep-axes.ts'

const success: Figure<SuccessCell> = {
  name: 'success',
  title: 'lookups delivered',
  axis: 'lookups delivered',
  shown: 'percent',
  of: ({ summary }) => summary.success,
}
const messages: Figure = {
  name: 'messages',
  title: 'requests per lookup',
  axis: 'requests per lookup',
  shown: 'number',
  of: ({ summary }) => summary.messages,
}
const contamination: readonly Figure[] = [
  {
    name: 'table',
    title: 'routing table',
    axis: 'enemies among the entries',
    shown: 'percent',
    of: ({ summary }) => summary.intervals.contamination.table,
  },
  {
    name: 'leaf set',
    title: 'leaf set',
    axis: 'enemies among the entries',
    shown: 'percent',
    of: ({ summary }) => summary.intervals.contamination.leafSet,
  },
]

const tenths = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
const byRow: Profile = {
  along: { name: 'row', title: 'row: digits shared', first: 0 },
  title: 'enemies',
  of: ({ summary }) => summary.intervals.contamination.byRow,
}
const overTime: Profile = {
  along: { name: 'tenth', title: 'tenth of the run', first: 1 },
  title: 'lookups delivered',
  of: ({ summary }) => tenths.map((tenth) => summary.more[`${tenthOfRun}${tenth}`]),
}

const verticalBars = 'Vertical bars'

/** The plots of these cells, each with its data; the first is the one that answers the question. */
export function plotsOf(cells: readonly Cell[]): readonly Plot[] {
  const axes = axesOf(cells)
  return allPlots(cells, axes).map((plot) => explained(plot, axes))
}

/** The first of them alone, of cells that say no more than their success. */
export function successPlotOf(cells: readonly SuccessCell[]): Plot {
  const axes = axesOf(cells)
  return explained(successPlot(cells, axes), axes)
}

/** With the letters in its panels' titles behind the caption. */
function explained(plot: Plot, { x, panelPaths }: Axes): Plot {
  const paths = x === undefined ? panelPaths : [...panelPaths, x]
  return { ...plot, caption: `${plot.caption}${lettersExplained(paths)}` }
}

const overOf = ({ x }: Axes): string =>
  x === undefined ? 'by router' : `against ${axisTitleOf(x)}`
const bandsOf = ({ x }: Axes): string => (x === undefined ? 'Whiskers' : 'Bands and bars')

/** What a caption says of intervals: one seed has none. */
const intervalsOf = (cells: readonly SuccessCell[], marks: string): string =>
  cells.every(hasOneSeed) ? 'One seed: no intervals.' : `${marks} are 95% confidence intervals.`

const hasOneSeed = ({ summary }: SuccessCell): boolean => summary.seeds.length === 1

function successPlot<Of extends SuccessCell>(cells: readonly Of[], axes: Axes): Plot {
  const interval = cells.every(hasOneSeed)
    ? `${bandsOf(axes)} are Wilson’s 95% intervals of the lookups of the one run.`
    : intervalsOf(cells, bandsOf(axes))
  return {
    name: 'success',
    title: `Lookup success ${overOf(axes)}`,
    caption: `Share of lookups that reached the honest node truly responsible for the key. ${interval}`,
    description: described(cells, axes, success),
    ...drawIntervals(cells, axes, [success]),
  }
}

function allPlots(cells: readonly Cell[], axes: Axes): readonly Plot[] {
  const over = overOf(axes)
  const interval = intervalsOf(cells, bandsOf(axes))
  return [
    successPlot(cells, axes),
    {
      name: 'messages',
      title: `Cost ${over}`,
      caption: `Requests sent on behalf of one lookup by anybody, redundant routes and failed tries included. ${interval}`,
      description: described(cells, axes, messages),
      ...drawIntervals(cells, axes, [messages]),
    },
    ...overTimePlot(cells, axes),
    ...hopsPlot(cells, axes),
    ...contaminationPlots(cells, axes, over, interval),
    {
      name: 'endings',
      title: 'How lookups ended',
      caption:
        'All lookups of all seeds. Dropped: every way ended at a silent or lying node. Wrong root: somebody else was taken for the responsible node. Lost: no way on.',
      description: `Stacked shares of lookups by how they ended, for ${axes.routers.join(', ')}.`,
      ...drawEndings(cells, axes),
    },
  ]
}

/** Of attacks that begin late or turn their nodes one by one: metrics.ts counts tenth by tenth. */
function overTimePlot(cells: readonly Cell[], axes: Axes): readonly Plot[] {
  const drawn = drawProfile(cells, axes, overTime)
  if (drawn === undefined) return []
  return [
    {
      name: 'success-over-time',
      title: 'Lookup success while the attack unfolds',
      caption: `Share of lookups delivered in each tenth of the run. ${intervalsOf(cells, verticalBars)}${drawn.chosen}`,
      description: `Success tenth by tenth of the run, for ${axes.routers.join(', ')}. The table holds every value.`,
      ...drawn.drawn,
    },
  ]
}

function hopsPlot(cells: readonly Cell[], axes: Axes): readonly Plot[] {
  const drawn = drawHops(cells, axes)
  if (drawn === undefined) return []
  return [
    {
      name: 'hops',
      title: 'Hops of delivered lookups',
      caption: `Share of delivered lookups that took at most so many hops; all seeds together.${drawn.chosen}`,
      description: `Cumulative distribution of hops. ${axes.routers.length} routers: ${axes.routers.join(', ')}. The table holds every value.`,
      ...drawn.drawn,
    },
  ]
}

function contaminationPlots(
  cells: readonly Cell[],
  axes: Axes,
  over: string,
  interval: string,
): readonly Plot[] {
  const parts = contamination.filter((figure) => cells.some((cell) => figure.of(cell)))
  const all = parts.map((figure) => figure.title).join(' and ')
  const whole: readonly Plot[] =
    parts.length === 0
      ? []
      : [
          {
            name: 'contamination',
            title: `Enemies in routing state, ${over}`,
            caption: `Share of the entries of honest nodes (${all}) that are enemies. ${interval}`,
            description: parts.map((figure) => described(cells, axes, figure)).join(' '),
            ...drawIntervals(cells, axes, parts),
          },
        ]
  const rows = drawProfile(cells, axes, byRow)
  if (rows === undefined) return whole
  return [
    ...whole,
    {
      name: 'contamination-by-row',
      title: 'Enemies in the routing table, row by row',
      caption: `Row r holds nodes that share r digits with the owner: deeper rows are nearer. ${intervalsOf(cells, verticalBars)}${rows.chosen}`,
      description: `Share of enemies in each row of the routing table, for ${axes.routers.join(', ')}. The table holds every value.`,
      ...rows.drawn,
    },
  ]
}

/** Each router's range of a figure in words. */
function described<Of extends SuccessCell>(
  cells: readonly Of[],
  axes: Axes,
  figure: Figure<Of>,
): string {
  const shown = (value: number): string =>
    figure.shown === 'percent' ? `${(value * 100).toFixed(1)}%` : value.toFixed(1)
  const ranges = axes.routers.flatMap((router) => {
    const means = cells
      .filter((cell) => cell.router === router)
      .map((cell) => figure.of(cell)?.mean)
      .filter((mean) => mean !== undefined)
    if (means.length === 0) return []
    const [least, most] = [shown(Math.min(...means)), shown(Math.max(...means))]
    return [`${router} ${least === most ? least : `${least} to ${most}`}`]
  })
  return `${figure.title.replace(/^./, (letter) => letter.toUpperCase())}: ${ranges.join('; ')}.`
}
