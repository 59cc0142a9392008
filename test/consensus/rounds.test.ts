// The rules that implementations of Tendermint get wrong, one by one, on the driver of one height.
import { expect, test } from 'vitest'
import { isQuorum, isSkip } from '../../src/core/committee.ts'
import {
  a,
  b,
  block,
  decide,
  precommit,
  prevote,
  proposalOf,
  proposerIn,
  schedule,
  Told,
} from './round-builders.ts'

/** A member locked on a in round 0, now in round 1. */
function lockedOnA(): Told {
  const told = new Told()
  told.proposal(0, a)
  told.votes('prevote', 0, a, 0, 1, 2)
  told.skipTo(1)
  expect(told.driver.state).toMatchObject({ round: 1, lockedValue: a, lockedRound: 0 })
  return told
}

test('rule 1: a nil polka does not unlock', () => {
  const told = lockedOnA()
  told.timeout('propose', 1)
  expect(told.votes('prevote', 1, null, 2)).toEqual([precommit(1, null)])
  expect(told.driver.state).toMatchObject({ lockedValue: a, lockedRound: 0, validValue: a })
  told.skipTo(2)
  expect(told.proposal(2, b)).toEqual([prevote(2, null)])
})

test('rule 1: a later polka moves the lock, an earlier one does not', () => {
  const told = lockedOnA()
  told.timeout('propose', 1)
  told.votes('prevote', 1, b, 2)
  told.votes('prevote', 2, null, 0, 1)
  expect(told.driver.state.lockedValue).toBe(a)
  told.proposal(2, b)
  told.votes('prevote', 2, b, 2, 3)
  expect(told.driver.state).toMatchObject({ lockedValue: a, lockedRound: 0 })
  told.votes('prevote', 3, b, 0, 1, 2)
  told.proposal(3, b)
  expect(told.driver.state).toMatchObject({ lockedValue: b, lockedRound: 3 })
})

test('rule 2: a polka after the precommit sets the valid value and leaves the lock', () => {
  const told = new Told()
  told.timeout('propose', 0)
  told.votes('prevote', 0, null, 3)
  told.votes('prevote', 0, a, 0, 1)
  expect(told.timeout('prevote', 0)).toEqual([precommit(0, null)])
  told.votes('prevote', 0, a, 2)
  expect(told.driver.state.validValue).toBe(null)
  expect(told.proposal(0, a)).toEqual([])
  expect(told.driver.state).toMatchObject({
    ...{ lockedValue: null, lockedRound: -1, validValue: a, validRound: 0 },
  })
})

test('rule 3: a proposer proposes its valid value again, with its round', () => {
  const told = lockedOnA()
  const outputs = told.votes('precommit', 3, null, 0, 1)
  expect(outputs).toContainEqual({ do: 'propose', round: 3, block: a, validRound: 0 })
  expect(outputs.map((output) => output.do)).not.toContain('get-value')
})

test('rule 3: a proposer without a valid value asks for one and proposes it fresh', () => {
  const told = new Told()
  expect(told.votes('prevote', 3, null, 0, 1)).toContainEqual({ do: 'get-value', round: 3 })
  expect(told.value(2, b)).toEqual([])
  expect(told.value(3, b)).toEqual([{ do: 'propose', round: 3, block: b, validRound: -1 }])
  expect(told.value(3, a)).toEqual([])
})

test('rule 3: a re-proposal is prevoted with the polka of its round, and not before', () => {
  const told = new Told()
  told.skipTo(1)
  expect(told.proposal(1, a, 0)).toEqual([])
  expect(told.votes('prevote', 0, a, 0, 1)).toEqual([])
  expect(told.votes('prevote', 0, a, 2)).toEqual([prevote(1, a)])
})

test('rule 3: a valid round that is no earlier round gives nothing', () => {
  for (const validRound of [1, 2]) {
    const told = new Told()
    told.skipTo(1)
    told.votes('prevote', 1, a, 2, 3)
    expect(told.proposal(1, a, validRound)).toEqual([])
  }
})

test('rule 3: a lock newer than the valid round holds; an older one gives way', () => {
  // Locked on b in round 1; a had its polka in round 0.
  const told = new Told()
  told.votes('prevote', 0, a, 0, 1, 2)
  told.votes('precommit', 1, null, 0, 1)
  told.proposal(1, b)
  told.votes('prevote', 1, b, 0, 1, 2)
  expect(told.driver.state).toMatchObject({ lockedValue: b, lockedRound: 1 })
  told.skipTo(2)
  expect(told.proposal(2, a, 0)).toEqual([prevote(2, null)])
  // Locked on a in round 0; b had its polka in round 1.
  const older = lockedOnA()
  older.votes('prevote', 1, b, 2)
  expect(older.timeout('propose', 1)).toContainEqual(prevote(1, null))
  older.votes('prevote', 2, b, 0, 1, 2)
  older.votes('prevote', 3, null, 0, 1)
  expect(older.driver.state.round).toBe(3)
  expect(older.proposal(3, b, 2)).toEqual([prevote(3, b)])
})

test('rule 4: an older round decides', () => {
  const told = new Told()
  told.proposal(0, a)
  told.skipTo(2)
  expect(told.votes('precommit', 0, a, 0, 1, 2)).toEqual([decide(0, a)])
})

test('rule 4: the proposal may come after the precommits, and from a round that is past', () => {
  const told = new Told()
  told.votes('precommit', 0, a, 0, 1, 2)
  told.skipTo(1)
  expect(told.driver.decided).toBe(false)
  expect(told.proposal(0, a)).toEqual([decide(0, a)])
})

test('rule 4: a newer round decides, by whatever door it is entered', () => {
  const told = new Told()
  told.votes('precommit', 5, a, 0, 1, 2)
  expect(told.driver.state.round).toBe(5)
  expect(told.proposal(5, a)).toEqual([decide(5, a)])
})

test('rule 4: a decided height takes no more', () => {
  const told = new Told()
  told.proposal(0, a)
  told.votes('precommit', 0, a, 0, 1, 2)
  const { state } = told.driver
  expect(told.votes('precommit', 0, a, 3)).toEqual([])
  expect(told.timeout('precommit', 0)).toEqual([])
  expect(told.skipTo(4)).toEqual([])
  expect(told.driver.state).toBe(state)
})

test('rule 4: an invalid block is not decided, whatever its precommits', () => {
  const told = new Told()
  told.proposal(0, a, -1, false)
  expect(told.votes('precommit', 0, a, 0, 1, 2)).not.toContainEqual(decide(0, a))
})

test('rule 5: the round is skipped at more than a third, prevotes and precommits together', () => {
  const told = new Told()
  expect(told.votes('prevote', 2, a, 0)).toEqual([])
  expect(told.votes('precommit', 2, null, 0)).toEqual([])
  expect(told.votes('precommit', 2, null, 1)).toContainEqual({ do: 'new-round', round: 2 })
})

test('rule 5: one member does not weigh twice, by two kinds or two words', () => {
  const told = new Told(6, [1, 1, 1, 1, 1, 1, 1])
  told.votes('prevote', 1, a, 0, 1)
  told.votes('prevote', 1, b, 0, 1)
  told.votes('precommit', 1, b, 0, 1)
  expect(told.driver.state.round).toBe(0)
  told.votes('precommit', 1, b, 2)
  expect(told.driver.state.round).toBe(1)
})

test('rule 6: timeouts are scheduled for the first time only, and duplicates change nothing', () => {
  const told = new Told()
  told.timeout('propose', 0)
  told.votes('prevote', 0, null, 3)
  expect(told.votes('prevote', 0, a, 0)).toEqual([])
  expect(told.votes('prevote', 0, b, 1)).toEqual([schedule('prevote', 0)])
  expect(told.votes('prevote', 0, b, 2, 2, 1, 0)).toHaveLength(1)
  expect(told.said.filter((output) => output.do === 'accuse')).toHaveLength(1)
  expect(told.votes('precommit', 0, null, 0, 1)).toEqual([])
  expect(told.votes('precommit', 0, null, 2)).toEqual([schedule('precommit', 0)])
  expect(told.votes('precommit', 0, null, 3, 2, 1, 0)).toEqual([])
})

test('rule 7: a timeout is void once height, round or step moved on', () => {
  const told = new Told()
  told.proposal(0, a)
  expect(told.timeout('propose', 0)).toEqual([])
  expect(told.timeout('prevote', 1)).toEqual([])
  told.votes('prevote', 0, a, 0, 1, 2)
  expect(told.timeout('prevote', 0)).toEqual([])
  told.skipTo(1)
  expect(told.timeout('precommit', 0)).toEqual([])
  expect(told.driver.state.round).toBe(1)
  expect(told.timeout('precommit', 1)).toContainEqual({ do: 'new-round', round: 2 })
})

test('rule 8: quorum and skip at totals of 3k, 3k + 1 and 3k + 2', () => {
  const least = (holds: (weight: number, total: number) => boolean, total: number): number => {
    let weight = 0
    while (!holds(weight, total)) weight++
    return weight
  }
  const totals = [3, 4, 5, 6, 7, 8, 9, 10, 11]
  expect(totals.map((total) => least(isQuorum, total))).toEqual([3, 3, 4, 5, 5, 6, 7, 7, 8])
  expect(totals.map((total) => least(isSkip, total))).toEqual([2, 2, 2, 3, 3, 3, 4, 4, 4])
  for (const size of [3, 4, 5, 6, 7, 8]) {
    const told = new Told(
      size - 1,
      Array.from({ length: size }, () => 1),
    )
    told.proposal(0, a)
    const needed = least(isQuorum, size)
    const members = Array.from({ length: needed }, (_, i) => i)
    told.votes('precommit', 0, a, ...members.slice(1))
    expect(told.driver.decided).toBe(false)
    told.votes('precommit', 0, a, 0)
    expect(told.driver.decided).toBe(true)
  }
})

test('rule 15: nil votes are votes: they count for any, for skips, and as evidence', () => {
  const told = new Told()
  told.timeout('propose', 0)
  expect(told.votes('prevote', 0, null, 0, 1)).toEqual([])
  expect(told.votes('prevote', 0, null, 2)).toEqual([precommit(0, null)])
  expect(told.votes('precommit', 0, null, 0, 1, 2)).toEqual([schedule('precommit', 0)])
  expect(told.votes('precommit', 0, a, 0).map((output) => output.do)).toEqual(['accuse'])
  expect(told.votes('prevote', 2, null, 0, 1)).toContainEqual({ do: 'new-round', round: 2 })
})

test('rule 15: a quorum of nil precommits decides nothing', () => {
  const told = new Told()
  told.proposal(0, a)
  told.votes('precommit', 0, null, 0, 1, 2, 3)
  expect(told.driver.decided).toBe(false)
})

test('only the proposer of the round proposes; two proposals accuse it once', () => {
  const told = new Told()
  const stranger = told.committee.members[1]!.nodeId
  const foreign = proposalOf(told.committee, 0, a, -1, stranger)
  expect(told.driver.step({ on: 'proposal', proposal: foreign, valid: true })).toEqual([])
  expect(told.proposal(0, a)).toEqual([prevote(0, a)])
  expect(told.proposal(0, b).map((output) => output.do)).toEqual(['accuse'])
  expect(told.proposal(0, block('c'))).toEqual([])
  // The second may still be the one that a quorum decides.
  expect(told.votes('precommit', 0, b, 0, 1, 2)).toContainEqual(decide(0, b))
})

test('a proposal with a quorum is held however many its proposer made', () => {
  const told = new Told()
  for (const name of ['c', 'd', 'e', 'f', 'g']) told.proposal(0, block(name))
  told.proposal(0, b)
  expect(told.votes('precommit', 0, b, 0, 1, 2)).not.toContainEqual(decide(0, b))
  expect(told.proposal(0, b)).toEqual([decide(0, b)])
})

test('an invalid proposal is answered with nil', () => {
  const told = new Told()
  expect(told.proposal(0, a, -1, false)).toEqual([prevote(0, null)])
})

test('a follower walks through the rounds and decides, and never speaks', () => {
  const told = new Told(-1)
  told.proposal(0, a)
  told.votes('prevote', 0, a, 0, 1, 2)
  told.timeout('precommit', 0)
  told.votes('precommit', 0, a, 0, 1, 2)
  expect(told.driver.decided).toBe(true)
  expect(told.said.filter(({ do: tag }) => ['vote', 'propose', 'get-value'].includes(tag))).toEqual(
    [],
  )
  expect(proposerIn(told.committee, 0)).toBe(told.committee.members[0]!.nodeId)
})
