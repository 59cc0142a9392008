// What experiments found, as people read it on a terminal.
import { type Column, table } from '../render/table.ts'

type GroupSummary = import('../../src/sim/experiment/run/summary.ts').GroupSummary
type Comparison = import('../../src/sim/experiment/run/comparison.ts').Comparison
type ComparedGroup = import('../../src/sim/experiment/run/comparison.ts').ComparedGroup
type ComparedFigure = import('../../src/sim/experiment/run/comparison.ts').ComparedFigure
type Params = Readonly<Record<string, unknown>>

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`
const number = (value: number | null | undefined, digits: number): string =>
  value === null || value === undefined ? '–' : value.toFixed(digits)

/** What differs between the groups of one router: the rest would fill the line with sameness. */
function distinguishing(groups: readonly { readonly router: string; readonly params: Params }[]) {
  return ({ router, params }: { readonly router: string; readonly params: Params }): string => {
    const alike = groups.filter((group) => group.router === router)
    return Object.entries(params)
      .filter(([key, value]) =>
        alike.some((group) => JSON.stringify(group.params[key]) !== JSON.stringify(value)),
      )
      .map(([key, value]) => `${key} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
      .join(', ')
  }
}

export function renderSummary(summary: readonly GroupSummary[], folder: string): string {
  const point = distinguishing(summary)
  const columns: Column<GroupSummary>[] = [
    { title: 'router', of: ({ router }) => router },
    { title: 'with', of: point },
    { title: 'success', of: ({ success }) => percent(success.mean), right: true },
    {
      title: '95% interval',
      of: ({ success }) => `${percent(success.low)} – ${percent(success.high)}`,
      right: true,
    },
    { title: 'hops', of: ({ hops }) => number(hops?.mean, 2), right: true },
    { title: 'messages', of: ({ messages }) => number(messages.mean, 1), right: true },
    {
      title: 'bad in table',
      of: ({ contamination }) => shareOrNothing(contamination.table),
      right: true,
    },
    {
      title: 'in leaf set',
      of: ({ contamination }) => shareOrNothing(contamination.leafSet),
      right: true,
    },
  ]
  const single = summary.some(({ seeds }) => seeds.length === 1)
    ? '\n\nOne seed: its interval is of the lookups of that run (Wilson), not of other runs.'
    : ''
  return `${table(summary, columns, 'No run has finished.')}${single}\n\nResults: ${folder}`
}

const shareOrNothing = (share: number | null): string => (share === null ? '–' : percent(share))

export function renderComparison({ groups, onlyFirst, onlySecond }: Comparison): string {
  const point = distinguishing(groups)
  const columns: Column<ComparedGroup>[] = [
    { title: 'router', of: ({ router }) => router },
    { title: 'with', of: point },
    { title: 'success', of: ({ success }) => change(success, percent), right: true },
    {
      title: 'difference',
      of: ({ success }) => differenceOf(success, (value) => `${(100 * value).toFixed(1)}`),
      right: true,
    },
    {
      title: 'hops',
      of: ({ hops }) => differenceOf(hops, (value) => value.toFixed(2)),
      right: true,
    },
    {
      title: 'messages',
      of: ({ messages }) => differenceOf(messages, (value) => value.toFixed(1)),
      right: true,
    },
  ]
  const only = (which: string, list: Comparison['onlyFirst']): string =>
    list.length === 0
      ? ''
      : `\nOnly in the ${which}: ${list.map((group) => nameOf(group)).join('; ')}`
  return [
    table(groups, columns, 'The two have no router with the same parameters in common.'),
    '\nDifferences are second minus first, with 95% intervals; * where the interval leaves out 0.',
    groups.some(hasNoInterval)
      ? '\n(–) has no interval: one seed on a side cannot tell a difference from chance. Run both with --seeds 6 or more.'
      : '',
    only('first', onlyFirst),
    only('second', onlySecond),
  ].join('')
}

const hasNoInterval = ({ success, hops, messages }: ComparedGroup): boolean =>
  [success, hops, messages].some((figure) => figure?.difference.low === null)

const nameOf = ({ router, params }: { readonly router: string; readonly params: Params }): string =>
  `${router} ${JSON.stringify(params)}`

const change = (figure: ComparedFigure | null, write: (value: number) => string): string =>
  figure === null ? '–' : `${write(figure.first)} → ${write(figure.second)}`

function differenceOf(figure: ComparedFigure | null, write: (value: number) => string): string {
  if (figure === null) return '–'
  const signed = (value: number): string => `${value > 0 ? '+' : ''}${write(value)}`
  const { mean, low, high } = figure.difference
  if (low === null || high === null) return `${signed(mean)} (–)  `
  return `${signed(mean)} (${signed(low)} to ${signed(high)})${figure.differs ? ' *' : '  '}`
}
