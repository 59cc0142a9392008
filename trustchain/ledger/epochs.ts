// The end of an epoch, computed from final state alone: who was there, standing anew, reputations
// weighed by it, and the election, whose winners enter by a handover. The order matters and is part
// of the protocol: bans by the new weights count in the election.
import type { Millis, NodeId } from '../../src/core/id.ts'
import { identityOf } from '../identity.ts'
import { branchesOf } from '../standing/branches.ts'
import { electCommittee } from '../standing/election.ts'
import {
  type StandingEdges,
  StandingGraph,
  standingOf as standingBy,
} from '../standing/standing.ts'
import { isBanned } from './admission.ts'
import { committeeAt } from './committees.ts'
import type { Handover } from './leaves.ts'
import type { Parameters } from './parameters.ts'
import { weighAgain } from './reputation.ts'
import type { State } from './state.ts'
import { settleUptime } from './uptime.ts'

/** Is the epoch over with the block at this height and time? */
export function epochEnds(state: State, rules: Parameters, height: number, time: Millis): boolean {
  const { startedHeight, startedAt } = state.epoch
  return height - startedHeight >= rules.epochBlocks && time - startedAt >= rules.epochMs
}

/** After the transactions of the last block of an epoch. */
export function endEpoch(state: State, rules: Parameters, height: number, time: Millis): void {
  settleUptime(state, rules, height, time)
  const edges = edgesWithTried(state)
  weighByStanding(state, rules, edges)
  const { epoch } = state
  const handover = elect(state, rules, edges, committeeAt(state, height + 2).members.map(idOf))
  state.epochs.set('', {
    ...{ number: epoch.number + 1, startedHeight: height, startedAt: time },
    ...{ reported: epoch.reported, handover },
  })
}

/** Of final slots and those of the block that is being tried, among all who may be a root or a candidate. */
function edgesWithTried(state: State): StandingEdges {
  const others = new Set(state.roots.keys.map((key) => identityOf(key).id))
  for (const [id] of state.nodes.entries()) others.add(id as NodeId)
  return state.opinions.edges(state.slots.tried(), others)
}

const idOf = ({ nodeId }: { readonly nodeId: NodeId }): NodeId => nodeId

/** Standing from the roots over the edges, and reputations weighed by it. */
export function weighByStanding(state: State, rules: Parameters, edges: StandingEdges): void {
  const roots = state.roots.keys.map((key) => identityOf(key).id)
  const silent = silentNodes(state)
  const standing = standingBy({ roots, edges, silent })
  for (const [id] of [...state.standings.entries()])
    if (!standing.has(id as NodeId)) state.standings.delete(id)
  for (const [id, parts] of standing)
    if (state.standings.get(id) !== parts) state.standings.set(id, parts)
  weighAgain(state, rules, standing, branches(edges, roots, silent))
}

/** The branch of a rater; all whom no root reaches are one. Computed when it is first asked for. */
function branches(
  edges: StandingEdges,
  roots: readonly NodeId[],
  silent: ReadonlySet<NodeId>,
): (rater: NodeId) => number | undefined {
  let heads: ((rater: NodeId) => number | undefined) | undefined
  return (rater) => {
    if (heads === undefined) {
      const live = [...new Set(roots)].filter((root) => !silent.has(root))
      const graph = StandingGraph.of(edges, live, silent)
      const found = branchesOf(
        graph,
        live.map((root) => graph.numberOf(root)),
      )
      heads = (id: NodeId) => found[graph.find(id) ?? -1]
    }
    return heads(rater)
  }
}

/** Banned, frozen and convicted nodes. */
export function silentNodes(state: State): ReadonlySet<NodeId> {
  const silent = new Set<string>()
  for (const [id, { banned }] of state.reputations.entries()) if (banned) silent.add(id)
  for (const [id, { frozenAt }] of state.heads.entries()) if (frozenAt > 0) silent.add(id)
  for (const [id, { convicted }] of state.nodes.entries()) if (convicted > 0) silent.add(id)
  return silent as ReadonlySet<string> as ReadonlySet<NodeId>
}

/** Elected in the epoch that ends and not ready: they sit out one election, or one of them could hold up every handover. */
function lateNewcomers({ epoch }: State): ReadonlySet<NodeId> {
  const { handover } = epoch
  if (handover === null) return new Set()
  return new Set(handover.newcomers.filter((id) => !handover.ready.includes(id)))
}

function elect(
  state: State,
  rules: Parameters,
  edges: StandingEdges,
  current: readonly NodeId[],
): Handover | null {
  const silent = silentNodes(state)
  const late = lateNewcomers(state)
  // Heard of at the last end of an epoch for which enough members reported.
  const since = Math.max(0, state.epoch.reported)
  const candidates = [...state.nodes.entries()]
    .filter(([, { inactive, willing, heard }]) => !inactive && willing && heard >= since)
    .map(([id]) => id as NodeId)
    .filter((id) => !silent.has(id) && !isBanned(state, id) && !late.has(id))
    .sort()
  const standing = new Map([...state.standings.entries()] as [NodeId, number][])
  const roots = state.roots.keys.map((key) => identityOf(key).id)
  const election = { current, candidates, silent, standing, edges, roots }
  const { next, added, removed } = electCommittee({ ...election, seats: rules.committeeMax })
  // Who is not on record has no key that could vote: only candidates are added, and they are.
  if (added.length === 0 && removed.length === 0) return null
  return { elected: [...next].sort(), newcomers: [...added].sort(), ready: [] }
}
