// The votes of one height, counted by our vote keeper and written as the specification's
// "bookkeeper": tallies, addresses, evidence and the thresholds it emits. The specification emits at
// most one threshold a vote, so out of those that ours has reported this picks the one it names.
import type { Driver } from '../../consensus/driver.ts'
import type { Round, VerifiedVote } from '../../consensus/vote.ts'
import { type Threshold, VoteKeeper } from '../../consensus/vote-keeper.ts'
import { canonical, type Fields, MapOf, SetOf, tagged, type Value } from './itf.ts'
import { kinds, type Names, specBlock } from './spec.ts'

const nothing = tagged('NoVKOutput')

/** What is kept beside our keeper: votes that it refuses to count, and what was emitted. */
interface RoundNotes {
  readonly reached: Set<string>
  readonly emitted: Map<string, Fields>
  readonly received: VerifiedVote[]
}

/** A threshold in the specification's words. */
function specThreshold(threshold: Threshold): Fields {
  const { round } = threshold
  switch (threshold.on) {
    case 'polka-any':
      return tagged('PolkaAnyVKOutput', round)
    case 'polka-nil':
      return tagged('PolkaNilVKOutput', round)
    case 'polka-value':
      return tagged('PolkaValueVKOutput', [round, threshold.block])
    case 'precommit-any':
      return tagged('PrecommitAnyVKOutput', round)
    case 'precommit-value':
      return tagged('PrecommitValueVKOutput', [round, threshold.block])
    case 'skip':
      return tagged('SkipVKOutput', round)
  }
}

export class Bookkeeper {
  readonly keeper: VoteKeeper
  readonly #names: Names
  readonly #height: number
  readonly #notes = new Map<Round, RoundNotes>()
  readonly #evidence = new Map<string, Value>()
  readonly #onThreshold: (threshold: Threshold) => void

  /** @param driver the node's, whose keeper counts; a keeper alone where there is none */
  constructor(names: Names, height: number, driver?: Driver) {
    this.#names = names
    this.#height = height
    this.keeper =
      driver?.votes ?? new VoteKeeper(names.committee, { futureRounds: Number.MAX_SAFE_INTEGER })
    this.#onThreshold = (threshold) => driver?.remember(threshold)
  }

  #note(notes: RoundNotes, reached: readonly Threshold[]): void {
    for (const threshold of reached) {
      notes.reached.add(canonical(specThreshold(threshold)))
      this.#onThreshold(threshold)
    }
  }

  #notesOf(round: Round): RoundNotes {
    let notes = this.#notes.get(round)
    if (notes === undefined) {
      notes = { reached: new Set(), emitted: new Map(), received: [] }
      this.#notes.set(round, notes)
    }
    return notes
  }

  /**
   * A vote. `currentRound` is the one that skips are measured from.
   *
   * @returns what the specification emits
   */
  apply(vote: VerifiedVote, currentRound: Round | -1): Fields {
    const notes = this.#notesOf(vote.round)
    const counted = this.keeper.add(vote)
    this.#receive(notes, vote)
    if (counted.is === 'counted') this.#note(notes, counted.reached)
    const output = this.#emits(notes, vote, currentRound)
    if (output !== nothing) notes.emitted.set(canonical(output), output)
    return output
  }

  /** A certificate: it emits its threshold, always, and leaves no note of it. */
  applyCertificate(votes: readonly VerifiedVote[]): Fields {
    const { kind, round, block } = votes[0]!
    const notes = this.#notesOf(round)
    for (const vote of votes) this.#receive(notes, vote)
    this.#note(notes, this.keeper.addCertificate(votes) ?? [])
    if (!this.keeper.hasQuorum(kind, round, block)) return nothing
    if (block === null)
      return tagged(kind === 'prevote' ? 'PolkaNilVKOutput' : 'PrecommitAnyVKOutput', round)
    return tagged(kind === 'prevote' ? 'PolkaValueVKOutput' : 'PrecommitValueVKOutput', [
      ...[round, block],
    ])
  }

  /** Our keeper holds one vote of each member; the specification notes all, and pairs as evidence. */
  #receive({ received }: RoundNotes, vote: VerifiedVote): void {
    const mine = received.filter(({ voter, kind }) => voter === vote.voter && kind === vote.kind)
    if (!mine.some(({ block }) => block === vote.block)) {
      received.push(vote)
      mine.push(vote)
    }
    if (mine.length < 2) return
    const evidence = new SetOf(mine.map((vote) => this.#names.specVote(vote)))
    this.#evidence.set(canonical(evidence), evidence)
  }

  /** Skip first, while the round is ahead; else the most specific threshold of the vote, once. */
  #emits({ reached, emitted }: RoundNotes, vote: VerifiedVote, currentRound: Round | -1): Fields {
    const { kind, round, block } = vote
    const skip = specThreshold({ on: 'skip', round })
    if (round > currentRound && reached.has(canonical(skip))) return skip
    const any = specThreshold({ on: kind === 'prevote' ? 'polka-any' : 'precommit-any', round })
    const own: Threshold =
      block === null
        ? { on: 'polka-nil', round }
        : { on: kind === 'prevote' ? 'polka-value' : 'precommit-value', round, block }
    const specific = specThreshold(own)
    const named = reached.has(canonical(specific)) && (kind === 'prevote' || block !== null)
    const output = named ? specific : any
    if (!reached.has(canonical(output)) || emitted.has(canonical(output))) return nothing
    return output
  }

  /** The whole bookkeeper as the specification writes it. */
  spec(validatorSet: Value): Fields {
    const rounds = [...this.#notes.keys()].map((round) => [round, this.#specRound(round)] as const)
    return {
      ...{ height: this.#height, validatorSet, rounds: new MapOf(rounds) },
      evidence: new SetOf([...this.#evidence.values()]),
    }
  }

  #specRound(round: Round): Fields {
    const { members, total } = this.#names.committee
    const { emitted, received } = this.#notesOf(round)
    const heard = new Set(kinds.flatMap(([kind]) => this.keeper.voters(kind, round)))
    const counts = kinds.map(([kind, name]) => {
      const votes = received.filter((vote) => vote.kind === kind)
      const weights = [...new Set(votes.map(({ block }) => block))]
        .map((block) => [block, this.keeper.weightOf(kind, round, block)] as const)
        .filter(([, weight]) => weight > 0)
      const count: Fields = {
        totalWeight: total,
        receivedVotes: new SetOf(votes.map((vote) => this.#names.specVote(vote))),
        valuesWeights: new MapOf(weights.map(([block, weight]) => [specBlock(block), weight])),
        votesAddresses: new SetOf(
          this.keeper.voters(kind, round).map((i) => this.#names.name(members[i]!.nodeId)),
        ),
      }
      return [name, count]
    })
    return {
      ...{ height: this.#height, round, emittedOutputs: new SetOf([...emitted.values()]) },
      ...(Object.fromEntries(counts) as Fields),
      votesAddressesWeights: new MapOf(
        [...heard].map((i) => [this.#names.name(members[i]!.nodeId), members[i]!.power]),
      ),
    }
  }
}
