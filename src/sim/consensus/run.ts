// One run of the consensus simulation: a network drawn from a seed, a safety phase with faults, a
// liveness phase without, and the checkers that watch all of it. A run is a pure function of its
// seed and its options; a violation throws and names the seed.
import type {
  ConsensusCommand,
  ConsensusMessage,
  ConsensusNote,
} from '../../../consensus/message.ts'
import type { ChainId, NodeId } from '../../core/id.ts'
import { type Random, seededRandom } from '../../core/random.ts'
import { hashBytes, hashText } from '../rolling-digest.ts'
import { World } from '../world.ts'
import { ChainChecker } from './chain-checker.ts'
import type { Seats } from './counter-application.ts'
import { consensusEpoch, drawFaults, type FaultPlan, Faults } from './faults.ts'
import { Member, type MemberOptions } from './member.ts'
import { checkSigned } from './promises.ts'
import { Roster } from './roster.ts'
import { SignatureWatch } from './signature-watch.ts'
import { changedSeats, Users } from './users.ts'

export type ConsensusWorld = World<ConsensusMessage, ConsensusCommand, Member>

export const simulatedChain = '00c0ffee00c0ffee' as ChainId

/** What a run is made of; drawn from the seed by `drawScenario`. */
export interface Scenario {
  readonly seed: number
  /** Keys that take part; those without a seat follow. */
  readonly keys: number
  /** The first ones of the keys that have two processes each. */
  readonly twins: number
  readonly genesis: Seats
  readonly member: MemberOptions
  readonly faults: FaultPlan
  /** Mean time between committee changes; null: none. */
  readonly seatsEveryMs: number | null
  readonly actEveryMs: number
  /** Length of the safety phase. */
  readonly safetyMs: number
}

export interface RunResult {
  readonly seed: number
  readonly heights: number
  readonly virtualMs: number
  /** Equal for two runs of one seed. */
  readonly digest: string
  readonly signatures: number
  readonly faults: Readonly<Record<string, number>>
}

/** Virtual time within which everybody must be together and deciding once faults are over. */
export const healMsMax = 120_000

export function drawScenario(seed: number): Scenario {
  const random = seededRandom(seed).fork(0xc0)
  const size = random.pick([4, 4, 7])!
  const keys = size + random.below(3)
  const weighted = random.below(3) === 0
  const genesis = Object.fromEntries(
    Array.from({ length: size }, (_, key) => [key, weighted ? 1 + random.below(3) : 1]),
  )
  return {
    ...{ seed, keys, twins: 0, genesis, faults: drawFaults(random) },
    member: drawMember(random, genesis),
    seatsEveryMs: random.below(2) === 0 ? null : random.pick([800, 3_000])!,
    actEveryMs: random.pick([100, 300])!,
    safetyMs: 10_000,
  }
}

export const drawMember = (random: Random, genesis: Seats): MemberOptions => ({
  chainId: simulatedChain,
  genesisTime: consensusEpoch,
  genesis,
  timeoutPropose: random.pick([200, 500, 1_000])!,
  timeoutVote: random.pick([100, 300, 500])!,
  timeoutStep: random.pick([100, 300])!,
  emptyEvery: random.pick([300, 1_000])!,
  batchAfter: random.pick([20, 200])!,
  statusEvery: random.pick([250, 700])!,
  wire: random.below(16) === 0,
})

/** A network with its checkers, before anything happened. */
export class Simulation {
  readonly world: ConsensusWorld
  readonly watch: SignatureWatch
  readonly checker: ChainChecker
  readonly users: Users
  readonly roster: Roster
  readonly scenario: Scenario
  readonly #random: Random

  constructor(scenario: Scenario, { forksAllowed = false }: { forksAllowed?: boolean } = {}) {
    const { seed, keys, twins, genesis, member, faults } = scenario
    this.scenario = scenario
    this.roster = new Roster(keys, twins)
    const fail = (claim: string): void => this.world.fail(claim)
    this.watch = new SignatureWatch({ fail, twins: this.roster.twins })
    const lives = new Map<NodeId, number>()
    this.world = new World<ConsensusMessage, ConsensusCommand, Member>({
      ...{ seed, epoch: consensusEpoch, network: faults.network },
      persistLatencyMs: faults.persistLatencyMs,
      digestOf,
      boot: (process, store, nodeSeed) => {
        const life = (lives.get(process) ?? 0) + 1
        lives.set(process, life)
        return new Member(
          this.roster.post(process),
          this.roster,
          store,
          nodeSeed,
          member,
          (bytes) => this.watch.signs(`${process}, life ${life}`, bytes),
        )
      },
    })
    this.#random = this.world.random.fork(1)
    this.checker = new ChainChecker({
      ...{ chainId: simulatedChain, genesis, fail, forksAllowed },
      submitted: (transaction) => this.users.submitted.has(transaction),
    })
    this.users = new Users({
      ...{ random: this.#random, final: this.checker.reference },
      command: (command) => {
        const node = this.#random.pick(this.world.live())
        if (node !== undefined) this.world.command(node, command)
      },
    })
    this.#observe()
    for (const process of this.roster.processes) this.world.add(process)
  }

  /** Lets users act, and command committees, from now on. */
  begin(): void {
    const { actEveryMs, seatsEveryMs, keys } = this.scenario
    this.#repeat(actEveryMs, () => this.users.act())
    this.#repeat(1_500, () => this.users.again())
    if (seatsEveryMs !== null)
      this.#repeat(seatsEveryMs, () =>
        this.users.seat(changedSeats(this.checker.reference.nextSeats, keys, this.#random)),
      )
  }

  /** Everybody (of these) together, and further than anybody was when it began. */
  converge(nodes: readonly NodeId[] = this.world.nodes()): void {
    const { world, checker } = this
    const target = checker.height + 3
    // Users do as they would: what does not become final they submit again.
    const loose = this.users.loose()
    this.#repeat(2_000, () => this.users.looseAgain(loose))
    const together = (): boolean =>
      checker.reference.has(loose) &&
      nodes.every((node) => world.isLive(node) && world.nodeOf(node).application.height >= target)
    const what = `height ${target} at every node and a transaction in it`
    world.runUntil(together, healMsMax, { what, every: 100 })
  }

  #observe(): void {
    const { world, watch, checker } = this
    world.observe('leaving', ({ effect }) => {
      if (effect.do === 'send') watch.leaves(effect.message)
    })
    checkSigned(world, this.roster)
    world.observe('effect', ({ node, effect }) => {
      if (effect.do !== 'notify') return
      const note = effect.note as ConsensusNote
      if (note.note === 'accused') {
        const { equivocation } = note
        const culprit =
          equivocation.is === 'double-vote' ? equivocation.first.voter : equivocation.first.proposer
        if (!this.roster.twins.has(culprit))
          world.fail(`${node} accuses ${culprit}, which is honest`)
      }
      if (note.note !== 'finalized') return
      const { application } = world.nodeOf(node)
      const { height } = note.block.header
      checker.finalized(node, note.block, note.commit, application.hashAfter(height) ?? '')
    })
  }

  #repeat(every: number, act: () => void): void {
    const gap = (0.2 + 1.6 * this.#random.fraction()) * every
    this.world.at(this.world.now + gap, () => {
      act()
      this.#repeat(every, act)
    })
  }
}

/** A number that differs with what a message says, for the world's digest. */
function digestOf(message: ConsensusMessage): number {
  switch (message.say) {
    case 'votes':
      return message.votes.reduce((sum, vote) => Math.imul(sum, 31) + hashBytes(vote.signature), 7)
    case 'proposal':
      return hashBytes(message.proposal.signature)
    case 'decided':
      return hashText(message.commit.block)
    default:
      return hashText(message.say)
  }
}

/** Runs a scenario to its end. */
export function runScenario(scenario: Scenario): RunResult {
  const simulation = new Simulation(scenario)
  const {
    world,
    checker,
    watch,
    scenario: { seed, faults: plan, safetyMs },
  } = simulation
  const faults = new Faults(world, plan, world.random.fork(2))
  simulation.begin()
  world.runFor(safetyMs)
  faults.mend()
  simulation.converge()
  return {
    ...{ seed, heights: checker.height, virtualMs: world.now, digest: world.digest },
    ...{ signatures: watch.left, faults: Object.fromEntries(faults.counts) },
  }
}
