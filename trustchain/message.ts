// What the exchange machines say to each other, what the local user asks of them, and what they tell
// their siblings. codec.ts turns messages into bytes; hosts in one process hand the objects over as they
// are, and entries that were verified once stay verified (verify.ts).

import type { NodeId, PublicKey } from '../src/core/id.ts'
import type { CommandId } from '../src/core/machine.ts'
import type { Trust } from '../src/core/trust.ts'
import type { Category, EntryHash, Rating, VerifiedRating } from './entry.ts'
import type { ForkProof, UnverifiedForkProof } from './fork-proof.ts'

/** How far an author's log reaches at the peer that says so. */
export interface Head {
  readonly author: NodeId
  /** 0 when nothing is held. */
  readonly seq: number
  readonly hash: EntryHash
  /** The lowest seq with a fork proof; 0 when none is known. */
  readonly forkedAt: number
}

/** Entries from..to of an author, both included. */
export interface Wanted {
  readonly author: NodeId
  readonly from: number
  readonly to: number
}

/** What is left after a page: nothing, another page, or nothing for now because the asker has had its share. */
export type Rest = 'none' | 'more' | 'later'

/** Entries pushed as news (`answers` 0) or sent for a range request. */
export interface EntriesMessage {
  readonly say: 'entries'
  /** The request that this answers; 0 for news. */
  readonly answers: number
  readonly rest: Rest
  readonly entries: readonly Rating[]
}

/** Every author's heads, hashed into 64 buckets by the first six bits of the author's id. */
export interface DigestMessage {
  readonly say: 'digest'
  /** 64 times 16 bytes, concatenated. */
  readonly buckets: Uint8Array
}

/** Asks for a page of heads. */
export interface NextHeadsMessage {
  readonly say: 'next-heads'
  /** Bucket numbers, ascending, 0..63. */
  readonly buckets: readonly number[]
  /** Only authors above this id; null from the start. */
  readonly after: NodeId | null
}

/** A page of heads: complete from `after` to the last one named, or to the end without `more`. */
export interface HeadsMessage {
  readonly say: 'heads'
  readonly buckets: readonly number[]
  readonly after: NodeId | null
  readonly heads: readonly Head[]
  readonly more: boolean
}

/** Heads in which the sender is ahead of the receiver: an offer that the receiver may take up. */
export interface AheadMessage {
  readonly say: 'ahead'
  readonly heads: readonly Head[]
}

/** Asks for entries; answered by one `entries` with the same number. */
export interface RangeMessage {
  readonly say: 'range'
  /** 1..2^32-1. */
  readonly request: number
  readonly wanted: readonly Wanted[]
  /** Only entries of this overlay; null for all. */
  readonly overlay: string | null
}

/** "What is my own newest entry?": asked before the first signature after a start. */
export interface OwnHeadMessage {
  readonly say: 'own-head'
  readonly nonce: number
}

export interface OwnHeadAnswerMessage {
  readonly say: 'own-head-answer'
  readonly nonce: number
  /** null when nothing of the asker is known. */
  readonly head: Head | null
}

export interface ForkProofMessage {
  readonly say: 'fork-proof'
  readonly proof: UnverifiedForkProof
}

export type TrustchainMessage =
  | EntriesMessage
  | DigestMessage
  | NextHeadsMessage
  | HeadsMessage
  | AheadMessage
  | RangeMessage
  | OwnHeadMessage
  | OwnHeadAnswerMessage
  | ForkProofMessage

/** A rating to be made: trust in millionths, or one to five stars in half steps. */
export type TrustchainCommand =
  | {
      readonly command: 'rate'
      readonly overlay: string
      readonly subject: PublicKey
      readonly value: Trust
      readonly reason?: string
    }
  | {
      readonly command: 'rate'
      readonly overlay: string
      readonly subject: PublicKey
      /** 1, 1.5, … 5. */
      readonly stars: number
      readonly category: Category
      readonly reason?: string
    }

/** The value of a positive answer to `rate`. JSON-like. */
export interface RatingReceipt {
  readonly author: NodeId
  readonly seq: number
  readonly hash: EntryHash
  readonly overlay: string
  readonly subject: NodeId
  /** Millionths. */
  readonly value: number
  /** 'trust', or the category of stars. */
  readonly kind: 'trust' | Category
  readonly reason: string | null
  readonly time: number
}

/** What a peer did wrong. */
export type Misbehaviour =
  /** An entry or a proof that breaks a rule whoever sends it must have checked. */
  | 'invalid-entry'
  | 'invalid-proof'
  /** It quoted a head and then did not serve the entries up to it. */
  | 'withheld'
  /** It left several requests in a row without any answer. */
  | 'silent'
  /** An answer to nothing, or entries that were not asked for in it. */
  | 'unasked'

export type TrustchainNote =
  /** `latest`: the newest of its slot (author, overlay, subject, kind). Logs grow in order, so it is, until blocks bring others. */
  | { readonly note: 'rated'; readonly entry: VerifiedRating; readonly latest: boolean }
  /** `own`: it is this node's key that signed two histories. A lower proof of the same author may follow. */
  | {
      readonly note: 'forked'
      readonly author: NodeId
      readonly proof: ForkProof
      readonly own: boolean
    }
  | { readonly note: 'misbehaved'; readonly peer: NodeId; readonly why: Misbehaviour }
  /** Stored values that did not fit when the node started: a damaged store. */
  | { readonly note: 'damaged-store'; readonly keys: readonly string[] }

/** What siblings tell the exchange: entries that became final in a block. */
export interface TrustchainRequest {
  readonly note: 'final'
  readonly entries: readonly VerifiedRating[]
}

/** A command that waits until this node knows its own newest entry. */
export interface WaitingCommand {
  readonly id: CommandId
  readonly command: TrustchainCommand
}
