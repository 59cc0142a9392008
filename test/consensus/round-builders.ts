// Builders for tests of the round core: a committee, votes and proposals as if their signatures had
// been checked, and a driver of a member that is easily spoken to.
import { Driver } from '../../consensus/driver.ts'
import type { DriverOutput, Step } from '../../consensus/driver-io.ts'
import type {
  BlockId,
  Round,
  VerifiedProposal,
  VerifiedVote,
  VoteKind,
} from '../../consensus/vote.ts'
import { Committee } from '../../src/core/committee.ts'
import type { NodeId, PublicKey } from '../../src/core/id.ts'

export const committeeOf = (powers: readonly number[]): Committee =>
  new Committee(
    powers.map((power, i) => ({ publicKey: new Uint8Array(32).fill(i + 1) as PublicKey, power })),
  )

export const block = (name: string): BlockId => name as BlockId
export const a = block('a')
export const b = block('b')

/** Proposes in a round: members in turn, by node id. */
export const proposerIn = (committee: Committee, round: Round): NodeId =>
  committee.members[round % committee.size]!.nodeId

const signature = new Uint8Array(64)

/** @param member its index in the committee */
export const voteOf = (
  committee: Committee,
  kind: VoteKind,
  round: Round,
  value: BlockId | null,
  member: number,
): VerifiedVote => {
  const voter = committee.members[member]!.nodeId
  return { kind, height: 1, round, block: value, voter, signature } as VerifiedVote
}

export const proposalOf = (
  committee: Committee,
  round: Round,
  value: BlockId,
  validRound: Round | -1 = -1,
  proposer: NodeId = proposerIn(committee, round),
): VerifiedProposal =>
  ({ height: 1, round, block: value, validRound, proposer, signature }) as VerifiedProposal

/** A member's driver in round 0, and short words to tell it things. */
export class Told {
  readonly committee: Committee
  readonly driver: Driver
  /** Everything said so far. */
  readonly said: DriverOutput[] = []

  /** @param self an index; -1 follows. Of four equal members by default, the last, who proposes in round 3. */
  constructor(self = 3, powers: readonly number[] = [1, 1, 1, 1]) {
    this.committee = committeeOf(powers)
    this.driver = new Driver({
      committee: this.committee,
      self: self === -1 ? null : this.committee.members[self]!.nodeId,
      proposerOf: (round) => proposerIn(this.committee, round),
    })
    this.#step({ on: 'start-round', round: 0, proposer: proposerIn(this.committee, 0) })
  }

  #step(input: Parameters<Driver['step']>[0]): readonly DriverOutput[] {
    const outputs = this.driver.step(input)
    this.said.push(...outputs)
    return outputs
  }

  votes(kind: VoteKind, round: Round, value: BlockId | null, ...members: number[]): DriverOutput[] {
    return members.flatMap((member) => [
      ...this.#step({ on: 'vote', vote: voteOf(this.committee, kind, round, value, member) }),
    ])
  }

  proposal(round: Round, value: BlockId, validRound: Round | -1 = -1, valid = true) {
    const proposal = proposalOf(this.committee, round, value, validRound)
    return this.#step({ on: 'proposal', proposal, valid })
  }

  value(round: Round, value: BlockId) {
    return this.#step({ on: 'value', round, block: value })
  }

  timeout(step: Step, round: Round) {
    return this.#step({ on: 'timeout', step, round })
  }

  /** To a round by votes of others in it (a third and more), nil. */
  skipTo(round: Round) {
    return this.votes('prevote', round, null, 0, 1)
  }
}

export const prevote = (round: Round, value: BlockId | null): DriverOutput => ({
  ...{ do: 'vote', kind: 'prevote', round, block: value },
})
export const precommit = (round: Round, value: BlockId | null): DriverOutput => ({
  ...{ do: 'vote', kind: 'precommit', round, block: value },
})
export const decide = (round: Round, value: BlockId): DriverOutput => ({
  ...{ do: 'decide', round, block: value },
})
export const schedule = (step: Step, round: Round): DriverOutput => ({
  ...{ do: 'schedule-timeout', step, round },
})
