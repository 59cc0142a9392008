// The status of the node in memory: what a node without a network says of itself.
import type { NodeStatusView, ReachView } from '../../src/api/service.ts'
import type { Member } from './members.ts'

interface Node {
  readonly self: Member
  readonly members: readonly Member[]
  readonly overlays: readonly string[]
}

export function statusOf({ self, members, overlays }: Node, ratings: number): NodeStatusView {
  const { nodeId, peerId, owner } = self
  return {
    ...{ version: '0.1.0', nodeId, peerId, owner, pid: process.pid, home: '/nowhere' },
    ...{ chainId: '0123456789abcdef', invite: 'trustnet:none' },
    addresses: ['/ip4/127.0.0.1/tcp/1'],
    reachability: 'local',
    overlays: overlays.map((name) => ({ name, policy: name, manual: name !== 'open' })),
    ...{ routing: 'distnet', router: 'trust', store: 'memory', joined: true },
    peers: { known: members.length - 1, connected: 0, leaves: 0, kept: 0 },
    ratings: { own: ratings, held: ratings, authors: 1, final: null },
    ...{ forked: false, startedAt: 0, uptimeMs: 61_000, memoryBytes: 2 ** 26 },
  }
}

/** It listens on its own machine, and nobody is connected. */
export const reachOf = ({ reachability, addresses }: NodeStatusView): ReachView => ({
  ...{ reachability, addresses, proven: [], asked: 0, mapped: [] },
  ...{ relays: [], relaying: false, connections: [] },
})
