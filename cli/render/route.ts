// Routing tables and messages on their way, for people.
import type { EventView, RouteTableView, RouteView } from '../../src/api/service.ts'
import { renderChainEvent } from './chain.ts'
import { bold, dim, green, red, table } from './table.ts'
import {
  decimal,
  foreign,
  nameOf,
  ratingText,
  rttText,
  shortId,
  timeText,
  trustText,
} from './words.ts'

type Slot = RouteTableView['rows'][number]

const slots = (rows: readonly Slot[], none: string): string =>
  table(
    rows,
    [
      { title: 'row', of: ({ row }) => String(row), right: true },
      { title: 'digit', of: ({ column }) => column.toString(16), right: true },
      { title: 'node', of: (slot) => nameOf(slot) },
      { title: 'trust', of: ({ trust }) => trustText(trust), right: true },
      { title: 'rtt', of: ({ rttMs }) => rttText(rttMs), right: true },
      { title: 'why', of: ({ why }) => why },
      { title: 'displaced', of: ({ displaced }) => (displaced === null ? '' : shortId(displaced)) },
    ],
    none,
  )

export function renderTable(view: RouteTableView): string {
  const { fill } = view
  return [
    `${bold(nameOf(view.self))}, overlay ${view.overlay}, policy ${view.policy}: ${fill.overlay} overlay slots, ${fill.global} global slots, ${fill.known} nodes known${view.settled ? '' : '; ratings wait to be taken in'}`,
    `${bold('Overlay table')}\n${slots(view.rows, 'Empty: no trusted member of this overlay is known yet.')}`,
    `${bold('Global table')}\n${slots(view.globalRows, 'Empty: no other node is known yet.')}`,
    `${bold('Leaf set')}\n${table(
      view.leafSet,
      [
        { title: 'side', of: ({ side, place }) => `${side} ${place + 1}` },
        { title: 'node', of: (leaf) => nameOf(leaf) },
        { title: 'trust', of: ({ trust }) => trustText(trust), right: true },
        { title: 'rtt', of: ({ rttMs }) => rttText(rttMs), right: true },
        { title: '', of: ({ barred }) => (barred ? red('vetoed: position only') : '') },
      ],
      'Empty: this node is alone.',
    )}`,
  ].join('\n\n')
}

export function renderTrace(route: RouteView): string {
  const hops = table(
    route.hops,
    [
      { title: 'from', of: ({ from }) => shortId(from) },
      { title: 'to', of: ({ to }) => shortId(to) },
      { title: 'table', of: ({ by }) => by },
      { title: 'digits', of: ({ prefix }) => String(prefix), right: true },
      { title: 'trust', of: ({ trust }) => trustText(trust), right: true },
    ],
    dim('No hop: this node is the root of the key.'),
  )
  return `${renderLookup(route)}\n${hops}`
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

export const renderLookup = (route: RouteView): string =>
  `${route.delivered ? green('delivered') : red('not delivered')}: key ${shortId(route.key)} has its root at ${bold(shortId(route.root))}, ${counted(route.hops.length, 'hop')}, ${counted(route.messages, 'message')}, ${decimal(route.ms)} ms${
    route.answered > 1 ? `, ${route.agreeing} of ${route.answered} routes agree` : ''
  }`

export function renderEvent(event: EventView): string {
  const at = dim(timeText(event.at).slice(11))
  switch (event.event) {
    case 'delivered':
      return `${at} ${nameOf(event.origin)} → ${shortId(event.key)}${event.topic === null ? '' : ` [${foreign(event.topic)}]`}: ${event.text === null ? `${event.base64} (base64)` : foreign(event.text)}`
    case 'rated':
      return `${at} ${nameOf(event.rating.author)} rates ${nameOf(event.rating.subject)} ${ratingText(event.rating)}${event.rating.kind === 'trust' ? '' : ` for ${event.rating.kind}`} in ${event.rating.overlay}`
    case 'connected':
    case 'lost':
      return `${at} ${event.event} ${nameOf(event.peer)}`
    case 'disconnected':
    case 'misbehaved':
      return `${at} ${event.event} ${nameOf(event.peer)}: ${foreign(event.why)}`
    case 'forked':
      return `${at} ${red('forked')} ${nameOf(event.author)}${event.own ? ' – this node itself' : ''}`
    case 'damaged-store':
      return `${at} ${red('damaged store')}: ${event.keys.length} keys`
    case 'joined':
    case 'stopping':
      return `${at} ${event.event}`
    case 'block':
    case 'vote':
    case 'banned':
    case 'healed':
    case 'elected':
      return `${at} ${renderChainEvent(event)}`
  }
}

/** The answer of `route inspect --json`: every slot as row, column, peer, nodeId, trust, rttMs, why, displaced. */
export function plainTable(view: RouteTableView): object {
  const { overlay, rows, leafSet, fill, globalRows, policy, self } = view
  const plain = ({ owner: _, ...slot }: Slot): object => slot
  return {
    overlay,
    rows: rows.map(plain),
    leafSet,
    fill,
    policy,
    nodeId: self.nodeId,
    globalRows: globalRows.map(plain),
  }
}

/** The answer of `route trace --json`. */
export const plainTrace = ({ key, root, delivered, hops, messages, ms }: RouteView): object => ({
  key,
  root,
  delivered,
  hops,
  messages,
  ms,
})
