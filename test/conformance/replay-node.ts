// One validator at one height: our driver, taken through the specification's steps one rule at a
// time. The specification runs at most one rule a step and keeps others pending; which rule it ran
// stands in the trace. Ours must find that rule's votes and proposal in its own books, do the same
// with it. Where ours would go on while the specification has nothing pending is reported beside.
import { Driver } from '../../consensus/driver.ts'
import type { RoundInput, RoundOutput } from '../../consensus/round.ts'
import type { Round } from '../../consensus/vote.ts'
import { isSkip } from '../../src/core/committee.ts'
import {
  canonical,
  type Fields,
  fieldsOf,
  heldBy,
  type MapOf,
  SetOf,
  tagged,
  tagOf,
  type Value,
} from './itf.ts'
import { Bookkeeper } from './replay-votes.ts'
import { errorOf, isValid, type Names, roundInput, specState, specStep } from './spec.ts'

export interface Difference {
  readonly field: string
  readonly ours: string
  readonly theirs: string
}

const noStep = tagged('NoStep')
const noOutput = tagged('NoConsensusOutput')

export class ReplayedNode {
  readonly name: string
  readonly height: number
  readonly #names: Names
  readonly #driver: Driver
  readonly #books: Bookkeeper
  #chain: readonly Value[]
  #executed: readonly Value[] = []
  #thresholds: Fields = tagged('NoVKOutput')
  #started = false
  #stepChange: Fields = noStep
  /** Of this step. */
  #output: Fields = noOutput
  #unfounded: string[] = []

  constructor(names: Names, name: string, height: number, chain: readonly Value[]) {
    this.#names = names
    this.name = name
    this.height = height
    this.#chain = chain
    this.#driver = new Driver({
      ...{ committee: names.committee, self: names.id(name) },
      proposerOf: (round) => names.proposerOf(round),
      futureRounds: Number.MAX_SAFE_INTEGER,
      proposalsPerRound: Number.MAX_SAFE_INTEGER,
    })
    this.#books = new Bookkeeper(names, height, this.#driver)
  }

  /**
   * Replays one step.
   *
   * @param input the driver input
   * @param preload votes and certificates that were waiting for this height when it started
   * @param executed the consensus inputs that the specification has run so far, this step's included
   * @returns what the node should have said
   */
  step(
    input: Value,
    preload: { readonly votes: readonly Value[]; readonly certificates: readonly Value[] },
    executed: readonly Value[],
  ): Fields {
    const before = this.#driver.state
    this.#output = noOutput
    this.#unfounded = []
    if (!this.#started && ['StartDInput', 'PendingDInput'].includes(tagOf(input)))
      this.#start(preload)
    this.#take(input)
    for (const entry of executed.slice(this.#executed.length)) this.#run(entry)
    const { step } = this.#driver.state
    this.#stepChange = before.step === step ? noStep : specStep(this.#driver.state)
    return this.#output
  }

  /** Votes that came before the height did are counted without any skip. */
  #start(preload: { readonly votes: readonly Value[]; readonly certificates: readonly Value[] }) {
    this.#started = true
    for (const vote of preload.votes)
      this.#books.apply(this.#names.vote(vote), Number.MAX_SAFE_INTEGER)
    for (const certificate of preload.certificates) this.#certificate(certificate)
  }

  #certificate(certificate: Value): Fields {
    const votes = (certificate as SetOf).members.map((vote) => this.#names.vote(vote))
    return this.#books.applyCertificate(votes)
  }

  #take(input: Value): void {
    const held = heldBy(input)
    switch (tagOf(input)) {
      case 'VoteDInput':
        this.#thresholds = this.#books.apply(this.#names.vote(held), this.#driver.state.round)
        return
      case 'CertificateDInput':
        this.#thresholds = this.#certificate(held)
        return
      case 'ProposalDInput': {
        const proposal = this.#names.proposal(held)
        // The specification forgets invalid proposals once it has prevoted nil on them.
        if (isValid(proposal.block)) this.#driver.takeProposal(proposal, true, [])
        return
      }
      // What these lead to stands in the executed inputs.
      case 'NoDInput':
      case 'StartDInput':
      case 'PendingDInput':
      case 'StepChangeDInput':
      case 'ProposeValueDInput':
      case 'TimeoutDInput':
        return
      default:
        throw new Error(`unknown driver input ${tagOf(input)}`)
    }
  }

  /** One consensus input that the specification ran. */
  #run(entry: Value): void {
    const [input] = entry as readonly Value[]
    const translated = roundInput(input!)
    const { step } = this.#driver.state
    const stepBefore = specStep(this.#driver.state)
    const output: RoundOutput =
      translated === undefined ? { do: 'refuse' } : this.#driver.apply(translated)
    if (translated !== undefined && output.do !== 'refuse' && !this.#founded(translated))
      this.#unfounded.push(`${translated.on} in step ${step}`)
    const { round } = this.#driver.state
    this.#executed = [...this.#executed, [input!, this.height, round, stepBefore]]
    const self = this.#names.id(this.name)
    this.#output = this.#names.specOutput(output, this.height, self, errorOf(input!))
    if (output.do === 'decide') this.#decided(output.round, output.block)
  }

  #decided(round: Round, block: string): void {
    const held = this.#driver.proposals.of(round).find(({ proposal }) => proposal.block === block)
    const commit = this.#driver.votes.votesFor('precommit', round, held?.proposal.block ?? null)
    const entry: Fields = {
      decision: held === undefined ? null : this.#names.specProposal(held.proposal),
      commit: new SetOf(commit.map((vote) => this.#names.specVote(vote))),
    }
    this.#chain = [...this.#chain, entry]
  }

  /** Do our books hold the votes and the proposal that the rule speaks of? */
  #founded(input: RoundInput): boolean {
    const { votes, proposals, state } = this.#driver
    const { round } = state
    switch (input.on) {
      case 'proposal':
        return proposals.valid(round, input.block)
      case 'proposal-and-earlier-polka':
        return (
          proposals.valid(round, input.block) &&
          votes.hasQuorum('prevote', input.validRound, input.block)
        )
      case 'polka-any':
        return votes.hasAny('prevote', round)
      case 'polka-nil':
        return votes.hasQuorum('prevote', round, null)
      case 'proposal-and-polka':
        return proposals.valid(round, input.block) && votes.hasQuorum('prevote', round, input.block)
      case 'precommit-any':
        return votes.hasAny('precommit', round)
      case 'proposal-and-commit':
        return (
          proposals.valid(input.round, input.block) &&
          votes.hasQuorum('precommit', input.round, input.block)
        )
      case 'skip':
        return isSkip(votes.weightIn(input.round), this.#names.committee.total)
      case 'new-round':
      case 'value':
      case 'invalid-proposal':
      case 'timeout':
        return true
    }
  }

  /** Where our driver and the specification's state differ. */
  differences(spec: Fields): readonly Difference[] {
    const valset = spec.valset as MapOf
    const ours: Fields = {
      cs: specState(this.#driver.state, this.height, this.name),
      bk: this.#books.spec(valset),
      proposals: this.#specProposals(),
      executedInputs: this.#executed,
      pendingStepChange: this.#stepChange,
      voteKeeperOutput: this.#thresholds,
      started: this.#started,
      chain: this.#chain,
      certificates: new SetOf([]),
    }
    const found: Difference[] = Object.keys(ours)
      .map((field) => {
        const theirs = spec[field]
        return {
          field,
          ours: canonical(ours[field]!),
          theirs: theirs === undefined ? 'absent' : canonical(theirs),
        }
      })
      .filter(({ ours, theirs }) => ours !== theirs)
    for (const rule of this.#unfounded)
      found.push({ field: 'rule', ours: 'without its votes or proposal', theirs: rule })
    return found
  }

  #specProposals(): Value {
    const { proposals } = this.#driver
    return new SetOf(
      proposals
        .rounds()
        .flatMap((round) => proposals.of(round))
        .map(({ proposal }) => this.#names.specProposal(proposal)),
    )
  }

  /**
   * A rule that our table still finds where the specification has nothing pending. That is no
   * divergence: the specification looks at what it holds only when the step changes, and so leaves
   * a proposal lying that it held before it skipped from one propose step to another.
   */
  left(spec: Fields): string | undefined {
    const quiet =
      tagOf(spec.pendingStepChange!) === 'NoStep' &&
      (spec.pendingInputs as SetOf).members.length === 0
    return quiet ? this.#driver.enabled()?.on : undefined
  }

  /** Pending inputs must rest on our books as well. */
  pendingDifferences(spec: Fields): readonly Difference[] {
    return (spec.pendingInputs as SetOf).members.flatMap((pending) => {
      const [input, height, round] = pending as readonly Value[]
      const translated = roundInput(input!)
      const current = height === this.height && round === this.#driver.state.round
      if (translated === undefined || !current || this.#founded(translated)) return []
      return [{ field: 'pendingInputs', ours: 'not founded', theirs: canonical(pending) }]
    })
  }
}

/** The height and chain with which a state begins a height anew; undefined where it goes on. */
export function begins(es: Fields, before: Fields | undefined): number | undefined {
  const { height, round } = fieldsOf(es.cs!)
  const nothingYet =
    (es.executedInputs as readonly Value[]).length === 0 &&
    (fieldsOf(es.bk!).rounds as MapOf).entries.length === 0 &&
    (es.proposals as SetOf).members.length === 0
  if (round !== -1 || es.started !== false || !nothingYet) return undefined
  const unchanged = before !== undefined && canonical(before) === canonical(es)
  return unchanged ? undefined : (height as number)
}
