// What routers say to each other, what the local user asks of one, what it answers, and what it
// tells its siblings. codec.ts turns messages into bytes; a simulator hands the objects over.
import type { Millis, NodeId, PublicKey, RingKey } from '../src/core/id.ts'
import type { Effect } from '../src/core/machine.ts'
import type { Phase } from './next-hop.ts'

/** Eight random bytes as 16 hex digits, drawn by the origin; all routes of one lookup share it. */
export type RouteId = string

/** One hop taken. Trust in millionths: the overlay's for an overlay hop, aggregated otherwise. */
export interface HopRecord {
  readonly to: NodeId
  readonly by: Phase
  /** Digits that `to` shares with the key. */
  readonly prefix: number
  readonly trust: number
}

/** A message on its way to the root of its key. */
export interface RouteMessage {
  readonly say: 'route'
  readonly routeId: RouteId
  /** Which of the parallel routes and retries of this lookup: 0..attemptsMax-1. */
  readonly attempt: number
  readonly key: RingKey
  readonly overlay: string
  readonly phase: Phase
  readonly origin: NodeId
  /** Hops so far, this one included; each sender is the receiver before it, the first the origin. */
  readonly trace: readonly HopRecord[]
  /**
   * Nodes that had it in the leaf-set phase. In the phase `final` whoever finds any here is to deliver on,
   * to those nearer to the key who are not among them.
   */
  readonly visited: readonly NodeId[]
  /** Null in a lookup. */
  readonly data: Uint8Array | null
  /**
   * Of a lookup's fallback route: whoever has the key among its leaves delivers to several of those nearest
   * to it, as far as its policy does that, and not to the root alone. @default false
   */
  readonly around?: boolean
}

/** "I have it": sent at once to whom a route came from. */
export interface ReceiptMessage {
  readonly say: 'receipt'
  readonly routeId: RouteId
  readonly attempt: number
}

/** A node's key and its signature under what was delivered to it (delivery.ts). */
export interface Witness {
  readonly rootKey: PublicKey
  readonly signature: Uint8Array
}

/** Somebody besides the root that the last hop delivered to. */
export interface FurtherWitness extends Witness {
  /** The last hop knows it from several witnesses, not from one alone. */
  readonly trusted: boolean
  /** Hops from one that the last hop delivered to and that delivered on; 0 of those themselves. */
  readonly beyond: number
}

/** The root's signed answer (delivery.ts), handed back hop by hop, so that no strangers connect. */
export interface ResultMessage extends Witness {
  readonly say: 'result'
  readonly routeId: RouteId
  readonly attempt: number
  readonly trace: readonly HopRecord[]
  /** Messages that this route has cost so far, as its hops say. */
  readonly messages: number
  /** Further nodes that the last hop delivered to; absent where it delivered to one. */
  readonly others?: readonly FurtherWitness[]
}

/** Nothing nearer may be spoken to; the root is a node that had it already; too many hops. */
export type FailedWhy = 'stuck' | 'had-it' | 'hops'

/** This way leads nowhere: try another. */
export interface FailedMessage {
  readonly say: 'failed'
  readonly routeId: RouteId
  readonly attempt: number
  readonly why: FailedWhy
  readonly visited: readonly NodeId[]
}

export type RoutingMessage = RouteMessage | ReceiptMessage | ResultMessage | FailedMessage

export type RouterCommand =
  | {
      readonly command: 'lookup'
      /** 32 hex digits are a position, any other text is hashed. */
      readonly key: string
      readonly overlay: string
      /** Parallel routes over distinct first hops, 1..parallelRoutesMax. @default the policy's: 1, of trustnet 4 */
      readonly routes?: number
      /**
       * By the global tables alone, over the routes that `trustnet` falls back to: for whoever checked the
       * roots of the first answer (a value proves itself) and found none right. @default false
       */
      readonly fallback?: boolean
    }
  | {
      readonly command: 'send'
      readonly key: string
      readonly overlay: string
      /** At most payloadBytesMax. */
      readonly bytes: Uint8Array
      readonly routes?: number
    }

/** Somebody who proved to have the message. */
export interface ProvenRoot {
  readonly nodeId: NodeId
  /** How many routes named it. */
  readonly routes: number
  /** Over so many first friends it was named, this node itself counted as one; 0 where no trusted routes ran. */
  readonly friends: number
  /** Of the shortest way to it. */
  readonly hops: number
}

/** The value of a successful answer; `trust` as a number with at most six decimals. */
export interface LookupAnswer {
  readonly key: RingKey
  readonly root: NodeId
  readonly delivered: true
  readonly hops: readonly AnsweredHop[]
  /** Messages that the lookup caused, as far as its hops say: forwards, receipts and results. */
  readonly messages: number
  readonly ms: Millis
  /** Routes that brought a verified answer, and how many of them named this root. */
  readonly answered: number
  readonly agreeing: number
  /** Everybody who proved to have it, nearest to the key first: who keeps the key's value is among them. */
  readonly roots: readonly ProvenRoot[]
}

export interface AnsweredHop {
  readonly from: NodeId
  readonly to: NodeId
  readonly by: `overlay:${string}` | 'global' | 'leaf-set' | 'final'
  readonly prefix: number
  readonly trust: number
}

export type RouterNote =
  /** Bytes for a key that this node is the root of; once for each route id. */
  | {
      readonly note: 'delivered'
      readonly routeId: RouteId
      readonly key: RingKey
      readonly overlay: string
      readonly origin: NodeId
      readonly bytes: Uint8Array
    }
  /** What a peer did when it was sent something: for the `measured` overlay and for round trips. */
  | {
      readonly note: 'experience'
      readonly peer: NodeId
      readonly saw: 'answered'
      readonly rttMs: Millis
    }
  | { readonly note: 'experience'; readonly peer: NodeId; readonly saw: 'dropped' }

/** What a router asks of its host. */
export type RouterEffect = Effect<RoutingMessage, RouterNote>

/** Of one that delivers on: what a lying one may add to an answer. */
export const onwardWitnessesMax = 6

/** Named by one result beside its root: a last hop delivers to twelve at most, of whom three deliver on. */
export const othersMax = 31

/** 16 parallel routes and one retry of each. */
export const attemptsMax = 32

/** Nodes listed as having had a message in the leaf-set phase: two leaf sets' worth of vetoes. */
export const visitedMax = 64

/** A hop adds three messages and its alternatives; beyond this a peer is inventing numbers. */
export const routeMessagesMax = 1_000
