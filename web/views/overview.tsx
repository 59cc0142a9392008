// The node in one page, and what happens at it.

import type { AnswerOf } from '../../src/api/endpoints.ts'
import { linkTo } from '../live/address.ts'
import type { NodeEvent } from '../live/events.ts'
import { useAnswer, useRecent } from '../live/hooks.ts'
import { Facts, Waiting } from '../parts/notices.tsx'
import { Table } from '../parts/table.tsx'
import {
  bytes,
  clockTime,
  duration,
  nameOf,
  points,
  several,
  statusText,
  valueWords,
} from '../parts/words.ts'

/** Votes come by the dozen; they are shown with the blocks. */
const kinds = [
  ...(['joined', 'connected', 'disconnected', 'lost', 'rated', 'forked', 'misbehaved'] as const),
  ...(['damaged-store', 'delivered', 'stopping', 'block', 'banned', 'healed', 'elected'] as const),
]
type Told = Exclude<NodeEvent, { readonly event: 'vote' }>

export function Overview() {
  const status = useAnswer('status', {}, ['block', 'connected', 'disconnected', 'rated', 'joined'])
  const { answer } = status
  return (
    <>
      <Waiting {...status} />
      {answer !== undefined && (
        <>
          <Facts
            facts={[
              { name: 'Name', value: answer.owner === '' ? 'none' : answer.owner },
              { name: 'Node id', value: <code>{answer.nodeId}</code> },
              { name: 'Network', value: <code>{answer.chainId}</code> },
              { name: 'State', value: answer.joined ? 'joined' : 'joining' },
              { name: 'Height', value: answer.height ?? 'no chain' },
              {
                name: 'Last block',
                value:
                  answer.lastBlockAgeMs === null ? '–' : `${duration(answer.lastBlockAgeMs)} ago`,
              },
              {
                name: 'Peers',
                value: `${answer.peers.connected} connected of ${answer.peers.known} known`,
              },
              { name: 'Ratings held', value: answer.ratings.held },
              { name: 'Overlays', value: answer.overlays.map(({ name }) => name).join(', ') },
              { name: 'Up for', value: duration(answer.uptimeMs) },
              { name: 'Memory', value: bytes(answer.memoryBytes) },
              { name: 'Version', value: answer.version },
            ]}
          />
          {answer.forked && (
            <p class="warning" role="alert">
              This node's own log was signed twice: its key is used somewhere else too.
            </p>
          )}
          {answer.own !== null && <Standing own={answer.own} toldBy={answer.ownToldBy} />}
          <Table
            caption={`Nodes on the chain: ${several(answer.census?.nodes ?? 0, 'record')}`}
            rows={answer.nodes}
            keyOf={({ nodeId }) => nodeId}
            none="The chain has no record of a node yet."
            columns={[
              {
                head: 'Node',
                of: ({ name, nodeId }) => (
                  <a href={linkTo('reputation', { peer: nodeId })}>{name}</a>
                ),
              },
              { head: 'Status', of: ({ status: is }) => statusText(is) },
              { head: 'Reputation', of: ({ reputation }) => points(reputation), isNumber: true },
              { head: 'Committee', of: ({ committee }) => (committee ? '★ member' : '') },
            ]}
          />
        </>
      )}
      <Happened />
    </>
  )
}

/** What keeps the network from taking what this node signs, or soon may. */
function Standing({
  own,
  toldBy,
}: {
  readonly own: NonNullable<AnswerOf<'status'>['own']>
  readonly toldBy: string | null
}) {
  if (own.status === 'BANNED')
    return (
      <p class="warning" role="alert">
        The network banned this node{toldBy === null ? '' : `, says the node at ${toldBy}`}: its
        reputation is {points(own.reputation)}, below {own.banBelow}, so nobody takes its ratings or
        its links. Better stars by others end that, above {own.healAbove}.
      </p>
    )
  return own.warned ? (
    <p class="warning" role="alert">
      The network warns of this node: its reputation is {points(own.reputation)}, below{' '}
      {own.warnBelow}. Below {own.banBelow} it is banned.
    </p>
  ) : null
}

function Happened() {
  const events = useRecent(kinds, 100)
  return (
    <Table
      caption="What happened since this page was opened"
      rows={events}
      keyOf={(event, place) => `${event.at}-${events.length - place}`}
      none="Nothing happened yet since this page was opened."
      columns={[
        { head: 'Time', of: ({ at }) => clockTime(at) },
        { head: 'Event', of: ({ event }) => event },
        { head: 'What', of: said },
      ]}
    />
  )
}

function said(event: Told): string {
  switch (event.event) {
    case 'connected':
    case 'lost':
      return nameOf(event.peer)
    case 'disconnected':
    case 'misbehaved':
      return `${nameOf(event.peer)}: ${event.why}`
    case 'rated': {
      const { author, subject, value, kind, overlay } = event.rating
      return `${nameOf(author)} rates ${nameOf(subject)} ${valueWords(kind, value)} (${kind}, ${overlay})`
    }
    case 'forked':
      return `${nameOf(event.author)} signed two histories`
    case 'damaged-store':
      return several(event.keys.length, 'entry').replace(/entrys$/, 'entries')
    case 'delivered':
      return `from ${nameOf(event.origin)}: ${event.text ?? event.base64}`
    case 'block':
      return `${event.height} by ${nameOf(event.proposer)}, ${several(event.transactions, 'transaction')}`
    case 'banned':
    case 'healed':
      return `${nameOf(event.node)} at ${points(event.reputation)} points`
    case 'elected':
      return event.elected.map(nameOf).join(', ')
    default:
      return ''
  }
}
