// What checkers can watch. Observing changes nothing: a run has the same digest with and without.
import type { Millis, NodeId } from '../core/id.ts'
import type { Answer, CommandId, Effect } from '../core/machine.ts'
import type { LeavingEffect } from './process.ts'

/** Kinds of observation and what each tells. Times are virtual. */
export interface Observations<M> {
  /** Both gates let the dial pass and the target accepted it. */
  'link-opened': { readonly dialler: NodeId; readonly target: NodeId }
  'link-refused': { readonly dialler: NodeId; readonly target: NodeId; readonly by: NodeId }
  /** Something passes the disk's gate: all that was persisted before it is durable. */
  leaving: { readonly node: NodeId; readonly effect: LeavingEffect<M> }
  /** A message is on its way over an open link (what waits for a dial comes later). */
  sent: { readonly from: NodeId; readonly to: NodeId; readonly message: M }
  /** A message is about to be handed to its receiver. */
  delivered: { readonly from: NodeId; readonly to: NodeId; readonly message: M }
  /** A machine asked for something; sends and answers may leave later (see `sent`, `answered`). */
  effect: { readonly node: NodeId; readonly effect: Effect<M, unknown> }
  answered: { readonly node: NodeId; readonly command: CommandId; readonly answer: Answer }
  started: { readonly node: NodeId; readonly incarnation: number }
  crashed: { readonly node: NodeId }
  stopped: { readonly node: NodeId }
}
export type ObservationKind = keyof Observations<unknown>
export type Observer<M, K extends ObservationKind> = (
  seen: Observations<M>[K],
  time: Millis,
) => void

type ObserverLists<M> = { [K in ObservationKind]: Observer<M, K>[] }

export class ObserverTable<M> {
  readonly lists: ObserverLists<M> = {
    'link-opened': [],
    'link-refused': [],
    leaving: [],
    sent: [],
    delivered: [],
    effect: [],
    answered: [],
    started: [],
    crashed: [],
    stopped: [],
  }

  /** @returns a function that ends the observation */
  add<K extends ObservationKind>(kind: K, observer: Observer<M, K>): () => void {
    const list = this.lists[kind]
    list.push(observer)
    return () => {
      const at = list.indexOf(observer)
      if (at >= 0) list.splice(at, 1)
    }
  }

  /** Hot callers look at `lists[kind].length` first, to build nothing for nobody. */
  tell<K extends ObservationKind>(kind: K, seen: Observations<M>[K], time: Millis): void {
    for (const observer of this.lists[kind]) observer(seen, time)
  }
}

/** Counts of a run, all deterministic: events a wall second are for the caller's clock. */
export interface Statistics {
  events: number
  steps: number
  sent: number
  delivered: number
  /** Dropped as datagrams, or sent to an end that was closed or dead. */
  lost: number
  /** By the world's `sizeOf`; 0 without one. */
  bytes: number
  dials: number
  refused: number
  links: number
  timers: number
  persists: number
  answers: number
  queuePeak: number
}

export const noStatistics = (): Statistics => ({
  events: 0,
  steps: 0,
  sent: 0,
  delivered: 0,
  lost: 0,
  bytes: 0,
  dials: 0,
  refused: 0,
  links: 0,
  timers: 0,
  persists: 0,
  answers: 0,
  queuePeak: 0,
})
