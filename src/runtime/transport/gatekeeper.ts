// Who may talk to us, and how much: the rates of peers, the shut-outs of those that broke a rule,
// and libp2p's connection gater over both and over the node's own refusals (negative trust). A
// peer is known by its key once the handshake is done, so that is where inbound ones are judged.
import type { ConnectionGater, PeerId } from '@libp2p/interface'
import type { Millis, NodeId } from '../../core/id.ts'
import { Remembered } from '../../core/remembered.ts'
import { peersRememberedMax, rateWindowSeconds, type TransportBounds } from './bounds.ts'
import type { Identities } from './identities.ts'

/** A token bucket: `rate` tokens a second, at most ten seconds' worth. */
interface Bucket {
  tokens: number
  at: Millis
}

export class Gatekeeper {
  readonly #refuses: (node: NodeId) => boolean
  readonly #bounds: TransportBounds
  readonly #now: () => Millis
  readonly #buckets = new Remembered<NodeId, Bucket>(peersRememberedMax)
  readonly #shutOutUntil = new Remembered<NodeId, Millis>(peersRememberedMax)

  constructor(refuses: (node: NodeId) => boolean, bounds: TransportBounds, now: () => Millis) {
    this.#refuses = refuses
    this.#bounds = bounds
    this.#now = now
  }

  /** Refused by the node itself, or shut out for what it did. */
  refuses(node: NodeId): boolean {
    return this.#refuses(node) || (this.#shutOutUntil.get(node) ?? 0) > this.#now()
  }

  /** Refuses a peer for a while, whichever way it would come back. */
  shutOut(node: NodeId): void {
    this.#shutOutUntil.set(node, this.#now() + this.#bounds.shutOutMs)
  }

  /** Counts one message of a peer; false when it sent more than it may. Outlives reconnecting. */
  admits(node: NodeId): boolean {
    const rate = this.#bounds.inboundMessagesPerSecondMax
    const full = rate * rateWindowSeconds
    const now = this.#now()
    let bucket = this.#buckets.get(node)
    if (bucket === undefined) {
      bucket = { tokens: full, at: now }
      this.#buckets.set(node, bucket)
    }
    bucket.tokens = Math.min(full, bucket.tokens + ((now - bucket.at) * rate) / 1_000)
    bucket.at = now
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }

  /**
   * libp2p asks here before it dials and after each handshake; what has no Ed25519 key is no node.
   *
   * @param shookHands told of every peer that proved its key to a dial of ours
   */
  gater(identities: Identities, shookHands: (node: NodeId) => void): ConnectionGater {
    const denies = (peerId: PeerId): boolean => {
      const identity = identities.ofPeer(peerId)
      return identity === undefined || this.refuses(identity.nodeId)
    }
    return {
      denyDialPeer: denies,
      denyInboundEncryptedConnection: denies,
      denyOutboundEncryptedConnection: (peerId) => {
        const identity = identities.ofPeer(peerId)
        if (identity !== undefined) shookHands(identity.nodeId)
        return denies(peerId)
      },
    }
  }
}
