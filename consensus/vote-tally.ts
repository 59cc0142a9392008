// The votes of one round as counted: who said what, and what it weighs. The vote keeper decides
// what enters; here are only sums. Members are indices into the committee.
import { assert } from '../src/core/assert.ts'
import type { BlockId, Round, VerifiedVote, VoteKind } from './vote.ts'

/** Votes of one kind in one round. */
export class KindTally {
  /** By member index: the vote that counts. */
  readonly votes: (VerifiedVote | undefined)[]
  /** By member index: 1 once a second, different vote was seen. */
  readonly doubled: Uint8Array
  /** Power of all who voted. */
  weight = 0
  /** A quorum voted, for whatever. */
  anyReached = false
  /** What a quorum voted for (null: nil): one entry while less than a third is faulty. */
  readonly quorums: (BlockId | null)[] = []
  /** By block, then member index: second words that count as parts of a certificate. */
  readonly seconds = new Map<BlockId | null, VerifiedVote[]>()
  /** Distinct blocks (null: nil) and their weights side by side: one or two in practice. */
  readonly #blocks: (BlockId | null)[] = []
  readonly #weights: number[] = []

  constructor(size: number) {
    this.votes = new Array<VerifiedVote | undefined>(size).fill(undefined)
    this.doubled = new Uint8Array(size)
  }

  weightOf(block: BlockId | null): number {
    const at = this.#blocks.indexOf(block)
    return at === -1 ? 0 : this.#weights[at]!
  }

  /** @returns the block's weight from now on */
  change(block: BlockId | null, by: number): number {
    this.weight += by
    const at = this.#blocks.indexOf(block)
    if (at !== -1) {
      this.#weights[at]! += by
      return this.#weights[at]!
    }
    this.#blocks.push(block)
    this.#weights.push(by)
    return by
  }
}

export class RoundTally {
  readonly round: Round
  readonly #prevotes: KindTally
  readonly #precommits: KindTally
  /** Power of the members heard, each once, whatever they voted. */
  weight = 0
  skipReached = false

  constructor(round: Round, size: number) {
    this.round = round
    this.#prevotes = new KindTally(size)
    this.#precommits = new KindTally(size)
  }

  of(kind: VoteKind): KindTally {
    return kind === 'prevote' ? this.#prevotes : this.#precommits
  }

  /** Counts a member's first vote of its kind. @returns what its block weighs with it */
  count(member: number, power: number, vote: VerifiedVote): number {
    const kept = this.of(vote.kind)
    assert(kept.votes[member] === undefined, 'nobody votes twice')
    if (this.#prevotes.votes[member] === undefined && this.#precommits.votes[member] === undefined)
      this.weight += power
    kept.votes[member] = vote
    return kept.change(vote.block, power)
  }

  /** Counts a vote of a certificate: also where the member was counted otherwise. @returns as `count` */
  countAgain(member: number, power: number, vote: VerifiedVote): number {
    const kept = this.of(vote.kind)
    const first = kept.votes[member]
    if (first === undefined) return this.count(member, power, vote)
    const seconds = kept.seconds.get(vote.block) ?? []
    if (first.block === vote.block || seconds[member] !== undefined)
      return kept.weightOf(vote.block)
    seconds[member] = vote
    kept.seconds.set(vote.block, seconds)
    kept.weight -= power // distinct members: this one was heard before
    return kept.change(vote.block, power)
  }

  /** Takes a member's votes back out: it speaks in a later round now. */
  forget(member: number, power: number): void {
    let heard = false
    for (const kept of [this.#prevotes, this.#precommits]) {
      const vote = kept.votes[member]
      if (vote === undefined) continue
      heard = true
      kept.votes[member] = undefined
      kept.doubled[member] = 0
      kept.change(vote.block, -power)
    }
    if (heard) this.weight -= power
  }
}
