// The crypto port. One Ed25519 acceptance rule in the whole network (docs/decisions): canonical S,
// canonical and not-small-order A and R, cofactorless equation. Backends: src/runtime (fast) and
// ed25519.ts beside this file (portable). What is signed is domain-separated.
import { concatBytes, utf8 } from './bytes.ts'
import type { ChainId, PublicKey } from './id.ts'

/** True when the 64-byte signature of `message` by the 32-byte `publicKey` is valid under the rule. Never throws on hostile bytes. */
export type Verify = (publicKey: PublicKey, message: Uint8Array, signature: Uint8Array) => boolean

/** This node's key, as a port: nothing outside the key file sees the secret. */
export interface Signer {
  readonly publicKey: PublicKey
  /** 64 bytes. */
  sign(message: Uint8Array): Uint8Array
}

/** Everything that is ever signed, by kind: no signature of one kind can be read as another. */
export type SignedKind =
  | 'entry'
  | 'contact'
  | 'delivery'
  | 'handover'
  | 'proposal'
  | 'prevote'
  | 'precommit'
  | 'transaction'
  | 'value'

/** The bytes that are signed: "trustnet/<kind>/1" || 0 || chain id (16 hex digits) || body. */
export const signedBytes = (kind: SignedKind, chainId: ChainId, body: Uint8Array): Uint8Array =>
  concatBytes([utf8(`trustnet/${kind}/1\0${chainId}`), body])
