// What membership is given, is asked and tells: the vocabulary between it and the rest of a node.
import type { RoutingState } from '../routing/routing-state.ts'
import type { Contact } from '../src/core/contact.ts'
import type { ChainId, Millis, NodeId } from '../src/core/id.ts'
import type { Effect, Input } from '../src/core/machine.ts'
import type { Random } from '../src/core/random.ts'
import type { Signer } from '../src/core/signature.ts'
import type { ContactBook } from './contact-book.ts'
import type { OverlayMessage } from './message.ts'

export type MembershipEffect = Effect<OverlayMessage, MembershipNote>
export type MembershipInput = Input<OverlayMessage, never, MembershipRequest>

/** What membership tells its siblings. */
export type MembershipNote =
  | { readonly note: 'joined' }
  | { readonly note: 'heard'; readonly peer: NodeId; readonly rttMs: number }
  | { readonly note: 'lost'; readonly peer: NodeId }

/** What its siblings tell membership. */
export type MembershipRequest =
  /** Any message at all came from this peer: it is alive. */
  | { readonly note: 'alive'; readonly peer: NodeId }
  /** A hop through it failed: probe it now. */
  | { readonly note: 'suspect'; readonly peer: NodeId }
  /** Trust or vetoes of these nodes changed. */
  | { readonly note: 'reranked'; readonly nodes: readonly NodeId[] }
  /** This node is found at other addresses than before. */
  | { readonly note: 'moved'; readonly addresses: readonly string[] }

export interface MembershipPorts {
  readonly self: NodeId
  readonly signer: Signer
  readonly random: Random
  readonly book: ContactBook
  readonly state: RoutingState
  /** Never spoken to: vetoed by us, or it vetoed us. */
  readonly barred: (peer: NodeId) => boolean
  /** Nodes that we trust, most trusted first: their contacts are looked for. */
  readonly wanted: () => readonly NodeId[]
}

export interface MembershipOptions {
  readonly chainId: ChainId
  readonly overlays: readonly string[]
  readonly owner: string
  readonly addresses: readonly string[]
  /** Peers to join through; any live one will do. Also every contact restored from the store. */
  readonly bootstraps: readonly NodeId[]
  /** Contacts of an earlier run, from the store; they are verified like any other. */
  readonly restored: readonly Contact[]
  /** @default 10_000 a silent neighbour is probed after this; detection takes this plus two patiences */
  readonly probeEvery: Millis
  /** @default 3_000 how long an answer may take */
  readonly patience: Millis
  /** @default 40_000 the position of a barred neighbour lapses when nobody has reported it for this long */
  readonly positionLapse: Millis
}

export const membershipDefaults = {
  probeEvery: 10_000,
  patience: 3_000,
  positionLapse: 40_000,
} as const
