// The effects of the exchange, as its parts collect them.
import { EffectOutbox } from '../src/core/effect-outbox.ts'
import type { Effect } from '../src/core/machine.ts'
import type { TrustchainMessage, TrustchainNote } from './message.ts'

export type TrustchainEffect = Effect<TrustchainMessage, TrustchainNote>

export class Outbox extends EffectOutbox<TrustchainMessage, TrustchainNote> {}
