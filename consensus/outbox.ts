// The effects of the consensus machine, as its parts collect them.
import { EffectOutbox } from '../src/core/effect-outbox.ts'
import type { ConsensusMessage, ConsensusNote } from './message.ts'

export class Outbox extends EffectOutbox<ConsensusMessage, ConsensusNote> {}
