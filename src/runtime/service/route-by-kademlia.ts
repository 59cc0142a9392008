// The baseline router (`--router kad`): @libp2p/kad-dht walks to the peers nearest to the key by its
// own distance (XOR of SHA-256), so its root is Kademlia's, not the ring's. It looks up and carries
// no messages.
import type { RouteView } from '../../api/service.ts'
import { unhex } from '../../core/bytes.ts'
import { Failure } from '../../core/failure.ts'
import { nodeIdOf, publicKeyOfPeerId, type RingKey } from '../../core/id.ts'
import type { RunningNode } from '../running-node.ts'

/**
 * Looks a key up by Kademlia.
 *
 * @throws Failure `route/kad-carries-nothing` when there are bytes to deliver, `route/undeliverable` when nobody answers
 */
export async function routeByKademlia(
  node: RunningNode,
  key: RingKey,
  bytes: Uint8Array | undefined,
): Promise<RouteView> {
  if (bytes !== undefined) throw new Failure('route/kad-carries-nothing', {})
  const begun = performance.now()
  const found = await node.transport.closestPeers(unhex(key))
  const nearest = found[0]
  if (nearest === undefined)
    throw new Failure('route/undeliverable', { key, why: 'Kademlia knows no peers', tried: 0 })
  const root = nodeIdOf(publicKeyOfPeerId(nearest.peerId))
  return {
    key,
    root,
    delivered: true,
    // kad-dht is iterative and does not tell its steps.
    hops: [],
    messages: 0,
    ms: Math.round((performance.now() - begun) * 1_000) / 1_000,
    answered: found.length,
    agreeing: 1,
    roots: [{ nodeId: root, routes: 1, friends: 0, hops: 0 }],
  }
}
