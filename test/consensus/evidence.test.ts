// Evidence: what convicts, what does not, and that it stands for itself.
import { describe, expect, it } from 'vitest'
import {
  decodeEvidence,
  doubleProposalBytes,
  doubleVoteBytes,
  encodeEvidence,
  verifyEvidence,
} from '../../consensus/evidence.ts'
import { signProposal } from '../../consensus/verify-vote.ts'
import { blockNamed, chainId, SigningCommittee, toySigner, toyVerify } from './signing-committee.ts'

const seats = new SigningCommittee(['ada', 'ben', 'cyd', 'dot'])
const culprit = seats.ids[1]!
const vote = (block: string | null, round = 0, height = 5) =>
  seats.vote(culprit, {
    ...{ kind: 'precommit', height, round },
    block: block === null ? null : blockNamed(block),
  })
const double = (height = 5) =>
  ({ is: 'double-vote', first: vote('a', 0, height), second: vote(null, 0, height) }) as const
const committeeOf = (height: number) => (height === 5 ? seats.committee : undefined)
const judge = (bytes: Uint8Array) => verifyEvidence(toyVerify, chainId, committeeOf, bytes)

describe('evidence', () => {
  it('rule 13: two votes for one place convict, later and elsewhere, in one encoding', () => {
    const bytes = encodeEvidence(double())
    expect(bytes.length).toBe(doubleVoteBytes)
    const { first, second } = double()
    expect(encodeEvidence({ is: 'double-vote', first: second, second: first })).toEqual(bytes)
    expect(judge(bytes)).toEqual({ verdict: 'proven', culprit, height: 5 })
  })

  it('rule 13: two proposals of one round convict', () => {
    const signer = toySigner('ada')
    const proposer = seats.committee.members.find(
      ({ publicKey }) => publicKey.join() === signer.publicKey.join(),
    )!.nodeId
    const proposal = (name: string) =>
      signProposal(signer, chainId, {
        ...{ height: 5, round: 2, block: blockNamed(name), validRound: -1, proposer },
      })
    const bytes = encodeEvidence({
      ...{ is: 'double-proposal', first: proposal('a'), second: proposal('b') },
    })
    expect(bytes.length).toBe(doubleProposalBytes)
    expect(judge(bytes)).toEqual({ verdict: 'proven', culprit: proposer, height: 5 })
  })

  it('rule 13: is refused of strangers, of unknown heights and with any byte changed', () => {
    const bytes = encodeEvidence(double())
    expect(judge(encodeEvidence(double(6)))).toEqual({ verdict: 'invalid', rule: 'unknown-height' })
    const others = new SigningCommittee(['eve', 'fay']).committee
    expect(verifyEvidence(toyVerify, chainId, () => others, bytes)).toEqual({
      ...{ verdict: 'invalid', rule: 'not-a-member' },
    })
    for (let i = 0; i < bytes.length; i++) {
      const changed = Uint8Array.from(bytes)
      changed[i]! ^= 1
      expect(judge(changed).verdict).toBe('invalid')
      expect(judge(bytes.subarray(0, i)).verdict).toBe('invalid')
    }
  })

  it('rule 14: votes of different rounds, or the same vote twice, convict nobody', () => {
    const other = { is: 'double-vote', first: vote('a', 0), second: vote('b', 1) } as const
    // The encoding has one round for both: of a pair over two rounds one signature cannot hold.
    expect(judge(encodeEvidence(other)).verdict).toBe('invalid')
    const same = { is: 'double-vote', first: vote('a'), second: vote('a') } as const
    expect(decodeEvidence(encodeEvidence(same))).toBeUndefined()
  })
})
