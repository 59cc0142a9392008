// The next hop, for the live node and the simulator alike: pure over node numbers, without
// allocation on all but the rarest hops. Phases only go forward. In the overlay and global phases
// (shared prefix, −distance) rises with every hop, in the leaf-set phase the distance falls: so no
// route cycles. The one exception is the detour round a veto, which the list of nodes that already
// had the message keeps finite; what inconsistent tables might do, hopsMax ends.
import type { LeafSets } from './leaf-set.ts'
import { left, right } from './leaf-set.ts'
import type { PrefixTable } from './prefix-table.ts'
import { vacant } from './prefix-table.ts'
import { digitAt, type Ring, type Words } from './ring.ts'

/**
 * Which part of the tables decides; a route only moves to the right. `final` is the policy trustnet's
 * last hop, to several at a time: whoever receives it takes the message as its own.
 */
export type Phase = 'overlay' | 'global' | 'leaf-set' | 'final'

/**
 * What the owner may do with a node for this message. `open`: send. `shut`: it keeps its position
 * (it may be the root) but is not sent to: vetoed, or it had the message already. `gone`: it gave
 * no receipt, so it counts as absent.
 */
export type Standing = 'open' | 'shut' | 'gone'

/** What an owner routes with. Owner and node numbers are the same numbers. */
export interface RoutingView {
  readonly ring: Ring
  /** The table of the message's overlay; absent where the policy keeps none or the node is not in it. */
  readonly overlay: PrefixTable | undefined
  readonly global: PrefixTable
  readonly leaves: LeafSets
}

/** The outcome of `nextHop`, written in place so that the hot path allocates nothing. */
export interface Decision {
  /** `stuck`: a nearer node is known but none may be spoken to. */
  outcome: 'forward' | 'deliver' | 'stuck'
  /** Where to; for `stuck` the nearest known node; for `deliver` the owner. */
  to: number
  /** Which part decided. */
  by: Phase
  /**
   * In: the message's phase. Out: the phase that it goes on in. That is `by`, but for a node whose
   * leaf set is all it knows: it may be new and know little, so others may still use their tables.
   */
  phase: Phase
}

export const newDecision = (phase: Phase): Decision => ({
  outcome: 'deliver',
  to: vacant,
  by: phase,
  phase,
})

function decide(
  decision: Decision,
  outcome: Decision['outcome'],
  to: number,
  by: Phase,
  phase: Phase = by,
): Decision {
  decision.outcome = outcome
  decision.to = to
  decision.by = by
  decision.phase = phase
  return decision
}

/**
 * Decides the next hop of a message for `key` that has arrived at `owner` in phase `decision.phase`.
 *
 * @param standing of a node number, asked only about nodes in the tables
 * @returns the same `decision`, written in place
 */
export function nextHop(
  view: RoutingView,
  owner: number,
  key: Words,
  decision: Decision,
  standing: (node: number) => Standing,
): Decision {
  const { ring, overlay, global, leaves } = view
  if (decision.phase === 'leaf-set' || leaves.spans(owner, key))
    return amongLeaves(view, owner, key, decision, standing)
  const row = ring.sharedWithKey(owner, key)
  const column = digitAt(key, 0, row)
  if (decision.phase === 'overlay' && overlay !== undefined) {
    const node = overlay.at(owner, row, column)
    if (node !== vacant && standing(node) === 'open')
      return decide(decision, 'forward', node, 'overlay')
  }
  const node = global.at(owner, row, column)
  if (node !== vacant && standing(node) === 'open')
    return decide(decision, 'forward', node, 'global')
  return anyNearer(view, owner, key, row, decision, standing)
}

/** The node nearest to the key among leaves and owner, whoever may be spoken to; those gone do not count. */
export function leafRoot(
  { ring, leaves }: RoutingView,
  owner: number,
  key: Words,
  standing: (node: number) => Standing,
): number {
  let root = owner
  for (let side: 0 | 1 = left; ; side = right) {
    const count = leaves.count(owner, side)
    for (let i = 0; i < count; i++) {
      const node = leaves.at(owner, side, i)
      if (ring.nearer(node, root, key) && standing(node) !== 'gone') root = node
    }
    if (side === right) return root
  }
}

/**
 * Those of owner and leaves nearest to a key, nearest first: the owner, and leaves that may be sent to.
 *
 * @returns none where the key lies beyond the leaves
 */
export function leavesAround(
  { ring, leaves }: RoutingView,
  owner: number,
  key: Words,
  most: number,
  standing: (node: number) => Standing,
): number[] {
  if (!leaves.spans(owner, key)) return []
  const open = new Set([owner])
  for (const side of [left, right])
    for (let i = 0; i < leaves.count(owner, side); i++) {
      const node = leaves.at(owner, side, i)
      if (standing(node) === 'open') open.add(node)
    }
  return [...open].sort((a, b) => (ring.nearer(a, b, key) ? -1 : 1)).slice(0, most)
}

/** The leaf-set phase: to the root if it may be spoken to, else to the open leaf nearest to the root. */
function amongLeaves(
  view: RoutingView,
  owner: number,
  key: Words,
  decision: Decision,
  standing: (node: number) => Standing,
): Decision {
  const root = leafRoot(view, owner, key, standing)
  if (root === owner) return decide(decision, 'deliver', owner, 'leaf-set')
  if (standing(root) === 'open') {
    const goesOnIn = view.leaves.isWhole(owner) ? decision.phase : 'leaf-set'
    return decide(decision, 'forward', root, 'leaf-set', goesOnIn)
  }
  const detour = nearestOpenLeaf(view, owner, root, standing)
  if (detour === vacant) return decide(decision, 'stuck', root, 'leaf-set')
  return decide(decision, 'forward', detour, 'leaf-set')
}

function nearestOpenLeaf(
  { ring, leaves }: RoutingView,
  owner: number,
  root: number,
  standing: (node: number) => Standing,
): number {
  let nearest = vacant
  for (let side: 0 | 1 = left; ; side = right) {
    const count = leaves.count(owner, side)
    for (let i = 0; i < count; i++) {
      const node = leaves.at(owner, side, i)
      if (nearest !== vacant && !ring.nearerToNode(node, nearest, root)) continue
      if (standing(node) === 'open') nearest = node
    }
    if (side === right) return nearest
  }
}

/** Pastry's rare case: of all that is known, the nearest node with at least this prefix and nearer than we are. */
function anyNearer(
  { ring, overlay, global, leaves }: RoutingView,
  owner: number,
  key: Words,
  row: number,
  decision: Decision,
  standing: (node: number) => Standing,
): Decision {
  let nearest = owner
  let nearestShut = owner
  const consider = (node: number): void => {
    const mayWin = ring.nearer(node, nearest, key)
    if (!mayWin && !ring.nearer(node, nearestShut, key)) return
    if (ring.sharedWithKey(node, key) < row) return
    const is = standing(node)
    if (is === 'open' && mayWin) nearest = node
    else if (is === 'shut' && ring.nearer(node, nearestShut, key)) nearestShut = node
  }
  for (let i = 0; i < leaves.count(owner, left); i++) consider(leaves.at(owner, left, i))
  for (let i = 0; i < leaves.count(owner, right); i++) consider(leaves.at(owner, right, i))
  global.eachOf(owner, row, consider)
  if (decision.phase === 'overlay' && overlay !== undefined) overlay.eachOf(owner, row, consider)
  if (nearest !== owner) return decide(decision, 'forward', nearest, 'global')
  if (nearestShut !== owner) return decide(decision, 'stuck', nearestShut, 'global')
  return decide(decision, 'deliver', owner, 'leaf-set')
}
