// The simulated world: any number of nodes in virtual time under a seed. A run is a pure function
// of (scenario, seed): the same calls on a world of the same seed give the same digest. What
// happens to nodes (crash, pause, partition, …) is called here, at once or by `at`.

import { hex } from '../core/bytes.ts'
import type { Millis, NodeId } from '../core/id.ts'
import type { Answer } from '../core/machine.ts'
import { type Random, seededRandom } from '../core/random.ts'
import { Engine } from './engine.ts'
import { defaultNetwork, Network, type NetworkOptions } from './network.ts'
import type { ObservationKind, Observer, Statistics } from './observation.ts'
import type { Process } from './process.ts'
import type { SimulatedNode, Wrapper } from './simulated-node.ts'
import type { CommandHandle, CrashOptions, WorldOptions } from './world-options.ts'

export class World<M, C = never, N extends SimulatedNode<M, C> = SimulatedNode<M, C>> {
  readonly seed: number
  /** For scenarios: who crashes, when somebody joins. Independent of the network's draws. */
  readonly random: Random
  readonly #options: WorldOptions<M, C, N>
  readonly #engine: Engine<M, C>
  readonly #ids: Random
  readonly #disk: Random
  #commandId = 0

  constructor(options: WorldOptions<M, C, N>) {
    this.#options = options
    this.seed = options.seed
    const root = seededRandom(options.seed)
    this.#ids = root.fork(1)
    this.#disk = root.fork(2)
    this.random = root.fork(3)
    const network = new Network({ ...defaultNetwork, ...options.network }, root.fork(4))
    const { seed, epoch = 0, persistLatencyMs = 0, sizeOf, digestOf } = options
    this.#engine = new Engine({ seed, epoch, persistLatencyMs, sizeOf, digestOf }, network)
  }

  /** Virtual time since the start. */
  get now(): Millis {
    return this.#engine.now
  }

  /** 16 hex digits over all that the nodes saw and did so far. */
  get digest(): string {
    return this.#engine.digest.text
  }

  get statistics(): Readonly<Statistics> {
    return this.#engine.statistics
  }

  /** Is nothing left to happen? (A node with a periodic timer is never idle.) */
  get idle(): boolean {
    return this.#engine.waitingEvents === 0
  }

  /** Adds a node and starts it now; a random id by default. */
  add(id: NodeId = hex(this.#ids.bytes(16)) as NodeId): NodeId {
    const process = this.#engine.process(id)
    if (process.is !== 'absent') this.fail(`node ${id} was added before`)
    this.#start(process)
    return id
  }

  /** Adds n nodes with random ids at once. Staggered joins are in scenario.ts. */
  spawn(n: number): NodeId[] {
    return Array.from({ length: n }, () => this.add())
  }

  /** Every node that was ever added, in order. */
  nodes(): NodeId[] {
    return this.#engine.processes.filter((p) => p.is !== 'absent').map((p) => p.id)
  }

  /** Nodes whose process lives (paused ones too), in order of first mention. */
  live(): NodeId[] {
    return this.#engine.processes.filter((p) => p.isAlive).map((p) => p.id)
  }

  isLive(id: NodeId): boolean {
    return this.#engine.process(id).isAlive
  }

  /** The node itself without wrappers, for checks from outside. */
  nodeOf(id: NodeId): N {
    return (this.#engine.process(id).bare ?? this.fail(`node ${id} is not running`)) as N
  }

  /** What is durable on a node's disk, sorted by key. */
  storeOf(id: NodeId): ReadonlyMap<string, Uint8Array> {
    return this.#engine.process(id).store.contents()
  }

  /** The durable part of a node's disk as it is at this moment: not a copy, not sorted. */
  durableOf(id: NodeId): ReadonlyMap<string, Uint8Array> {
    return this.#engine.process(id).store.durable
  }

  /** The process dies at once, in the middle of whatever it does. */
  crash(id: NodeId, { unsynced = 'lost', resets = false }: CrashOptions = {}): void {
    const process = this.#alive(id)
    const { writeBackMs = 10, persistLatencyMs = 0 } = this.#options
    if (persistLatencyMs === 0) process.store.syncUntil(this.now - writeBackMs)
    process.store.crash(unsynced, this.#disk)
    this.#engine.streams.crash(process, resets)
    this.#engine.end(process)
    this.#engine.observers.tell('crashed', { node: id }, this.now)
  }

  /** Starts a node that crashed or stopped, from what it persisted or from another disk, as a backup. */
  restart(id: NodeId, disk?: ReadonlyMap<string, Uint8Array>): void {
    const process = this.#engine.process(id)
    if (process.is !== 'down')
      this.fail(`node ${id} is ${process.is}: only one that is down restarts`)
    if (disk !== undefined) process.store.replace(disk)
    this.#start(process)
    this.#engine.streams.revived(process)
  }

  /** Asks a node to leave: `stop`, then its links close behind what it sent, then it is down. */
  stop(id: NodeId): void {
    const process = this.#alive(id)
    const { incarnation } = process
    this.#engine.post(this.now, {
      at: 'input',
      process,
      incarnation,
      input: { on: 'stop' },
      other: -1,
    })
  }

  /** The process stands still: its kernel still takes messages, its timers come late. */
  pause(id: NodeId): void {
    const process = this.#alive(id)
    process.is = 'paused'
    process.resuming = false
  }

  resume(id: NodeId): void {
    const process = this.#alive(id)
    if (process.is === 'paused') this.#engine.resume(process)
  }

  /** Moves a node's clock by `offset` and lets it run `rate` times as fast as time. */
  skew(id: NodeId, { offset = 0, rate = 1 }: { offset?: Millis; rate?: number }): void {
    this.#engine.process(id).skew(this.now, offset, rate)
  }

  /** What a node's clock shows. */
  clockOf(id: NodeId): Millis {
    return this.#engine.process(id).clock(this.now)
  }

  /** Wraps a node from a time on (now by default), also after restarts. The last wrapper is outermost. */
  wrap(id: NodeId, wrapper: Wrapper<M, C>, from: Millis = this.now): void {
    const process = this.#engine.process(id)
    const entry = { wrapper, from }
    process.wrappers.push(entry)
    if (from <= this.now) this.#wrapNow(process, wrapper)
    else
      this.at(from, () => {
        if (process.wrappers.includes(entry)) this.#wrapNow(process, wrapper)
      })
  }

  /** Takes all wrappers off. */
  unwrap(id: NodeId): void {
    const process = this.#engine.process(id)
    process.wrappers = []
    process.node = process.bare
  }

  /** Splits the network into these parts and the rest, instead of any earlier partition. */
  partition(...parts: readonly (readonly NodeId[])[]): void {
    this.#engine.network.partition(parts.map((part) => this.#numbers(part)))
    this.#engine.streams.pathsChanged()
  }

  /** Cuts one direction: nothing from these reaches those. */
  cut(from: readonly NodeId[], to: readonly NodeId[]): void {
    for (const a of this.#numbers(from))
      for (const b of this.#numbers(to)) if (a !== b) this.#engine.network.cut(a, b)
  }

  /** Changes the network from now on: a burst of loss, slower links, datagram faults. */
  changeNetwork(changes: Partial<NetworkOptions>): void {
    this.#engine.network.options = { ...this.#engine.network.options, ...changes }
  }

  /** Ends partition and cuts; what streams held back goes on. */
  heal(): void {
    this.#engine.network.heal()
    this.#engine.streams.pathsChanged()
  }

  /** Gives a node a command; the handle shows the answer once it came. */
  command(id: NodeId, command: C): CommandHandle {
    const process = this.#alive(id)
    const handle = {
      id: ++this.#commandId,
      node: id,
      answered: false,
      answer: undefined as Answer | undefined,
      answeredAt: undefined as Millis | undefined,
    }
    this.#engine.commands.set(handle.id, (answer) => {
      if (handle.answered) this.fail(`node ${id} answered command ${handle.id} twice`)
      handle.answered = true
      handle.answer = answer
      handle.answeredAt = this.now
    })
    const { incarnation } = process
    const input = { on: 'command', id: handle.id, command } as const
    this.#engine.post(this.now, { at: 'input', process, incarnation, input, other: handle.id })
    return handle
  }

  /** Does something at a virtual time (not before now). */
  at(time: Millis, run: () => void): void {
    this.#engine.post(Math.max(time, this.now), { at: 'action', process: undefined, run })
  }

  /** Watches; returns a function that ends it. What an observer throws ends the run. */
  observe<K extends ObservationKind>(kind: K, observer: Observer<M, K>): () => void {
    return this.#engine.observers.add(kind, observer)
  }

  /** Lets virtual time pass. */
  runFor(millis: Millis): void {
    const end = this.now + millis
    while (this.#engine.nextTime <= end) this.#engine.next()
    this.#engine.now = end
  }

  /**
   * Runs until a claim holds.
   *
   * @param limit virtual milliseconds after which the run fails
   * @param options `what` names the claim for the failure; `every` asks only at that interval of
   *   virtual time, for claims that are dear to check (after each event by default)
   * @throws SimulationError when the claim does not hold in time, or nothing is left to happen
   */
  runUntil(
    holds: () => boolean,
    limit: Millis,
    { what = 'the awaited state', every = 0 }: { what?: string; every?: Millis } = {},
  ): void {
    const end = this.now + limit
    while (!holds()) {
      const next = every > 0 ? this.now + every : this.#engine.nextTime
      if (next > end) {
        const waiting = this.#engine.waitingEvents
        const left = waiting === 0 ? 'nothing is left to happen' : `${waiting} events wait`
        this.fail(`${what} did not come within ${limit} ms of virtual time; ${left}`)
      }
      if (every > 0) this.runFor(every)
      else this.#engine.next()
    }
  }

  /** Ends the run with a claim that did not hold, the seed and the virtual time. */
  fail(claim: string): never {
    return this.#engine.fail(claim)
  }

  #start(process: Process<M, C>): void {
    const incarnation = ++process.incarnation
    const seed = seededRandom(this.seed ^ Math.imul(process.number + 1, 0x9e3779b1)).fork(
      incarnation,
    )
    process.bare = this.#options.boot(process.id, process.store.contents(), seed.uint32())
    process.node = process.bare
    process.is = 'up'
    for (const { wrapper, from } of process.wrappers)
      if (from <= this.now) this.#wrapNow(process, wrapper)
    this.#engine.observers.tell('started', { node: process.id, incarnation }, this.now)
    this.#engine.hear(process, { on: 'start' }, -1)
  }

  #wrapNow(process: Process<M, C>, wrapper: Wrapper<M, C>): void {
    if (process.node === undefined) return
    const label = process.incarnation * 64 + process.wrappers.length
    const random = seededRandom(this.seed ^ Math.imul(process.number + 1, 0x85ebca77)).fork(label)
    process.node = wrapper(process.node, { nodeId: process.id, random })
  }

  #alive(id: NodeId): Process<M, C> {
    const process = this.#engine.process(id)
    return process.isAlive ? process : this.fail(`node ${id} is not running`)
  }

  #numbers(ids: readonly NodeId[]): number[] {
    return ids.map((id) => this.#engine.process(id).number)
  }
}
