// The relays through which a node that cannot be dialled is reached: two of its most trusted peers
// that can be dialled and keep a place for it. When trust changes, better ones take their turn, and
// the places that they outdo are left.
import type { PeerId } from '@libp2p/interface'
import type { NodeId } from '../../../core/id.ts'
import { mostTrustedFirst } from './relay-places.ts'

/** Held and named at one time: one may go down while its place is being filled. */
const heldMax = 2

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
  /** Keeps a place no longer. */
  readonly release: (peer: PeerId) => void
  readonly trust: (peer: NodeId) => number
  /** Other relays are named than before. */
  readonly changed: () => void
}

export class Relays {
  readonly #ports: RelaysPorts
  readonly #held = new Map<NodeId, Relay>()
  #offers: readonly Relay[] = []
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

  /** Peers that keep a place for this node, the most trusted first. */
  held(): readonly Relay[] {
    return this.#best()
  }

  /** Asks the most trusted of these for a place until enough of the best are held. Never rejects. */
  async seek(offers: readonly Relay[]): Promise<void> {
    this.#offers = offers
    if (this.#seeking) return
    this.#seeking = true
    for (let asked: readonly Relay[] = []; asked !== this.#offers; ) {
      asked = this.#offers
      await this.#ask(asked)
    }
    this.#seeking = false
    this.#tell()
  }

  /** The place there is gone, or of no use. */
  lost(nodeId: NodeId): void {
    this.#leave(nodeId)
    this.#tell()
  }

  /** No relay is needed any more. */
  letGo(): void {
    this.#offers = []
    for (const nodeId of [...this.#held.keys()]) this.#leave(nodeId)
    this.#tell()
  }

  async #ask(offers: readonly Relay[]): Promise<void> {
    const byNode = new Map(offers.map((relay) => [relay.nodeId, relay]))
    for (const nodeId of mostTrustedFirst([...byNode.keys()], this.#ports.trust)) {
      if (this.#held.has(nodeId) || !this.#wants(nodeId)) continue
      const relay = byNode.get(nodeId)!
      try {
        await this.#ports.reserve(relay.peerId)
        // Meanwhile it may have ceased to relay, or we to need one.
        if (this.#offers.some((offer) => offer.nodeId === nodeId)) this.#hold(relay)
        else this.#ports.release(relay.peerId)
      } catch {
        // It has no place for us: the next one may.
      }
    }
  }

  #hold(relay: Relay): void {
    this.#held.set(relay.nodeId, relay)
    if (this.#held.size > heldMax) this.#leave(this.#best().at(-1)!.nodeId)
  }

  #leave(nodeId: NodeId): void {
    const relay = this.#held.get(nodeId)
    if (relay === undefined) return
    this.#held.delete(nodeId)
    this.#ports.release(relay.peerId)
  }

  #wants(nodeId: NodeId): boolean {
    if (this.#held.size < heldMax) return true
    return this.#ports.trust(this.#best().at(-1)!.nodeId) < this.#ports.trust(nodeId)
  }

  /** The most trusted first. */
  #best(): Relay[] {
    return mostTrustedFirst([...this.#held.keys()], this.#ports.trust).map(
      (nodeId) => this.#held.get(nodeId)!,
    )
  }

  #tell(): void {
    const named = this.addresses().join(' ')
    if (named === this.#named) return
    this.#named = named
    this.#ports.changed()
  }
}
