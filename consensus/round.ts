// One round of Tendermint as a pure function: (state, input) → state and at most one output. It
// neither counts votes nor holds proposals: the driver says which of the paper's rules applies and
// this file says what the rule does. Line numbers are those of Algorithm 1 in arXiv 1807.04938.
import { unreachable } from '../src/core/assert.ts'
import type { Step } from './driver-io.ts'
import type { BlockId, Round, VoteKind } from './vote.ts'

export interface RoundState {
  /** -1 before the first round. */
  readonly round: Round | -1
  /** `unstarted`: between rounds, or before the first. `decided`: the driver takes no more for this height. */
  readonly step: Step | 'unstarted' | 'decided'
  /** Locked: what this node last precommitted, and when. Lives until the height ends. */
  readonly lockedValue: BlockId | null
  readonly lockedRound: Round | -1
  /** Valid: the last block known to have had a polka; what this node would propose. */
  readonly validValue: BlockId | null
  readonly validRound: Round | -1
}

/** L1–8: before any round. */
export const unstarted: RoundState = {
  round: -1,
  step: 'unstarted',
  lockedValue: null,
  lockedRound: -1,
  validValue: null,
  validRound: -1,
}

/** Proposals are of the round's proposer, votes a quorum of the current round, where nothing else is said. */
export type RoundInput =
  /** L11. `proposes`: this node is that round's proposer. */
  | { readonly on: 'new-round'; readonly round: Round; readonly proposes: boolean }
  /** L18: getValue() has answered. */
  | { readonly on: 'value'; readonly block: BlockId }
  /** L22: a valid proposal without a valid round. */
  | { readonly on: 'proposal'; readonly block: BlockId }
  /** L22 and L28 where valid(v) is false. */
  | { readonly on: 'invalid-proposal' }
  /** L28: a valid proposal with the polka of its valid round. */
  | {
      readonly on: 'proposal-and-earlier-polka'
      readonly block: BlockId
      readonly validRound: Round
    }
  /** L34: prevotes for anything. */
  | { readonly on: 'polka-any' }
  /** L36: a valid proposal and prevotes for it. */
  | { readonly on: 'proposal-and-polka'; readonly block: BlockId }
  /** L44: prevotes for nil. */
  | { readonly on: 'polka-nil' }
  /** L47: precommits for anything. */
  | { readonly on: 'precommit-any' }
  /** L49: a valid proposal of any round and that round's precommits for it. */
  | { readonly on: 'proposal-and-commit'; readonly round: Round; readonly block: BlockId }
  /** L55: more than a third is in a later round. */
  | { readonly on: 'skip'; readonly round: Round }
  /** L57, L61, L65. */
  | { readonly on: 'timeout'; readonly step: Step; readonly round: Round }

export type RoundOutput =
  /** L18: asks for a block and starts the propose timeout. */
  | { readonly do: 'get-value'; readonly round: Round }
  | {
      readonly do: 'propose'
      readonly round: Round
      readonly block: BlockId
      readonly validRound: Round | -1
    }
  | {
      readonly do: 'vote'
      readonly kind: VoteKind
      readonly round: Round
      readonly block: BlockId | null
    }
  | { readonly do: 'schedule-timeout'; readonly step: Step; readonly round: Round }
  | { readonly do: 'decide'; readonly round: Round; readonly block: BlockId }
  /** Leave this round for another. */
  | { readonly do: 'enter-round'; readonly round: Round }
  | { readonly do: 'nothing' }
  /** The rule does not apply in this state, which stays as it is. */
  | { readonly do: 'refuse' }

export interface Transition {
  readonly state: RoundState
  readonly output: RoundOutput
}

const nothing: RoundOutput = { do: 'nothing' }
const refuse: RoundOutput = { do: 'refuse' }

/** What a rule does to a round. Total: an input that does not fit the state is refused. */
export function transition(state: RoundState, input: RoundInput): Transition {
  switch (input.on) {
    case 'new-round':
      return startRound(state, input.round, input.proposes)
    case 'value':
      // In any step: a block that took longer than our own timeout may still reach others in time.
      return { state, output: proposalOf(state, input.block) }
    case 'proposal':
      // L22–26: prevote it unless locked on something else.
      return prevoteProposal(
        state,
        state.lockedRound === -1 || state.lockedValue === input.block ? input.block : null,
      )
    case 'invalid-proposal':
      // L26, L32: valid(v) is false.
      return prevoteProposal(state, null)
    case 'proposal-and-earlier-polka': {
      const { block, validRound } = input
      // L28: 0 ≤ vr < round.
      if (validRound < 0 || validRound >= state.round) return { state, output: refuse }
      // L29–32: a polka at or after our lock frees us from it.
      const free = state.lockedRound <= validRound || state.lockedValue === block
      return prevoteProposal(state, free ? block : null)
    }
    case 'polka-any':
      // L34–35
      if (state.step !== 'prevote' || state.round === -1) return { state, output: refuse }
      return { state, output: { do: 'schedule-timeout', step: 'prevote', round: state.round } }
    case 'proposal-and-polka':
      return polka(state, input.block)
    case 'polka-nil':
      // L44–46: precommit nil. The lock stays.
      return state.step === 'prevote' ? precommit(state, null) : { state, output: refuse }
    case 'precommit-any':
      // L47–48: in any step of the round.
      if (state.round === -1) return { state, output: refuse }
      return { state, output: { do: 'schedule-timeout', step: 'precommit', round: state.round } }
    case 'proposal-and-commit':
      // L49–51: whatever round and step we are in, once.
      if (state.step === 'decided') return { state, output: refuse }
      return {
        state: { ...state, step: 'decided' },
        output: { do: 'decide', round: input.round, block: input.block },
      }
    case 'skip':
      // L55–56
      return input.round > state.round ? leave(state, input.round) : { state, output: refuse }
    case 'timeout':
      return timeout(state, input.step, input.round)
    default:
      return unreachable(input)
  }
}

/** L11–21. Locks and valid values pass from round to round untouched. */
function startRound(state: RoundState, round: Round, proposes: boolean): Transition {
  if (state.step !== 'unstarted' || round <= state.round) return { state, output: refuse }
  const entered: RoundState = { ...state, round, step: 'propose' }
  // L21: those who do not propose wait for the proposal.
  if (!proposes)
    return { state: entered, output: { do: 'schedule-timeout', step: 'propose', round } }
  // L15–16: a valid value is proposed again; L18: else the application makes one.
  if (state.validValue !== null)
    return { state: entered, output: proposalOf(entered, state.validValue) }
  return { state: entered, output: { do: 'get-value', round } }
}

/** L19 */
const proposalOf = (state: RoundState, block: BlockId): RoundOutput => ({
  ...{ do: 'propose', round: state.round, block, validRound: state.validRound },
})

/** L24, L26, L30, L32 and L27, L33: one prevote, and the step it ends. */
function prevoteProposal(state: RoundState, block: BlockId | null): Transition {
  if (state.step !== 'propose') return { state, output: refuse }
  return {
    state: { ...state, step: 'prevote' },
    output: { do: 'vote', kind: 'prevote', round: state.round, block },
  }
}

/** L40, L45, L63 */
const precommit = (state: RoundState, block: BlockId | null): Transition => ({
  state: { ...state, step: 'precommit' },
  output: { do: 'vote', kind: 'precommit', round: state.round, block },
})

/** L36–43 */
function polka(state: RoundState, block: BlockId): Transition {
  const { step, round } = state
  if (step !== 'prevote' && step !== 'precommit') return { state, output: refuse }
  // L42–43: what had a polka is worth proposing, also when it came too late to be precommitted.
  const valid: RoundState = { ...state, validValue: block, validRound: round }
  if (step === 'precommit') return { state: valid, output: nothing }
  // L37–41: lock and precommit, from step prevote only.
  return precommit({ ...valid, lockedValue: block, lockedRound: round }, block)
}

/** To another round, of which the driver knows the proposer. */
const leave = (state: RoundState, round: Round): Transition => ({
  state: { ...state, step: 'unstarted' },
  output: { do: 'enter-round', round },
})

/** L57–67: void unless height, round and (for the first two) step are still the same. */
function timeout(state: RoundState, step: Step, round: Round): Transition {
  if (round !== state.round) return { state, output: refuse }
  // L65–67: from any step.
  if (step === 'precommit') return leave(state, round + 1)
  if (state.step !== step) return { state, output: refuse }
  // L57–60 and L61–64
  return step === 'propose' ? prevoteProposal(state, null) : precommit(state, null)
}
