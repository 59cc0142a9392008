// What `trust get` shows: this node's own ratings of a peer, and what follows from everybody's.
import type { ApiClient } from '../src/api/client.ts'
import { ratingsOf } from './ratings.ts'
import type { Opinion } from './render/trust.ts'

export async function opinionOf(api: ApiClient, name: string): Promise<Opinion> {
  const peer = await api.resolve({ peer: name })
  const own = await ratingsOf(api, 'ratings', {
    all: false,
    // A key that was never met has no id that the node could look up.
    subject: peer.peerId ?? peer.nodeId,
    limit: 1_000,
  })
  const graph = await api.trustGraph({ aggregate: true })
  const node = graph.nodes.find(({ nodeId }) => nodeId === peer.nodeId)
  const veto = graph.vetoed.find(({ nodeId }) => nodeId === peer.nodeId)
  return {
    peer,
    ratings: own.ratings,
    trust: node?.overlays ?? {},
    aggregate: veto?.trust ?? node?.trust ?? 0,
    vetoed: veto !== undefined,
  }
}
