// With whom a node keeps a link beyond table and leaf set: those that it trusts most. So it hears news by
// ways that no position on the ring decides, and reaches whom it trusts without a dial.
import type { NodeId } from '../core/id.ts'
import { THRESHOLD } from '../core/trust.ts'

/** However few are trusted, so many links: with whoever is known and was not rated below 0. */
export const keptPeersMin = 5

/** Enough for ways of one's own into the network; each costs a heartbeat and its share of the gossip. */
export const keptPeersMax = 10

export interface KeptPeersPorts {
  /** The peers that may be there, those met first before the others. */
  readonly known: Iterable<NodeId>
  /** Has it a place in a table or the leaf set, and a link by that? */
  readonly isNeighbour: (node: NodeId) => boolean
  /** No link with this peer: a veto, a ban, an offence. */
  readonly refuses: (node: NodeId) => boolean
  /** Aggregated, in the units of `Trust`. */
  readonly trust: (node: NodeId) => number
}

/**
 * The most trusted first: up to `keptPeersMax` of those trusted above the threshold that admits direct
 * connections (TN-1's), filled up to `keptPeersMin` with the next ones. Of equals those met first since the start: whoever
 * comes with a thousand names, or with a chosen one, takes nobody's place.
 */
export function keptPeers({ known, isNeighbour, refuses, trust }: KeptPeersPorts): NodeId[] {
  const beyond = [...known].filter((node) => !isNeighbour(node) && !refuses(node))
  return beyond
    .map((node) => ({ node, trust: trust(node) }))
    .sort((a, b) => b.trust - a.trust)
    .slice(0, keptPeersMax)
    .filter(({ trust }, rank) => rank < keptPeersMin || trust > THRESHOLD)
    .map(({ node }) => node)
}
