// Our places at relays, over libp2p's transport through circuits. libp2p asks again for each place
// before it lapses, for as long as it knows of it, and knows no way to give one back: what is done for
// that is in here.
import {
  type CircuitRelayTransportComponents,
  circuitRelayTransport,
} from '@libp2p/circuit-relay-v2'
import { KEEP_ALIVE, type PeerId, type Transport } from '@libp2p/interface'
import { instead } from './instead.ts'

/**
 * libp2p is told of no relay: its own search for some would take places without regard to trust, and
 * ours joins its attempts, which fail.
 */
const nobody = { has: () => true, add: () => {}, remove: () => {} }

/** With it libp2p dials a relay again that is gone. */
const keptAlive = `${KEEP_ALIVE}-circuit-relay`

/** What of circuit relay v2's transport is used beyond dialling. */
interface CircuitTransport extends Transport {
  readonly reservationStore: EventTarget & {
    addRelay(peer: PeerId, type: 'configured'): Promise<unknown>
    readonly reservations: {
      get(peer: PeerId): { readonly timeout: NodeJS.Timeout } | undefined
      delete(peer: PeerId): unknown
    }
  }
}

export class CircuitPlaces {
  #transport!: CircuitTransport
  #components!: CircuitRelayTransportComponents

  /** libp2p's transport. Whoever dials us through a relay that we left is let in, and the relay not asked again. */
  readonly transport = (components: CircuitRelayTransportComponents): Transport => {
    const transportManager = instead(components.transportManager, {
      listen: () => Promise.reject(new Error('places are taken by trust alone')),
    })
    this.#components = components
    this.#transport = circuitRelayTransport({ discoveryFilter: nobody })(
      instead(components, { transportManager }),
    ) as CircuitTransport
    return this.#transport
  }

  /** Asks for a place, and again before it lapses; rejects when there is none for us. */
  readonly reserve = (relay: PeerId): Promise<unknown> =>
    this.#transport.reservationStore.addRelay(relay, 'configured')

  /** Lets a place lapse. The circuits through it go on until then. */
  readonly release = (relay: PeerId): void => {
    const { reservations } = this.#transport.reservationStore
    clearTimeout(reservations.get(relay)?.timeout)
    reservations.delete(relay)
    const tags = { [keptAlive]: undefined }
    void this.#components.peerStore.merge(relay, { tags }).catch(() => {})
  }

  /** Calls when the relay is gone, or gave the place to another. */
  onLost(lost: (relay: PeerId) => void, signal: AbortSignal): void {
    const listener = (event: Event): void =>
      lost((event as CustomEvent<{ relay: PeerId }>).detail.relay)
    this.#transport.reservationStore.addEventListener('relay:removed', listener, { signal })
  }
}
