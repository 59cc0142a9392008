// Identities and positions on the ring. A node's id is derived from its key, so nobody chooses
// a position without grinding keys; keys of messages and values hash into the same ring.
import { fromString } from 'uint8arrays/from-string'
import { toString as textOf } from 'uint8arrays/to-string'
import { concatBytes, hex, utf8 } from './bytes.ts'
import { Failure } from './failure.ts'
import { sha256 } from './sha256.ts'

/** A position on the 128-bit ring: 32 lower-case hex digits. */
export type RingKey = string & { readonly __ring: true }

/** A node's position: the first 128 bits of SHA-256("trustnet/node-id/1" || public key). */
export type NodeId = RingKey & { readonly __node: true }

/** An Ed25519 public key, 32 bytes. */
export type PublicKey = Uint8Array

/** The first 16 hex digits of the SHA-256 of a network's genesis file. */
export type ChainId = string & { readonly __brand: 'ChainId' }

/** Milliseconds: of virtual time in the simulator, since the Unix epoch in the runtime. */
export type Millis = number

const ringKeyForm = /^[0-9a-f]{32}$/
const nodeIdDomain = utf8('trustnet/node-id/1')
const keyDomain = utf8('trustnet/key/1')

export const isRingKey = (text: string): text is RingKey => ringKeyForm.test(text)

/** The node id of a public key (32 bytes). */
export const nodeIdOf = (publicKey: PublicKey): NodeId =>
  hex(sha256(concatBytes([nodeIdDomain, publicKey])).subarray(0, 16)) as NodeId

/** A key given as 32 hex digits is a position; any other text is hashed to one. */
export const ringKeyOf = (text: string): RingKey =>
  isRingKey(text.toLowerCase())
    ? (text.toLowerCase() as RingKey)
    : (hex(sha256(concatBytes([keyDomain, utf8(text)])).subarray(0, 16)) as RingKey)

/** The chain id of a genesis file's bytes. */
export const chainIdOf = (genesis: Uint8Array): ChainId =>
  hex(sha256(genesis)).slice(0, 16) as ChainId

// libp2p's PeerId of an Ed25519 key: identity multihash (00 24) of the key's protobuf (08 01 12 20 …), base58btc.
const peerIdPrefix = Uint8Array.of(0x00, 0x24, 0x08, 0x01, 0x12, 0x20)

/** The libp2p PeerId text (`12D3KooW…`) of a public key. */
export const peerIdOf = (publicKey: PublicKey): string =>
  textOf(concatBytes([peerIdPrefix, publicKey]), 'base58btc')

/**
 * The public key within a libp2p PeerId text.
 *
 * @throws Failure `peer/malformed-id` when it is not base58btc or not an Ed25519 PeerId
 */
export function publicKeyOfPeerId(text: string): PublicKey {
  let bytes: Uint8Array
  try {
    bytes = fromString(text, 'base58btc')
  } catch {
    throw new Failure('peer/malformed-id', { text })
  }
  if (bytes.length !== 38 || peerIdPrefix.some((byte, i) => bytes[i] !== byte))
    throw new Failure('peer/malformed-id', { text })
  return bytes.subarray(6)
}
