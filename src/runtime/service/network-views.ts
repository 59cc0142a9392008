// What a live node tells of itself and of the network around it.
import type { NodeStatusView, PeerView, TopologyView } from '../../api/service.ts'
import type { NodeId } from '../../core/id.ts'
import { trustNumber } from '../../core/trust.ts'
import { finalEntries } from '../chain/ledger-views.ts'
import type { RunningNode } from '../running-node.ts'
import type { Names } from './names.ts'
import { Recent } from './recent.ts'

export interface ServiceOptions {
  /** `trust` routes by the node's tables, `kad` by Kademlia: the baseline. @default 'trust' */
  readonly router: 'trust' | 'kad'
  readonly version: string
}

/** The system takes a third of a millisecond to tell. */
const memory = new Recent(() => process.memoryUsage.rss(), 1_000)

/** What a node tells of itself. */
export function nodeStatusView(node: RunningNode, options: ServiceOptions): NodeStatusView {
  const { machine, network, settings, startedAt, folder } = node
  const { trustchains } = machine.trustchain
  return {
    version: options.version,
    nodeId: node.nodeId,
    peerId: node.peerId,
    owner: settings.owner ?? '',
    pid: process.pid,
    home: folder ?? '',
    chainId: network.chainId,
    invite: node.invite,
    addresses: node.transport.addresses(),
    reachability: node.transport.reachability,
    overlays: machine.policies.overlays(),
    routing: machine.options.routing,
    router: options.router,
    store: node.store.engine,
    joined: machine.membership.joined,
    peers: {
      known: [...machine.contacts.all()].length,
      connected: machine.links.size,
      leaves: machine.routing.leaves().length,
      kept: node.kept.up.length,
    },
    ratings: {
      own: trustchains.head(node.nodeId).seq,
      held: trustchains.entriesHeld,
      authors: [...trustchains.authors].length,
      final: machine.ledger ? finalEntries(trustchains, machine.ledger) : null,
    },
    forked: trustchains.forkOf(node.nodeId) !== undefined || isFrozen(node),
    startedAt,
    uptimeMs: Math.max(0, Date.now() - startedAt),
    memoryBytes: memory.get(),
  }
}

/** A block says so, where the proof itself may not be at hand: after a snapshot. */
const isFrozen = ({ machine, nodeId }: RunningNode): boolean =>
  machine.ledger?.frozen(nodeId) ?? false

/** Every contact except this node. */
export function peerViews(node: RunningNode, names: Names): PeerView[] {
  const { machine } = node
  const overlays = machine.options.overlays.map(({ name }) => name)
  const relayed = new Set(
    node.transport.connections().flatMap(({ nodeId, relayed }) => (relayed ? [nodeId] : [])),
  )
  const kept = new Set(node.kept.up)
  return [...machine.contacts.all()].map(({ contact, liveness }) => ({
    ...names.name(contact.nodeId),
    addresses: contact.addresses,
    overlays: contact.overlays,
    connected: machine.links.has(contact.nodeId),
    relayed: relayed.has(contact.nodeId),
    kept: kept.has(contact.nodeId),
    rttMs: machine.contacts.rttMs(contact.nodeId) ?? null,
    trust: Object.fromEntries(
      overlays.map((overlay) => [
        overlay,
        trustNumber(machine.trust.trust(overlay, contact.nodeId)),
      ]),
    ),
    aggregate: trustNumber(machine.trust.aggregate(contact.nodeId)),
    state: machine.vetoes.barred(contact.nodeId) ? 'barred' : liveness.is,
  }))
}

/** The network as this node sees it. */
export function topologyView(node: RunningNode, names: Names): TopologyView {
  const { machine, nodeId: self } = node
  const { routing, trust } = machine
  const edges: TopologyView['edges'][number][] = []
  const own = (kind: 'link' | 'leaf' | 'table', to: NodeId, overlay: string | null): void =>
    void edges.push({ from: self, to, kind, overlay, value: null })
  for (const peer of machine.links) own('link', peer, null)
  for (const leaf of routing.leaves()) own('leaf', leaf, null)
  for (const table of ['global', ...routing.overlays])
    for (const { nodeId } of routing.tableEntries(table))
      own('table', nodeId, table === 'global' ? null : table)
  for (const overlay of trust.overlays())
    for (const { author, subject, value } of trust.edges(overlay))
      edges.push({
        from: author,
        to: subject,
        kind: 'rating',
        overlay,
        value: trustNumber(value),
      })
  const ids = new Set<NodeId>([self, ...routing.known()])
  for (const { from, to } of edges) ids.add(from as NodeId).add(to as NodeId)
  return {
    nodes: [...ids].sort().map((nodeId) => ({
      ...names.name(nodeId),
      self: nodeId === self,
      connected: machine.links.has(nodeId),
      aggregate: trustNumber(trust.aggregate(nodeId)),
    })),
    edges,
  }
}
