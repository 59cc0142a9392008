// The part of a node that is about blocks: the ledger, the consensus machine that orders its
// transactions, and what this node owes both. To the node it is one more sibling machine: it is told of
// entries and forks, and tells what became final.

import { encodeEvidence, verifyEvidence } from '../../consensus/evidence.ts'
import { ConsensusMachine } from '../../consensus/machine.ts'
import type {
  ConsensusCommand,
  ConsensusMessage,
  ConsensusNote,
  ConsensusRequest,
} from '../../consensus/message.ts'
import type { TrustchainsView } from '../../trustchain/chain.ts'
import type { VerifiedRating } from '../../trustchain/entry.ts'
import type { UnverifiedForkProof } from '../../trustchain/fork-proof.ts'
import { Ledger } from '../../trustchain/ledger/ledger.ts'
import { type Parameters, parametersOf } from '../../trustchain/ledger/parameters.ts'
import {
  encodeEntryTransaction,
  encodeEvidenceTransaction,
  encodeForkTransaction,
} from '../../trustchain/ledger/transactions.ts'
import type { BlockChanges, LedgerGenesis } from '../../trustchain/ledger/view.ts'
import type { BlockFacts, Finalized } from '../core/application.ts'
import { assert } from '../core/assert.ts'
import { type Millis, type NodeId, nodeIdOf } from '../core/id.ts'
import type { Answer, Effect, Input, Machine } from '../core/machine.ts'
import { Bans } from './bans.ts'
import { Duties } from './duties.ts'
import type { NodePorts } from './node-ports.ts'
import { Presence } from './presence.ts'

export type FinalityRequest =
  | { readonly note: 'rated'; readonly entry: VerifiedRating }
  | { readonly note: 'forked'; readonly proof: UnverifiedForkProof }

export type FinalityNote =
  /** A block is decided and applied, and this is what it changed. In order of height. */
  | (Extract<ConsensusNote, { note: 'finalized' }> & { readonly changes: BlockChanges })
  | Exclude<ConsensusNote, { note: 'finalized' }>
  /** The gate is shut to a banned peer from now on. */
  | { readonly note: 'shut-out'; readonly peer: NodeId }

export type FinalityInput = Input<ConsensusMessage, ConsensusCommand, FinalityRequest>
export type FinalityEffect = Effect<ConsensusMessage, FinalityNote>

export interface FinalityOptions {
  readonly genesis: LedgerGenesis
  readonly owner: string
  readonly addresses: readonly string[]
  readonly willing: boolean
  readonly timing: {
    readonly timeoutPropose?: Millis
    readonly timeoutVote?: Millis
    readonly timeoutStep?: Millis
    readonly batchAfter?: Millis
    readonly emptyEvery?: Millis
  }
  readonly stored: Iterable<readonly [string, Uint8Array]>
}

export interface FinalityPorts extends NodePorts {
  readonly trustchains: TrustchainsView
}

/** How often duties are looked at, heartbeats allowing. */
const tickEveryMax: Millis = 1_000
const tick = 'finality/tick'
const respites = 'finality/respites'

/** Commands of the node's own have negative ids: nobody waits for those answers. */
const ownCommand = -1

/** A ledger that keeps what each block changed until it was told: several may be applied in one step. */
class RecordingLedger extends Ledger {
  readonly untold: BlockChanges[] = []

  override finalizeBlock(block: BlockFacts): Finalized {
    const finalized = super.finalizeBlock(block)
    assert(this.lastChanges !== undefined, 'a block that was applied has changes')
    this.untold.push(this.lastChanges)
    return finalized
  }
}

export class Finality implements Machine<FinalityInput, FinalityEffect> {
  readonly ledger: Ledger
  readonly consensus: ConsensusMachine
  readonly parameters: Parameters
  readonly #self: NodeId
  readonly #recorded: RecordingLedger
  readonly #bans: Bans
  readonly #trustchains: TrustchainsView
  readonly #presence: Presence
  readonly #duties: Duties
  #heartbeatAt: Millis = Number.NEGATIVE_INFINITY
  #out: FinalityEffect[] = []

  constructor(ports: FinalityPorts, options: FinalityOptions) {
    const { signer, verify, trustchains } = ports
    const { genesis, owner, addresses, willing, timing } = options
    const { chainId, createdAt } = genesis
    const stored = [...options.stored]
    this.#self = nodeIdOf(signer.publicKey)
    this.#trustchains = trustchains
    this.parameters = parametersOf(genesis.parameters)
    this.#recorded = new RecordingLedger(
      {
        verify,
        verifyEvidence: (bytes, committeeAt) => verifyEvidence(verify, chainId, committeeAt, bytes),
      },
      genesis,
      stored,
    )
    this.ledger = this.#recorded
    this.#bans = new Bans(this.ledger)
    this.consensus = new ConsensusMachine(
      { ...ports, application: this.ledger },
      { chainId, genesisTime: createdAt, ...timing },
      stored,
    )
    this.#presence = new Presence(this.parameters.heartbeatMs, createdAt)
    this.#duties = new Duties(
      {
        ...{ self: this.#self, signer, ledger: this.ledger, trustchains },
        presence: this.#presence,
      },
      { chainId, parameters: this.parameters, owner, addresses, willing },
    )
  }

  /** No dials and no talk with this peer: the network banned it, and it had the time to hear of that. */
  bans(peer: NodeId): boolean {
    return this.#bans.has(peer)
  }

  /** Why nobody would take a rating of this very node, so that it need not be signed; undefined while they do. */
  refusesOwn(): Answer | undefined {
    const nodeId = this.#self
    // Who has the proof itself says which entry it is about (trustchain/rate.ts).
    if (this.ledger.frozen(nodeId) && this.#trustchains.forkOf(nodeId) === undefined)
      return { ok: false, code: 'trustchain/frozen', facts: { nodeId } }
    const successor = this.ledger.holderOf(nodeId)
    if (successor !== nodeId)
      return { ok: false, code: 'author/succeeded', facts: { author: nodeId, successor } }
    if (!this.ledger.banned(nodeId)) return undefined
    const { banBelow, healAbove } = this.parameters
    const reputation = (this.ledger.reputationOf(nodeId).reputation ?? 0) / 100
    const facts = { nodeId, reputation, banBelow, healAbove }
    return { ok: false, code: 'trustchain/banned', facts }
  }

  step(input: FinalityInput, now: Millis): readonly FinalityEffect[] {
    this.#out = []
    switch (input.on) {
      case 'note':
        this.#told(input.note, now)
        break
      case 'timer':
        if (input.timer === tick) this.#tick(now)
        else if (input.timer === respites) this.#endRespites(now)
        else this.#run(input, now)
        break
      case 'start':
        this.#presence.restart(now)
        this.#run(input, now)
        this.#tick(now)
        break
      case 'message':
        this.#presence.heard(input.from, now)
        this.#run(input, now)
        break
      default:
        this.#run(input, now)
    }
    return this.#out
  }

  #told(note: FinalityRequest, now: Millis): void {
    if (note.note === 'forked') return this.#submit(encodeForkTransaction(note.proof), now)
    const { entry } = note
    if (entry.seq <= this.ledger.finalHead(entry.authorId).seq) return
    this.#duties.accepted(entry.authorId)
    this.#pool(encodeEntryTransaction(entry), now)
  }

  #tick(now: Millis): void {
    this.#out.push({
      do: 'schedule',
      timer: tick,
      after: Math.min(tickEveryMax, this.parameters.heartbeatMs),
    })
    for (const transaction of this.#duties.offer()) this.#pool(transaction, now)
    for (const proof of this.ledger.takeForkProofs())
      this.#submit(encodeForkTransaction(proof), now)
    for (const proof of this.#duties.proofs()) this.#submit(proof, now)
    for (const statement of this.#duties.statements(now)) this.#submit(statement, now)
    this.#beat(now)
  }

  #endRespites(now: Millis): void {
    for (const peer of this.#bans.over(now)) this.#tell({ note: 'shut-out', peer })
    this.#watchRespites(now)
  }

  #watchRespites(now: Millis): void {
    const after = this.#bans.due(now)
    if (after !== undefined) this.#out.push({ do: 'schedule', timer: respites, after })
  }

  /** A heartbeat to every member, whoever this node is, so that all members can report on it. */
  #beat(now: Millis): void {
    if (now - this.#heartbeatAt < this.parameters.heartbeatMs) return
    this.#heartbeatAt = now
    const message = this.consensus.status()
    for (const { nodeId } of this.ledger.committee.members)
      if (nodeId !== this.#self) this.#out.push({ do: 'send', to: nodeId, message })
  }

  #submit(transaction: Uint8Array, now: Millis): void {
    this.#run({ on: 'command', id: ownCommand, command: { command: 'submit', transaction } }, now)
  }

  #pool(transaction: Uint8Array, now: Millis): void {
    this.#run({ on: 'note', note: { note: 'transaction', transaction } }, now)
  }

  #run(input: Input<ConsensusMessage, ConsensusCommand, ConsensusRequest>, now: Millis): void {
    for (const effect of this.consensus.step(input, now)) {
      if (effect.do === 'notify') this.#noted(effect.note, now)
      else if (effect.do !== 'answer' || effect.command >= 0) this.#out.push(effect)
    }
  }

  #noted(note: ConsensusNote, now: Millis): void {
    if (note.note === 'accused')
      this.#submit(encodeEvidenceTransaction(encodeEvidence(note.equivocation)), now)
    if (note.note === 'restored') {
      this.#recorded.untold.length = 0
      this.#duties.recount()
      this.#bans.recount()
    }
    if (note.note !== 'finalized') return this.#tell(note)
    const changes = this.#recorded.untold.shift()
    assert(changes?.height === note.block.header.height, 'every block is told once, in order')
    this.#bans.changed(changes.records, now)
    this.#watchRespites(now)
    this.#tell({ ...note, changes })
  }

  #tell(note: FinalityNote): void {
    this.#out.push({ do: 'notify', note })
  }
}
