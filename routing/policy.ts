// A routing policy decides who fills a slot, who may sit in the leaf set, and the next hop. The
// tables, the live node's state, the builder and the benches ask it; nobody else knows which
// policy runs. Shipped: `pastry` (no trust, the baseline), `distnet` (the founding note) and the
// hardened `trustnet`, which has a trusted part beside these tables (trustnet/, trusted-part.ts).
import { type Decision, nextHop, type RoutingView, type Standing } from './next-hop.ts'
import type { Words } from './ring.ts'
import { type LookupOptions, lookupDefaults } from './trustnet/options.ts'

/** An overlay's table holds members of that overlay only; the global one holds any node. */
export type TableKind = 'overlay' | 'global'

/** What is known in favour of a candidate for a slot. */
export interface Merit {
  /** Millionths: TN-1 trust in the overlay, or the aggregated sum for the global table. */
  readonly trust: number
  /** Smoothed round trip; undefined while unmeasured. */
  readonly rttMs: number | undefined
}

/** Why a node holds its slot: by trust, by a shorter round trip, or merely because it came first. */
export type Why = 'trust' | 'nearer' | 'random'

export interface RoutingPolicy {
  readonly name: 'pastry' | 'distnet' | 'trustnet'
  /** How it routes by lists of trusted nodes first, and to several trusted leaves at the end, if it does. */
  readonly trustedPart: LookupOptions | undefined
  /** Parallel routes of a lookup unless told otherwise. */
  readonly routes: number
  /** Does it keep a table for each overlay beside the global one? */
  readonly overlayTables: boolean
  /** Why the challenger takes the slot from the incumbent; undefined: the incumbent stays. */
  challenge(table: TableKind, challenger: Merit, incumbent: Merit): Why | undefined
  /** Why a node holds a slot that nobody contests. */
  uncontested(table: TableKind, holder: Merit): Why
  /** May a node sit in the leaf set? Barred nodes never come here: they keep their position. */
  mayLeaf(candidate: Merit): boolean
  /** The next hop; see `nextHop` for what is read and written. */
  next(
    view: RoutingView,
    owner: number,
    key: Words,
    decision: Decision,
    standing: (node: number) => Standing,
  ): Decision
}

/** Both round trips must be known: an unmeasured incumbent is not unseated on a guess. */
const nearer = (challenger: Merit, incumbent: Merit): Why | undefined =>
  challenger.rttMs !== undefined &&
  incumbent.rttMs !== undefined &&
  challenger.rttMs < incumbent.rttMs
    ? 'nearer'
    : undefined

/** Pastry (Rowstron, Druschel 2001) with b = 4: no trust at all. */
export const pastry: RoutingPolicy = {
  name: 'pastry',
  trustedPart: undefined,
  routes: 1,
  overlayTables: false,
  challenge: (_table, challenger, incumbent) => nearer(challenger, incumbent),
  uncontested: () => 'random',
  mayLeaf: () => true,
  next: nextHop,
}

/**
 * The founding note: TN-1 trust of the overlay fills the overlay's table, aggregated trust the
 * global one; a random entry (trust 0) gives way to any trusted node, a trusted one to a more
 * trusted one, and equals are decided by round trip, then for the incumbent.
 */
export const distnet: RoutingPolicy = {
  name: 'distnet',
  trustedPart: undefined,
  routes: 1,
  overlayTables: true,
  challenge(_table, challenger, incumbent) {
    if (challenger.trust !== incumbent.trust)
      return challenger.trust > incumbent.trust ? 'trust' : undefined
    return nearer(challenger, incumbent)
  },
  uncontested: (_table, holder) => (holder.trust > 0 ? 'trust' : 'random'),
  mayLeaf: () => true,
  next: nextHop,
}

/**
 * The hardened policy. What the trusted part cannot deliver goes by the global table, which is
 * `distnet`'s; the trusted part has tables of its own for each overlay.
 */
export const trustnet: RoutingPolicy = {
  ...distnet,
  name: 'trustnet',
  trustedPart: lookupDefaults,
  routes: lookupDefaults.routes,
  overlayTables: false,
}

/** The policies of this build, by name. */
export const policies: Readonly<Record<RoutingPolicy['name'], RoutingPolicy>> = {
  pastry,
  distnet,
  trustnet,
}
