// Who gets one of a relay's places: whoever asks while there is room, and when there is none, whoever
// is trusted more than the one who holds a place and is trusted least. Those barred never come here.
import type { NodeId } from '../../../core/id.ts'

export type Place =
  | { readonly is: 'free' }
  | { readonly is: 'taken over'; readonly from: NodeId }
  | { readonly is: 'refused' }

/** @param trust this node's own aggregated trust in a peer */
export function placeFor(
  asker: NodeId,
  holders: readonly NodeId[],
  placesMax: number,
  trust: (peer: NodeId) => number,
): Place {
  if (holders.includes(asker) || holders.length < placesMax) return { is: 'free' }
  const least = leastTrusted(holders, trust)
  if (least === undefined || trust(least) >= trust(asker)) return { is: 'refused' }
  return { is: 'taken over', from: least }
}

/** By id where trust is equal, so that the order in which they came does not matter. */
const leastTrusted = (
  peers: readonly NodeId[],
  trust: (peer: NodeId) => number,
): NodeId | undefined => mostTrustedFirst(peers, trust).at(-1)

/** Most trusted first, then by id. */
export const mostTrustedFirst = (
  peers: readonly NodeId[],
  trust: (peer: NodeId) => number,
): NodeId[] => [...peers].sort((a, b) => trust(b) - trust(a) || (a < b ? -1 : a > b ? 1 : 0))
