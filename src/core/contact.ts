// A contact: how a node says who and where it is. Signed by the node, the newest sequence wins,
// so nobody can move a peer's address or claim its overlays for it.
import type { NodeId, PublicKey } from './id.ts'

/** What a node says of itself. */
export interface Contact {
  readonly nodeId: NodeId
  readonly publicKey: PublicKey
  /** Rises with every change; the newest replaces the older. */
  readonly seq: number
  /** Multiaddrs as text, without the PeerId. */
  readonly addresses: readonly string[]
  /** Overlays it takes part in. */
  readonly overlays: readonly string[]
  /** A name for people; '' when none is given. Not unique, not proven. */
  readonly owner: string
  /** The exact signed body, canonical. */
  readonly body: Uint8Array
  readonly signature: Uint8Array
}

/** A contact whose signature was checked; only `verifyContact` makes one. */
export type VerifiedContact = Contact & { readonly __verified: 'contact' }
