// What the engine holds of the height being decided: the driver, the log, the blocks of proposals and
// whether they are good. Bounded: proposals of later rounds are kept one for each member, votes by
// the driver's keeper, and the log takes of far rounds only what the keeper keeps.
import type { Refusal } from '../src/core/application.ts'
import type { Committee } from '../src/core/committee.ts'
import type { Millis, NodeId } from '../src/core/id.ts'
import { futureRoundsMax } from '../src/core/limits.ts'
import type { Block } from './block.ts'
import { Driver } from './driver.ts'
import type { DriverInput, DriverOutput, Equivocation, Step } from './driver-io.ts'
import type { RoundVotes } from './engine-io.ts'
import { culpritOf } from './evidence.ts'
import type { BlockId, Height, Round, VerifiedProposal, VerifiedVote } from './vote.ts'
import { Wal } from './wal.ts'

/** Rounds of a height that peers are told of: the latest, and the polkas that proposals of theirs go by. */
export const roundsToldMax = 12

/** What the driver wants of this node's voice. */
export type Word = DriverOutput & { readonly do: 'get-value' | 'propose' | 'vote' }

export interface WholeProposal {
  readonly proposal: VerifiedProposal
  readonly block: Block
}

export class EngineHeight {
  readonly height: Height
  readonly committee: Committee
  readonly proposerOf: (round: Round) => NodeId
  readonly driver: Driver
  readonly wal: Wal
  /** When this node began to wait for this height. */
  readonly enteredAt: Millis
  /** Inputs of the driver that wait for the one in hand. */
  readonly queue: DriverInput[] = []
  /** Blocks of the proposals that the driver was given. */
  readonly blocks = new Map<BlockId, Block>()
  /** By everything but the clock; null: good. */
  readonly verdicts = new Map<BlockId, Refusal | null>()
  /** Its first round was begun. */
  begun = false
  /** What the driver wanted said while this node could not sign: it was catching up. */
  #unsaid: Word[] = []
  /** The round whose timeout runs, by step. */
  readonly timeouts = new Map<Step, Round>()
  /** A quorum precommitted this block in that round. */
  certified: { readonly round: Round; readonly block: BlockId } | undefined
  readonly #logged = new Set<BlockId>()
  readonly #convicted = new Set<NodeId>()
  #rounds: readonly RoundVotes[] | undefined
  /** The latest proposal of each member for a round that we are not near yet. */
  #far = new Map<NodeId, WholeProposal>()

  constructor(
    height: Height,
    committee: Committee,
    self: NodeId | null,
    proposerOf: (round: Round) => NodeId,
    durable: number,
    enteredAt: Millis,
  ) {
    this.height = height
    this.committee = committee
    this.proposerOf = proposerOf
    this.driver = new Driver({ committee, self, proposerOf })
    this.wal = new Wal(height, durable)
    this.enteredAt = enteredAt
  }

  /** Round 0 was entered: timeouts run. */
  get running(): boolean {
    return this.driver.state.round !== -1
  }

  /** 0 also before it runs. */
  get round(): Round {
    return Math.max(0, this.driver.state.round)
  }

  get step(): Step {
    const { step } = this.driver.state
    return step === 'unstarted' ? 'propose' : step === 'decided' ? 'precommit' : step
  }

  isNear(round: Round): boolean {
    return round <= this.round + futureRoundsMax
  }

  /** Logs an input that the driver took. What it did not keep is not worth a line. */
  log(input: DriverInput): void {
    if (input.on === 'vote') {
      const { kind, round, voter } = input.vote
      if (this.driver.votes.vote(kind, round, voter) !== input.vote) return
      if (!this.isNear(round)) return this.wal.appendFar(input, this.round + futureRoundsMax)
    }
    if (input.on === 'proposal') this.logBlock(input.proposal.block)
    this.wal.append(input)
  }

  /** A block is logged once, before whatever names it. */
  logBlock(id: BlockId): void {
    const block = this.blocks.get(id)
    if (block === undefined || this.#logged.has(id)) return
    this.#logged.add(id)
    this.wal.append({ on: 'block', block })
  }

  /** A block that is in the log already. */
  replayBlock(block: Block): void {
    this.#logged.add(block.id)
    this.blocks.set(block.id, block)
  }

  /** Of the present round only: what belonged into an earlier one helps nobody any more. */
  leaveUnsaid(word: Word): void {
    this.#unsaid = [...this.#unsaid.filter(({ round }) => round === word.round), word]
  }

  takeUnsaid(): readonly Word[] {
    const words = this.#unsaid.filter(({ round }) => round === this.round)
    this.#unsaid = []
    return words
  }

  /** One proof convicts a member: later ones of this height are no news, however many it makes of itself. */
  convicts(equivocation: Equivocation): boolean {
    const culprit = culpritOf(equivocation)
    if (this.#convicted.has(culprit)) return false
    this.#convicted.add(culprit)
    return true
  }

  /** Keeps a proposal of a later round until we are near it. */
  keepFar(whole: WholeProposal): void {
    const { proposer, round } = whole.proposal
    const held = this.#far.get(proposer)
    if (held === undefined || held.proposal.round < round) this.#far.set(proposer, whole)
  }

  /** The proposals whose rounds have come near, ordered by round. */
  takeNear(): readonly WholeProposal[] {
    if (this.#far.size === 0) return []
    const near = [...this.#far.values()].filter(({ proposal }) => this.isNear(proposal.round))
    for (const { proposal } of near) this.#far.delete(proposal.proposer)
    return near.sort((a, b) => a.proposal.round - b.proposal.round)
  }

  /** The first proposal held of a round. */
  proposal(round: Round): WholeProposal | undefined {
    const proposal = this.driver.proposals.of(round)[0]?.proposal
    const block = proposal && this.blocks.get(proposal.block)
    return proposal === undefined || block === undefined ? undefined : { proposal, block }
  }

  vote(kind: VerifiedVote['kind'], round: Round, voter: NodeId): VerifiedVote | undefined {
    return this.driver.votes.vote(kind, round, voter)
  }

  /** The driver took something: what was told of rounds is old. */
  changed(): void {
    this.#rounds = undefined
  }

  /** For EngineView: the latest rounds, and those whose polkas matter to them. Asked for with every status. */
  rounds(): readonly RoundVotes[] {
    this.#rounds ??= this.#tellRounds()
    return this.#rounds
  }

  #tellRounds(): readonly RoundVotes[] {
    const { votes, proposals } = this.driver
    const latest = [...new Set([...votes.rounds(), ...proposals.rounds()])]
      .sort((a, b) => b - a)
      .slice(0, roundsToldMax - 4)
    const behind = latest.flatMap((round) =>
      proposals.of(round).map(({ proposal }) => proposal.validRound),
    )
    const { validRound } = this.driver.state
    const matter = [this.certified?.round ?? -1, validRound, ...behind]
    return [...new Set([...latest, ...matter])]
      .filter((round) => round >= 0)
      .slice(0, roundsToldMax)
      .sort((a, b) => a - b)
      .map((round) => ({
        round,
        prevotes: votes.voters('prevote', round),
        precommits: votes.voters('precommit', round),
        proposal: this.proposal(round) !== undefined,
      }))
  }
}
