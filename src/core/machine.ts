// A protocol is a machine: a synchronous value that turns one input into effects. It never
// awaits, reads a clock, rolls dice or touches a socket; `now` is an argument and everything
// else arrives through ports. Two hosts drive the same machines: src/runtime over libp2p and
// RocksDB, src/sim in virtual time.
import type { Millis, NodeId } from './id.ts'

/** Why a peer's link is down: closed by it, could not be dialled, refused by a gate, or its queue overflowed. */
export type DropReason = 'closed' | 'unreachable' | 'refused' | 'congested'

/** Names a waiting command of the local user; the answer carries it back. */
export type CommandId = number

/** What a machine is told. M: messages it speaks; C: local commands; N: notes of sibling machines. */
export type Input<M, C = never, N = never> =
  | { readonly on: 'start' }
  | { readonly on: 'message'; readonly from: NodeId; readonly message: M }
  | { readonly on: 'timer'; readonly timer: string }
  | { readonly on: 'connected'; readonly peer: NodeId }
  | { readonly on: 'dropped'; readonly peer: NodeId; readonly why: DropReason }
  | { readonly on: 'command'; readonly id: CommandId; readonly command: C }
  | { readonly on: 'note'; readonly note: N }
  | { readonly on: 'stop' }

/** One write of the store; null deletes. Keys are ASCII and sort as text. */
export interface StoreWrite {
  readonly key: string
  readonly value: Uint8Array | null
}

/**
 * What a machine asks of its host. Order matters: a `persist` is durable before any later
 * `send` or `answer` of the same host leaves. `send` dials when there is no link (the gates of
 * both sides permitting) and reports `dropped` when it cannot. `schedule` with a name that is
 * already set moves that timer.
 */
export type Effect<M, N = never> =
  | { readonly do: 'persist'; readonly writes: readonly StoreWrite[] }
  | { readonly do: 'send'; readonly to: NodeId; readonly message: M }
  | { readonly do: 'schedule'; readonly timer: string; readonly after: Millis }
  | { readonly do: 'cancel'; readonly timer: string }
  | { readonly do: 'notify'; readonly note: N }
  | { readonly do: 'answer'; readonly command: CommandId; readonly answer: Answer }
  | { readonly do: 'disconnect'; readonly peer: NodeId; readonly why: string }

/** The outcome of a local command: a JSON-like value, or a failure by its code and facts. */
export type Answer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: string; readonly facts: Record<string, unknown> }

export interface Machine<I, E> {
  step(input: I, now: Millis): readonly E[]
}
