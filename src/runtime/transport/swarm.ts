// The libp2p under a transport: TCP, Noise, Yamux, identify, ping, Kademlia and, if asked for,
// mDNS, with the defaults changed that do not fit, each with its reason.
import { noise } from '@chainsafe/libp2p-noise'
import { privateKeyFromRaw } from '@libp2p/crypto/keys'
import { type Identify, identify, identifyPush } from '@libp2p/identify'
import type {
  Address,
  ConnectionGater,
  Ed25519PrivateKey,
  Libp2p,
  PeerInfo,
} from '@libp2p/interface'
import type { KadDHT } from '@libp2p/kad-dht'
import { type Ping, ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { yamux } from '@libp2p/yamux'
import { createLibp2p } from 'libp2p'
import { assert } from '../../core/assert.ts'
import { concatBytes } from '../../core/bytes.ts'
import { seedBytes, signerFrom } from '../../core/ed25519.ts'
import type { ChainId } from '../../core/id.ts'
import { isLoopback } from '../../core/loopback.ts'
import type { SwarmMetrics } from '../metrics/swarm-metrics.ts'
import type { TransportBounds } from './bounds.ts'
import type { TransportFactories } from './factories.ts'
import { kademliaService } from './kademlia.ts'
import { compareWays } from './nat/address.ts'
import type { Nat } from './nat/nat.ts'

export type Swarm = Libp2p<{ identify: Identify; ping: Ping; kad: KadDHT }>

export interface SwarmOptions {
  readonly seed: Uint8Array
  readonly listen: readonly string[]
  readonly chainId: ChainId
  readonly bounds: TransportBounds
  /** @default TCP */
  readonly transports?: TransportFactories
  /** The ways through NATs and relays, if they are taken. */
  readonly nat?: Nat | undefined
  readonly gater: ConnectionGater
  /** Keeps what libp2p tells of itself. @default nobody does */
  readonly metrics?: SwarmMetrics
  /** Called with each peer that mDNS finds; without it there is no mDNS. */
  readonly onNearby: ((peer: PeerInfo) => void) | undefined
}

/** libp2p's form of a node's key: its raw Ed25519 key is the seed followed by the public key. */
export function libp2pKeyOf(seed: Uint8Array): Ed25519PrivateKey {
  assert(seed.length === seedBytes, 'an Ed25519 seed has 32 bytes')
  const key = privateKeyFromRaw(concatBytes([seed, signerFrom(seed).publicKey]))
  assert(key.type === 'Ed25519', 'libp2p reads 64 bytes as an Ed25519 key')
  return key
}

/** A libp2p as a transport needs it, not yet started. */
export async function createSwarm(options: SwarmOptions): Promise<Swarm> {
  const { bounds, onNearby, nat, metrics } = options
  // Five connections a second from one host and ten handshakes at one time are fine on a public
  // address; on loopback all peers are one host, and a devnet would be reset.
  const local = options.listen.every(isLoopback)
  return createLibp2p({
    privateKey: libp2pKeyOf(options.seed),
    start: false,
    nodeInfo: { name: 'trustnet' },
    addresses: { listen: [...options.listen] },
    transports:
      options.transports ?? (nat === undefined ? [tcp()] : [nat.onePort.transport, nat.transport]),
    connectionEncrypters: [noise()],
    streamMuxers: [
      yamux({
        // Ours are three each way; Kademlia may have 32 more under way.
        maxInboundStreams: 64,
        maxOutboundStreams: 128,
        // A paused reader must hold a full window, which libp2p would let grow to 16 MiB.
        streamOptions: { maxStreamWindowSize: 1_048_576, maxReadBufferLength: 2_097_152 },
      }),
    ],
    connectionGater: options.gater,
    ...(metrics === undefined ? {} : { metrics: () => metrics }),
    connectionManager: {
      maxConnections: bounds.connectionsMax,
      maxParallelDials: bounds.dialsMax,
      dialTimeout: bounds.dialTimeoutMs,
      ...(nat === undefined ? {} : waysOut),
      // Strangers who never finish a handshake or a negotiation hold their place only so long.
      inboundUpgradeTimeout: bounds.dialTimeoutMs,
      inboundStreamProtocolNegotiationTimeout: bounds.dialTimeoutMs,
      inboundConnectionThreshold: local ? 10_000 : 50,
      maxIncomingPendingConnections: local ? 1_000 : 64,
      // No look-ups in the DNS for whoever puts a /dnsaddr into a contact.
      resolvers: {},
    },
    // heartbeat.ts does it: an error of libp2p's own would end the process.
    connectionMonitor: { enabled: false },
    services: {
      ...{ identify: identify(), ping: ping(), kad: kademliaService },
      // A node begins to relay when it finds that it can be dialled: its peers should hear of it.
      ...(nat === undefined ? {} : { identifyPush: identifyPush(), nat: nat.service }),
    },
    peerDiscovery: onNearby === undefined ? [] : [await nearby(options.chainId, onNearby)],
  })
}

/** One address after the other, none for so long that nothing is left for the relay behind it. */
const addressDialMs = 2_000

const waysOut = {
  addressDialTimeout: addressDialMs,
  addressSorter: (a: Address, b: Address) =>
    compareWays(a.multiaddr.toString(), b.multiaddr.toString()),
}

/**
 * mDNS under a tag of the network's own, so that two networks on one LAN do not mix. Loaded only
 * where it is asked for.
 */
async function nearby(chainId: ChainId, onNearby: (peer: PeerInfo) => void) {
  const { mdns } = await import('@libp2p/mdns')
  return (components: Parameters<ReturnType<typeof mdns>>[0]) => {
    const discovery = mdns({ serviceTag: `_trustnet-${chainId}._udp.local` })(components)
    discovery.addEventListener('peer', ({ detail }) => onNearby(detail))
    return discovery
  }
}
