// The exchange machine: makes this node's ratings, spreads entries and fork proofs by gossip, and
// repairs by digests and ranges whatever gossip missed. Everything that it keeps is bounded, and no
// entry is used, stored or passed on before its signature was checked.

import { unreachable } from '../src/core/assert.ts'
import { Failure } from '../src/core/failure.ts'
import type { ChainId, Millis, NodeId } from '../src/core/id.ts'
import { headsPerMessageMax, waitingCommandsMax } from '../src/core/limits.ts'
import type { Answer, CommandId, Input, Machine } from '../src/core/machine.ts'
import type { Random } from '../src/core/random.ts'
import type { Signer, Verify } from '../src/core/signature.ts'
import type { TrustchainsOptions, TrustchainsView } from './chain.ts'
import { identityOf } from './identity.ts'
import { Intake, type StoredValue } from './intake.ts'
import type {
  Misbehaviour,
  OwnHeadAnswerMessage,
  TrustchainCommand,
  TrustchainMessage,
  TrustchainRequest,
  WaitingCommand,
} from './message.ts'
import { Outbox, type TrustchainEffect } from './outbox.ts'
import { OwnHead } from './own-head.ts'
import { PeerRecords } from './peer-records.ts'
import { draftOf, receiptOf } from './rate.ts'
import { Reconciliation } from './reconcile.ts'
import { answerOwnHead, serveRange } from './serve.ts'
import { laterPause, Spread } from './spread.ts'
import { signEntry } from './verify.ts'
import { Wants } from './wants.ts'

export interface TrustchainPorts {
  readonly verify: Verify
  readonly signer: Signer
  readonly random: Random
  /** Peers that may be talked to now: connected and not vetoed. */
  readonly neighbours: () => readonly NodeId[]
  /** True while entries come out of blocks: then none are asked for one by one. @default never */
  readonly comeInBlocks?: () => boolean
}

export interface TrustchainOptions extends Omit<TrustchainsOptions, 'own'> {
  readonly chainId: ChainId
  /** The key was generated in this very start, so nobody can know entries of it. @default false */
  readonly freshKey?: boolean
  /** Neighbours that news is pushed to; fewer lean on digests, more cost copies. @default 4 */
  readonly fanout?: number
  /** News is collected for so long before it is passed on; own ratings leave at once. @default 50 */
  readonly batchAfter?: Millis
  /** A random neighbour is compared with so often, give or take a half. @default 5_000 */
  readonly digestEvery?: Millis
  /** A range request without an answer for so long is sent to another peer. @default 3_000 */
  readonly requestTimeout?: Millis
  /** How long the first rating waits for neighbours that do not say how far our own log reaches, or for any neighbour. @default 2_000 */
  readonly ownHeadWait?: Millis
}

/** Timers of this machine. */
const timers = {
  push: 'trustchain/push',
  digest: 'trustchain/digest',
  requests: 'trustchain/requests',
  ownHead: 'trustchain/own-head',
} as const

/** Neighbours that stay silent about our own head are waited for so many times `ownHeadWait`. */
const ownHeadPatience = 5

type TrustchainInput = Input<TrustchainMessage, TrustchainCommand, TrustchainRequest>

export class TrustchainMachine implements Machine<TrustchainInput, TrustchainEffect> {
  readonly own: NodeId
  readonly #ports: TrustchainPorts
  readonly #options: Required<Omit<TrustchainOptions, keyof TrustchainsOptions | 'freshKey'>>
  readonly #intake: Intake
  readonly #wants = new Wants()
  readonly #records = new PeerRecords()
  readonly #reconciliation: Reconciliation
  readonly #spread: Spread
  readonly #ownHead: OwnHead
  readonly #out = new Outbox()
  readonly #damaged: readonly string[]
  #waiting: WaitingCommand[] = []
  /** A peer whose offer filled its page: there is more, once this much is here. */
  #catchUp: NodeId | undefined
  #timersSet = new Set<string>()

  /**
   * @param stored every value under `entry/` and `fork/` of this node's store, in any order
   */
  constructor(
    ports: TrustchainPorts,
    options: TrustchainOptions,
    stored: Iterable<StoredValue> = [],
  ) {
    const { chainId, fanout = 4, batchAfter = 50, digestEvery = 5_000 } = options
    const { requestTimeout = 3_000, ownHeadWait = 2_000, freshKey = false } = options
    this.own = identityOf(ports.signer.publicKey).id
    this.#ports = ports
    this.#options = { chainId, fanout, batchAfter, digestEvery, requestTimeout, ownHeadWait }
    this.#intake = new Intake(ports.verify, chainId, this.own, options)
    this.#damaged = this.#intake.restore(stored)
    const { random, neighbours } = ports
    const parts = { intake: this.#intake, wants: this.#wants, records: this.#records }
    this.#spread = new Spread({ ...parts, out: this.#out, random, neighbours, fanout })
    this.#reconciliation = new Reconciliation(this.#intake, this.#wants, this.#records)
    this.#ownHead = new OwnHead({
      freshKey,
      nonce: ports.random.uint32(),
      wait: ownHeadWait,
      patience: ownHeadPatience * ownHeadWait,
    })
  }

  /** Everybody's entries, to read. Restored ones are there before the first step, without notes. */
  get trustchains(): TrustchainsView {
    return this.#intake.chains
  }

  /** What a peer did wrong so far, counted. */
  faultsOf(peer: NodeId): Readonly<Partial<Record<Misbehaviour, number>>> {
    return this.#records.faultsOf(peer)
  }

  step(input: TrustchainInput, now: Millis): readonly TrustchainEffect[] {
    switch (input.on) {
      case 'start':
        this.#start(now)
        break
      case 'message':
        this.#message(input.from, input.message, now)
        break
      case 'timer':
        this.#timer(input.timer, now)
        break
      case 'connected':
        this.#connected(input.peer, now)
        break
      case 'dropped':
        this.#wants.forget(input.peer)
        if (this.#catchUp === input.peer) this.#catchUp = undefined
        this.#ownHead.dropped(input.peer)
        break
      case 'command':
        this.#command(input.id, input.command, now)
        break
      case 'note':
        this.#spread.finalized(input.note.entries)
        break
      case 'stop':
        break
      default:
        unreachable(input)
    }
    this.#ask(now)
    this.#rateWaiting(now)
    if (this.#spread.hasNews) this.#schedule(timers.push, this.#options.batchAfter)
    return this.#out.drain()
  }

  #start(now: Millis): void {
    this.#ownHead.started(now)
    if (this.#damaged.length > 0)
      this.#out.notify({ note: 'damaged-store', keys: this.#damaged.slice(0, 100) })
    this.#scheduleDigest()
    for (const peer of this.#ports.neighbours()) this.#connected(peer, now)
  }

  #connected(peer: NodeId, now: Millis): void {
    if (this.#ownHead.asks(peer, now))
      this.#out.send(peer, { say: 'own-head', nonce: this.#ownHead.nonce })
    // Both sides are told of the link; one comparison serves both.
    if (this.own < peer) this.#reconciliation.begin(peer, this.#out)
  }

  #message(from: NodeId, message: TrustchainMessage, now: Millis): void {
    switch (message.say) {
      case 'entries':
        return message.answers === 0
          ? this.#spread.pushed(from, message, now)
          : this.#spread.answered(from, message, now)
      case 'digest':
        return this.#reconciliation.digest(from, message, now, this.#out)
      case 'next-heads':
        return this.#reconciliation.nextHeads(from, message, now, this.#out)
      case 'heads':
        return this.#reconciliation.heads(from, message, this.#out)
      case 'ahead':
        if (message.heads.length === headsPerMessageMax) this.#catchUp = from
        return this.#reconciliation.ahead(from, message.heads)
      case 'range':
        return serveRange(this.#intake.chains, this.#records, from, message, now, this.#out)
      case 'own-head':
        return answerOwnHead(this.#intake.chains, from, message, this.#out)
      case 'own-head-answer':
        return this.#ownHeadAnswered(from, message)
      case 'fork-proof':
        return this.#spread.proof(from, message, now)
      default:
        unreachable(message)
    }
  }

  #timer(timer: string, now: Millis): void {
    this.#timersSet.delete(timer)
    if (timer === timers.push) this.#spread.push()
    if (timer === timers.requests) this.#spread.expire(now - this.#options.requestTimeout, now)
    if (timer !== timers.digest) return
    const peer = this.#ports.random.pick([...this.#ports.neighbours()].sort())
    if (peer !== undefined) this.#reconciliation.begin(peer, this.#out)
    this.#scheduleDigest()
  }

  // --- requests ---

  #ask(now: Millis): void {
    if (this.#ports.comeInBlocks?.()) return
    if (this.#wants.size === 0) {
      if (this.#catchUp !== undefined) this.#reconciliation.begin(this.#catchUp, this.#out)
      this.#catchUp = undefined
      return
    }
    const reached = (author: NodeId) => this.#intake.chains.head(author).seq
    for (const [peer, message] of this.#wants.next(now, reached)) this.#out.send(peer, message)
    this.#schedule(timers.requests, Math.min(this.#options.requestTimeout, laterPause))
  }

  // --- own ratings ---

  #command(id: CommandId, command: TrustchainCommand, now: Millis): void {
    if (this.#waiting.length >= waitingCommandsMax) {
      const failure = new Failure('trustchain/busy', { waiting: this.#waiting.length })
      this.#out.answer(id, failed(failure))
      return
    }
    this.#waiting.push({ id, command })
    if (!this.#mayRate(now)) this.#schedule(timers.ownHead, this.#options.ownHeadWait)
  }

  #mayRate(now: Millis): boolean {
    return this.#ownHead.mayRate(now, this.#wants.has(this.own))
  }

  #rateWaiting(now: Millis): void {
    if (this.#waiting.length === 0) return
    if (!this.#mayRate(now)) return this.#schedule(timers.ownHead, this.#options.ownHeadWait)
    const waiting = this.#waiting
    this.#waiting = []
    for (const { id, command } of waiting) this.#rate(id, command, now)
  }

  #rate(id: CommandId, command: TrustchainCommand, now: Millis): void {
    const { chains } = this.#intake
    try {
      const draft = draftOf(command, chains, this.own, this.#options.chainId, now)
      const entry = signEntry(this.#ports.signer, draft)
      this.#ownHead.signed()
      this.#intake.appendOwn(entry, this.#out)
      this.#out.answer(id, { ok: true, value: receiptOf(entry) })
      this.#spread.publish(entry)
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      this.#out.answer(id, failed(error))
    }
  }

  #ownHeadAnswered(from: NodeId, { nonce, head }: OwnHeadAnswerMessage): void {
    if (!this.#ownHead.answered(from, nonce)) return
    if (head?.author === this.own) this.#reconciliation.compared(from, head)
  }

  // --- small things ---

  #scheduleDigest(): void {
    const { digestEvery } = this.#options
    this.#schedule(timers.digest, Math.ceil(digestEvery * (0.5 + this.#ports.random.fraction())))
  }

  /** Sets a timer that is not set: many inputs want it, the first one decides. */
  #schedule(timer: string, after: Millis): void {
    if (this.#timersSet.has(timer)) return
    this.#timersSet.add(timer)
    this.#out.schedule(timer, after)
  }
}

const failed = ({ code, facts }: Failure): Answer => ({
  ok: false,
  code,
  facts: facts as unknown as Record<string, unknown>,
})
