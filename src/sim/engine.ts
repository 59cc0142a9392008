// The simulator's host: takes events in order of (virtual time, sequence), steps machines and
// performs their effects under the same contract as the live host: a `persist` is durable before
// any later `send` or `answer` of its node leaves. The scenario's side of it is world.ts.
import { assert, unreachable } from '../core/assert.ts'
import type { Millis, NodeId } from '../core/id.ts'
import type { Answer, CommandId, Effect, Input } from '../core/machine.ts'
import { Dials } from './dials.ts'
import { EventHeap } from './event-heap.ts'
import type { Network } from './network.ts'
import { noStatistics, ObserverTable, type Statistics } from './observation.ts'
import { type LeavingEffect, Process, type SimEvent, timerEvent } from './process.ts'
import { hashBytes, RollingDigest } from './rolling-digest.ts'
import { SimulationError } from './simulation-error.ts'
import { type LinkPorts, Streams } from './streams.ts'
import { SyncGate, type SyncPorts } from './sync-gate.ts'

/** More events than this without virtual time moving on is a machine that chases its own tail. */
const eventsPerInstantMax = 5_000_000

export interface EngineOptions<M> {
  readonly seed: number
  /** What every clock shows at virtual time 0. */
  readonly epoch: Millis
  readonly persistLatencyMs: Millis
  readonly sizeOf: ((message: M) => number) | undefined
  readonly digestOf: ((message: M) => number) | undefined
}

export class Engine<M, C> implements LinkPorts<M, C>, SyncPorts<M, C> {
  readonly options: EngineOptions<M>
  readonly network: Network
  readonly observers = new ObserverTable<M>()
  readonly statistics: Statistics = noStatistics()
  readonly digest = new RollingDigest()
  readonly streams: Streams<M, C>
  readonly processes: Process<M, C>[] = []
  /** Who waits for the answer of a command. */
  readonly commands = new Map<CommandId, (answer: Answer) => void>()
  now: Millis = 0
  readonly #dials: Dials<M, C>
  readonly #syncGate: SyncGate<M, C>
  readonly #byId = new Map<NodeId, Process<M, C>>()
  readonly #queue = new EventHeap<SimEvent<M, C>>()
  #sequence = 0
  #eventsThisInstant = 0

  constructor(options: EngineOptions<M>, network: Network) {
    this.options = options
    this.network = network
    this.streams = new Streams(this)
    this.#dials = new Dials(this, this.streams)
    this.#syncGate = new SyncGate(this)
  }

  get sizeOf(): ((message: M) => number) | undefined {
    return this.options.sizeOf
  }

  get persistLatencyMs(): Millis {
    return this.options.persistLatencyMs
  }

  get waitingEvents(): number {
    return this.#queue.size
  }

  /** Time of the next event; Infinity when nothing is left to happen. */
  get nextTime(): Millis {
    return this.#queue.firstTime
  }

  /** The process of an id; an unknown id becomes an absent one, which can be dialled in vain. */
  process(id: NodeId): Process<M, C> {
    let process = this.#byId.get(id)
    if (process === undefined) {
      process = new Process<M, C>(this.processes.length, id, this.options.epoch)
      this.processes.push(process)
      this.#byId.set(id, process)
    }
    return process
  }

  post(time: Millis, event: SimEvent<M, C>): void {
    this.#queue.push(time, ++this.#sequence, event)
    if (this.#queue.size > this.statistics.queuePeak) this.statistics.queuePeak = this.#queue.size
  }

  /** Handles the next event. */
  next(): void {
    const time = this.#queue.firstTime
    const event = this.#queue.pop()
    assert(event !== undefined, 'there is an event left')
    if (time > this.now) {
      this.now = time
      this.#eventsThisInstant = 0
    } else if (++this.#eventsThisInstant > eventsPerInstantMax)
      this.fail(`more than ${eventsPerInstantMax} events without time moving on`)
    if (event.process?.is === 'paused' && event.at !== 'synced') event.process.backlog.push(event)
    else this.#handle(event)
  }

  /** Lets a paused process go on with what it missed, in order and before anything newer. */
  resume(process: Process<M, C>): void {
    process.resuming = true
    const run = (): void => {
      if (!process.resuming) return
      process.resuming = false
      process.is = 'up'
      while (process.is === 'up' && process.backlog.length > 0)
        this.#handle(process.backlog.shift()!)
    }
    // Not at once: events of this instant that came before still belong to the backlog.
    this.post(this.now, { at: 'action', process: undefined, run })
  }

  fail(claim: string, cause?: unknown): never {
    throw new SimulationError(claim, this.options.seed, this.now, cause)
  }

  hear(process: Process<M, C>, input: Input<M, C>, other: number): void {
    if (process.node === undefined) return
    const { digest, statistics, options } = this
    statistics.steps++
    digest.double(this.now)
    digest.number(process.number)
    digest.name(input.on)
    digest.number(other)
    if (input.on === 'message' && options.digestOf !== undefined)
      digest.number(options.digestOf(input.message))
    const { incarnation } = process
    let effects: readonly Effect<M, unknown>[]
    try {
      effects = process.node.step(input, process.clock(this.now))
    } catch (cause) {
      this.fail(`node ${process.id} threw on '${input.on}': ${String(cause)}`, cause)
    }
    for (const effect of effects) {
      this.#perform(process, effect)
      // An observer may have crashed the node in the middle of its effects.
      if (process.incarnation !== incarnation) return
    }
    if (input.on === 'stop') {
      process.stopping = true
      this.#endIfStopped(process)
    }
  }

  /** The end of a process, crashed or stopped; its disk and its id remain. */
  end(process: Process<M, C>): void {
    process.is = 'down'
    process.incarnation++
    process.node = undefined
    process.bare = undefined
    process.timers.clear()
    process.waiting = []
    process.backlog = []
    process.resuming = false
    process.syncing = false
    process.stopping = false
  }

  #handle(event: SimEvent<M, C>): void {
    // A timer that was moved or cancelled does not count.
    if (event.at !== 'timer') this.statistics.events++
    switch (event.at) {
      case 'arrival':
        return this.streams.arrived(event.end)
      case 'timer':
        return this.#timerDue(event)
      case 'input':
        if (event.incarnation === event.process.incarnation)
          this.hear(event.process, event.input, event.other)
        return
      case 'datagram':
        return this.streams.datagramArrived(event.end, event.message)
      case 'dial':
        return this.#dials.dialArrived(event.end)
      case 'dialled':
        return this.#dials.dialAnswered(event.end, event.accepted)
      case 'dial-timeout':
        return this.#dials.dialTimedOut(event.end)
      case 'closed':
        return this.streams.resetArrived(event.end, event.why)
      case 'stall':
        if (event.end.stall === event) this.streams.stallEnded(event.end)
        return
      case 'synced':
        if (event.incarnation !== event.process.incarnation) return
        this.#syncGate.synced(event.process, event.batches)
        return this.#endIfStopped(event.process)
      case 'action':
        return event.run()
      default:
        return unreachable(event)
    }
  }

  #timerDue(event: Extract<SimEvent<M, C>, { at: 'timer' }>): void {
    const { process, timer } = event
    if (process.timers.get(timer) !== event) return
    if (event.queuedSequence !== event.sequence) {
      // It was moved back while it waited: wait on, in the order of its last setting.
      event.queuedSequence = event.sequence
      this.#queue.push(event.due, event.sequence, event)
      return
    }
    process.timers.delete(timer)
    this.statistics.events++
    this.statistics.timers++
    this.digest.number(event.hash)
    this.hear(process, { on: 'timer', timer }, -1)
  }

  #perform(process: Process<M, C>, effect: Effect<M, unknown>): void {
    this.digest.name(effect.do)
    if (this.observers.lists.effect.length > 0) {
      const { incarnation } = process
      this.observers.tell('effect', { node: process.id, effect }, this.now)
      if (process.incarnation !== incarnation) return
    }
    switch (effect.do) {
      case 'send':
      case 'answer':
      case 'disconnect':
        if (process.waiting.length > 0) process.waiting.push(effect)
        else this.leave(process, effect)
        return
      case 'schedule':
        return this.#schedule(process, effect.timer, effect.after)
      case 'cancel': {
        const set = process.takeTimer(effect.timer)
        return this.digest.number(set?.hash ?? this.digest.hashOf(effect.timer))
      }
      case 'persist':
        for (const { key, value } of effect.writes) {
          this.digest.name(key)
          this.digest.number(value === null ? -1 : hashBytes(value))
        }
        this.statistics.persists++
        return this.#syncGate.persist(process, effect.writes)
      case 'notify':
        // Events for whoever watches: seen as an 'effect' observation, of no consequence in the world.
        return
      default:
        return unreachable(effect)
    }
  }

  /** Performs what leaves the node; everything persisted before is durable when it does. */
  leave(process: Process<M, C>, effect: LeavingEffect<M>): void {
    if (this.options.persistLatencyMs === 0) process.store.sync()
    if (this.observers.lists.leaving.length > 0) {
      const { incarnation } = process
      this.observers.tell('leaving', { node: process.id, effect }, this.now)
      if (process.incarnation !== incarnation) return
    }
    if (effect.do === 'send') {
      const to = this.process(effect.to)
      this.digest.number(to.number)
      if (this.options.digestOf !== undefined)
        this.digest.number(this.options.digestOf(effect.message))
      this.#dials.send(process, to, effect.message)
    } else if (effect.do === 'answer') {
      const { command, answer } = effect
      this.digest.number(command)
      this.digest.number(answer.ok ? 1 : 0)
      this.statistics.answers++
      this.observers.tell('answered', { node: process.id, command, answer }, this.now)
      this.commands.get(command)?.(answer)
    } else this.streams.disconnect(process, this.process(effect.peer))
  }

  #schedule(process: Process<M, C>, timer: string, after: Millis): void {
    if (!(after >= 0 && after < Number.POSITIVE_INFINITY))
      this.fail(`node ${process.id} set timer '${timer}' to ${after} ms`)
    const set = process.timers.get(timer)
    const hash = set?.hash ?? this.digest.hashOf(timer)
    this.digest.number(hash)
    this.digest.double(after)
    const due = this.now + process.virtual(after)
    if (set !== undefined && set.due <= due) {
      // Moved back: what is queued finds out when it comes, so that the queue does not fill up.
      set.due = due
      set.sequence = ++this.#sequence
      return
    }
    const sequence = this.#sequence + 1
    const event = timerEvent(process, timer, hash, due, sequence)
    process.timers.set(timer, event)
    this.post(due, event)
  }

  #endIfStopped(process: Process<M, C>): void {
    if (!process.stopping || process.waiting.length > 0) return
    process.store.sync()
    this.streams.closeAll(process)
    this.end(process)
    this.observers.tell('stopped', { node: process.id }, this.now)
  }
}
