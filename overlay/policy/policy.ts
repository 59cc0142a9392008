// What sets overlays apart: the rule by which a node of an overlay rates others. A policy is told
// what its node experiences with peers and says which ratings it wants written; the Trustchain, the
// graphs and routing are the same for all overlays. How to write one: docs/overlays.md.
import type { Millis, NodeId } from '../../src/core/id.ts'
import type { Trust } from '../../src/core/trust.ts'

/**
 * One thing that this node saw of a peer itself (never hearsay). A request counts once: `answered`
 * in time, or `dropped`. `up` and `down` are membership's judgement, told when it changes.
 */
export type Experience =
  | { readonly peer: NodeId; readonly saw: 'answered'; readonly rttMs?: Millis }
  | { readonly peer: NodeId; readonly saw: 'dropped' }
  | { readonly peer: NodeId; readonly saw: 'up' }
  | { readonly peer: NodeId; readonly saw: 'down' }

/** A rating that a policy wants its node to sign now. */
export interface Proposal {
  readonly subject: NodeId
  readonly value: Trust
  /** For people, bounded by `reasonBytesMax`. */
  readonly reason: string
}

/** The node's newest rating of a peer in this overlay, final or not. */
export interface OwnRating {
  readonly value: Trust
  /** When it was signed, by this node's clock. */
  readonly at: Millis
}

/**
 * Must the next rating of a peer wait? A rating from the future was signed before the clock was set
 * back: waiting for its time could take years, so it counts as old.
 */
export const ratedWithin = (
  rated: OwnRating | undefined,
  intervalMs: Millis,
  now: Millis,
): boolean => rated !== undefined && now >= rated.at && now - rated.at < intervalMs

/** What a policy is given. */
export interface PolicyPorts {
  /**
   * Looks a rating up in the node's own Trustchain. A policy keeps no second record of what it
   * published: so it goes on rightly after a restart, and proposes again what could not be written.
   */
  readonly ownRating: (subject: NodeId) => OwnRating | undefined
}

/**
 * How the nodes of an overlay rate. Synchronous and deterministic: the same experiences at the same
 * times give the same proposals; no clock, no dice.
 */
export interface OverlayPolicy {
  readonly kind: string
  /** May people rate by hand here? When false, `trust set` answers with `overlay/not-manual`. */
  readonly manual: boolean
  /** Does the overlay's routing table prefer trusted peers? When false it is plain Pastry. */
  readonly usesTrust: boolean
  /** Takes note of an experience. Bounded work and memory, whoever the peers are. */
  observe(experience: Experience, now: Millis): void
  /**
   * The ratings to write now, in a fixed order, usually none. The caller writes them before it asks
   * again; asked every heartbeat.
   */
  due(now: Millis): readonly Proposal[]
}

/** Makes the policy of one overlay of one node. */
export type PolicyFactory = (ports: PolicyPorts) => OverlayPolicy
