// What a relay is given, asks and counts.
import type { Millis, NodeId } from '../src/core/id.ts'
import type { FailedWhy, ResultMessage, RouteMessage, RouterEffect, Witness } from './message.ts'
import type { RoutingState } from './routing-state.ts'

/** Effects of the step under way, and its time. */
export interface Outbox {
  now: Millis
  effects: RouterEffect[]
}

/** What a peer did wrong, counted and otherwise ignored. */
export type RoutingVerdict = 'misaddressed' | 'unasked' | 'foreign-trace'

export interface RelayPorts {
  readonly state: RoutingState
  readonly maySpeakTo: (node: NodeId) => boolean
  /** The signed result of a route that ends here. */
  readonly resultOf: (route: RouteMessage) => ResultMessage
  /** This node's signature under a route that was delivered to it. */
  readonly witness: (route: RouteMessage) => Witness
  /** A route of ours has ended; undefined when it led nowhere. */
  readonly ended: (route: RouteMessage, result: ResultMessage | undefined, why: FailedWhy) => void
}

export interface RelayOptions {
  readonly receiptTimeout: Millis
  /** How long an answered or abandoned pass is remembered. */
  readonly passLife: Millis
  readonly passesMax: number
}
