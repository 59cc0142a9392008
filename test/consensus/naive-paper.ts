// Algorithm 1 of arXiv 1807.04938 read word by word: every message ever received is in one list, and
// after each event all upon-rules are tried on that list until none applies. Slow and plain, to be
// compared with the driver. It shares the order in which rules are tried, and nothing else.
import type { DriverOutput } from '../../consensus/driver-io.ts'
import type { BlockId, VerifiedProposal, VerifiedVote, VoteKind } from '../../consensus/vote.ts'
import type { Committee } from '../../src/core/committee.ts'
import type { NodeId } from '../../src/core/id.ts'
import { proposerIn } from './round-builders.ts'

interface Received {
  readonly proposal: VerifiedProposal
  readonly valid: boolean
}

export class NaivePaper {
  readonly #committee: Committee
  readonly #self: NodeId
  readonly #votes: VerifiedVote[] = []
  readonly #proposals: Received[] = []
  readonly #done = new Set<string>()
  #awaited = -1
  round = 0
  step: 'propose' | 'prevote' | 'precommit' | 'decided' = 'propose'
  lockedValue: BlockId | null = null
  lockedRound = -1
  validValue: BlockId | null = null
  validRound = -1
  said: DriverOutput[] = []

  constructor(committee: Committee, self: NodeId) {
    this.#committee = committee
    this.#self = self
    this.#startRound(0)
  }

  #startRound(round: number): void {
    this.round = round
    this.step = 'propose'
    if (proposerIn(this.#committee, round) === this.#self) {
      if (this.validValue !== null) {
        const { validValue, validRound } = this
        this.said.push({ do: 'propose', round, block: validValue, validRound })
      } else {
        this.#awaited = round
        this.said.push({ do: 'get-value', round })
      }
    }
    this.said.push({ do: 'schedule-timeout', step: 'propose', round })
  }

  value(round: number, block: BlockId): void {
    if (this.step === 'decided' || round !== this.round || this.#awaited !== round) return
    this.#awaited = -1
    this.said.push({ do: 'propose', round, block, validRound: this.validRound })
  }

  vote(vote: VerifiedVote): void {
    if (this.step === 'decided') return
    const { kind, round, voter } = vote
    const known = this.#votes.find(
      (other) => other.kind === kind && other.round === round && other.voter === voter,
    )
    if (known === undefined) this.#votes.push(vote)
    this.#settle()
  }

  proposal(proposal: VerifiedProposal, valid: boolean): void {
    if (this.step === 'decided') return
    if (proposal.proposer !== proposerIn(this.#committee, proposal.round)) return
    this.#proposals.push({ proposal, valid })
    this.#settle()
  }

  timeout(step: 'propose' | 'prevote' | 'precommit', round: number): void {
    if (this.step === 'decided' || round !== this.round) return
    if (step === 'propose' && this.step === 'propose') this.#prevote(null) // L57
    if (step === 'prevote' && this.step === 'prevote') this.#precommit(null) // L61
    if (step === 'precommit') this.#enter(round + 1) // L65
    this.#settle()
  }

  #enter(round: number): void {
    this.said.push({ do: 'new-round', round })
    this.#startRound(round)
  }

  #prevote(block: BlockId | null): void {
    this.step = 'prevote'
    this.said.push({ do: 'vote', kind: 'prevote', round: this.round, block })
  }

  #precommit(block: BlockId | null): void {
    this.step = 'precommit'
    this.said.push({ do: 'vote', kind: 'precommit', round: this.round, block })
  }

  #weigh(holds: (vote: VerifiedVote) => boolean): number {
    return this.#committee.weightOf(this.#votes.filter(holds).map(({ voter }) => voter))
  }

  /** 2f + 1, where f is what less than a third weighs. */
  #quorum(kind: VoteKind, round: number, block?: BlockId | null): boolean {
    const weight = this.#weigh(
      (vote) =>
        vote.kind === kind && vote.round === round && (block === undefined || vote.block === block),
    )
    return weight * 3 > this.#committee.total * 2
  }

  #first(rule: string): boolean {
    const key = `${rule}/${this.round}`
    if (this.#done.has(key)) return false
    this.#done.add(key)
    return true
  }

  #settle(): void {
    while (this.step !== 'decided' && this.#rule()) {}
  }

  /** Runs one rule; false when none applies. */
  #rule(): boolean {
    const { round, step } = this
    for (const { proposal, valid } of this.#proposals)
      if (valid && this.#quorum('precommit', proposal.round, proposal.block)) {
        this.step = 'decided' // L49
        this.said.push({ do: 'decide', round: proposal.round, block: proposal.block })
        return true
      }
    const later = [...new Set(this.#votes.map((vote) => vote.round))].filter(
      (other) =>
        other > round && this.#weigh((vote) => vote.round === other) * 3 > this.#committee.total,
    )
    if (later.length > 0) {
      this.#enter(Math.max(...later)) // L55
      return true
    }
    const current = this.#proposals.filter(({ proposal }) => proposal.round === round)
    if (step === 'propose') for (const received of current) if (this.#answer(received)) return true
    if (step !== 'propose')
      for (const { proposal, valid } of current)
        if (valid && this.#quorum('prevote', round, proposal.block))
          if (this.#first(`L36 ${proposal.block}`)) {
            if (step === 'prevote') {
              this.lockedValue = proposal.block
              this.lockedRound = round
              this.#precommit(proposal.block)
            }
            this.validValue = proposal.block
            this.validRound = round
            return true
          }
    if (step === 'prevote' && this.#quorum('prevote', round, null)) {
      this.#precommit(null) // L44
      return true
    }
    if (step === 'prevote' && this.#quorum('prevote', round) && this.#first('L34')) {
      this.said.push({ do: 'schedule-timeout', step: 'prevote', round })
      return true
    }
    if (this.#quorum('precommit', round) && this.#first('L47')) {
      this.said.push({ do: 'schedule-timeout', step: 'precommit', round })
      return true
    }
    return false
  }

  /** L22 and L28 */
  #answer({ proposal, valid }: Received): boolean {
    const { block, validRound } = proposal
    // Whatever the polka of its valid round says, an invalid block gets nil.
    if (!valid) this.#prevote(null)
    else if (validRound === -1)
      this.#prevote(this.lockedRound === -1 || this.lockedValue === block ? block : null)
    else if (validRound < this.round && this.#quorum('prevote', validRound, block))
      this.#prevote(this.lockedRound <= validRound || this.lockedValue === block ? block : null)
    else return false
    return true
  }
}
