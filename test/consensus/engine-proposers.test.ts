// Who proposes, as every node computes it from committee, height and round alone.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { proposerAt, turnsMax } from '../../consensus/engine-proposers.ts'
import { ProposerRotation } from '../../consensus/proposer.ts'
import { Committee } from '../../src/core/committee.ts'
import { votingPowerMax } from '../../src/core/limits.ts'
import { committeeOf } from './round-builders.ts'

const powers = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 7 })

test('rule 9: the proposers of heights are the weighted rotation turned once a height, for cycles on end', () => {
  fc.assert(
    fc.property(powers, (powers) => {
      const committee = committeeOf(powers)
      let rotation = ProposerRotation.ofCommittee(committee)
      for (let height = 1; height <= 3 * committee.total; height++) {
        expect(proposerAt(committee, height, 0)).toBe(rotation.proposer)
        rotation = rotation.advanced(1)
      }
    }),
    { numRuns: 60 },
  )
})

test('rule 9: in as many heights as there is power everybody proposes as often as it has power', () => {
  fc.assert(
    fc.property(powers, fc.nat(1_000), fc.nat(50), (powers, height, round) => {
      const committee = committeeOf(powers)
      const turns = Array.from({ length: committee.total }, (_, i) =>
        proposerAt(committee, height + i + 1, round),
      )
      for (const { nodeId, power } of committee.members)
        expect(turns.filter((turn) => turn === nodeId)).toHaveLength(power)
    }),
    { numRuns: 60 },
  )
})

test('rule 9: a failed round passes the turn on as a height does, and another committee object changes nothing', () => {
  const committee = committeeOf([1, 2, 5, 5])
  const again = new Committee(
    committee.members.map(({ publicKey, power }) => ({ publicKey, power })),
  )
  for (let height = 1; height < 30; height++)
    for (let round = 0; round < 30; round++) {
      const proposer = proposerAt(committee, height, round)
      expect(proposerAt(committee, height + round, 0)).toBe(proposer)
      expect(proposerAt(again, height, round)).toBe(proposer)
    }
})

test('powers that share no measure are turned so many times and no more', () => {
  const committee = committeeOf([Math.floor(votingPowerMax / 3), Math.floor(votingPowerMax / 7), 1])
  const first = proposerAt(committee, 1, 0)
  expect(proposerAt(committee, 1 + turnsMax, 0)).toBe(first)
})
