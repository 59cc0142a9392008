// Blocks, committee and reputation, for people.
import type { BlockView, CommitteeView, ReputationView } from '../../src/api/chain-service.ts'
import type { EventView, StatusView } from '../../src/api/service.ts'
import { bold, dim, facts, green, red, table, yellow } from './table.ts'
import { decimal, durationText, foreign, nameOf, shortId, timeText } from './words.ts'

export const pointsText = (points: number | null): string =>
  points === null ? dim('none') : points.toFixed(1)

const percentText = (part: number | null): string => (part === null ? '' : `${part.toFixed(1)}%`)

const standingText = (standing: number): string => `${(standing * 100).toFixed(2)}%`

const statusText = (status: string | null, warned = false): string =>
  status === 'BANNED'
    ? red(status)
    : status === 'INACTIVE' || status === null
      ? yellow(status ?? 'no record')
      : warned
        ? yellow(`${status}, WARNED`)
        : green(status)

/** `4.1/5.0 from 23 ratings`. */
const starsText = (stars: number | null, ratings: number): string =>
  stars === null
    ? 'nobody rated it yet'
    : `${stars.toFixed(1)}/5.0 from ${ratings} rating${ratings === 1 ? '' : 's'}`

export function renderReputation(view: ReputationView): string {
  const { stars, ratings, weightedStars, frozen, convicted, predecessor, handedOver } = view
  const before = handedOver ?? predecessor
  const origin = before === null ? undefined : `taken over from ${before.peerId ?? before.nodeId}`
  const marks = [
    ...(view.committee ? ['has a seat in the committee'] : []),
    ...(frozen ? [red('its Trustchain is frozen: it signed two histories')] : []),
    ...(convicted ? [red('it signed two votes as a member: no seat again')] : []),
  ]
  return facts([
    ['node', `${nameOf(view)} ${view.peerId ?? ''}`.trimEnd()],
    ...(origin === undefined ? [] : [['name', origin] as const]),
    ['stars', starsText(stars, ratings)],
    [
      'reputation',
      view.reputation === null
        ? 'none: nobody with standing rated it'
        : `${bold(view.reputation.toFixed(1))} of 100${weightedStars === null ? '' : ` (${weightedStars.toFixed(1)} stars weighted by standing)`}`,
    ],
    ['standing', `${standingText(view.standing)} of all`],
    ['status', [statusText(view.status, view.warned), ...marks].join(', ')],
    ['uptime', view.uptime === null ? 'not reported yet' : percentText(view.uptime)],
    [
      'joined',
      `${view.joinDate === null ? 'never registered' : timeText(view.joinDate)}${view.lastHeartbeat === null ? '' : `, last heard of ${timeText(view.lastHeartbeat)}`}`,
    ],
    ['as of', `block ${view.height}`],
  ])
}

/** What a committee of this size withstands. */
const withstands = ({
  size,
  quorum,
  spare,
}: {
  readonly size: number
  readonly quorum: number
  readonly spare: number
}): string =>
  size === 1
    ? 'one member alone decides'
    : spare === 0
      ? `${wordOf(size)} members need all ${wordOf(quorum)} votes: blocks wait while one is away`
      : `${quorum} votes make a block, ${spare} member${spare === 1 ? '' : 's'} may be away`

const wordOf = (count: number): string => ['', 'one', 'two', 'three'][count] ?? String(count)

/** The chain's part of the status; empty where the node keeps no chain. */
export function renderChainStatus(status: StatusView): string {
  const { height, census, committee, nodes, lastBlockAgeMs } = status
  if (height === null || census === null || committee === null) return ''
  const last = lastBlockAgeMs === null ? 'none yet' : `${durationText(lastBlockAgeMs)} ago`
  const head = facts([
    ['nodes', `${census.nodes} (${census.active} active)`],
    ['height', bold(String(height))],
    ['last block', last],
    [
      'committee',
      `${committee.size} member${committee.size === 1 ? '' : 's'}${committee.member ? ', this node among them' : ''}, epoch ${committee.epoch}: ${withstands(committee)}`,
    ],
  ])
  const listed = table(
    nodes,
    [
      { title: 'node', of: ({ name }) => foreign(name) },
      { title: 'id', of: ({ nodeId }) => shortId(nodeId) },
      { title: 'status', of: ({ status: is, warned }) => statusText(is, warned) },
      { title: 'reputation', of: ({ reputation }) => pointsText(reputation), right: true },
      { title: '', of: ({ committee: seated }) => (seated ? 'committee' : '') },
    ],
    'No node has registered yet.',
  )
  const more = census.nodes > nodes.length ? `\n… and ${census.nodes - nodes.length} more` : ''
  return `${head}\n\n${listed}${more}`
}

export function renderCommittee(view: CommitteeView): string {
  const { epoch, handover } = view
  const head = facts([
    ['decides', `block ${view.height + 1}`],
    ['members', `${view.size} of at most ${view.seatsMax} seats`],
    ['quorum', `${view.quorum} of ${view.total}: ${withstands(view)}`],
    ['epoch', `${epoch.number}, since block ${epoch.startedHeight} (${timeText(epoch.startedAt)})`],
    [
      'next',
      handover === null
        ? 'no change is under way'
        : handover.elected
            .map((node) => `${nameOf(node)} ${node.ready ? green('ready') : yellow('not ready')}`)
            .join(', ') || 'elected without newcomers',
    ],
  ])
  const members = table(
    view.members,
    [
      { title: 'member', of: (member) => nameOf(member) },
      { title: 'power', of: ({ power }) => String(power), right: true },
      { title: 'status', of: ({ status }) => statusText(status) },
      { title: 'reputation', of: ({ reputation }) => pointsText(reputation), right: true },
      { title: 'standing', of: ({ standing }) => standingText(standing), right: true },
      { title: 'uptime', of: ({ uptime }) => percentText(uptime), right: true },
    ],
    'It has no members.',
  )
  return `${head}\n\n${members}`
}

export function renderBlock({ id, header, transactions, commit }: BlockView): string {
  const head = facts([
    ['block', `${bold(String(header.height))} ${id}`],
    ['time', timeText(header.time)],
    ['proposer', nameOf(header.proposer)],
    ['previous', header.previous],
    ['state', header.stateHash],
    ['committee', header.committeeHash],
    ['round', String(commit.round)],
    ['votes', commit.votes.map((vote) => nameOf(vote)).join(', ')],
  ])
  const listed = table(
    transactions,
    [
      { title: 'transaction', of: ({ hash }) => shortId(hash) },
      { title: 'kind', of: ({ kind }) => kind },
      { title: 'author', of: ({ author }) => (author === null ? '' : nameOf(author)) },
      { title: 'bytes', of: ({ bytes }) => String(bytes), right: true },
      { title: 'says', of: ({ says }) => foreign(says) },
    ],
    'No transactions.',
  )
  return `${head}\n\n${listed}`
}

/** The answer of `chain verify`. */
export interface Verified {
  readonly height: number
  readonly blocks: number
  readonly certificates: number
  readonly ok: boolean
  readonly fault?: { readonly height: number; readonly why: string }
}

export const renderVerified = ({ height, blocks, certificates, fault }: Verified): string =>
  fault === undefined
    ? `${green('Sound')}: ${blocks} blocks and ${certificates} certificates from genesis to height ${height}.`
    : `${red('Faulty')}: block ${fault.height}: ${fault.why} (${blocks} blocks before it are sound).`

type ChainEventView = Extract<
  EventView,
  { readonly event: 'block' | 'vote' | 'banned' | 'healed' | 'elected' }
>

/** An event of the chain without its time. */
export function renderChainEvent(event: ChainEventView): string {
  switch (event.event) {
    case 'block':
      return `block ${event.height} of ${nameOf(event.proposer)}: ${event.transactions} transactions, round ${event.round}${event.sinceMs === null ? '' : `, ${event.sinceMs} ms after the last`}`
    case 'vote':
      return `${nameOf(event.voter)} ${event.kind}s ${event.block === null ? 'nil' : shortId(event.block)} in round ${event.round} of height ${event.height}`
    case 'banned':
    case 'healed':
      return `${event.event === 'banned' ? red('banned') : green('healed')} ${nameOf(event.node)}${event.reputation === null ? '' : `: reputation ${decimal(event.reputation)}`}`
    case 'elected':
      return `elected for epoch ${event.epoch}: ${event.elected.map(nameOf).join(', ')}`
  }
}
