// Live and simulated side by side, as people read it.
import { type Column, table } from '../../render/table.ts'
import type { LiveAnswer } from './run-live.ts'

type Measured = LiveAnswer['live']

interface Row {
  readonly name: string
  readonly of: (measured: Measured) => string
}

const percent = (share: number | undefined): string =>
  share === undefined ? '–' : `${(100 * share).toFixed(1)}%`

const share =
  (ending: keyof Measured['endings']) =>
  ({ endings, lookups }: Measured): string =>
    percent((endings[ending] ?? 0) / lookups)

const rows: readonly Row[] = [
  { name: 'success', of: share('delivered') },
  { name: 'wrong root', of: share('wrong-root') },
  { name: 'dropped', of: share('dropped') },
  { name: 'timed out', of: share('timed-out') },
  { name: 'lost', of: share('lost') },
  { name: 'loop', of: share('loop') },
  { name: 'hops', of: ({ hopsMean }) => hopsMean?.toFixed(2) ?? '–' },
  { name: 'messages', of: ({ messages }) => messages.toFixed(1) },
  { name: 'attackers in tables', of: ({ contamination }) => percent(contamination.table) },
  { name: 'attackers in leaf sets', of: ({ contamination }) => percent(contamination.leafSet) },
  {
    name: 'latency p50 / p95',
    of: ({ latencyMs }) =>
      latencyMs === undefined
        ? '–'
        : `${latencyMs.p50.toFixed(0)} / ${latencyMs.p95.toFixed(0)} ms`,
  },
]

export function renderLive({ scenario, router, nodes, attackers, live, simulated }: LiveAnswer) {
  const columns: Column<Row>[] = [
    { title: '', of: ({ name }) => name },
    { title: 'live', of: ({ of }) => of(live), right: true },
    { title: 'simulated', of: ({ of }) => of(simulated), right: true },
  ]
  return [
    `${scenario}: ${router}, ${nodes} nodes, ${attackers} of which attack, ${live.lookups} lookups`,
    '',
    table(rows, columns, ''),
    '',
    'A live message count has forwards, receipts and results; the simulator counts forwards alone.',
  ].join('\n')
}
