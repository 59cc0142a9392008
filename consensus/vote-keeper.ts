// Counts the verified votes of one height by round, kind and block, weighted, and says of every
// threshold once per round that it was reached. The first vote of a member per round and kind
// counts; a different second one is evidence. What lies ahead is bounded: rounds up to the next one
// are kept whole, and of later ones only each member's highest, so that nobody fills our memory.
import { assert } from '../src/core/assert.ts'
import { type Committee, isQuorum, isSkip } from '../src/core/committee.ts'
import type { NodeId } from '../src/core/id.ts'
import { futureRoundsMax, roundMax } from '../src/core/limits.ts'
import type { BlockId, Round, VerifiedVote, VoteKind } from './vote.ts'
import { RoundTally } from './vote-tally.ts'

/** A quorum of prevotes is a polka. `any` counts all votes, nil too; `skip` counts distinct members. */
export type Threshold =
  | { readonly on: 'polka-any'; readonly round: Round }
  | { readonly on: 'polka-nil'; readonly round: Round }
  | { readonly on: 'polka-value'; readonly round: Round; readonly block: BlockId }
  | { readonly on: 'precommit-any'; readonly round: Round }
  | { readonly on: 'precommit-value'; readonly round: Round; readonly block: BlockId }
  /** More than a third voted in a round above ours. */
  | { readonly on: 'skip'; readonly round: Round }

export type Counted =
  /** `reached`: the thresholds that this vote reached, each for the first time. */
  | { readonly is: 'counted'; readonly reached: readonly Threshold[] }
  /** The very same word again (its signature apart). */
  | { readonly is: 'known' }
  /** A second word: not counted. `news`: the first such pair of this member, round and kind. */
  | {
      readonly is: 'double'
      readonly first: VerifiedVote
      readonly second: VerifiedVote
      readonly news: boolean
    }
  /** Too far ahead to be kept, or of nobody in the committee. */
  | { readonly is: 'ignored' }

const nothingReached: Counted = { is: 'counted', reached: [] }
const known: Counted = { is: 'known' }
const ignored: Counted = { is: 'ignored' }

export interface VoteKeeperOptions {
  /** Rounds ahead of ours that are kept whole. @default limits.futureRoundsMax */
  readonly futureRounds?: number
}

export class VoteKeeper {
  readonly #committee: Committee
  readonly #futureRounds: number
  readonly #rounds = new Map<Round, RoundTally>()
  /** By member: its highest round beyond the rounds kept whole; -1 of none. */
  readonly #highest: Float64Array
  #round: Round | -1 = -1
  /** The tally of the last vote: votes come in runs of one round. */
  #last: RoundTally | undefined

  constructor(committee: Committee, { futureRounds = futureRoundsMax }: VoteKeeperOptions = {}) {
    this.#committee = committee
    this.#futureRounds = futureRounds
    this.#highest = new Float64Array(committee.size).fill(-1)
  }

  /** Ours; -1 before the first. */
  get round(): Round | -1 {
    return this.#round
  }

  /** We are in a later round. Its votes are kept whole from now on. */
  enter(round: Round): void {
    assert(round > this.#round, 'rounds are entered in ascending order')
    this.#round = round
    const whole = round + this.#futureRounds
    for (let i = 0; i < this.#highest.length; i++)
      if (this.#highest[i]! <= whole) this.#highest[i] = -1
  }

  /** Counts a vote of this height. */
  add(vote: VerifiedVote): Counted {
    const member = this.#committee.indexOf(vote.voter)
    if (member === -1 || vote.round > roundMax) return ignored
    if (!this.#makesRoom(member, vote.round)) return ignored
    const tally = this.#tallyOf(vote.round)
    const kept = tally.of(vote.kind)
    const first = kept.votes[member]
    if (first !== undefined) {
      if (first.block === vote.block) return known
      const news = kept.doubled[member] === 0
      kept.doubled[member] = 1
      return { is: 'double', first, second: vote, news }
    }
    const power = this.#committee.members[member]!.power
    const weight = tally.count(member, power, vote)
    return this.#reached(tally, vote, weight)
  }

  /**
   * Counts a certificate: votes of one kind and round for one block (null: nil), which a quorum
   * makes. Here a second word counts for its block as well (once): were it lost, whoever first heard
   * the other word of a faulty member could never learn of a quorum that others have seen.
   *
   * @returns the thresholds reached; undefined where the votes make no quorum, and nothing is counted
   */
  addCertificate(votes: readonly VerifiedVote[]): readonly Threshold[] | undefined {
    const [example] = votes
    if (example === undefined || example.round > roundMax) return undefined
    const { kind, round, block } = example
    const same = votes.every((v) => v.kind === kind && v.round === round && v.block === block)
    const weight = this.#committee.weightOf(votes.map(({ voter }) => voter))
    if (!same || !isQuorum(weight, this.#committee.total)) return undefined
    const tally = this.#tallyOf(round)
    const reached: Threshold[] = []
    for (const vote of votes) {
      const member = this.#committee.indexOf(vote.voter)
      if (member === -1) continue
      const { power } = this.#committee.members[member]!
      const block = tally.countAgain(member, power, vote)
      const counted = this.#reached(tally, vote, block)
      if (counted.is === 'counted') reached.push(...counted.reached)
    }
    return reached
  }

  /** Which thresholds a counted vote has reached; `weight` is its block's, with it. */
  #reached(tally: RoundTally, vote: VerifiedVote, weight: number): Counted {
    const { total } = this.#committee
    const { round, kind, block } = vote
    const kept = tally.of(kind)
    const any = !kept.anyReached && isQuorum(kept.weight, total)
    // Reached by this vote, as it was not before: a block's weight only grows by its own votes.
    const value = isQuorum(weight, total) && !kept.quorums.includes(block)
    // Tendermint L55: prevotes and precommits together, each member once.
    const skip = round > this.#round && !tally.skipReached && isSkip(tally.weight, total)
    if (!any && !value && !skip) return nothingReached
    const reached: Threshold[] = []
    if (any) {
      kept.anyReached = true
      reached.push({ on: kind === 'prevote' ? 'polka-any' : 'precommit-any', round })
    }
    if (value) {
      kept.quorums.push(block)
      if (block !== null)
        reached.push({ on: kind === 'prevote' ? 'polka-value' : 'precommit-value', round, block })
      // A quorum of nil precommits is only one of any: the paper has no rule for it.
      else if (kind === 'prevote') reached.push({ on: 'polka-nil', round })
    }
    if (skip) {
      tally.skipReached = true
      reached.push({ on: 'skip', round })
    }
    return { is: 'counted', reached }
  }

  /** False when a vote lies too far ahead; drops what the member said of another far round before. */
  #makesRoom(member: number, round: Round): boolean {
    if (round <= this.#round + this.#futureRounds) return true
    const highest = this.#highest[member]!
    if (round < highest) return false
    if (round > highest) {
      this.#highest[member] = round
      if (highest !== -1) this.#forget(member, highest)
    }
    return true
  }

  #forget(member: number, round: Round): void {
    const tally = this.#rounds.get(round)
    if (tally === undefined) return
    tally.forget(member, this.#committee.members[member]!.power)
    if (tally.weight > 0) return
    this.#rounds.delete(round)
    if (this.#last === tally) this.#last = undefined
  }

  #tallyOf(round: Round): RoundTally {
    if (this.#last?.round === round) return this.#last
    let tally = this.#rounds.get(round)
    if (tally === undefined) {
      tally = new RoundTally(round, this.#committee.size)
      this.#rounds.set(round, tally)
    }
    this.#last = tally
    return tally
  }

  /** Has a quorum said anything of this kind in the round? */
  hasAny(kind: VoteKind, round: Round): boolean {
    return this.#rounds.get(round)?.of(kind).anyReached ?? false
  }

  /** Has a quorum said this block (null: nil) in the round? */
  hasQuorum(kind: VoteKind, round: Round, block: BlockId | null): boolean {
    return this.#rounds.get(round)?.of(kind).quorums.includes(block) ?? false
  }

  /** Power behind a block (null: nil) in a round. */
  weightOf(kind: VoteKind, round: Round, block: BlockId | null): number {
    return this.#rounds.get(round)?.of(kind).weightOf(block) ?? 0
  }

  /** Power of the members heard in a round, each once. */
  weightIn(round: Round): number {
    return this.#rounds.get(round)?.weight ?? 0
  }

  /** Rounds of which votes are held, ascending. */
  rounds(): readonly Round[] {
    return [...this.#rounds.keys()].sort((a, b) => a - b)
  }

  /** Members whose vote of this kind is held, as indices, ascending. */
  voters(kind: VoteKind, round: Round): readonly number[] {
    const votes = this.#rounds.get(round)?.of(kind).votes ?? []
    const voters: number[] = []
    for (let i = 0; i < votes.length; i++) if (votes[i] !== undefined) voters.push(i)
    return voters
  }

  /** The vote that counts. */
  vote(kind: VoteKind, round: Round, voter: NodeId): VerifiedVote | undefined {
    return this.#rounds.get(round)?.of(kind).votes[this.#committee.indexOf(voter)]
  }

  /** The votes that count for a block (null: nil), by member index: of precommits, what a commit is made of. */
  votesFor(kind: VoteKind, round: Round, block: BlockId | null): readonly VerifiedVote[] {
    const kept = this.#rounds.get(round)?.of(kind)
    if (kept === undefined) return []
    const second = kept.seconds.get(block) ?? []
    return kept.votes
      .map((vote, i) => (vote?.block === block ? vote : second[i]))
      .filter((vote) => vote !== undefined)
  }
}
