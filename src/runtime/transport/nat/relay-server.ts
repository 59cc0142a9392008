// This node as a circuit relay (libp2p's circuit relay v2), within bounds: so many places, so many
// bytes and so long a circuit. Serves only while the node can be dialled from the Internet, and never
// those whom it refuses.
import {
  type CircuitRelayServerComponents,
  type CircuitRelayService,
  circuitRelayServer,
} from '@libp2p/circuit-relay-v2'
import type { ConnectionGater, PeerId, Startable } from '@libp2p/interface'
import type { Millis, NodeId } from '../../../core/id.ts'
import { cut } from '../heartbeat.ts'
import type { Identities } from '../identities.ts'
import { placeFor } from './relay-places.ts'

/** Places: each is one open connection and, with its circuits, a share of our bandwidth. */
const placesMax = 32

/** Circuits to one holder of a place at one time: a leaf set's worth. */
const circuitsPerPlaceMax = 32

/** Bytes over one circuit, both ways together: some 340 of the largest blocks. Beyond, the link is dialled anew. */
const circuitBytesMax = 67_108_864n

/** A circuit's life, in ms as libp2p's server reads it (its client takes the number for seconds). */
const circuitMsMax: Millis = 3_600_000

/** A place lapses unless it is asked for again; libp2p's client does so five minutes before. */
const placeMsMax: Millis = 7_200_000

/** To agree on a circuit with both ends. */
const agreeMs: Millis = 10_000

export interface RelayServerPorts {
  readonly identities: Identities
  readonly refuses: (node: NodeId) => boolean
  readonly trust: (node: NodeId) => number
}

export class RelayServer {
  readonly #components: CircuitRelayServerComponents
  readonly #ports: RelayServerPorts
  readonly #placesMax: number
  #server: (CircuitRelayService & Startable) | undefined

  constructor(
    components: CircuitRelayServerComponents,
    ports: RelayServerPorts,
    places: number = placesMax,
  ) {
    this.#components = components
    this.#ports = ports
    this.#placesMax = places
  }

  /** Begins or ends to serve. Idempotent. */
  async serve(serves: boolean): Promise<void> {
    if (serves === (this.#server !== undefined)) return
    const server = this.#server ?? this.#newServer()
    this.#server = serves ? server : undefined
    await (serves ? server.start() : server.stop())
  }

  /** What libp2p asks before it relays. */
  readonly gater: ConnectionGater = {
    denyInboundRelayReservation: (peer) => !this.#givesPlace(peer),
    denyOutboundRelayedConnection: (from, to) => this.#refuses(from) || this.#refuses(to),
  }

  #newServer(): CircuitRelayService & Startable {
    return circuitRelayServer({
      hopTimeout: agreeMs,
      maxInboundHopStreams: circuitsPerPlaceMax,
      maxOutboundStopStreams: circuitsPerPlaceMax,
      reservations: {
        maxReservations: this.#placesMax,
        reservationTtl: placeMsMax,
        defaultDurationLimit: circuitMsMax,
        defaultDataLimit: circuitBytesMax,
      },
    })(this.#components) as CircuitRelayService & Startable
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

  /** The holder learns of it by its connection's end; it dials again and asks elsewhere. */
  #takeBack(holder: PeerId): void {
    this.#server?.reservations.delete(holder)
    for (const connection of this.#components.connectionManager.getConnections(holder))
      cut(connection, 'its place as relayed peer went to one trusted more')
  }
}
