// A polka that comes whole. A faulty member that says one thing here and another there must not keep
// anybody from learning of a quorum that others have seen: the lock that it would free could hold a
// committee for ever (found by twins in simulation).
import { expect, test } from 'vitest'
import { decodeRecord, encodeRecord } from '../../consensus/wal-record.ts'
import { a, b, committeeOf, proposalOf, Told, voteOf } from './round-builders.ts'

const committee = committeeOf([1, 1, 1, 1])

/** Locked on `a` since round 0, and in round 2, in which `b` is proposed with the polka of round 1. */
function lockedOnA(): Told {
  const told = new Told()
  told.proposal(0, a)
  told.votes('prevote', 0, a, 0, 1, 2)
  expect(told.driver.state.lockedValue).toBe(a)
  told.votes('precommit', 0, null, 0, 1, 2)
  told.timeout('precommit', 0)
  // Member 0 says nil to us and `b` to others.
  told.votes('prevote', 1, null, 0)
  told.votes('precommit', 1, null, 0, 1, 2)
  told.timeout('precommit', 1)
  expect(told.driver.state.round).toBe(2)
  return told
}

const polka = [0, 1, 2].map((member) => voteOf(committee, 'prevote', 1, b, member))
const proposal = proposalOf(committee, 2, b, 1)

test('vote by vote a polka with a double word is not seen, and its proposal is not answered', () => {
  const { driver } = lockedOnA()
  for (const vote of polka) driver.step({ on: 'vote', vote })
  expect(driver.step({ on: 'proposal', proposal, valid: true })).toEqual([])
})

test('whole it is seen, before its proposal and after, and frees from an older lock', () => {
  const prevote = { do: 'vote', kind: 'prevote', round: 2, block: b }
  const before = lockedOnA().driver
  before.step({ on: 'polka', votes: polka })
  expect(before.step({ on: 'proposal', proposal, valid: true })).toContainEqual(prevote)
  const after = lockedOnA().driver
  after.step({ on: 'proposal', proposal, valid: true })
  expect(after.step({ on: 'polka', votes: polka })).toContainEqual(prevote)
  expect(after.step({ on: 'polka', votes: polka })).toEqual([])
})

test('less than a quorum, or of two blocks, it counts for nothing', () => {
  const { driver } = lockedOnA()
  expect(driver.step({ on: 'polka', votes: polka.slice(0, 2) })).toEqual([])
  const mixed = [...polka.slice(0, 2), voteOf(committee, 'prevote', 1, a, 3)]
  expect(driver.step({ on: 'polka', votes: mixed })).toEqual([])
  expect(driver.step({ on: 'proposal', proposal, valid: true })).toEqual([])
})

test('stands in the log as it was', () => {
  const block = 'b'.repeat(64) as typeof b
  const votes = polka.map((vote) => ({ ...vote, block }))
  expect(decodeRecord(encodeRecord({ on: 'polka', votes }))).toEqual({ on: 'polka', votes })
})
