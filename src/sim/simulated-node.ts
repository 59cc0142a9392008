// What the world drives: a node that is one machine with a gate, made by a `boot` function from
// what was persisted, and possibly wrapped by faults or attacks.
import type { Millis, NodeId } from '../core/id.ts'
import type { Effect, Input } from '../core/machine.ts'
import type { Random } from '../core/random.ts'

/** M: messages between nodes; C: commands of the local user. */
export interface SimulatedNode<M, C> {
  /** What it notifies is for observers (`effect`); the world does nothing with it. */
  step(input: Input<M, C>, now: Millis): readonly Effect<M, unknown>[]
  /** The gate, asked for links in both directions: may there be no link with this peer? */
  refuses(peer: NodeId): boolean
}

/**
 * Makes a node from its store (sorted by key; empty for a newcomer). The seed differs by world
 * seed, node and incarnation.
 */
export type Boot<M, C> = (
  nodeId: NodeId,
  store: ReadonlyMap<string, Uint8Array>,
  seed: number,
) => SimulatedNode<M, C>

/** What a wrapper may use besides the node that it wraps. */
export interface WrapperPorts {
  readonly nodeId: NodeId
  readonly random: Random
}

/** A fault or an attack: a node made of another node. */
export type Wrapper<M, C> = (inner: SimulatedNode<M, C>, ports: WrapperPorts) => SimulatedNode<M, C>
