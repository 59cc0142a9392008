// The Kademlia table of @libp2p/kad-dht under trustnet's own protocol name, always as a server: it
// resolves the addresses of peers, and is the baseline that routing is compared with
// (`--router kad`). It knows nothing of trust; whom it dials still passes the gatekeeper.
import type { PeerId } from '@libp2p/interface'
import { type KadDHT, kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import type { Multiaddr } from '@multiformats/multiaddr'
import { utf8 } from '../../core/bytes.ts'

/** A lookup that takes longer is of no use to whoever waits for it. */
const lookupTimeoutMs = 10_000

/** The libp2p service. Without the mapper it would drop private addresses, and without
 * `clientMode: false` it would answer nobody on a LAN or on loopback. */
export const kademliaService = kadDHT({
  protocol: '/trustnet/kad/1.0.0',
  clientMode: false,
  peerInfoMapper: passthroughMapper,
  // A lonely node's lookup ends at once, instead of waiting for a first peer.
  allowQueryWithZeroPeers: true,
  logPrefix: 'trustnet:kad',
  datastorePrefix: '/trustnet-kad',
  metricsPrefix: 'libp2p_kad_dht',
})

/** A peer as Kademlia knows it. */
export interface FoundPeer {
  readonly peerId: string
  /** Multiaddrs as text. */
  readonly addresses: readonly string[]
}

/** The (at most 20) peers nearest to a key by Kademlia's own distance (XOR of SHA-256), nearest first. */
export async function closestPeers(
  kad: KadDHT,
  key: Uint8Array | string,
  signal: AbortSignal = AbortSignal.timeout(lookupTimeoutMs),
): Promise<FoundPeer[]> {
  const found: FoundPeer[] = []
  const bytes = typeof key === 'string' ? utf8(key) : key
  for await (const event of kad.getClosestPeers(bytes, { signal })) {
    if (event.name !== 'FINAL_PEER') continue
    const { id, multiaddrs } = event.peer
    found.push({ peerId: id.toString(), addresses: multiaddrs.map(String) })
  }
  return found
}

/** Addresses of a peer; empty when the table does not lead to it in time. Never rejects. */
export async function addressesOf(
  kad: KadDHT,
  peer: PeerId,
  signal: AbortSignal = AbortSignal.timeout(lookupTimeoutMs),
): Promise<Multiaddr[]> {
  try {
    for await (const event of kad.findPeer(peer, { signal }))
      if (event.name === 'FINAL_PEER') return event.peer.multiaddrs
  } catch {
    // Not found, or not in time.
  }
  return []
}
