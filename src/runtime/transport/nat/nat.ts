// A node's way through NATs: it asks whether it can be dialled from the Internet; if so, it relays for
// others, and if not, it takes places at relays, names these, and punches holes to whoever comes
// through them. All of it concerns the Internet: nodes on loopback or on a LAN among themselves do
// none of this. Where the port of a router is mapped by UPnP, that is tried first.
import { type CircuitRelayTransportComponents, RELAY_V2_HOP_CODEC } from '@libp2p/circuit-relay-v2'
import type { Identify } from '@libp2p/identify'
import type { Connection, IdentifyResult, NodeInfo, PeerId, Startable } from '@libp2p/interface'
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr'
import type { Millis, NodeId } from '../../../core/id.ts'
import { isLoopback } from '../../../core/loopback.ts'
import type { Identities } from '../identities.ts'
import { inTurn } from '../in-turn.ts'
import { hostOf, isPublic, isRelayed, portOf } from './address.ts'
import { CircuitPlaces } from './circuit-places.ts'
import { askDialBack, DialBack, dialBackProtocol } from './dial-back.ts'
import { holePunching } from './hole-punching.ts'
import { OnePort } from './one-port.ts'
import { portMapping } from './port-mapping.ts'
import { Reach, type Reachability } from './reach.ts'
import { RelayServer } from './relay-server.ts'
import { type Relay, Relays } from './relays.ts'
import { Sightings } from './sightings.ts'

/** Routers change their mind, nodes move: everything is asked anew after this. */
const askAgainMs: Millis = 600_000

export interface NatOptions {
  /** Does it listen beyond loopback? Else it only dials, and through relays, too. */
  readonly listens: boolean
  /** Relay for others while we can be dialled. */
  readonly relay: boolean
  /** Ask the router for a port. */
  readonly upnp: boolean
  /** This node's own aggregated trust in a peer. */
  readonly trust: (node: NodeId) => number
  /** Where it is reached changed. */
  readonly changed: () => void
}

export interface NatPorts {
  readonly identities: Identities
  readonly refuses: (node: NodeId) => boolean
  /** What the peer says of itself. */
  readonly addressesOf: (node: NodeId) => readonly string[]
}

/** What the parts need of libp2p. */
export type NatComponents = CircuitRelayTransportComponents &
  ConstructorParameters<typeof RelayServer>[0] &
  Parameters<typeof holePunching>[0]['components'] & {
    readonly nodeInfo: NodeInfo
    /** The service of that name. */
    readonly identify: Identify
  }

/** What was found of the ways in. Addresses are multiaddrs without this node's PeerId. */
export interface Ways {
  /** Where peers on the Internet got through when they were asked to dial back, and how many answered. */
  readonly proven: readonly string[]
  readonly asked: number
  /** Mapped at the router by UPnP. */
  readonly mapped: readonly string[]
  /** Relays that keep a place for this node, the most trusted first. */
  readonly relays: readonly { readonly nodeId: NodeId; readonly addresses: readonly string[] }[]
  /** It relays for others now. */
  readonly relaying: boolean
}

export class Nat {
  readonly onePort = new OnePort()
  /** libp2p's transport through relays. */
  readonly transport: CircuitPlaces['transport']
  readonly #options: NatOptions
  readonly #ports: NatPorts
  readonly #relays: Relays
  readonly #reach: Reach
  readonly #places = new CircuitPlaces()
  readonly #offers = new Map<NodeId, Relay>()
  readonly #sightings = new Sightings()
  readonly #parts: Startable[] = []
  readonly #ended = new AbortController()
  #components!: NatComponents
  #server: RelayServer | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(options: NatOptions, ports: NatPorts) {
    this.#options = options
    this.#ports = ports
    this.transport = this.#places.transport
    this.#relays = new Relays({
      ...{ reserve: this.#places.reserve, release: this.#places.release },
      trust: options.trust,
      changed: options.changed,
    })
    this.#reach = new Reach({
      ask: askDialBack,
      ports: () => this.#ownPorts(),
      isOwn: (host) => this.#isOwn(host),
      changed: () => this.#learned(),
    })
  }

  /** As a libp2p service: how the parts come by what they need of libp2p. */
  readonly service = (components: NatComponents): object => {
    this.#components = components
    if (this.#options.listens && this.#options.relay)
      this.#server = new RelayServer(components, {
        ...{ identities: this.#ports.identities, refuses: this.#ports.refuses },
        trust: this.#options.trust,
      })
    return {}
  }

  /** Asked before libp2p relays, or takes a connection from a relay. */
  gater() {
    const refuses = (peer: PeerId): boolean => {
      const identity = this.#ports.identities.ofPeer(peer)
      return identity === undefined || this.#ports.refuses(identity.nodeId)
    }
    return {
      denyInboundRelayReservation: (peer: PeerId) =>
        this.#server?.gater.denyInboundRelayReservation?.(peer) ?? true,
      denyOutboundRelayedConnection: (from: PeerId, to: PeerId) =>
        this.#server?.gater.denyOutboundRelayedConnection?.(from, to) ?? true,
      denyInboundRelayedConnection: (_relay: PeerId, from: PeerId) => refuses(from),
    }
  }

  /** libp2p runs and listens. */
  async begin(): Promise<void> {
    if (!this.#options.listens) return
    const { events, registrar, connectionManager } = this.#components
    const dialBack = new DialBack({
      dial: (address, signal) => connectionManager.openConnection(address, { force: true, signal }),
      now: () => performance.now(),
    })
    await registrar.handle(dialBackProtocol, dialBack.handler, { maxInboundStreams: 1 })
    const { signal } = this.#ended
    events.addEventListener('peer:identify', ({ detail }) => this.#identified(detail), { signal })
    events.addEventListener('connection:open', ({ detail }) => this.#opened(detail), { signal })
    events.addEventListener('connection:close', ({ detail }) => this.#closed(detail), { signal })
    this.#places.onLost((relay) => this.#placeLost(relay), signal)
    await this.#take(
      holePunching({
        ...{ components: this.#components, onePort: this.onePort },
        seenAt: () => this.#seenAddresses(),
      }),
    )
    if (this.#options.upnp)
      await this.#take(await portMapping(this.#components, () => this.#askAnew()))
    this.#timer = setInterval(() => this.#askAnew(), askAgainMs).unref()
  }

  /** Before libp2p stops: nothing is asked, taken or served any more. */
  async end(): Promise<void> {
    clearInterval(this.#timer)
    this.#ended.abort()
    this.#reach.end()
    await inTurn([
      ...this.#parts.map((part) => () => part.stop()),
      () => this.#server?.serve(false),
    ])
  }

  async #take(part: Startable): Promise<void> {
    this.#parts.push(part)
    await part.start()
  }

  get reachability(): Reachability | 'local' {
    return this.#options.listens ? this.#reach.reachability : 'local'
  }

  ways(): Ways {
    return {
      ...{ proven: this.#reach.addresses(), asked: this.#reach.asked },
      mapped: this.#mapped().map(String),
      relays: this.#relays.held().map(({ nodeId, addresses }) => ({ nodeId, addresses })),
      relaying: this.#server?.serves ?? false,
    }
  }

  /** Where peers find this node, without its PeerId: proven ways first. */
  addresses(): string[] {
    const suffix = `/p2p/${this.#components.peerId}`
    const listening = this.#components.transportManager
      .getAddrs()
      .map((address) => address.toString().replace(suffix, ''))
      .filter((address) => !isRelayed(address))
    const proven = this.#reach.addresses()
    const [circuit = [], ...circuits] = this.#relays.addresses().map((address) => [address])
    // A peer that never heard us tries two: a relay and, for one next door, the LAN.
    const shunned = this.#reach.reachability === 'private'
    const lan = listening.filter((address) => !shunned || !isPublic(address))
    return [...new Set([...proven, ...circuit, ...lan, ...circuits.flat()])]
  }

  /** Where it listens, and where a router says that it forwards. */
  #ownAddresses(): string[] {
    return [...this.#mapped(), ...this.#components.transportManager.getAddrs()].map(String)
  }

  #mapped(): Multiaddr[] {
    return this.#components.addressManager
      .getAddressesWithMetadata()
      .filter(({ type }) => type === 'ip-mapping')
      .map(({ multiaddr }) => multiaddr)
  }

  #ownPorts(): number[] {
    const ports = this.#ownAddresses()
      .filter((address) => !isLoopback(address))
      .map(portOf)
    return [...new Set(ports)].filter((port) => port !== undefined)
  }

  #isOwn(host: string): boolean {
    return (
      this.#sightings.agreeOn(host) ||
      this.#ownAddresses().some((address) => hostOf(address) === host)
    )
  }

  #seenAddresses(): Multiaddr[] {
    return this.#sightings
      .of(this.onePort.port)
      .map((address) => multiaddr(`${address}/p2p/${this.#components.peerId}`))
  }

  #opened(connection: Connection): void {
    if (connection.direction === 'inbound' && !this.onePort.isMeeting(connection))
      this.#reach.cameIn(connection)
  }

  #identified({ connection, protocols, observedAddr }: IdentifyResult): void {
    const identity = this.#ports.identities.ofPeer(connection.remotePeer)
    if (identity === undefined || connection.limits !== undefined) return
    const seenAt = observedAddr?.decapsulateCode(p2pCode).toString()
    const from = hostOf(connection.remoteAddr.toString())
    if (seenAt !== undefined && isPublic(seenAt) && from !== undefined) {
      const port = this.onePort.portOf(connection)
      this.#sightings.note(connection.remotePeer.toString(), { from, at: seenAt, port })
      this.#reach.look()
      if (protocols.includes(dialBackProtocol)) this.#reach.offer(connection, seenAt)
    }
    const { nodeId, peerId } = identity
    const dialled = connection.direction === 'outbound' ? [connection.remoteAddr.toString()] : []
    const addresses = [
      ...dialled.map((address) => address.replace(/\/p2p\/[^/]+$/, '')),
      ...this.#ports.addressesOf(nodeId),
    ].filter(isPublic)
    // One that relays no more has forgotten our place.
    if (!protocols.includes(RELAY_V2_HOP_CODEC))
      return this.#offers.has(nodeId) ? this.#placeLost(peerId) : undefined
    if (addresses.length === 0) return
    this.#offers.set(nodeId, { nodeId, peerId, addresses: [...new Set(addresses)] })
    this.#seek()
  }

  /** Who can be dialled relays; who cannot is relayed. */
  #learned(): void {
    const { reachability } = this.#reach
    void this.#server?.serve(reachability === 'public').catch(() => {})
    if (reachability === 'public') this.#relays.letGo()
    this.#seek()
    this.#options.changed()
  }

  #seek(): void {
    if (this.#reach.reachability === 'private') void this.#relays.seek([...this.#offers.values()])
  }

  #closed({ remotePeer }: Connection): void {
    const nodeId = this.#ports.identities.ofPeer(remotePeer)?.nodeId
    const { connectionManager } = this.#components
    if (nodeId === undefined || connectionManager.getConnections(remotePeer).length > 0) return
    this.#placeLost(remotePeer)
  }

  #placeLost(relay: PeerId): void {
    const nodeId = this.#ports.identities.ofPeer(relay)?.nodeId
    if (nodeId === undefined) return
    // It is asked again when it says again that it relays: libp2p asks nobody twice who once did not.
    this.#offers.delete(nodeId)
    this.#relays.lost(nodeId)
    this.#seek()
  }

  /** What identify finds of every peer comes here as of a new one. */
  #askAnew(): void {
    const { connectionManager, identify } = this.#components
    this.#reach.age()
    for (const connection of connectionManager.getConnections())
      void identify.identify(connection).catch(() => {})
  }
}

/** The code of /p2p in a multiaddr. */
const p2pCode = 421
