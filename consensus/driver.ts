// One height: brings together votes, proposals and the round, and finds which rule of the paper
// (arXiv 1807.04938, Algorithm 1) applies, until none does. It signs nothing and sends nothing: the
// engine signs and logs `vote` and `propose`, then feeds its own vote and proposal back as inputs.
//
// The decision table, in the order tried. r, step: ours. p: a proposal of the proposer of its round.
// Thresholds are quorums of one round; each rule marked * runs once per round.
//
//   proposal            votes                        step              round input
//   p of any round q    precommits of q for p        any               proposal-and-commit      L49
//   -                   more than 1/3 in q > r       any               skip to q                L55
//   p of r, invalid     -                            propose           invalid-proposal         L26, L32
//   p of r, vr = -1     -                            propose           proposal                 L22
//   p of r, 0 <= vr < r prevotes of vr for p         propose           proposal-and-earlier-polka L28
//   p of r              prevotes of r for p          prevote, precommit proposal-and-polka     *L36
//   -                   prevotes of r for nil        prevote           polka-nil                L44
//   -                   prevotes of r for anything   prevote           polka-any               *L34
//   -                   precommits of r for anything any               precommit-any           *L47
//
// An invalid proposal gets its nil prevote without waiting for the polka of its vr: whatever that
// polka says, the answer is nil.
import { assert, unreachable } from '../src/core/assert.ts'
import type { Committee } from '../src/core/committee.ts'
import type { NodeId } from '../src/core/id.ts'
import { futureRoundsMax } from '../src/core/limits.ts'
import type { DriverInput, DriverOutput } from './driver-io.ts'
import { type HeldProposal, ProposalKeeper, proposalsPerRoundMax } from './proposal-keeper.ts'
import {
  type RoundInput,
  type RoundOutput,
  type RoundState,
  transition,
  unstarted,
} from './round.ts'
import type { BlockId, Round, VerifiedProposal, VerifiedVote } from './vote.ts'
import { type Threshold, VoteKeeper } from './vote-keeper.ts'

export interface DriverOptions {
  /** The one that decides this height. */
  readonly committee: Committee
  /**
   * This node. A follower (null, or no member) walks through the rounds and decides as members do,
   * but is never asked for a block, a proposal or a vote.
   */
  readonly self: NodeId | null
  /** Who proposes in a round of this height; the same answer on every node. */
  readonly proposerOf: (round: Round) => NodeId
  /** Rounds ahead that are kept whole. @default limits.futureRoundsMax */
  readonly futureRounds?: number
  /** Different proposals of a round that are kept. @default proposalsPerRoundMax */
  readonly proposalsPerRound?: number
}

const none: readonly DriverOutput[] = []

export class Driver {
  readonly votes: VoteKeeper
  readonly proposals: ProposalKeeper
  readonly #self: NodeId | null
  readonly #proposerOf: (round: Round) => NodeId
  readonly #futureRounds: number
  #state: RoundState = unstarted
  /** Quorums of precommits for a block, in the order in which they were reached. */
  readonly #commits: { readonly round: Round; readonly block: BlockId }[] = []
  /** The highest round in which more than a third is. */
  #skipTo: Round | -1 = -1
  /** "For the first time", of this round: L34, L36 (by block), L47; and whether a block is awaited (L18). */
  #prevoteTimeout = false
  readonly #polkas: BlockId[] = []
  #precommitTimeout = false
  #asked = false

  constructor(options: DriverOptions) {
    const { committee, self, proposerOf, futureRounds = futureRoundsMax } = options
    this.votes = new VoteKeeper(committee, { futureRounds })
    this.#futureRounds = futureRounds
    this.proposals = new ProposalKeeper(options.proposalsPerRound ?? proposalsPerRoundMax)
    this.#self = self !== null && committee.has(self) ? self : null
    this.#proposerOf = proposerOf
  }

  get state(): RoundState {
    return this.#state
  }

  get decided(): boolean {
    return this.#state.step === 'decided'
  }

  /**
   * Takes an input and follows every rule that it makes applicable.
   *
   * @returns what to do, in order. A decided height takes no more.
   */
  step(input: DriverInput): readonly DriverOutput[] {
    if (this.decided) return none
    const outputs: DriverOutput[] = []
    switch (input.on) {
      case 'start-round':
        assert(input.round > this.#state.round, 'a round is started once, and never an earlier one')
        assert(input.proposer === this.#proposerOf(input.round), 'a round has one proposer')
        this.#enter(input.round, outputs)
        break
      case 'value':
        if (!this.#asked || input.round !== this.#state.round) return none
        this.#perform({ on: 'value', block: input.block }, outputs)
        break
      case 'proposal':
        if (!this.takeProposal(input.proposal, input.valid, outputs)) return outputs
        break
      case 'vote':
        // Nearly every vote reaches no threshold and ends here.
        if (!this.takeVote(input.vote, outputs)) return outputs.length === 0 ? none : outputs
        break
      case 'polka': {
        const reached = this.votes.addCertificate(input.votes) ?? []
        if (reached.length === 0) return none
        for (const threshold of reached) this.remember(threshold)
        break
      }
      case 'timeout':
        this.#perform(input, outputs)
        break
      default:
        return unreachable(input)
    }
    this.#settle(outputs)
    return outputs
  }

  /**
   * Counts a vote and runs no rule: like `apply`, a part of `step` for who looks between two rules.
   *
   * @returns whether a rule may apply now that did not before
   */
  takeVote(vote: VerifiedVote, outputs: DriverOutput[]): boolean {
    const counted = this.votes.add(vote)
    if (counted.is === 'double' && counted.news) {
      const { first, second } = counted
      outputs.push({ do: 'accuse', equivocation: { is: 'double-vote', first, second } })
    }
    if (counted.is !== 'counted' || counted.reached.length === 0) return false
    for (const threshold of counted.reached) this.remember(threshold)
    return true
  }

  /** Notes a threshold that the vote keeper reported. */
  remember(threshold: Threshold): void {
    if (threshold.on === 'precommit-value')
      this.#commits.push({ round: threshold.round, block: threshold.block })
    if (threshold.on === 'skip') this.#skipTo = Math.max(this.#skipTo, threshold.round)
  }

  /** Holds a proposal and runs no rule, as `takeVote`. @returns whether it counts */
  takeProposal(proposal: VerifiedProposal, valid: boolean, outputs: DriverOutput[]): boolean {
    const { round, block, proposer } = proposal
    const quorum =
      this.votes.hasQuorum('prevote', round, block) ||
      this.votes.hasQuorum('precommit', round, block)
    // Bounded: of rounds further ahead it will be sent again once we are there.
    if (round > this.#state.round + this.#futureRounds && !quorum) return false
    // Anybody can sign a proposal; only that of the round's proposer is one.
    if (proposer !== this.#proposerOf(round)) return false
    const taken = this.proposals.add(proposal, valid, quorum)
    if (taken.is === 'second' && taken.news)
      outputs.push({
        do: 'accuse',
        equivocation: { is: 'double-proposal', first: taken.first, second: proposal },
      })
    return taken.held
  }

  #settle(outputs: DriverOutput[]): void {
    for (let input = this.enabled(); input !== undefined; input = this.enabled())
      this.#perform(input, outputs)
  }

  /** The first rule of the table that applies; undefined of none. Votes and proposals alone: no timeouts. */
  enabled(): RoundInput | undefined {
    const { step, round } = this.#state
    if (step === 'decided' || round === -1) return undefined
    const commit = this.#commits.find(({ round, block }) => this.proposals.valid(round, block))
    if (commit !== undefined) return { on: 'proposal-and-commit', ...commit } // L49
    if (step === 'unstarted') return undefined
    if (this.#skipTo > round) return { on: 'skip', round: this.#skipTo } // L55
    const proposals = this.proposals.of(round)
    if (step === 'propose') {
      for (const held of proposals) {
        const input = this.#prevoteOn(held, round)
        if (input !== undefined) return input
      }
    } else {
      const polka = proposals.find(({ proposal: { block }, valid }) => {
        if (!valid || this.#polkas.includes(block)) return false
        return this.votes.hasQuorum('prevote', round, block)
      })
      if (polka !== undefined) return { on: 'proposal-and-polka', block: polka.proposal.block } // L36
    }
    if (step === 'prevote') {
      if (this.votes.hasQuorum('prevote', round, null)) return { on: 'polka-nil' } // L44
      if (!this.#prevoteTimeout && this.votes.hasAny('prevote', round)) return { on: 'polka-any' } // L34
    }
    if (!this.#precommitTimeout && this.votes.hasAny('precommit', round))
      return { on: 'precommit-any' } // L47
    return undefined
  }

  /** L22, L26, L28, L32: what a proposal of this round makes us prevote, once its polka is there. */
  #prevoteOn({ proposal, valid }: HeldProposal, round: Round): RoundInput | undefined {
    const { block, validRound } = proposal
    if (!valid) return { on: 'invalid-proposal' }
    if (validRound === -1) return { on: 'proposal', block }
    if (validRound >= round || !this.votes.hasQuorum('prevote', validRound, block)) return undefined
    return { on: 'proposal-and-earlier-polka', block, validRound }
  }

  /** One rule: the round's transition, and what it means for this height. */
  #perform(input: RoundInput, outputs: DriverOutput[]): void {
    const output = this.apply(input)
    switch (output.do) {
      case 'nothing':
      case 'refuse':
        return
      case 'enter-round':
        outputs.push({ do: 'new-round', round: output.round })
        return this.#enter(output.round, outputs)
      case 'get-value':
      case 'propose':
        outputs.push(output)
        // Also for the proposer: should its own proposal never come back, it prevotes nil in time.
        if (input.on === 'new-round')
          outputs.push({ do: 'schedule-timeout', step: 'propose', round: output.round })
        return
      case 'vote':
        // A follower moves on as if it had voted.
        if (this.#self !== null) outputs.push(output)
        return
      case 'schedule-timeout':
      case 'decide':
        outputs.push(output)
        return
      default:
        return unreachable(output)
    }
  }

  /**
   * One transition of the round, and no rule after it. `step` is the way in, and keeps a decided
   * height shut; this is for replaying traces that look between two rules (test/conformance).
   */
  apply(input: RoundInput): RoundOutput {
    const { state, output } = transition(this.#state, input)
    this.#state = state
    if (output.do === 'refuse') return output
    if (input.on === 'new-round') {
      this.votes.enter(input.round)
      this.#prevoteTimeout = false
      this.#polkas.length = 0
      this.#precommitTimeout = false
    }
    if (input.on === 'proposal-and-polka') this.#polkas.push(input.block)
    if (input.on === 'polka-any') this.#prevoteTimeout = true
    if (input.on === 'precommit-any') this.#precommitTimeout = true
    if (input.on === 'new-round' || input.on === 'value') this.#asked = output.do === 'get-value'
    return output
  }

  /** L11–21 */
  #enter(round: Round, outputs: DriverOutput[]): void {
    const proposes = this.#self !== null && this.#proposerOf(round) === this.#self
    this.#perform({ on: 'new-round', round, proposes }, outputs)
  }
}
