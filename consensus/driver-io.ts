// What goes into the driver of one height and what comes out: the round's decisions as the paper
// makes them, without signatures, clocks or networks. driver.ts and engine.ts meet here.
import type { NodeId } from '../src/core/id.ts'
import type { BlockId, Round, VerifiedProposal, VerifiedVote, VoteKind } from './vote.ts'

/** propose → prevote → precommit, as in the paper. */
export type Step = 'propose' | 'prevote' | 'precommit'

/** Two votes or two proposals that one member signed for the same height and round (and kind). */
export type Equivocation =
  | { readonly is: 'double-vote'; readonly first: VerifiedVote; readonly second: VerifiedVote }
  | {
      readonly is: 'double-proposal'
      readonly first: VerifiedProposal
      readonly second: VerifiedProposal
    }

export type DriverInput =
  /** Enter a round: 0 at first, later ones only by the driver's own doing. */
  | { readonly on: 'start-round'; readonly round: Round; readonly proposer: NodeId }
  /** The block to propose, asked for by `get-value`. */
  | { readonly on: 'value'; readonly round: Round; readonly block: BlockId }
  /** A proposal of that round's proposer whose block is held; `valid`: the application accepts it. */
  | { readonly on: 'proposal'; readonly proposal: VerifiedProposal; readonly valid: boolean }
  | { readonly on: 'vote'; readonly vote: VerifiedVote }
  /** A quorum's prevotes of one round for one block: counts also for who first heard a member say otherwise. */
  | { readonly on: 'polka'; readonly votes: readonly VerifiedVote[] }
  | { readonly on: 'timeout'; readonly step: Step; readonly round: Round }

export type DriverOutput =
  /** The driver entered a round (not told of the one given by `start-round`). It needs `proposer` of it. */
  | { readonly do: 'new-round'; readonly round: Round }
  /** This node proposes in this round and has no valid value: make a block. */
  | { readonly do: 'get-value'; readonly round: Round }
  /** Propose (L19): its valid value with its round, or the value it was given. */
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
  /** Decide (L49–51): the precommits of that round for that block are a quorum and the block is held. */
  | { readonly do: 'decide'; readonly round: Round; readonly block: BlockId }
  | { readonly do: 'accuse'; readonly equivocation: Equivocation }
