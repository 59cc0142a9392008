// The proposals of one height whose blocks are held, by round. The first of a round counts at once.
// A proposer that signs several is accused once; a few of them are held all the same, since a
// quorum may yet decide any of them, and one that already has a quorum always finds room.
import type { BlockId, Round, VerifiedProposal } from './vote.ts'

/** Proposals held of one round without a quorum for their blocks: a faulty proposer's, one for each part of the committee. */
export const proposalsPerRoundMax = 4

export interface HeldProposal {
  readonly proposal: VerifiedProposal
  /** The application accepts the block. */
  readonly valid: boolean
}

export type Taken =
  | { readonly is: 'first' | 'known'; readonly held: boolean }
  /** Different from the first; `news`: the first such pair of this round. */
  | {
      readonly is: 'second'
      readonly held: boolean
      readonly first: VerifiedProposal
      readonly news: boolean
    }

const none: readonly HeldProposal[] = []

export class ProposalKeeper {
  readonly #rounds = new Map<Round, HeldProposal[]>()
  readonly #accused = new Set<Round>()
  readonly #perRound: number

  constructor(perRound: number = proposalsPerRoundMax) {
    this.#perRound = perRound
  }

  /**
   * @param proposal of the proposer of its round
   * @param quorum its block has a quorum of votes in its round
   */
  add(proposal: VerifiedProposal, valid: boolean, quorum: boolean): Taken {
    const { round, block, validRound } = proposal
    const held = this.#rounds.get(round)
    if (held === undefined) {
      this.#rounds.set(round, [{ proposal, valid }])
      return { is: 'first', held: true }
    }
    const same = held.some(
      ({ proposal }) => proposal.block === block && proposal.validRound === validRound,
    )
    if (same) return { is: 'known', held: false }
    const room = quorum || held.length < this.#perRound
    if (room) held.push({ proposal, valid })
    const news = !this.#accused.has(round)
    this.#accused.add(round)
    return { is: 'second', held: room, first: held[0]!.proposal, news }
  }

  /** In the order of arrival. */
  of(round: Round): readonly HeldProposal[] {
    return this.#rounds.get(round) ?? none
  }

  /** Is a valid proposal of this block in this round held? */
  valid(round: Round, block: BlockId): boolean {
    return this.of(round).some(({ proposal, valid }) => valid && proposal.block === block)
  }

  /** Rounds of which a proposal is held, ascending. */
  rounds(): readonly Round[] {
    return [...this.#rounds.keys()].sort((a, b) => a - b)
  }
}
