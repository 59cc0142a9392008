// The node, its peers and its network, for people.
import type { PeerView, StatusView, TopologyView } from '../../src/api/service.ts'
import { joinCommand } from '../join-command.ts'
import { renderChainStatus } from './chain.ts'
import { bold, dim, facts, green, red, table, yellow } from './table.ts'
import { decimal, durationText, foreign, nameOf, rttText, shortId, trustText } from './words.ts'

export function renderStatus(status: StatusView): string {
  const { peers, ratings } = status
  const own = facts([
    ['node', `${bold(status.nodeId)}${status.owner === '' ? '' : ` (${foreign(status.owner)})`}`],
    ['peer id', status.peerId],
    ['state', standing(status)],
    ['addresses', status.addresses.join('\n'.padEnd(12)) || 'none: it cannot be reached'],
    ['reachable', reach[status.reachability]],
    ['overlays', status.overlays.map(({ name, policy }) => `${name} (${policy})`).join(', ')],
    ['routing', `${status.routing}, router ${status.router}`],
    [
      'peers',
      `${peers.connected} connected, ${peers.known} known, ${peers.leaves} in the leaf set, ${peers.kept} kept beyond it and the tables`,
    ],
    ['ratings', `${ratings.own} own, ${ratings.held} held of ${ratings.authors} authors`],
    ['network', status.chainId],
    ['store', status.store],
    ['home', status.home],
    [
      'process',
      `${status.pid}, up ${durationText(status.uptimeMs)}, ${Math.round(status.memoryBytes / 1_048_576)} MiB`,
    ],
    ['invite', joinCommand(status)],
  ])
  const chain = renderChainStatus(status)
  return chain === '' ? own : `${own}\n\n${chain}`
}

const reach: Readonly<Record<StatusView['reachability'], string>> = {
  public: green('from the Internet: it relays for others unless told not to'),
  private: yellow('through relays: no peer on the Internet can dial it (NAT or firewall)'),
  unknown: 'not known yet: no peer on the Internet was asked',
  local: 'from this machine alone',
}

const joining = ({ joined }: StatusView): string => (joined ? green('joined') : yellow('joining'))

/** What keeps others from hearing it comes first; doctor says how to mend it. */
function standing(status: StatusView): string {
  const { forked, own, ownToldBy } = status
  if (forked) return red('forked: two different entries carry its signature, the network froze it')
  if (own?.status === 'BANNED')
    return red(
      `banned: reputation ${own.reputation ?? 0}, below ${own.banBelow}${ownToldBy === null ? '' : ', as others say'}; nobody takes its ratings or links (trustnet doctor)`,
    )
  const marks = [
    ...(own?.warned === true
      ? [yellow(`warned: reputation ${own.reputation ?? 0}, below ${own.warnBelow}`)]
      : []),
    ...(own?.convicted === true ? [red('signed two votes as a member: no seat again')] : []),
  ]
  return [joining(status), ...marks].join(', ')
}

export function renderPeers({ peers }: { readonly peers: readonly PeerView[] }): string {
  return table(
    peers,
    [
      { title: 'node', of: ({ nodeId }) => shortId(nodeId) },
      { title: 'owner', of: ({ owner }) => foreign(owner) },
      { title: 'state', of: ({ state }) => state },
      {
        title: 'link',
        of: ({ connected, relayed, kept }) =>
          connected ? [relayed ? 'relayed' : 'up', ...(kept ? ['kept'] : [])].join(', ') : dim('–'),
      },
      { title: 'rtt', of: ({ rttMs }) => rttText(rttMs), right: true },
      {
        title: 'trust',
        of: ({ trust }) =>
          Object.entries(trust)
            .filter(([, value]) => value !== 0)
            .map(([overlay, value]) => `${overlay} ${decimal(value)}`)
            .join(', '),
      },
      { title: 'sum', of: ({ aggregate }) => trustText(aggregate), right: true },
      { title: 'peer id', of: ({ peerId }) => peerId ?? 'unknown' },
    ],
    'No peer is known yet.',
  )
}

export function renderTopology({ nodes, edges }: TopologyView): string {
  const named = new Map(nodes.map((node) => [node.nodeId, nameOf(node)]))
  const nameOfId = (id: string): string => named.get(id) ?? shortId(id)
  const listed = table(
    nodes,
    [
      { title: 'node', of: (node) => nameOf(node) },
      { title: '', of: ({ self }) => (self ? 'this node' : '') },
      { title: 'link', of: ({ connected }) => (connected ? 'up' : '') },
      { title: 'sum', of: ({ aggregate }) => trustText(aggregate), right: true },
    ],
    'No node is known.',
  )
  const drawn = table(
    edges,
    [
      { title: 'from', of: ({ from }) => nameOfId(from) },
      { title: 'to', of: ({ to }) => nameOfId(to) },
      { title: 'edge', of: ({ kind }) => kind },
      { title: 'overlay', of: ({ overlay }) => overlay ?? '' },
      { title: 'value', of: ({ value }) => trustText(value), right: true },
    ],
    'No edge is known.',
  )
  return `${listed}\n\n${drawn}`
}
