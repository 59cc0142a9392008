// The words of Malachite's specification in ours and back: names to node ids, values to block ids,
// votes, steps, round inputs and outputs. Representation only; no rule of the algorithm is here.

import type { Step } from '../../consensus/driver-io.ts'
import type { RoundInput, RoundOutput, RoundState } from '../../consensus/round.ts'
import type {
  BlockId,
  Round,
  VerifiedProposal,
  VerifiedVote,
  VoteKind,
} from '../../consensus/vote.ts'
import type { Committee } from '../../src/core/committee.ts'
import { Committee as CommitteeOf } from '../../src/core/committee.ts'
import { type NodeId, nodeIdOf, type PublicKey } from '../../src/core/id.ts'
import { type Fields, fieldsOf, heldBy, type MapOf, tagged, tagOf, type Value } from './itf.ts'

/** Validators by name, as a committee of ours with made-up keys. */
export class Names {
  readonly committee: Committee
  readonly #ids = new Map<string, NodeId>()
  readonly #names = new Map<NodeId, string>()
  /** In the order in which the specification lists them. */
  readonly order: readonly string[]

  constructor(validatorSet: MapOf) {
    this.order = validatorSet.entries.map(([name]) => name as string)
    const members = validatorSet.entries.map(([name, power], i) => {
      const publicKey = new Uint8Array(32).fill(i + 1) as PublicKey
      const id = nodeIdOf(publicKey)
      this.#ids.set(name as string, id)
      this.#names.set(id, name as string)
      return { publicKey, power: power as number }
    })
    this.committee = new CommitteeOf(members)
  }

  id(name: Value): NodeId {
    return this.#ids.get(name as string) ?? (name as NodeId)
  }

  name(id: NodeId): string {
    return this.#names.get(id) ?? id
  }

  /** The specification's rotation: the second validator proposes in round 0, whatever the height. */
  proposerOf(round: Round): NodeId {
    return this.id(this.order[(round + 1) % this.order.length]!)
  }

  vote(value: Value): VerifiedVote {
    const { voteType, height, round, srcAddress, valueId } = fieldsOf(value)
    return {
      kind: tagOf(voteType!) === 'Prevote' ? 'prevote' : 'precommit',
      ...{ height, round, block: blockOf(valueId!), voter: this.id(srcAddress!) },
      signature: new Uint8Array(0),
    } as unknown as VerifiedVote
  }

  specVote(vote: Omit<VerifiedVote, 'signature' | '__verified'>): Fields {
    const { kind, height, round, block, voter } = vote
    return {
      voteType: tagged(kind === 'prevote' ? 'Prevote' : 'Precommit'),
      ...{ height, round, valueId: specBlock(block), srcAddress: this.name(voter) },
    }
  }

  proposal(value: Value): VerifiedProposal {
    const { height, round, proposal, validRound, srcAddress } = fieldsOf(value)
    const proposer = this.id(srcAddress!)
    const signature = new Uint8Array(0)
    return {
      ...{ height, round, block: proposal, validRound, proposer, signature },
    } as unknown as VerifiedProposal
  }

  specProposal(proposal: Omit<VerifiedProposal, 'signature' | '__verified'>): Fields {
    const { height, round, block, validRound, proposer } = proposal
    return { height, round, proposal: block, validRound, srcAddress: this.name(proposer) }
  }

  /** What a node says outwardly of a round's output. */
  specOutput(output: RoundOutput, height: number, self: NodeId, error: Value): Fields {
    switch (output.do) {
      case 'get-value':
        return tagged('GetValueAndScheduleTimeoutOutput', [
          ...[height, output.round, tagged('ProposeTimeout')],
        ])
      case 'propose':
        return tagged('ProposalOutput', this.specProposal({ ...output, height, proposer: self }))
      case 'vote':
        return tagged('VoteOutput', this.specVote({ ...output, height, voter: self }))
      case 'schedule-timeout':
        return tagged('TimeoutOutput', [output.round, tagged(timeouts[output.step])])
      case 'decide':
        return tagged('DecidedOutput', [output.round, output.block])
      case 'enter-round':
        return tagged('SkipRoundOutput', output.round)
      case 'nothing':
        return tagged('NoConsensusOutput')
      case 'refuse':
        return tagged('ErrorOutput', error)
    }
  }
}

/** In the specification a value is invalid by its name. */
export const isValid = (value: Value): boolean => value !== 'invalid'

export const blockOf = (value: Value): BlockId | null =>
  tagOf(value) === 'Nil' ? null : (heldBy(value) as BlockId)

export const specBlock = (block: BlockId | null): Fields =>
  block === null ? tagged('Nil') : tagged('Val', block)

const timeouts: Record<Step, string> = {
  propose: 'ProposeTimeout',
  prevote: 'PrevoteTimeout',
  precommit: 'PrecommitTimeout',
}

const steps = {
  propose: 'ProposeStep',
  prevote: 'PrevoteStep',
  precommit: 'PrecommitStep',
  decided: 'CommitStep',
  unstarted: 'UnstartedStep',
} as const

export const specStep = ({ step, round }: RoundState): Fields =>
  tagged(step === 'unstarted' && round === -1 ? 'NoStep' : steps[step])

/** The consensus state of the specification. */
export const specState = (state: RoundState, height: number, name: Value): Fields => ({
  ...{ p: name, height, round: state.round, step: specStep(state) },
  ...{ lockedRound: state.lockedRound, lockedValue: specBlock(state.lockedValue) },
  ...{ validRound: state.validRound, validValue: specBlock(state.validValue) },
})

export const kinds: readonly (readonly [VoteKind, 'prevotes' | 'precommits'])[] = [
  ['prevote', 'prevotes'],
  ['precommit', 'precommits'],
]

/** A consensus input; undefined of NoConsensusInput. */
export function roundInput(input: Value): RoundInput | undefined {
  const held = heldBy(input)
  const pair = held as readonly Value[]
  switch (tagOf(input)) {
    case 'NewRoundCInput':
      return { on: 'new-round', round: held as Round, proposes: false }
    case 'NewRoundProposerCInput':
      return { on: 'new-round', round: held as Round, proposes: true }
    case 'ProposeValueCInput':
      return { on: 'value', block: held as BlockId }
    case 'ProposalCInput':
      return { on: 'proposal', block: blockOf(pair[1]!)! }
    case 'ProposalAndPolkaPreviousAndValidCInput': {
      const block = blockOf(pair[0]!)!
      return { on: 'proposal-and-earlier-polka', block, validRound: pair[1] as Round }
    }
    case 'ProposalInvalidCInput':
    case 'ProposalAndPolkaAndInvalidCInput':
      return { on: 'invalid-proposal' }
    case 'PolkaNilCInput':
      return { on: 'polka-nil' }
    case 'PolkaAnyCInput':
      return { on: 'polka-any' }
    case 'ProposalAndPolkaAndValidCInput':
      return { on: 'proposal-and-polka', block: blockOf(held)! }
    case 'PrecommitAnyCInput':
      return { on: 'precommit-any' }
    case 'ProposalAndCommitAndValidCInput':
      return { on: 'proposal-and-commit', round: pair[0] as Round, block: pair[1] as BlockId }
    case 'RoundSkipCInput':
      return { on: 'skip', round: held as Round }
    case 'TimeoutProposeCInput':
      return { on: 'timeout', step: 'propose', round: pair[1] as Round }
    case 'TimeoutPrevoteCInput':
      return { on: 'timeout', step: 'prevote', round: pair[1] as Round }
    case 'TimeoutPrecommitCInput':
      return { on: 'timeout', step: 'precommit', round: pair[1] as Round }
    case 'NoConsensusInput':
      return undefined
    default:
      throw new Error(`unknown consensus input ${tagOf(input)}`)
  }
}

/** What the specification says when an input does not fit the step. */
export const errorOf = (input: Value): string =>
  ({
    NoConsensusInput: 'NoConsensusInput is not a valid consensus input',
    ProposalCInput: 'ProposalCInput when not in ProposeStep',
    ProposalInvalidCInput: 'ProposalCInput when not in ProposeStep',
    PolkaAnyCInput: 'PolkaAnyCInput when not in PrevoteStep',
    PolkaNilCInput: 'PolkaNilCInput when not in PrevoteStep',
    ProposalAndPolkaAndValidCInput:
      'ProposalAndPolkaAndValidCInput when not in PrevoteStep or PrecommitStep',
    ProposalAndCommitAndValidCInput: 'ProposalAndCommitAndValidCInput when in CommitStep',
    RoundSkipCInput: 'RoundSkipCInput for round not bigger than current round',
    TimeoutProposeCInput: 'TimeoutProposeCInput',
    TimeoutPrevoteCInput: 'TimeoutPrevoteCInput',
    TimeoutPrecommitCInput: 'TimeoutPrecommitCInput',
    ProposalAndPolkaPreviousAndValidCInput: 'ProposalAndPolkaPreviousAndValidCInput',
  })[tagOf(input)] ?? ''
