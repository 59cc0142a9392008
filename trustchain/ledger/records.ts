// What others read of the state: node records and reputations in the form of view.ts.
import type { NodeId } from '../../src/core/id.ts'
import { isBanned } from './admission.ts'
import type { NodeLeaf } from './leaves.ts'
import { unrated } from './reputation.ts'
import type { State } from './state.ts'
import type { NodeRecord, Reputation } from './view.ts'

/** The record of a node that registered or founded the network; undefined of others, and of keys that were succeeded. */
export function recordOf(state: State, id: NodeId): NodeRecord | undefined {
  const node = state.nodes.get(id)
  return node?.successor === null ? recordFrom(state, id, node) : undefined
}

/** All records, ascending by node id. */
export function* recordsOf(state: State): Generator<NodeRecord> {
  const sorted = [...state.nodes.entries()].sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [id, node] of sorted)
    if (node.successor === null) yield recordFrom(state, id as NodeId, node)
}

function recordFrom(state: State, nodeId: NodeId, node: NodeLeaf): NodeRecord {
  const { publicKey, owner, addresses, willing, uptime, lastHeartbeat, joinDate } = node
  return {
    ...{ nodeId, publicKey, owner, addresses, willing, uptime, lastHeartbeat, joinDate },
    status: isBanned(state, nodeId) ? 'BANNED' : node.inactive ? 'INACTIVE' : 'ACTIVE',
    warned: state.reputations.get(nodeId)?.warned ?? false,
    frozen: (state.heads.get(nodeId)?.frozenAt ?? 0) > 0,
    convicted: node.convicted > 0,
    predecessor: node.inherited?.from ?? null,
    transactionsValidated: state.services.get(nodeId)?.validated ?? 0,
  }
}

/** Of any node, rated or not. */
export function publicReputationOf(state: State, id: NodeId): Reputation {
  const { reputation, weightedStars, stars, ratings } = state.reputations.get(id) ?? unrated
  return { reputation, weightedStars, stars, ratings }
}
