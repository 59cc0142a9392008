// Votes and proposals of the height after the one being decided: a member that is a little ahead must
// not be asked to say everything again. Bounded for each member by itself, so that nobody takes
// another's room; everything beyond is ignored and comes again by the repair between peers.
import type { NodeId } from '../src/core/id.ts'
import type { Block } from './block.ts'
import type { Height, VerifiedProposal, VerifiedVote } from './vote.ts'

/** Votes of one member for the next height: both kinds of a few rounds. Who is further ahead is synced to. */
export const futureVotesPerMemberMax = 8

export interface Kept {
  readonly votes: readonly VerifiedVote[]
  readonly proposals: readonly { readonly proposal: VerifiedProposal; readonly block: Block }[]
}

export class NextHeight {
  #height: Height
  #votes = new Map<NodeId, VerifiedVote[]>()
  /** The last of each member. */
  #proposals = new Map<NodeId, { readonly proposal: VerifiedProposal; readonly block: Block }>()

  /** @param height the one that things are kept for */
  constructor(height: Height) {
    this.#height = height
  }

  /** Keeps a vote that a member of that height's committee signed. Of other heights nothing is kept. */
  keepVote(vote: VerifiedVote): void {
    if (vote.height !== this.#height) return
    const kept = this.#votes.get(vote.voter) ?? []
    const again = kept.some(
      ({ kind, round, block }) =>
        kind === vote.kind && round === vote.round && block === vote.block,
    )
    if (again || kept.length >= futureVotesPerMemberMax) return
    this.#votes.set(vote.voter, [...kept, vote])
  }

  keepProposal(proposal: VerifiedProposal, block: Block): void {
    if (proposal.height === this.#height)
      this.#proposals.set(proposal.proposer, { proposal, block })
  }

  /** Hands out what was kept and keeps for the height after it. Ordered by member, not by arrival. */
  enter(height: Height): Kept {
    const members = [...this.#votes.keys()].sort()
    const votes = members.flatMap((member) => this.#votes.get(member)!)
    const proposals = [...this.#proposals.keys()].sort().map((key) => this.#proposals.get(key)!)
    const kept = height === this.#height ? { votes, proposals } : { votes: [], proposals: [] }
    this.#height = height + 1
    this.#votes = new Map()
    this.#proposals = new Map()
    return kept
  }
}
