// The driver beside the paper read word by word (naive-paper.ts), on random messages in random
// order: the same words, round, locks and decision after every event.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Driver } from '../../consensus/driver.ts'
import type { DriverInput, DriverOutput } from '../../consensus/driver-io.ts'
import { NaivePaper } from './naive-paper.ts'
import { a, b, block, committeeOf, proposalOf, proposerIn, voteOf } from './round-builders.ts'

const rounds = 4
const bad = block('bad')
const steps = ['propose', 'prevote', 'precommit'] as const

const event = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      on: fc.constant('vote' as const),
      kind: fc.constantFrom(...(['prevote', 'prevote', 'prevote', 'precommit'] as const)),
      // Mostly of early rounds and one block, so that quorums come about.
      round: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
      block: fc.constantFrom(a, a, a, b, null),
      member: fc.nat(6),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      on: fc.constant('proposal' as const),
      round: fc.constantFrom(0, 0, 1, 1, 2, 3),
      block: fc.constantFrom(a, a, b, bad),
      validRound: fc.constantFrom(-1, -1, 0, 1, 2),
      honest: fc.constantFrom(true, true, true, false),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ...{ on: fc.constant('timeout' as const), step: fc.constantFrom(...steps) },
      round: fc.nat(rounds),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ on: fc.constant('value' as const), round: fc.nat(rounds) }),
  },
)

const scene = fc.record({
  powers: fc.oneof(
    fc.constantFrom([1, 1, 1, 1], [1, 1, 1], [1], [1, 1, 1, 1, 1]),
    fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 7 }),
  ),
  self: fc.nat(6),
  events: fc.array(event, { minLength: 60, maxLength: 150, size: 'max' }),
})

const speaks = ({ do: tag }: DriverOutput): boolean => tag !== 'accuse'

test('the driver does what the paper says, word for word, after every event', () => {
  let decided = 0
  let locked = 0
  fc.assert(
    fc.property(scene, ({ powers, self, events }) => {
      const committee = committeeOf(powers)
      const me = committee.members[self % committee.size]!.nodeId
      const naive = new NaivePaper(committee, me)
      const driver = new Driver({
        ...{ committee, self: me, proposerOf: (round: number) => proposerIn(committee, round) },
        ...{ futureRounds: 1_000, proposalsPerRound: 1_000 },
      })
      let said: DriverOutput[] = []
      const tell = (input: DriverInput): void => {
        said.push(...driver.step(input).filter(speaks))
      }
      tell({ on: 'start-round', round: 0, proposer: proposerIn(committee, 0) })
      for (const event of events) {
        if (event.on === 'vote') {
          const { kind, round, block, member } = event
          const vote = voteOf(committee, kind, round, block, member % committee.size)
          tell({ on: 'vote', vote })
          naive.vote(vote)
        } else if (event.on === 'proposal') {
          const { round, block, validRound, honest } = event
          const proposer = proposerIn(committee, honest ? round : round + 1)
          const proposal = proposalOf(committee, round, block, validRound, proposer)
          tell({ on: 'proposal', proposal, valid: block !== bad })
          naive.proposal(proposal, block !== bad)
        } else if (event.on === 'timeout') {
          tell(event)
          naive.timeout(event.step, event.round)
        } else {
          tell({ ...event, block: b })
          naive.value(event.round, b)
        }
        const { round, step, lockedValue, lockedRound, validValue, validRound } = naive
        expect(driver.state).toEqual({
          ...{ round, step, lockedValue, lockedRound, validValue, validRound },
        })
        expect(said).toEqual(naive.said)
        said = []
        naive.said = []
      }
      if (naive.step === 'decided') decided++
      if (naive.lockedRound >= 0) locked++
    }),
    { numRuns: 500 },
  )
  // The scenes reach what they are about (some 240 and 60 of 500).
  expect(decided).toBeGreaterThan(100)
  expect(locked).toBeGreaterThan(20)
})

test('rule 6: messages that come twice change nothing but a second accusation', () => {
  fc.assert(
    fc.property(scene, ({ powers, events }) => {
      const committee = committeeOf(powers)
      const me = committee.members[0]!.nodeId
      const runs = [1, 3].map((times) => {
        const driver = new Driver({
          ...{ committee, self: me, proposerOf: (round: number) => proposerIn(committee, round) },
        })
        const said = [
          ...driver.step({ on: 'start-round', round: 0, proposer: proposerIn(committee, 0) }),
        ]
        for (const event of events)
          for (let i = 0; i < times; i++) {
            if (event.on === 'vote') {
              const { kind, round, block, member } = event
              const vote = voteOf(committee, kind, round, block, member % committee.size)
              said.push(...driver.step({ on: 'vote', vote }))
            } else if (event.on === 'proposal') {
              const proposal = proposalOf(committee, event.round, event.block, event.validRound)
              const valid = event.block !== bad
              said.push(...driver.step({ on: 'proposal', proposal, valid }))
            } else if (event.on === 'timeout' && i === 0) said.push(...driver.step(event))
          }
        return { state: driver.state, said }
      })
      expect(runs[1]).toEqual(runs[0])
    }),
    { numRuns: 150 },
  )
})
