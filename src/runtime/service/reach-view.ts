// How a live node is reached, as the API tells of it.
import type { ReachView } from '../../api/service.ts'
import type { NodeId } from '../../core/id.ts'
import type { RunningNode } from '../running-node.ts'
import type { Names } from './names.ts'

/** Where no ways are looked for: the node listens on this machine alone, or over transports of a program's own. */
const noWays = { proven: [], asked: 0, mapped: [], relays: [], relaying: false }

export function reachView({ transport }: RunningNode, names: Names): ReachView {
  const { relays, ...found } = transport.ways() ?? noWays
  const named = (nodeId: NodeId) => names.name(nodeId)
  return {
    reachability: transport.reachability,
    addresses: transport.addresses(),
    ...{ ...found, proven: [...found.proven], mapped: [...found.mapped] },
    relays: relays.map(({ nodeId, addresses }) => ({
      ...{ ...named(nodeId), addresses: [...addresses] },
    })),
    connections: transport
      .connections()
      .map(({ nodeId, direction, openedAt, remoteAddress, relayed, punched }) => ({
        ...named(nodeId),
        ...{ direction, openedAt, remoteAddress, relayed, punched },
      })),
  }
}
