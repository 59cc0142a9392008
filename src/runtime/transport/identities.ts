// PeerId ↔ NodeId. libp2p names peers by PeerId, trustnet by NodeId; both derive from the Ed25519
// key, and the key can be read out of a PeerId only, so the way back needs a key seen before.
import type { PeerId } from '@libp2p/interface'
import { peerIdFromString } from '@libp2p/peer-id'
import {
  type NodeId,
  nodeIdOf,
  type PublicKey,
  peerIdOf,
  publicKeyOfPeerId,
} from '../../core/id.ts'
import { Remembered } from '../../core/remembered.ts'
import { peersRememberedMax } from './bounds.ts'

/** A peer under all of its names. */
export interface Identity {
  readonly nodeId: NodeId
  readonly publicKey: PublicKey
  readonly peerId: PeerId
}

/** The identity of a public key, 32 bytes. */
export const identityOf = (publicKey: PublicKey): Identity => ({
  nodeId: nodeIdOf(publicKey),
  publicKey,
  peerId: peerIdFromString(peerIdOf(publicKey)),
})

/** Remembers identities, because hashing and base58 would otherwise run for every stream and gate. */
export class Identities {
  readonly #byPeer = new Remembered<string, Identity>(peersRememberedMax)
  readonly #byNode = new Remembered<NodeId, Identity>(peersRememberedMax)

  /** The identity behind a PeerId; undefined when it holds no Ed25519 key, so that it cannot be a node. */
  ofPeer(peerId: PeerId): Identity | undefined {
    if (peerId.type !== 'Ed25519') return undefined
    const text = peerId.toString()
    const known = this.#byPeer.get(text)
    if (known !== undefined) return known
    const publicKey = publicKeyOfPeerId(text)
    const identity: Identity = { nodeId: nodeIdOf(publicKey), publicKey, peerId }
    this.#byPeer.set(text, identity)
    this.#byNode.set(identity.nodeId, identity)
    return identity
  }

  /** A node seen before as a peer. */
  ofNode(nodeId: NodeId): Identity | undefined {
    return this.#byNode.get(nodeId)
  }
}
