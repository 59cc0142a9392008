// What the consensus machine is made of and told: ports, options, inputs.
import type { Application } from '../src/core/application.ts'
import type { Committee } from '../src/core/committee.ts'
import type { Millis } from '../src/core/id.ts'
import type { Input } from '../src/core/machine.ts'
import type { Random } from '../src/core/random.ts'
import type { Signer, Verify } from '../src/core/signature.ts'
import type { EngineOptions } from './engine-io.ts'
import type { ConsensusCommand, ConsensusMessage, ConsensusRequest } from './message.ts'
import type { PoolOptions } from './pool.ts'
import type { Height } from './vote.ts'

export interface ConsensusPorts {
  readonly signer: Signer
  readonly verify: Verify
  readonly random: Random
  readonly application: Application
  /** The stored bytes (`encodeBlock`) of an older final block, where the host can read them at once. */
  readonly storedBlock?: (height: Height) => Uint8Array | undefined
}

export interface ConsensusOptions extends EngineOptions {
  readonly pool?: PoolOptions
  /** A node at height 0 takes a snapshot when it is so many blocks behind. @default 2_000 */
  readonly snapshotFrom?: number
  /** A committee that is trusted besides the founding one, for the proof of a snapshot. */
  readonly checkpoint?: Committee
  /** While a height is undecided members tell each other so often where they stand. @default 250 */
  readonly statusEvery?: Millis
}

export type ConsensusInput = Input<ConsensusMessage, ConsensusCommand, ConsensusRequest>
