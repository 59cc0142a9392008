// The network of a live node over libp2p 3. It carries opaque messages between nodes named by
// NodeId, one long-lived stream per neighbour, protocol and direction.
//
// What holds for whoever uses it:
//  1. Between `onConnected` and `onDropped` of a peer, messages of one protocol arrive in the order
//     in which they were sent, none missing, none twice. `onDropped` ends that: what was on its way
//     may be lost. A peer that could never be reached is dropped without having been connected.
//  2. `send` never waits and never throws for what the network does. It dials when it must.
//  3. Nothing is told from within a call of the host; `onConnected` comes before the peer's messages.
//  4. A peer that `refuses` names is neither dialled nor accepted. Refusing somebody who is already
//     connected takes a `disconnect`.
//  5. Everything that a peer can make us keep is bounded (bounds.ts), and a peer that breaks a rule
//     is dropped as refused and shut out for a while. Nothing that it sends can throw in here.
import type { PeerInfo } from '@libp2p/interface'
import { Failure } from '../../core/failure.ts'
import type { ChainId, Millis, NodeId, PublicKey } from '../../core/id.ts'
import type { DropReason } from '../../core/machine.ts'
import { SwarmMetrics } from '../metrics/swarm-metrics.ts'
import { defaultBounds, genesisBytesMax, type TransportBounds } from './bounds.ts'
import { cannotListen } from './cannot-listen.ts'
import { Dialer } from './dialer.ts'
import type { TransportFactories } from './factories.ts'
import { Gatekeeper } from './gatekeeper.ts'
import { genesisHandler } from './genesis.ts'
import { cut, startHeartbeat } from './heartbeat.ts'
import { Identities } from './identities.ts'
import { inTurn } from './in-turn.ts'
import { inboundHandler, type OnMessage } from './inbound.ts'
import { addressesOf, closestPeers, type FoundPeer } from './kademlia.ts'
import { type Protocol, protocolName, protocols } from './link.ts'
import { Links } from './links.ts'
import type { Nat, NatOptions, NatPorts, Ways } from './nat/nat.ts'
import type { Reachability } from './nat/reach.ts'
import { standingHandler } from './standing.ts'
import { createSwarm, type Swarm } from './swarm.ts'
import { type OtherVersion, otherVersionIn } from './versions.ts'

export interface TransportPorts {
  /** Where and who a node is, as the contact book knows it. */
  readonly contactOf: (
    node: NodeId,
  ) => { readonly publicKey: PublicKey; readonly addresses: readonly string[] } | undefined
  /** True for nodes with which there must be no connection. Asked at every dial and every accept. */
  readonly refuses: (node: NodeId) => boolean
  /** A message; it owns its bytes. Waits for the promise, if there is one, before it reads on. Must not throw. */
  readonly onMessage: OnMessage
  /** A link came up, by either side's dial. The address is the one seen, a passing port when inbound. */
  readonly onConnected: (peer: NodeId, publicKey: PublicKey, remoteAddress: string) => void
  /** A link went down, or could not be made; what was queued for the peer is gone. */
  readonly onDropped: (peer: NodeId, why: DropReason) => void
  /** What anybody hears who asks how the network takes a node; undefined where there is no answer. */
  readonly standingOf?: (node: NodeId) => Uint8Array | undefined
  /** A peer speaks trustnet in another version only; may be told again and again. */
  readonly onOtherVersion?: (other: OtherVersion) => void
}

export interface TransportOptions {
  /** The node's Ed25519 seed, 32 bytes. */
  readonly seed: Uint8Array
  /** The network; keeps mDNS apart from that of others. */
  readonly chainId: ChainId
  readonly ports: TransportPorts
  /** Multiaddrs. @default /ip4/127.0.0.1/tcp/0, any free port on loopback */
  readonly listen?: readonly string[]
  /** What carries bytes. @default TCP */
  readonly transports?: TransportFactories
  /** Find and dial peers of the same network on the LAN; binds UDP 5353 on all interfaces. @default false */
  readonly mdns?: boolean
  /** Served to joiners; without it they get nothing. */
  readonly genesis?: Uint8Array
  /** Single bounds that differ from the defaults. */
  readonly bounds?: Partial<TransportBounds>
  /** The ways through NATs and relays; not with `transports` of one's own. @default none, nothing of it is loaded */
  readonly nat?: NatOptions
}

/** One link with a connection. */
export interface ConnectionView {
  readonly nodeId: NodeId
  readonly direction: 'inbound' | 'outbound'
  /** Milliseconds since the epoch. */
  readonly openedAt: Millis
  readonly remoteAddress: string
  /** Through a relay, within the relay's bounds. */
  readonly relayed: boolean
  /** Both sides dialled at once to make it: a hole was punched. */
  readonly punched: boolean
  /** Streams of trustnet's protocols, both ways. */
  readonly streams: number
  readonly queuedBytes: number
}

export interface Transport {
  readonly peerId: string
  /** Multiaddrs where peers may find it, its own /p2p left out: where it listens, where a router or a relay forwards. */
  addresses(): string[]
  /** Whether the Internet reaches it; `local` where that is not asked. */
  readonly reachability: Reachability | 'local'
  /** What was found of the ways in; undefined where none are looked for. */
  ways(): Ways | undefined
  /** Queues a message and dials if there is no connection. The caller must not change the bytes afterwards. */
  send(to: NodeId, protocol: Protocol, bytes: Uint8Array): void
  /** Opens a link where there is none, without a message. @returns false where there cannot be one now */
  connect(to: NodeId): Promise<boolean>
  /** Ends a link, after what was handed over left; at once when the peer is refused. Tells `onDropped`. */
  disconnect(peer: NodeId): Promise<void>
  /** Drops a peer whose messages broke a rule, as refused, and shuts it out for a while. */
  expel(peer: NodeId): void
  connections(): ConnectionView[]
  /** The Kademlia baseline: the peers nearest to a key, nearest first. */
  closestPeers(key: Uint8Array | string, signal?: AbortSignal): Promise<FoundPeer[]>
  /** libp2p's own figures in the text format of Prometheus. */
  figures(): Promise<string>
  /** Sends what waits (at most `flushMs`), closes everything. Nothing is told any more. Idempotent. */
  stop(): Promise<void>
}

/**
 * Starts a transport that listens.
 *
 * @throws Failure `transport/cannot-listen` when an address is malformed or taken
 */
export async function createTransport(options: TransportOptions): Promise<Transport> {
  const bounds: TransportBounds = { ...defaultBounds, ...options.bounds }
  const listen = options.listen ?? ['/ip4/127.0.0.1/tcp/0']
  const { ports } = options
  const identities = new Identities()
  const now = (): Millis => performance.now()
  const gatekeeper = new Gatekeeper(ports.refuses, bounds, now)
  const onNearby = (peer: PeerInfo): void => void swarm.dial(peer.multiaddrs).catch(() => {})
  const nat = await natFor(options, {
    identities,
    refuses: (node) => gatekeeper.refuses(node),
    addressesOf: (node) => ports.contactOf(node)?.addresses ?? [],
  })
  const metrics = new SwarmMetrics()
  const swarm = await createSwarm({
    ...{ seed: options.seed, listen, chainId: options.chainId, bounds, nat, metrics },
    ...(options.transports === undefined ? {} : { transports: options.transports }),
    gater: {
      ...gatekeeper.gater(identities, (node) => dialer.shookHands(node)),
      ...nat?.gater(),
    },
    onNearby: options.mdns === true ? onNearby : undefined,
  }).catch((error: Error) => {
    throw cannotListen(listen, error)
  })
  const dialer = new Dialer(
    {
      dial: (addresses, signal) => swarm.dial(addresses, { signal }),
      resolve: (peer, signal) => addressesOf(swarm.services.kad, peer, signal),
      now,
    },
    bounds,
  )
  const links = new Links({ ports: { ...ports, now }, bounds, dialer, gatekeeper, identities })
  swarm.addEventListener('connection:open', ({ detail }) => links.opened(detail))
  swarm.addEventListener('connection:close', ({ detail }) => links.closed(detail))
  swarm.addEventListener('peer:identify', ({ detail }) => {
    const other = otherVersionIn(detail.protocols)
    if (other !== undefined) ports.onOtherVersion?.(other)
  })
  const inbound = { links, gatekeeper, identities, bounds, onMessage: ports.onMessage }
  // One more than allowed, so that our handler sees the stream too many and cuts the peer.
  for (const protocol of protocols)
    await swarm.handle(protocolName(protocol), inboundHandler(inbound, protocol), {
      maxInboundStreams: bounds.inboundStreamsMax + 1,
      runOnLimitedConnection: true,
    })
  await serveGenesis(swarm, options.genesis)
  if (ports.standingOf !== undefined)
    await swarm.handle(protocolName('standing'), standingHandler(ports.standingOf), inPassing)
  await begin(swarm, nat, listen)
  const stopHeartbeat = startHeartbeat({
    connections: () => swarm.getConnections(),
    cut,
    everyMs: bounds.heartbeatMs,
    patienceMs: bounds.heartbeatPatienceMs,
  })
  return new Libp2pTransport({ swarm, metrics, links, dialer, stopHeartbeat, nat })
}

/** Begins to listen, and then to find ways in; nothing is left open when either fails. */
async function begin(swarm: Swarm, nat: Nat | undefined, listen: readonly string[]): Promise<void> {
  try {
    await swarm.start()
  } catch (error) {
    throw cannotListen(listen, error as Error)
  }
  try {
    await nat?.begin()
  } catch (error) {
    await inTurn([() => nat?.end(), () => swarm.stop()]).catch(() => {})
    throw error
  }
}

async function serveGenesis(swarm: Swarm, genesis: Uint8Array | undefined): Promise<void> {
  if (genesis === undefined) return
  if (genesis.length > genesisBytesMax)
    throw new Failure('transport/genesis-too-long', {
      bytes: genesis.length,
      bytesMax: genesisBytesMax,
    })
  await swarm.handle(protocolName('genesis'), genesisHandler(genesis), inPassing)
}

/** Who asks in passing asks one thing. */
const inPassing = { maxInboundStreams: 2, runOnLimitedConnection: true }

/** Loaded only where it is asked for. */
async function natFor(options: TransportOptions, ports: NatPorts): Promise<Nat | undefined> {
  if (options.nat === undefined || options.transports !== undefined) return undefined
  const { Nat } = await import('./nat/nat.ts')
  return new Nat(options.nat, ports)
}

interface TransportParts {
  readonly swarm: Swarm
  readonly metrics: SwarmMetrics
  readonly links: Links
  readonly dialer: Dialer
  readonly stopHeartbeat: () => void
  readonly nat: Nat | undefined
}

class Libp2pTransport implements Transport {
  readonly peerId: string
  readonly #parts: TransportParts
  #stopped: Promise<void> | undefined

  constructor(parts: TransportParts) {
    this.peerId = parts.swarm.peerId.toString()
    this.#parts = parts
  }

  get reachability(): Reachability | 'local' {
    return this.#parts.nat?.reachability ?? 'local'
  }

  ways(): Ways | undefined {
    return this.#parts.nat?.ways()
  }

  addresses(): string[] {
    if (this.#parts.nat !== undefined) return this.#parts.nat.addresses()
    const suffix = `/p2p/${this.peerId}`
    return this.#parts.swarm
      .getMultiaddrs()
      .map((address) => address.toString().replace(suffix, ''))
  }

  send(to: NodeId, protocol: Protocol, bytes: Uint8Array): void {
    this.#parts.links.send(to, protocol, bytes)
  }

  connect = (to: NodeId): Promise<boolean> => this.#parts.links.connect(to)

  disconnect = (peer: NodeId): Promise<void> => this.#parts.links.disconnect(peer)

  expel(peer: NodeId): void {
    this.#parts.links.expel(peer)
  }

  connections(): ConnectionView[] {
    const epoch = performance.timeOrigin
    return [...this.#parts.links.up()].map((link) => ({
      nodeId: link.peer.nodeId,
      direction: link.opened!.by,
      openedAt: Math.round(epoch + link.opened!.at),
      remoteAddress: [...link.connections][0]!.remoteAddr.toString(),
      relayed: [...link.connections].every(({ limits }) => limits !== undefined),
      punched: [...link.connections].some((one) => this.#parts.nat?.onePort.wasMet(one) ?? false),
      streams: link.streams,
      queuedBytes: link.queuedBytes,
    }))
  }

  closestPeers(key: Uint8Array | string, signal?: AbortSignal): Promise<FoundPeer[]> {
    return closestPeers(this.#parts.swarm.services.kad, key, signal)
  }

  figures = (): Promise<string> => this.#parts.metrics.text()

  stop(): Promise<void> {
    this.#stopped ??= this.#stop()
    return this.#stopped
  }

  async #stop(): Promise<void> {
    const { swarm, links, dialer, stopHeartbeat, nat } = this.#parts
    await inTurn([
      stopHeartbeat,
      () => links.stop(),
      () => dialer.stop(),
      () => nat?.end(),
      () => swarm.stop(),
    ])
  }
}
