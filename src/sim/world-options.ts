// What a world is made of, and the small values it hands out: options, crashes, command handles.
import type { Millis, NodeId } from '../core/id.ts'
import type { Answer, CommandId } from '../core/machine.ts'
import type { Unsynced } from './durable-store.ts'
import type { NetworkOptions } from './network.ts'
import type { Boot, SimulatedNode } from './simulated-node.ts'

export interface WorldOptions<M, C, N extends SimulatedNode<M, C> = SimulatedNode<M, C>> {
  readonly seed: number
  /** Makes a node, at first and after every crash. */
  readonly boot: (...args: Parameters<Boot<M, C>>) => N
  readonly network?: Partial<NetworkOptions>
  /** How long a sync of the disk takes. @default 0: durable as soon as something leaves */
  readonly persistLatencyMs?: Millis
  /** Without a sync latency: writes become durable by themselves after this. @default 10 */
  readonly writeBackMs?: Millis
  /** What every clock shows at the start. @default 0 */
  readonly epoch?: Millis
  /** Bytes of a message, for statistics and the bandwidth cap. */
  readonly sizeOf?: (message: M) => number
  /** A number that differs with a message's content, taken into the digest. */
  readonly digestOf?: (message: M) => number
}

/** A command given to a node, and what became of it. */
export interface CommandHandle {
  readonly id: CommandId
  readonly node: NodeId
  readonly answered: boolean
  readonly answer: Answer | undefined
  /** Virtual time of the answer. */
  readonly answeredAt: Millis | undefined
}

export interface CrashOptions {
  /** What becomes of writes that were not synced. @default 'lost' */
  readonly unsynced?: Unsynced
  /** Does the host tell its peers by resets (a killed process), or is it just gone? @default false */
  readonly resets?: boolean
}
