// The relays through which a node that cannot be dialled is reached: two of its most trusted peers
// that can be dialled and keep a place for it. When trust changes, better ones are taken on and the
// two most trusted of those held are named.
import type { PeerId } from '@libp2p/interface'
import type { NodeId } from '../../../core/id.ts'
import { mostTrustedFirst } from './relay-places.ts'

/** Named at one time: one may go down while its place is being filled. */
const namedMax = 2

/** Held at one time: those named, and better ones taken on before the old ones lapse. */
const heldMax = 4

/** Addresses named of one relay: v4 and v6. */
const addressesPerRelayMax = 2

/** A peer that offers to relay. */
export interface Relay {
  readonly nodeId: NodeId
  readonly peerId: PeerId
  /** Public multiaddrs without the PeerId; at least one. */
  readonly addresses: readonly string[]
}

export interface RelaysPorts {
  /** Asks for a place; rejects when there is none for us. */
  readonly reserve: (peer: PeerId) => Promise<unknown>
  readonly trust: (peer: NodeId) => number
  /** Other relays are named than before. */
  readonly changed: () => void
}

export class Relays {
  readonly #ports: RelaysPorts
  readonly #held = new Map<NodeId, Relay>()
  #seeking = false
  #named = ''

  constructor(ports: RelaysPorts) {
    this.#ports = ports
  }

  /** The multiaddrs through the relays named, without our own PeerId. */
  addresses(): string[] {
    return this.#best().flatMap(({ addresses, peerId }) =>
      addresses
        .slice(0, addressesPerRelayMax)
        .map((address) => `${address}/p2p/${peerId}/p2p-circuit`),
    )
  }

  /** Asks the most trusted of these for a place until enough of the best are held. Never rejects. */
  async seek(offers: readonly Relay[]): Promise<void> {
    if (this.#seeking) return
    this.#seeking = true
    const byNode = new Map(offers.map((relay) => [relay.nodeId, relay]))
    for (const nodeId of mostTrustedFirst([...byNode.keys()], this.#ports.trust)) {
      if (this.#held.has(nodeId) || !this.#wants(nodeId)) continue
      const relay = byNode.get(nodeId)!
      try {
        await this.#ports.reserve(relay.peerId)
        this.#held.set(nodeId, relay)
      } catch {
        // It has no place for us: the next one may.
      }
    }
    this.#seeking = false
    this.#tell()
  }

  /** The place there is gone. */
  lost(nodeId: NodeId): void {
    if (this.#held.delete(nodeId)) this.#tell()
  }

  /** No relay is needed any more. The places lapse. */
  letGo(): void {
    this.#held.clear()
    this.#tell()
  }

  #wants(nodeId: NodeId): boolean {
    if (this.#held.size >= heldMax) return false
    const { trust } = this.#ports
    const named = this.#best()
    return named.length < namedMax || named.some((held) => trust(held.nodeId) < trust(nodeId))
  }

  #best(): Relay[] {
    return mostTrustedFirst([...this.#held.keys()], this.#ports.trust)
      .slice(0, namedMax)
      .map((nodeId) => this.#held.get(nodeId)!)
  }

  #tell(): void {
    const named = this.addresses().join(' ')
    if (named === this.#named) return
    this.#named = named
    this.#ports.changed()
  }
}
