// What a block changed, for whoever watches: the difference between the state before and the changes
// that are about to be adopted.
import type { NodeId } from '../../src/core/id.ts'
import type { ReputationLeaf } from './leaves-of-ratings.ts'
import { unrated } from './reputation.ts'
import type { State } from './state.ts'
import type { Trial } from './trial.ts'
import type { BlockChanges } from './view.ts'

/** @param state without the trial's changes */
export function changesOf(state: State, { block, changes, log }: Trial): BlockChanges {
  const records = new Set<string>(log.frozen)
  for (const [id] of state.changed(changes, state.nodes)) records.add(id)
  const reputations: string[] = []
  for (const [id, leaf] of state.changed(changes, state.reputations)) {
    const before = state.reputations.get(id) ?? unrated
    const after = leaf ?? unrated
    if (before.banned !== after.banned || before.warned !== after.warned) records.add(id)
    if (differs(before, after)) reputations.push(id)
  }
  return {
    ...{ height: block.height, time: block.time, entries: log.entries, frozen: log.frozen },
    successions: log.successions,
    records: [...records].sort() as NodeId[],
    reputations: reputations.sort() as NodeId[],
  }
}

const differs = (a: ReputationLeaf, b: ReputationLeaf): boolean =>
  a.reputation !== b.reputation ||
  a.weightedStars !== b.weightedStars ||
  a.stars !== b.stars ||
  a.ratings !== b.ratings
