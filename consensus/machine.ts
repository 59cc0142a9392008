// The consensus machine: the engine of one node among its peers. It checks what peers say and gives
// the engine only what is verified and complete, spreads what the engine says, keeps the pool, and
// catches up when others are ahead. Members and followers run the same machine: a follower signs
// nothing, since it sits in no committee. Everything kept for a peer is bounded and goes with its link.
import { unreachable } from '../src/core/assert.ts'
import { type Millis, type NodeId, nodeIdOf } from '../src/core/id.ts'
import type { Machine } from '../src/core/machine.ts'
import { type Assembled, BlockAssembly } from './assembly.ts'
import { BlockCache } from './block-cache.ts'
import { BlockSync } from './block-sync.ts'
import { encodeBlock, type FinalBlock } from './codec-block.ts'
import { EngineHost } from './engine-host.ts'
import type { EngineInput, EngineView } from './engine-io.ts'
import { EngineVoice } from './engine-voice.ts'
import { Intake } from './intake.ts'
import { Listening } from './listening.ts'
import type { ConsensusInput, ConsensusOptions, ConsensusPorts } from './machine-io.ts'
import type { ConsensusEffect, ConsensusMessage } from './message.ts'
import { Outbox } from './outbox.ts'
import type { Parts } from './parts.ts'
import { Peers } from './peers.ts'
import { Pool } from './pool.ts'
import { PoolDoor } from './pool-door.ts'
import { Reception } from './reception.ts'
import { Relay } from './relay.ts'
import { type Restored, SnapshotSync, snapshotWorthBlocks } from './snapshot-sync.ts'
import { TransactionSpread } from './spread.ts'
import { engineTimers, timers } from './timers.ts'
import type { Height, VerifiedVote } from './vote.ts'
import { previousKey } from './wal-block.ts'

/** All neighbours hear where this node stands at every so many of those. */
const statusesPerNews = 4

/** Blocks applied in one step while catching up, behind one sync of the disk: some twenty milliseconds of work. */
const blocksPerStepMax = 64

export class ConsensusMachine implements Machine<ConsensusInput, ConsensusEffect> {
  readonly own: NodeId
  readonly #parts: Parts
  readonly #engine: EngineHost
  readonly #relay: Relay
  readonly #assembly: BlockAssembly
  readonly #intake: Intake
  readonly #sync: BlockSync
  readonly #snapshots: SnapshotSync
  readonly #reception: Reception
  readonly #spread: TransactionSpread
  readonly #door: PoolDoor
  readonly #voice: EngineVoice
  readonly #listening: Listening
  #isQuiet = false
  readonly #statusEvery: Millis
  readonly #timersSet = new Set<string>()
  #ticks = 0
  /** The engine knows that there is something for a block. */
  #toldOfCandidates = false
  #now: Millis = 0

  /** @param stored the store, in any order; the engine's keys and blocks are read */
  constructor(
    ports: ConsensusPorts,
    options: ConsensusOptions,
    stored: Iterable<readonly [string, Uint8Array]> = [],
  ) {
    const { signer, verify, application, random, storedBlock = () => undefined } = ports
    const { pool: poolOptions, statusEvery = 250, ...more } = options
    const { checkpoint, snapshotFrom = snapshotWorthBlocks, ...engineOptions } = more
    const { chainId } = options
    this.own = nodeIdOf(signer.publicKey)
    this.#listening = new Listening(this.own)
    this.#statusEvery = statusEvery
    const pool = new Pool((bytes) => application.checkTransaction(bytes), poolOptions)
    const candidates = () => pool.candidates()
    const enginePorts = { signer, verify, application, candidates, encodeBlock }
    const entries = [...stored]
    this.#engine = new EngineHost(enginePorts, engineOptions, entries)
    this.#parts = {
      ...{ own: this.own, chainId, verify, application, random, pool },
      ...{ peers: new Peers(), out: new Outbox(), view: () => this.#engine.view },
      blocks: new BlockCache(chainId, storedBlock),
    }
    this.#parts.blocks.restore(entries, application.height)
    this.#relay = new Relay(this.#parts)
    this.#assembly = new BlockAssembly(this.#parts)
    this.#intake = new Intake(this.#parts, this.#assembly)
    this.#sync = new BlockSync(this.#parts)
    this.#spread = new TransactionSpread(this.#parts)
    this.#door = new PoolDoor(this.#parts, this.#assembly, this.#spread)
    this.#voice = new EngineVoice(this.#parts, this.#relay, this.#spread, this.#assembly)
    const founding = [application.committee, application.nextCommittee]
    const trusted = checkpoint === undefined ? founding : [...founding, checkpoint]
    this.#snapshots = new SnapshotSync(this.#parts, trusted, snapshotFrom)
    this.#reception = new Reception({
      ...{ parts: this.#parts, intake: this.#intake, assembly: this.#assembly },
      ...{ relay: this.#relay, sync: this.#sync, door: this.#door },
      ...{ snapshots: this.#snapshots, restored: (restored: Restored) => this.#restored(restored) },
      counted: (vote, from) => this.#vote(vote, from),
      polka: (votes) => this.#feed({ on: 'polka', votes }),
    })
  }

  // --- what others read ---

  get engine(): EngineView {
    return this.#engine.view
  }

  get pool(): { readonly size: number; readonly bytes: number; readonly authors: number } {
    return this.#parts.pool
  }

  /** Transactions of peers that nobody has looked at, and how many found no room among them. */
  get door(): { readonly waiting: number; readonly turnedAway: number } {
    return this.#door
  }

  /** Peers are ahead, and this node signs nothing until it is there. */
  get isCatchingUp(): boolean {
    return this.#voice.behind || this.#snapshots.isUnderWay
  }

  /** A final block with its commit: a recent one, or what the host's store gives. */
  blockAt(height: Height): FinalBlock | undefined {
    return this.#parts.blocks.at(height)
  }

  /** Where this node stands, as it tells its peers: also its heartbeat. */
  status(): ConsensusMessage {
    return this.#relay.statusOf()
  }

  /** How much is kept, by entries: for whoever watches the memory. */
  get held(): Readonly<Record<string, number>> {
    const { peers, pool, blocks } = this.#parts
    return {
      ...{ peers: peers.size, pool: pool.size, blocks: blocks.size },
      ...{ assemblies: this.#assembly.size, syncing: this.#sync.size },
      waiting: this.#door.waiting,
    }
  }

  // --- inputs ---

  step(input: ConsensusInput, now: Millis): readonly ConsensusEffect[] {
    this.#now = now
    switch (input.on) {
      case 'start':
        this.#listening.begin(now)
        this.#quiet()
        this.#feed({ on: 'start' })
        this.#relay.toAll(now)
        this.#schedule(timers.status, this.#statusEvery)
        break
      case 'message':
        this.#reception.receive(input.from, input.message, now)
        if (input.message.say === 'status') this.#listening.heard(input.from, this.engine.committee)
        break
      case 'timer':
        this.#timer(input.timer)
        break
      case 'connected':
        this.#parts.peers.connected(input.peer, now)
        this.#relay.greet(input.peer)
        break
      case 'dropped':
        this.#parts.peers.dropped(input.peer)
        this.#assembly.dropped(input.peer)
        this.#door.dropped(input.peer)
        this.#sync.dropped(input.peer)
        break
      case 'command':
        this.#door.command(input.id, input.command, now)
        break
      case 'note':
        if (input.note.note === 'transaction') this.#door.admit(input.note.transaction)
        else this.#parts.pool.recheckAll()
        break
      case 'stop':
        this.#spread.push(now)
        break
      default:
        unreachable(input)
    }
    this.#settle()
    return this.#parts.out.drain()
  }

  #timer(timer: string): void {
    if (timer.startsWith('consensus/engine/')) return this.#feed({ on: 'timer', timer })
    this.#timersSet.delete(timer)
    if (timer === timers.spread) this.#spread.push(this.#now)
    if (timer === timers.look) this.#door.look(this.#now)
    if (timer === timers.status) this.#tick()
  }

  /** Four times a second: tell where we stand, ask again for what did not come. */
  #tick(): void {
    const now = this.#now
    const view = this.#engine.view
    if (++this.#ticks % statusesPerNews === 0) this.#relay.toAll(now)
    else if (view.round > 0 || view.step !== 'propose' || view.rounds().length > 0)
      this.#relay.toMembers(now)
    this.#assembly.tick(now)
    this.#ask()
    this.#spread.tick(now)
    this.#schedule(timers.status, this.#statusEvery)
  }

  // --- the engine ---

  #feed(input: EngineInput): void {
    const { height, committee } = this.#engine.view
    const effects = this.#engine.step(input, this.#now)
    if (this.#engine.view.height === height + 1) this.#intake.before = { committee, height }
    if (this.#engine.view.height > height) this.#toldOfCandidates = false
    for (const effect of effects) this.#voice.perform(effect, this.#now)
  }

  #vote(vote: VerifiedVote, from: NodeId): void {
    const { view } = this.#engine
    const { kind, round, voter, height } = vote
    const fresh = height === view.height && view.vote(kind, round, voter) === undefined
    this.#feed({ on: 'vote', vote })
    if (!fresh) return
    this.#parts.out.notify({ note: 'voted', vote })
    this.#relay.pass(vote, from)
  }

  /** Follows from what came in: whole blocks go to the engine, and everybody is asked for the rest. */
  #settle(): void {
    for (const assembled of this.#assembly.take()) this.#assembled(assembled)
    this.#catchUp()
    const { hasCandidates } = this.#parts.pool
    if (hasCandidates && !this.#toldOfCandidates) this.#feed({ on: 'transactions' })
    this.#toldOfCandidates = hasCandidates
    this.#relay.flush()
    this.#schedule(timers.spread, this.#spread.settle(this.#now))
    if (this.#door.waiting > 0) this.#schedule(timers.look, 0)
  }

  #assembled({ block, proposals, commit }: Assembled): void {
    if (commit !== null && block.header.height === this.#engine.view.height)
      return this.#feed({ on: 'decided', block, commit })
    for (const { proposal, from: by } of proposals) {
      this.#feed({ on: 'proposal', proposal, block })
      this.#relay.passProposal({ proposal, block }, by)
    }
  }

  #catchUp(): void {
    const { view } = this.#engine
    const start = view.height
    for (let applied = 0; applied < blocksPerStepMax; applied++) {
      const step = this.#sync.next(this.#now)
      if (step.is === 'nothing') break
      this.#feed({ on: 'decided', block: step.final.block, commit: step.commit })
    }
    if (this.#sync.hasNext) this.#schedule(timers.apply, 0)
    this.#voice.behind = this.#sync.isBehind
    if (this.#voice.behind || view.height > start) this.#ask()
    this.#quiet()
  }

  /** Signs the engine anything now? Not what others have long decided, nor before they were heard out. */
  #quiet(): void {
    const quiet = this.#voice.behind || this.#listening.goesOn(this.engine.committee, this.#now)
    if (quiet === this.#isQuiet) return
    this.#isQuiet = quiet
    this.#feed({ on: 'catching-up', behind: quiet })
  }

  #ask(): void {
    this.#snapshots.tick(this.#now)
    if (!this.#snapshots.isUnderWay) this.#sync.ask(this.#now)
  }

  /** A snapshot replaced the state: a new engine goes on above it. */
  #restored({ writes, previous, final }: Restored): void {
    const { out, blocks, pool } = this.#parts
    out.persist([...writes, { key: previousKey, value: previous }])
    for (const timer of engineTimers) out.cancel(timer)
    blocks.add(final)
    this.#sync.clear()
    this.#intake.before = undefined
    this.#engine.restart(previous)
    this.#voice.behind = this.#isQuiet = false
    out.notify({ note: 'restored', height: final.block.header.height })
    pool.recheckAll()
    this.#feed({ on: 'start' })
  }

  /** Sets a timer that is not set: many inputs want it, the first one decides. */
  #schedule(timer: string, after: Millis | undefined): void {
    if (after === undefined || this.#timersSet.has(timer)) return
    this.#timersSet.add(timer)
    this.#parts.out.schedule(timer, after)
  }
}
