// What our own puts and gets share: what they ask of the machine around them.
import type { Contact } from '../../src/core/contact.ts'
import type { Millis, NodeId, RingKey } from '../../src/core/id.ts'
import type { Answer, CommandId } from '../../src/core/machine.ts'
import type { Question, Settle } from './asks.ts'
import type { Shelf, Taken } from './shelf.ts'
import type { Value, VerifiedValue } from './value.ts'

export interface ErrandPorts {
  readonly self: NodeId
  readonly shelf: Shelf
  readonly now: () => Millis
  /** The nodes of the window that this node hears itself, nearest to the key first; it may be one of them. */
  readonly near: (key: RingKey) => readonly NodeId[]
  readonly isTrusted: (node: NodeId) => boolean
  readonly mayAsk: (node: NodeId) => boolean
  /** Takes contacts that a peer names; the ids of those that it could read. */
  readonly meet: (contacts: readonly Contact[]) => readonly NodeId[]
  /** Undefined, and the peer is blamed, when the value is not one of this key. */
  readonly verified: (from: NodeId, key: RingKey, value: Value) => VerifiedValue | undefined
  readonly ask: (peer: NodeId, question: Question, settle: Settle) => void
  /** Keeps a value here and makes it durable. */
  readonly keep: (value: VerifiedValue) => Taken
  /** Sends the key over redundant routes; `routed` hears what came of it, `located` when it takes too long. */
  readonly route: (errand: Errand) => void
  /** The errand is over. */
  readonly done: (errand: Errand, answer: Answer) => void
}

export interface Errand {
  readonly id: CommandId
  readonly key: RingKey
  start(): void
  /** The routes came to their end. */
  routed(roots: readonly RoutedRoot[]): void
  /** Whoever is near the key is known by now or will not be: neither routes nor a search are waited for. */
  located(): void
  /** The time is over: it answers with what it has. */
  expire(): void
}

/** Somebody who signed for the key at the end of a route. */
export interface RoutedRoot {
  readonly nodeId: NodeId
  /** Routes over several friends name it. */
  readonly vouched: boolean
}
