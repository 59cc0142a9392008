// What nodes say to each other about values, what the local user asks, and what it is answered.
import type { Contact } from '../../src/core/contact.ts'
import type { Millis, NodeId, RingKey } from '../../src/core/id.ts'
import type { Effect } from '../../src/core/machine.ts'
import type { Value } from './value.ts'

/** Why a holder does not take a value. The place in this list is the code on the wire. */
export const refusals = [
  // It is over, or lives for longer than anybody keeps it.
  ...['expired', 'too-long'],
  // A newer one is held.
  'outdated',
  // The holder knows others nearer to the key.
  'not-near',
  // The peer gave too much or asked too often; the strangers' share is full; everything is full.
  ...['quota', 'strangers', 'full'],
] as const
export type RefusalCode = (typeof refusals)[number]

export interface Offered {
  readonly key: RingKey
  /** 16 hex digits (value.ts, digestOf). */
  readonly digest: string
}

export type ValuesMessage =
  | {
      readonly say: 'find'
      readonly nonce: number
      readonly key: RingKey
      /** False: contacts near the key are enough. */
      readonly wantsValue: boolean
    }
  | {
      readonly say: 'found'
      readonly nonce: number
      readonly value: Value | undefined
      readonly contacts: readonly Contact[]
    }
  | { readonly say: 'store'; readonly nonce: number; readonly value: Value }
  | { readonly say: 'stored'; readonly nonce: number }
  | {
      readonly say: 'refused'
      readonly nonce: number
      readonly why: RefusalCode
      readonly newer: Value | undefined
    }
  | { readonly say: 'offer'; readonly values: readonly Offered[] }

export type ValuesCommand =
  | {
      readonly command: 'put-value'
      /** At most valueBytesMax. */
      readonly bytes: Uint8Array
      /** Signed under this name; content-addressed without. */
      readonly name?: string
      /** How long it lives from now. @default valueLifeMsDefault */
      readonly life?: Millis
    }
  | { readonly command: 'get-value'; readonly key: RingKey }
  /** The node is about to leave: gives its values to those who take its place; answered with HandedOver. */
  | { readonly command: 'hand-over' }

/** The value of a successful put. */
export interface PutAnswer {
  readonly key: RingKey
  readonly kind: 'content' | 'signed'
  readonly name: string | null
  readonly sequence: number | null
  readonly bytes: number
  readonly expiresAt: Millis
  /** Who has it on disk, this node perhaps among them. */
  readonly holders: readonly NodeId[]
  /** So many had to take it. */
  readonly quorum: number
  /** Holders that were asked and did not take it: refusal codes, `silent`, `unreachable`. */
  readonly refused: Readonly<Record<string, number>>
  readonly ms: Millis
}

/** The value of a successful get. */
export interface GetAnswer {
  readonly key: RingKey
  readonly kind: 'content' | 'signed'
  readonly author: NodeId | null
  readonly name: string | null
  readonly sequence: number | null
  readonly bytes: Uint8Array
  readonly expiresAt: Millis
  /** Peers asked, those that answered, and those that had this very value. */
  readonly asked: number
  readonly answered: number
  readonly agreeing: number
  readonly ms: Millis
}

/** What a peer can be blamed for: a value that is not what it says, or not of the key. */
export type ValuesMisbehaviour = 'invalid-value'

export interface ValuesBlame {
  readonly note: 'misbehaved'
  readonly peer: NodeId
  readonly why: ValuesMisbehaviour
}

export type ValuesNote =
  /** Looks the key up over redundant routes; who stands at their end comes back under the same number. */
  { readonly note: 'route'; readonly ask: number; readonly key: RingKey } | ValuesBlame

export type ValuesEffect = Effect<ValuesMessage, ValuesNote>
