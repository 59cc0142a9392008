// One node's part in consensus, height after height: it starts rounds, judges and makes blocks, feeds
// the driver, signs what the driver says, and finalizes what is decided. One step gives at most one
// `persist`, before everything else: own votes and proposals are durable (the log and the last-signed
// record) before they leave, and a block is durable together with the state after it.
import { unreachable } from '../src/core/assert.ts'
import { isSkip } from '../src/core/committee.ts'
import type { Millis, NodeId } from '../src/core/id.ts'
import { roundMax } from '../src/core/limits.ts'
import type { Block } from './block.ts'
import { type VerifiedCommit, verifyCommit } from './commit.ts'
import type { Step } from './driver-io.ts'
import type { EngineHostPorts } from './engine-chain.ts'
import { NextHeight } from './engine-future.ts'
import type { EngineEffect, EngineInput, EngineOptions, EngineView } from './engine-io.ts'
import { isWhole } from './engine-judge.ts'
import { replay } from './engine-replay.ts'
import { EngineRun, timerOf } from './engine-run.ts'
import { isEngineKey } from './engine-stored.ts'
import { engineViewOf } from './engine-view.ts'
import { proposalsPerRoundMax } from './proposal-keeper.ts'
import type { Height, VerifiedProposal, VerifiedVote } from './vote.ts'
import { readWal, walPrefix } from './wal.ts'

const startTimer = 'consensus/engine/start'
const steps: readonly Step[] = ['propose', 'prevote', 'precommit']

/** Behind a block of so many transactions the next gathers for one window more, up to windowsMax. */
export const transactionsPerWindow = 48
const windowsMax = 4

export class Engine {
  readonly view: EngineView
  readonly #ports: EngineHostPorts
  readonly #options: EngineOptions
  readonly #stored: ReadonlyMap<string, Uint8Array>
  readonly #next: NextHeight
  readonly #run: EngineRun

  /**
   * @param stored the store; only what `isEngineKey` names is read
   * @throws StoreTorn, SignedCorrupt (and `start` WalCorrupt) of a store that no crash leaves behind
   */
  constructor(
    ports: EngineHostPorts,
    options: EngineOptions,
    stored: Iterable<readonly [string, Uint8Array]>,
  ) {
    this.#ports = ports
    this.#options = options
    this.#stored = new Map([...stored].filter(([key]) => isEngineKey(key)))
    this.#next = new NextHeight(ports.application.height + 2)
    this.#run = new EngineRun(ports, options, this.#stored, {
      entered: () => this.#enter(),
      near: ({ proposal, block }) => this.#takeProposal(proposal, block),
    })
    this.view = engineViewOf(() => this.#run.at, this.#run.chain)
  }

  /** Takes an input. The effects are performed in order; a failed `persist` must stop the process. */
  step(input: EngineInput, now: Millis): readonly EngineEffect[] {
    this.#run.now = now
    this.#take(input)
    this.#run.drain()
    return this.#run.take()
  }

  #take(input: EngineInput): void {
    switch (input.on) {
      case 'start':
        return this.#start()
      case 'proposal':
        return this.#takeProposal(input.proposal, input.block)
      case 'vote':
        return this.#takeVote(input.vote)
      case 'polka':
        return this.#takePolka(input.votes)
      case 'timer':
        return this.#takeTimer(input.timer)
      case 'decided':
        return this.#takeDecided(input.block, input.commit)
      case 'transactions':
        return this.#run.at.running || this.#run.behind
          ? undefined
          : this.#startAfter(this.#batchAfter)
      case 'catching-up':
        return this.#takeCatchingUp(input.behind)
      default:
        return unreachable(input)
    }
  }

  // --- Inputs -----------------------------------------------------------------------------

  /** Back to where the log ends: own words are said again, what was not said yet is said now. */
  #start(): void {
    const wal = new Map([...this.#stored].filter(([key]) => key.startsWith(walPrefix)))
    const { records, writes } = readWal(wal, this.#run.at.height)
    this.#run.writes.push(...writes)
    const at = this.#run.restart(records.length)
    const { verify } = this.#ports
    const { chainId } = this.#options
    const replayed = replay(at, records, { verify, chainId, self: this.#run.signing.self })
    at.begun = at.running
    for (const whole of replayed.proposals) {
      this.#run.signing.observeProposal(whole.proposal)
      this.#run.effects.push({ do: 'propose', ...whole })
    }
    for (const vote of replayed.votes) {
      this.#run.signing.observeVote(vote)
      this.#run.effects.push({ do: 'vote', vote })
    }
    for (const output of replayed.open)
      if (output.do === 'decide' || output.do === 'accuse' || output.round === at.round)
        if (this.#run.at === at) this.#run.obey(at, output)
    this.#run.tell()
    if (!this.#run.at.running) this.#awaitStart()
  }

  #takeVote(vote: VerifiedVote): void {
    const at = this.#run.at
    const { height, kind, round, voter, block } = vote
    if (round > roundMax) return
    if (height === at.height + 1 && this.#ports.application.nextCommittee.has(voter)) {
      this.#rememberNot(voter, height)
      this.#next.keepVote(vote)
    }
    if (height === at.height - 1) this.#run.chain.extend(vote)
    if (height !== at.height || !at.committee.has(voter)) return
    const held = at.vote(kind, round, voter)
    if (held !== undefined && held.block === block) return
    this.#rememberNot(voter, height)
    this.#run.feed({ on: 'vote', vote })
    // Who votes has begun. A third may be faulty: alone they start no height, or empty blocks would never end.
    if (this.#run.at === at && isSkip(at.driver.votes.weightIn(round), at.committee.total))
      this.#begin()
  }

  /**
   * Own words of a height that this node does not know of: its memory is older than what it said (a
   * restored backup), or another process has its key. It knows of no lock either, so it stays silent
   * until that height is over.
   */
  #rememberNot(speaker: NodeId, height: Height): void {
    if (speaker === this.#run.signing.self) this.#run.signing.abstain(height)
  }

  #takePolka(votes: readonly VerifiedVote[]): void {
    const at = this.#run.at
    const [first] = votes
    if (first === undefined || first.height !== at.height || !at.isNear(first.round)) return
    if (at.driver.votes.hasQuorum('prevote', first.round, first.block)) return
    for (const { voter, height, round, kind, block } of votes)
      if (at.vote(kind, round, voter)?.block !== block) this.#rememberNot(voter, height)
    this.#begin()
    this.#run.feed({ on: 'polka', votes })
  }

  #takeProposal(proposal: VerifiedProposal, block: Block): void {
    const at = this.#run.at
    const { height, round, validRound, proposer } = proposal
    if (proposal.block !== block.id || round > roundMax) return
    if (height === at.height + 1 && this.#ports.application.nextCommittee.has(proposer)) {
      this.#rememberNot(proposer, height)
      this.#next.keepProposal(proposal, block)
    }
    if (height !== at.height || proposer !== at.proposerOf(round)) return
    const { proposals, votes } = at.driver
    const held = proposals.of(round)
    const again = held.some(
      ({ proposal }) => proposal.block === block.id && proposal.validRound === validRound,
    )
    const wanted =
      votes.hasQuorum('prevote', round, block.id) || votes.hasQuorum('precommit', round, block.id)
    if (again) return
    this.#rememberNot(proposer, height)
    if (held.length >= proposalsPerRoundMax && !wanted) return
    // Parts that do not make the block that is proposed: whoever sent them, the proposer did not sign them.
    if (!at.blocks.has(block.id) && !isWhole(block)) return
    // Everybody proposes in some later round: only who is in turn starts a height.
    if (round === 0) this.#begin()
    this.#run.drain()
    if (this.#run.at !== at) return
    if (!at.begun || !at.isNear(round)) return at.keepFar({ proposal, block })
    // Judged is what is held: of a known id nobody has looked at the parts that came now.
    const whole = at.blocks.get(block.id) ?? block
    at.blocks.set(block.id, whole)
    const valid = this.#run.chain.isValid(at, proposal, whole, this.#run.now)
    this.#run.feed({ on: 'proposal', proposal, valid })
  }

  #takeTimer(timer: string): void {
    if (timer === startTimer) return this.#begin()
    const step = steps.find((step) => timerOf(step) === timer)
    const round = step && this.#run.at.timeouts.get(step)
    if (step === undefined || round === undefined) return
    this.#run.at.timeouts.delete(step)
    this.#run.feed({ on: 'timeout', step, round })
  }

  #takeDecided(block: Block, commit: VerifiedCommit): void {
    const { height, committee } = this.#run.at
    if (block.header.height !== height || !isWhole(block)) return
    const { verify } = this.#ports
    const { chainId } = this.#options
    // Verified already; this looks up under which chain and committee.
    const verdict = verifyCommit(verify, chainId, committee, height, block.id, commit)
    if (verdict.verdict === 'verified') this.#run.finalize(this.#run.at, block, verdict.commit)
  }

  #takeCatchingUp(behind: boolean): void {
    if (behind === this.#run.behind) return
    this.#run.behind = behind
    if (behind) return
    const at = this.#run.at
    if (!at.running) return this.#awaitStart()
    for (const output of at.takeUnsaid()) if (this.#run.at === at) this.#run.obey(at, output)
  }

  // --- Starting a height ------------------------------------------------------------------

  /** How long transactions are gathered: longer behind a large block, since a height costs the same work whatever it carries. */
  get #batchAfter(): Millis {
    const window = this.#options.batchAfter ?? 50
    return window * Math.min(windowsMax, 1 + Math.floor(this.#run.carried / transactionsPerWindow))
  }

  /** At once (after a batching window) when there is something to do, else when an empty block is due. */
  #awaitStart(): void {
    const emptyEvery = this.#options.emptyEvery ?? 10_000
    // Transactions that wait and still make only empty blocks do not apply: ever more seldom, then.
    const patience = this.#batchAfter * 2 ** Math.min(20, Math.max(0, this.#run.emptyBlocks - 1))
    if (this.#run.chain.previous?.full) this.#startAfter(this.#batchAfter)
    else this.#startAfter(this.#run.chain.isAwaited ? Math.min(patience, emptyEvery) : emptyEvery)
  }

  /** So long after this height was entered; sooner when it was set to later, later when to sooner. */
  #startAfter(after: Millis): void {
    const left = this.#run.at.enteredAt + after - this.#run.now
    if (left <= 0) this.#begin()
    else this.#run.effects.push({ do: 'schedule', timer: startTimer, after: left })
  }

  #begin(): void {
    const at = this.#run.at
    if (at.begun) return
    at.begun = true
    at.queue.push({ on: 'start-round', round: 0, proposer: at.proposerOf(0) })
    this.#run.effects.push({ do: 'cancel', timer: startTimer })
  }

  #enter(): void {
    const { votes, proposals } = this.#next.enter(this.#run.at.height)
    if (!this.#run.behind) this.#awaitStart()
    for (const { proposal, block } of proposals) this.#takeProposal(proposal, block)
    for (const vote of votes) this.#takeVote(vote)
  }
}
