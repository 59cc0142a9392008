// Time as a defence: standing has to last before it seats anybody, and what one node may weigh grows
// only so fast. Neither lowers what patient colluders reach in the end; both give the others epochs
// in which to see a crowd come and to rate it down. Whoever uses them keeps one number for each node.
import { assert } from '../../src/core/assert.ts'
import type { NodeId } from '../../src/core/id.ts'

/** Epochs in a row, this one included, in which a node had standing; nodes without are left out. */
export function tenureAfter(
  before: ReadonlyMap<NodeId, number>,
  standing: ReadonlyMap<NodeId, number>,
): Map<NodeId, number> {
  const after = new Map<NodeId, number>()
  for (const [node, mass] of standing) if (mass > 0) after.set(node, (before.get(node) ?? 0) + 1)
  return after
}

/** Candidates whose standing has lasted for so many epochs; roots need none. */
export function tenured(
  candidates: Iterable<NodeId>,
  tenure: ReadonlyMap<NodeId, number>,
  epochs: number,
  roots: ReadonlySet<NodeId>,
): NodeId[] {
  return [...candidates].filter((node) => roots.has(node) || (tenure.get(node) ?? 0) >= epochs)
}

export interface Growth {
  /** Of 1,000: how much of what it weighed in the last epoch a node may gain. */
  readonly perMille: number
  /** Parts of the total that anybody may weigh at once. */
  readonly free: number
}

/**
 * What each node may weigh in an election: its standing, or what it weighed in the last epoch and
 * the growth allowed on that, whichever is less.
 *
 * @param before what this returned an epoch ago
 */
export function weighable(
  before: ReadonlyMap<NodeId, number>,
  standing: ReadonlyMap<NodeId, number>,
  { perMille, free }: Growth,
): Map<NodeId, number> {
  assert(Number.isSafeInteger(perMille) && perMille >= 0, 'growth is a share of what there was')
  const after = new Map<NodeId, number>()
  for (const [node, mass] of standing) {
    const grown = Math.floor(((before.get(node) ?? 0) * (1000 + perMille)) / 1000)
    after.set(node, Math.min(mass, Math.max(free, grown)))
  }
  return after
}
