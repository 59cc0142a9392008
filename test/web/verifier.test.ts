// What the dashboard says of a chain that it is shown as the API tells it: good blocks are verified
// through elections, and whatever a node makes up is refused or at least not ticked.
import { beforeEach, expect, test } from 'vitest'
import type { LightBlock } from '../../consensus/light-client/light-block.ts'
import { hex } from '../../src/core/bytes.ts'
import { nodeIdOf, peerIdOf } from '../../src/core/id.ts'
import type { BlockAnswer, CommitteeAnswer } from '../../web/certificates/light-block.ts'
import { CertificateVerifier } from '../../web/certificates/verifier.ts'
import { lightChain, timeOf } from '../consensus/light-client/light-chain.ts'
import { toyVerify } from '../consensus/signing-committee.ts'

const heights = 9
const chain = lightChain({ heights, epoch: 3 })
const named = (nodeId: string) => ({ nodeId, peerId: null, owner: '' })

/** A block as the API answers it. */
const answerOf = ({ header, commit }: LightBlock): BlockAnswer => ({
  ...{ height: header.height, id: commit.block, transactions: [] },
  header: { ...header, proposer: named(header.proposer) },
  commit: {
    round: commit.round,
    votes: commit.votes.map(({ voter, signature }) => ({
      ...named(voter),
      signature: hex(signature),
    })),
  },
})

/** The committee that decides the height after this one, as the API answers it. */
const committeeAfter = (height: number): CommitteeAnswer => ({
  ...{ height, size: 4, seatsMax: 4, total: 4, quorum: 3, spare: 1, handover: null },
  epoch: { number: 0, startedHeight: 0, startedAt: 0 },
  members: chain.committees[height]!.committee.members.map(({ publicKey, power }) => ({
    ...{ nodeId: nodeIdOf(publicKey), peerId: peerIdOf(publicKey), owner: '', power },
    ...{ status: null, reputation: null, standing: 0, uptime: null },
  })),
})

let verifier: CertificateVerifier

/** As the page asks: the committee before the block, the block, the committee after it. */
const shown = (height: number, answer = answerOf(chain.at(height))) => {
  verifier.learn(committeeAfter(height - 1))
  verifier.learn(committeeAfter(height))
  return verifier.judge(answer)
}

beforeEach(() => {
  verifier = new CertificateVerifier(toyVerify, () => timeOf(heights))
})

test('blocks are verified one from the other, through elections', () => {
  expect(chain.at(heights).committee.hash).not.toBe(chain.at(1).committee.hash)
  expect(shown(1)).toMatchObject({ is: 'verified', from: null, members: 4 })
  for (let height = 2; height <= heights; height++)
    expect(shown(height)).toMatchObject({ is: 'verified', height, from: height - 1 })
})

test('without its committee nothing is said of a block', () => {
  expect(verifier.judge(answerOf(chain.at(1)))).toEqual({ is: 'unknown-committee', height: 1 })
})

test('a forged signature, a foreign id and too few votes are refused', () => {
  shown(1)
  const answer = answerOf(chain.at(2))
  const { votes } = answer.commit
  const forged = votes.map((vote) => ({ ...vote, signature: '00'.repeat(64) }))
  const wrong = [
    [{ ...answer, commit: { ...answer.commit, votes: forged } }, 'signature'],
    [{ ...answer, commit: { ...answer.commit, votes: votes.slice(1, 3) } }, 'no-quorum'],
    [{ ...answer, id: '0'.repeat(64) }, 'id'],
    [{ ...answer, height: 3 }, 'id'],
    [{ ...answer, header: { ...answer.header, time: 0 } }, 'id'],
    [{ ...answer, header: { ...answer.header, stateHash: 'x' } }, 'shape'],
  ] as const
  for (const [block, rule] of wrong)
    expect(shown(2, block)).toEqual({ is: 'refused', height: block.height, rule })
  expect(shown(2)).toMatchObject({ is: 'verified' })
})

test('another block of a height that was verified is refused, and so is a committee of nobody elected', () => {
  const other = lightChain({ heights, epoch: 3, seed: 2 })
  const strange = lightChain({ heights, size: 7 })
  shown(1)
  shown(2)
  const [own, forked] = [chain.at(2), other.at(2)]
  expect(forked.committee.hash).toBe(own.committee.hash)
  if (forked.commit.block !== own.commit.block)
    expect(shown(2, answerOf(forked))).toMatchObject({ is: 'refused', rule: 'link' })
  const { committee } = strange.at(3)
  verifier.learn({
    ...committeeAfter(2),
    members: committee.members.map(({ publicKey, power }) => ({
      ...{ nodeId: nodeIdOf(publicKey), peerId: peerIdOf(publicKey), owner: '', power },
      ...{ status: null, reputation: null, standing: 0, uptime: null },
    })),
  })
  expect(verifier.judge(answerOf(strange.at(3)))).toMatchObject({ is: 'refused' })
})
