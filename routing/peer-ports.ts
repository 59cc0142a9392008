// What routing asks of the rest of the node about peers, and what it answers: the vocabulary
// between the routing state, the router and overlay membership.
import type { NodeId } from '../src/core/id.ts'
import type { Phase } from './next-hop.ts'

/** What routing asks about peers; all synchronous, none cached here beyond a slot's reason. */
export interface PeerPorts {
  /** TN-1 trust in an overlay, millionths. */
  trust(overlay: string, node: NodeId): number
  /** Aggregated trust: the sum over overlays, millionths. */
  aggregate(node: NodeId): number
  /** Vetoed by this node, or it vetoed this node: never spoken to, in no slot. */
  barred(node: NodeId): boolean
  /** Smoothed round trip; undefined while unmeasured. */
  rttMs(node: NodeId): number | undefined
  /** Is its contact at hand, and is it not known to be gone? Of the trusted part alone. @default true */
  reachable?(node: NodeId): boolean
}

/** A node heard of, with the overlays that its contact names. */
export interface Candidate {
  readonly nodeId: NodeId
  readonly overlays: readonly string[]
}

/** One filled slot. */
export interface TableEntry {
  readonly row: number
  readonly column: number
  readonly nodeId: NodeId
}

/** The choice of the next hop for one message, with its reason as data. */
export type Hop =
  | {
      readonly go: 'forward'
      readonly to: NodeId
      /** Which part of the tables decided. */
      readonly by: Phase
      /** The phase that the message goes on in. */
      readonly phase: Phase
      /** Digits that `to` shares with the key. */
      readonly prefix: number
      /** Millionths: trust in the overlay for an overlay hop, aggregated otherwise. */
      readonly trust: number
    }
  | { readonly go: 'deliver' }
  /** To all of these, which may include this node; `further`: known from one witness alone. */
  | {
      readonly go: 'fan-out'
      readonly to: readonly NodeId[]
      readonly further: readonly NodeId[]
    }
  /** A nearer node is known, and neither it nor a detour may be spoken to. */
  | { readonly go: 'stuck'; readonly root: NodeId }
