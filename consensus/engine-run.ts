// The driver of the height in hand, run until it is silent: what it says is signed and counted, what
// it decides is finalized. Effects and writes gather here; engine.ts hands them out, one step at a time.
import { assert, unreachable } from '../src/core/assert.ts'
import type { Millis } from '../src/core/id.ts'
import type { StoreWrite } from '../src/core/machine.ts'
import type { Block } from './block.ts'
import { commitOf, type VerifiedCommit } from './commit.ts'
import type { DriverInput, DriverOutput, Step } from './driver-io.ts'
import { EngineChain, type EngineHostPorts } from './engine-chain.ts'
import { EngineHeight, type WholeProposal, type Word } from './engine-height.ts'
import type { EngineEffect, EngineOptions } from './engine-io.ts'
import { proposerAt } from './engine-proposers.ts'
import { Signing } from './engine-signing.ts'
import { previousIn } from './engine-stored.ts'
import { signedKey } from './last-signed.ts'
import { type Timeouts, timeoutOf, timeoutsOf } from './timeouts.ts'
import type { Round } from './vote.ts'

export const timerOf = (step: Step): string => `consensus/engine/${step}`

/** What the engine does when the run comes to a new height, or near the round of a proposal that it kept. */
export interface RunPorts {
  readonly entered: () => void
  readonly near: (whole: WholeProposal) => void
}

export class EngineRun {
  readonly chain: EngineChain
  readonly signing: Signing
  readonly #ports: EngineHostPorts
  readonly #options: EngineOptions
  readonly #timeouts: Timeouts
  readonly #tells: RunPorts
  #at: EngineHeight
  /** While it is, nothing is signed. */
  behind = false
  /** Empty blocks in a row. */
  emptyBlocks = 0
  /** Transactions of the block before, as far as this run finalized it. */
  carried = 0
  now: Millis = 0
  readonly effects: EngineEffect[] = []
  readonly writes: StoreWrite[] = []
  /** Something of our own leaves with this step: the log goes before it. */
  #speaks = false
  #draining = false
  #told = ''

  /** @throws StoreTorn, SignedCorrupt */
  constructor(
    ports: EngineHostPorts,
    options: EngineOptions,
    stored: ReadonlyMap<string, Uint8Array>,
    tells: RunPorts,
  ) {
    this.#ports = ports
    this.#options = options
    this.#timeouts = timeoutsOf(options)
    this.#tells = tells
    this.signing = new Signing(ports.signer, options.chainId, stored.get(signedKey))
    const previous = previousIn(stored, ports.application.height)
    this.chain = new EngineChain(ports, options, previous)
    this.#at = this.#heightAhead(0)
  }

  /** The height being decided. */
  get at(): EngineHeight {
    return this.#at
  }

  /** All of a step: one `persist`, then the rest. */
  take(): readonly EngineEffect[] {
    if (this.#speaks) this.writes.push(...this.#at.wal.flush())
    this.#speaks = false
    this.writes.push(...this.signing.writes())
    const effects = this.effects.splice(0)
    if (this.writes.length === 0) return effects
    return [{ do: 'persist', writes: this.writes.splice(0) }, ...effects]
  }

  /** The height in hand from its beginning, so many entries of its log being durable. */
  restart(durable: number): EngineHeight {
    this.#at = this.#heightAhead(durable)
    return this.#at
  }

  // --- The driver -------------------------------------------------------------------------

  feed(input: DriverInput): void {
    this.#at.queue.push(input)
    this.drain()
  }

  /** Feeds the driver what waits for it, and does what it says, until it is silent. */
  drain(): void {
    if (this.#draining) return
    this.#draining = true
    for (;;) {
      const at = this.#at
      const input = at.queue.shift()
      if (input === undefined) break
      const outputs = at.driver.step(input)
      at.log(input)
      for (const output of outputs) if (this.#at === at) this.obey(at, output)
      if (this.#at === at) this.#certify(at, input)
      at.changed()
      if (this.#at === at) for (const whole of at.takeNear()) this.#tells.near(whole)
      this.tell()
    }
    this.#draining = false
  }

  obey(at: EngineHeight, output: DriverOutput): void {
    switch (output.do) {
      case 'new-round':
        return
      case 'get-value':
      case 'propose':
      case 'vote':
        if (this.behind || this.#options.signs === false) at.leaveUnsaid(output)
        else this.#say(at, output)
        return
      case 'schedule-timeout': {
        const { step, round } = output
        at.timeouts.set(step, round)
        const after = timeoutOf(this.#timeouts, step, round)
        this.effects.push({ do: 'schedule', timer: timerOf(step), after })
        return
      }
      case 'decide':
        return this.#decide(at, output.round, output.block)
      case 'accuse':
        if (at.convicts(output.equivocation)) this.effects.push(output)
        return
      default:
        return unreachable(output)
    }
  }

  /** Makes, signs and sends, and lets the driver count it like anybody's. */
  #say(at: EngineHeight, output: Word): void {
    const { height } = at
    const { round } = output
    if (output.do === 'get-value') {
      const block = this.chain.make(this.signing.self, this.now)
      at.blocks.set(block.id, block)
      at.verdicts.set(block.id, null)
      at.logBlock(block.id)
      this.feed({ on: 'value', round, block: block.id })
    } else if (output.do === 'propose') {
      const { validRound } = output
      const proposal = this.signing.proposal({ height, round, block: output.block, validRound })
      const block = at.blocks.get(output.block)
      assert(block !== undefined, 'what is proposed is held')
      if (proposal === undefined) return
      this.#speaks = true
      this.effects.push({ do: 'propose', proposal, block })
      this.feed({ on: 'proposal', proposal, valid: true })
    } else {
      const vote = this.signing.vote({ kind: output.kind, height, round, block: output.block })
      if (vote === undefined) return
      this.#speaks = true
      this.effects.push({ do: 'vote', vote })
      this.feed({ on: 'vote', vote })
    }
  }

  // --- Deciding ---------------------------------------------------------------------------

  #decide(at: EngineHeight, round: Round, id: Block['id']): void {
    const block = at.blocks.get(id)
    assert(block !== undefined, 'what is decided is held')
    const votes = at.driver.votes.votesFor('precommit', round, id)
    const commit = commitOf(this.#options.chainId, at.committee, votes)
    assert(commit !== undefined, 'a quorum decides')
    this.finalize(at, block, commit)
  }

  /**
   * A quorum of precommits decides a good block that is held, also when the driver may not: it came
   * with a proposal of another round, or was too far from this node's clock to be prevoted.
   */
  #certify(at: EngineHeight, input: DriverInput): void {
    if (input.on === 'vote' && input.vote.kind === 'precommit' && input.vote.block !== null) {
      const { kind, round, block } = input.vote
      if (at.driver.votes.hasQuorum(kind, round, block)) at.certified = { round, block }
    } else if (input.on !== 'proposal') return
    const block = at.certified && at.blocks.get(at.certified.block)
    if (at.certified === undefined || block === undefined) return
    if (this.chain.faultOf(at, block) === null) this.#decide(at, at.certified.round, block.id)
  }

  finalize(at: EngineHeight, block: Block, commit: VerifiedCommit): void {
    this.writes.push(...this.chain.finalize(block, commit), ...at.wal.clear())
    for (const step of at.timeouts.keys()) this.effects.push({ do: 'cancel', timer: timerOf(step) })
    this.effects.push({ do: 'finalized', block, commit })
    this.carried = block.transactions.length
    this.emptyBlocks = block.transactions.length === 0 ? this.emptyBlocks + 1 : 0
    this.#at = this.#heightAhead(0)
    this.tell()
    this.#tells.entered()
  }

  #heightAhead(durable: number): EngineHeight {
    const { height, committee } = this.#ports.application
    const self = this.#options.signs === false ? null : this.signing.self
    const proposerOf = (round: Round) => proposerAt(committee, height + 1, round)
    return new EngineHeight(height + 1, committee, self, proposerOf, durable, this.now)
  }

  tell(): void {
    const { height, round, step } = this.#at
    const entered = `${height}/${round}/${step}`
    if (entered === this.#told) return
    this.#told = entered
    this.effects.push({ do: 'entered', height, round, step })
  }
}
