// This node as a circuit relay (libp2p's circuit relay v2), within bounds: so many places, so many
// bytes and so long a circuit. Serves only while the node can be dialled from the Internet, and never
// those whom it refuses.
import {
  type CircuitRelayServerComponents,
  type CircuitRelayService,
  circuitRelayServer,
} from '@libp2p/circuit-relay-v2'
import type { Connection, ConnectionGater, PeerId, Startable, Stream } from '@libp2p/interface'
import { type Millis, type NodeId, nodeIdOf, type PublicKey } from '../../../core/id.ts'
import { cut } from '../heartbeat.ts'
import type { Identities } from '../identities.ts'
import { Circuits, circuitsPerPlaceMax } from './circuits.ts'
import { placeFor } from './relay-places.ts'

/** Places: each is one open connection and, with its circuits, a share of our bandwidth. */
const placesMax = 32

/** Bytes over one circuit, both ways together: some 340 of the largest blocks. Beyond, the link is dialled anew. */
const circuitBytesMax = 67_108_864n

/** A circuit's life, in ms as libp2p's server reads it (its client takes the number for seconds). */
const circuitMsMax: Millis = 3_600_000

/** A place lapses unless it is asked for again; libp2p's client does so five minutes before. */
const placeMsMax: Millis = 7_200_000

/** To agree on a circuit with both ends. */
const agreeMs: Millis = 10_000

/** Asks the holder of a place to take a circuit; undefined when it does not. */
type StopHop = (
  asked: {
    readonly connection: Connection
    /** The id is the multihash of the origin's PeerId. */
    readonly request: { readonly peer?: { readonly id: Uint8Array } }
  },
  options: { readonly signal: AbortSignal },
) => Promise<Stream | undefined>

type Server = CircuitRelayService & Startable & { stopHop: StopHop }

export interface RelayServerPorts {
  readonly identities: Identities
  readonly refuses: (node: NodeId) => boolean
  readonly trust: (node: NodeId) => number
}

export class RelayServer {
  readonly #components: CircuitRelayServerComponents
  readonly #ports: RelayServerPorts
  readonly #placesMax: number
  readonly #circuits: Circuits
  #server: Server | undefined

  constructor(
    components: CircuitRelayServerComponents,
    ports: RelayServerPorts,
    places: number = placesMax,
    circuitsPerPlace: number = circuitsPerPlaceMax,
  ) {
    this.#components = components
    this.#ports = ports
    this.#placesMax = places
    this.#circuits = new Circuits(ports.trust, circuitsPerPlace)
  }

  /** Begins or ends to serve. Idempotent. */
  async serve(serves: boolean): Promise<void> {
    if (serves === (this.#server !== undefined)) return
    const server = this.#server ?? this.#newServer()
    const holders = [...server.reservations.keys()]
    this.#server = serves ? server : undefined
    await (serves ? server.start() : server.stop())
    // Else they would name a relay that lets nobody through, until they ask again.
    for (const holder of holders) this.#cut(holder, 'it relays no more')
  }

  get serves(): boolean {
    return this.#server !== undefined
  }

  /** What libp2p asks before it relays. */
  readonly gater: ConnectionGater = {
    denyInboundRelayReservation: (peer) => !this.#givesPlace(peer),
    denyOutboundRelayedConnection: (from, to) => this.#refuses(from) || this.#refuses(to),
  }

  #newServer(): Server {
    const server = circuitRelayServer({
      hopTimeout: agreeMs,
      maxInboundHopStreams: circuitsPerPlaceMax,
      // Ours is the bound; those that made room are still closing.
      maxOutboundStopStreams: 2 * circuitsPerPlaceMax,
      reservations: {
        maxReservations: this.#placesMax,
        reservationTtl: placeMsMax,
        defaultDurationLimit: circuitMsMax,
        defaultDataLimit: circuitBytesMax,
      },
    })(this.#components) as Server
    const stopHop = server.stopHop.bind(server)
    server.stopHop = (asked, options) => this.#circuit(stopHop, asked, options)
    return server
  }

  /** A circuit, if there is room for it; until it is over it may have to make room for another. */
  async #circuit(
    stopHop: StopHop,
    asked: Parameters<StopHop>[0],
    options: Parameters<StopHop>[1],
  ): ReturnType<StopHop> {
    // The multihash of an Ed25519 PeerId ends with the key itself; the gater lets no other come here.
    const from = nodeIdOf(asked.request.peer!.id.slice(-32) as PublicKey)
    const to = this.#ports.identities.ofPeer(asked.connection.remotePeer)!.nodeId
    const ending = new AbortController()
    const over = this.#circuits.open(from, to, () =>
      ending.abort(new Error('the circuit made room for one trusted more')),
    )
    if (over === undefined) return undefined
    let stream: Stream | undefined
    try {
      const signal = AbortSignal.any([options.signal, ending.signal])
      stream = await stopHop(asked, { signal })
    } finally {
      if (stream?.status !== 'open') over()
    }
    if (ending.signal.aborted) stream?.abort(ending.signal.reason)
    ending.signal.addEventListener('abort', () => stream?.abort(ending.signal.reason))
    stream?.addEventListener('close', over)
    return stream
  }

  #refuses(peer: PeerId): boolean {
    const identity = this.#ports.identities.ofPeer(peer)
    return identity === undefined || this.#ports.refuses(identity.nodeId)
  }

  #givesPlace(peer: PeerId): boolean {
    const { identities, trust } = this.#ports
    const asker = identities.ofPeer(peer)?.nodeId
    if (asker === undefined || this.#refuses(peer) || this.#server === undefined) return false
    const holders = new Map<NodeId, PeerId>()
    for (const holder of [...this.#server.reservations.keys()]) {
      const identity = identities.ofPeer(holder)
      const { length } = this.#components.connectionManager.getConnections(holder)
      // libp2p keeps the place of one that is gone until it lapses.
      if (identity === undefined || length === 0) this.#server.reservations.delete(holder)
      else holders.set(identity.nodeId, holder)
    }
    const place = placeFor(asker, [...holders.keys()], this.#placesMax, trust)
    if (place.is === 'taken over') this.#takeBack(holders.get(place.from)!)
    return place.is !== 'refused'
  }

  #takeBack(holder: PeerId): void {
    this.#server?.reservations.delete(holder)
    this.#cut(holder, 'its place as relayed peer went to one trusted more')
  }

  /** The holder learns of it by its connection's end; it dials again and asks elsewhere. */
  #cut(holder: PeerId, why: string): void {
    for (const connection of this.#components.connectionManager.getConnections(holder))
      cut(connection, why)
  }
}
