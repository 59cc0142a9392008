// What the world keeps of each node: its process with clock, disk, timers and link ends, and the
// events that concern it. Outlives crashes; the machine inside does not.
import type { Millis, NodeId } from '../core/id.ts'
import type { DropReason, Effect, Input } from '../core/machine.ts'
import { DurableStore } from './durable-store.ts'
import type { SimulatedNode, Wrapper } from './simulated-node.ts'

/** Closes a link, in order behind the messages already sent. */
export const fin = Symbol('fin')

/** One side of a link. Its queue holds what its owner sent and the other side has not got yet. */
export interface LinkEnd<M, C> {
  readonly owner: Process<M, C>
  readonly peer: Process<M, C>
  twin: LinkEnd<M, C>
  is: 'dialling' | 'open' | 'closed'
  /** In order. An 'arrival' event delivers the head, so a link never reorders. */
  queue: (M | typeof fin)[]
  /** Index of the head. */
  head: number
  /** Arrivals stopped by a cut; they go on when it heals. */
  held: number
  lastArrival: Millis
  /** The owner's process died without closing: whoever speaks to this end is reset or hears nothing. */
  vanished: boolean
  /** A segment was lost for good: nothing sent from here arrives any more. */
  broken: boolean
  /** Set while something is unacknowledged; when this event comes the link is given up. */
  stall: StallEvent<M, C> | undefined
  /** Every arrival at the other side is this one event, queued anew. */
  readonly arrival: ArrivalEvent<M, C>
}

type ArrivalEvent<M, C> = {
  readonly at: 'arrival'
  readonly process: Process<M, C>
  readonly end: LinkEnd<M, C>
}

export type StallEvent<M, C> = {
  readonly at: 'stall'
  readonly process: Process<M, C>
  readonly end: LinkEnd<M, C>
}

type TimerEvent<M, C> = {
  readonly at: 'timer'
  readonly process: Process<M, C>
  readonly timer: string
  /** Of the timer's name, for the digest. */
  readonly hash: number
  /** When and in which order it is due; differs from what is queued when the timer was moved back. */
  due: Millis
  sequence: number
  queuedSequence: number
}

export const timerEvent = <M, C>(
  process: Process<M, C>,
  timer: string,
  hash: number,
  due: Millis,
  sequence: number,
): TimerEvent<M, C> => ({
  at: 'timer',
  process,
  timer,
  hash,
  due,
  sequence,
  queuedSequence: sequence,
})

type EndEvent<M, C> = { readonly process: Process<M, C>; readonly end: LinkEnd<M, C> }

/** What waits in the queue. `process` is who handles it: a paused process puts it off. */
export type SimEvent<M, C> =
  | {
      readonly at: 'input'
      readonly process: Process<M, C>
      readonly incarnation: number
      readonly input: Input<M, C>
      readonly other: number
    }
  | TimerEvent<M, C>
  | StallEvent<M, C>
  | ({ readonly at: 'dial' } & EndEvent<M, C>)
  | ({ readonly at: 'dialled'; readonly accepted: boolean } & EndEvent<M, C>)
  | ({ readonly at: 'dial-timeout' } & EndEvent<M, C>)
  | ArrivalEvent<M, C>
  | ({ readonly at: 'datagram'; readonly message: M } & EndEvent<M, C>)
  | ({ readonly at: 'closed'; readonly why: DropReason } & EndEvent<M, C>)
  | {
      readonly at: 'synced'
      readonly process: Process<M, C>
      readonly incarnation: number
      readonly batches: number
    }
  | { readonly at: 'action'; readonly process: undefined; readonly run: () => void }

/** Absent: known by id only. Down: crashed or stopped, its disk remains. */
export type ProcessState = 'absent' | 'up' | 'paused' | 'down'

/** An effect that the world outside the node sees. */
export type LeavingEffect<M> = Extract<Effect<M, unknown>, { do: 'send' | 'answer' | 'disconnect' }>

/** What waits for the disk, and the batches that it waits for. */
export type WaitingEffect<M> = LeavingEffect<M> | { readonly do: 'sync'; batches: number }

export class Process<M, C> {
  readonly number: number
  readonly id: NodeId
  is: ProcessState = 'absent'
  incarnation = 0
  /** The machine with its wrappers; undefined unless the process lives. */
  node: SimulatedNode<M, C> | undefined
  /** The machine without wrappers. */
  bare: SimulatedNode<M, C> | undefined
  wrappers: { readonly wrapper: Wrapper<M, C>; readonly from: Millis }[] = []
  readonly store = new DurableStore()
  readonly timers = new Map<string, TimerEvent<M, C>>()
  /** By number of the peer. */
  readonly ends = new Map<number, LinkEnd<M, C>>()
  waiting: WaitingEffect<M>[] = []
  syncing = false
  /** It was told to stop and ends once nothing waits for the disk. */
  stopping = false
  /** Events put off while paused, in order. */
  backlog: SimEvent<M, C>[] = []
  /** Paused, but to go on within this instant. */
  resuming = false
  /** When its uplink has sent what it was given (bandwidth cap). */
  uplinkFreeAt: Millis = 0
  #clockSetAt: Millis = 0
  #clockBase: Millis
  #clockRate = 1

  constructor(number: number, id: NodeId, epoch: Millis) {
    this.number = number
    this.id = id
    this.#clockBase = epoch
  }

  get isAlive(): boolean {
    return this.is === 'up' || this.is === 'paused'
  }

  /** Cancels a timer: what was set, if it was. */
  takeTimer(timer: string): TimerEvent<M, C> | undefined {
    const set = this.timers.get(timer)
    if (set !== undefined) this.timers.delete(timer)
    return set
  }

  /** What this node's clock shows at a virtual time: whole milliseconds, as clocks do. */
  clock(time: Millis): Millis {
    // A timer must not see a time before its due because of rounding.
    return Math.floor(this.#clockBase + (time - this.#clockSetAt) * this.#clockRate + 1e-6)
  }

  /** Moves the clock by `offset` and makes it run `rate` times as fast as virtual time. */
  skew(time: Millis, offset: Millis, rate: number): void {
    this.#clockBase += (time - this.#clockSetAt) * this.#clockRate + offset
    this.#clockSetAt = time
    this.#clockRate = rate
  }

  /** Virtual time that passes while this node's clock counts the milliseconds. */
  virtual(after: Millis): Millis {
    return after / this.#clockRate
  }
}
