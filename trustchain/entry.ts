// An entry of a Trustchain: one author's signed opinion of one subject in one overlay, linked by
// hash to the author's entry before it and to the one before it in the same overlay.
// These are the domain types; entry-codec.ts makes them from bytes, verify.ts checks signatures.
//
// The hash of an entry is SHA-256 over its signed body, without the signature. An author can make
// any number of valid Ed25519 signatures of one body (the nonce is its own choice), so a hash over
// the signature would turn one statement into many "different" entries: retries after a crash would
// look like forks, and an author could split the network on hashes without ever contradicting
// itself. Over the body alone, two different hashes at one seq are two different statements.

import { slashed, utf8 } from '../src/core/bytes.ts'
import type { ChainId, Millis, NodeId, PublicKey } from '../src/core/id.ts'
import { overlayNameBytesMax, reasonBytesMax } from '../src/core/limits.ts'
import { ONE, type Trust } from '../src/core/trust.ts'

/** The only version of entries so far. */
export const entryVersion = 1

/** SHA-256 of an entry's signed body: 64 lower-case hex digits. */
export type EntryHash = string & { readonly __brand: 'EntryHash' }

/** What stands for "the entry before the first". */
export const zeroHash = '0'.repeat(64) as EntryHash

/** Names one entry of an author that is known from the context. */
export interface EntryLink {
  readonly seq: number
  readonly hash: EntryHash
}

/** What stars are given for. */
export const categories = ['reliability', 'performance', 'honesty'] as const
export type Category = (typeof categories)[number]

/**
 * What an author says of a subject: trust, or stars in a category. Stars are of their own kind:
 * they never replace a trust rating and never veto (2-trust).
 */
export type Opinion =
  | { readonly is: 'trust'; readonly value: Trust }
  | { readonly is: 'stars'; readonly halves: number; readonly category: Category }

/** An entry whose bytes are well-formed and canonical. Its signature has not been checked. */
export interface Rating {
  readonly version: typeof entryVersion
  readonly chainId: ChainId
  readonly author: PublicKey
  /** Derived from `author`. */
  readonly authorId: NodeId
  /** 1, 2, 3, … without a hole. */
  readonly seq: number
  /** Hash of the author's entry seq − 1; `zeroHash` at seq 1. */
  readonly prevHash: EntryHash
  readonly overlay: string
  /** The author's entry before this one in the same overlay; null in its first. */
  readonly prevSameOverlay: EntryLink | null
  readonly subject: PublicKey
  /** Derived from `subject`. May equal `authorId`: legal on the wire, ignored by TN-1. */
  readonly subjectId: NodeId
  readonly opinion: Opinion
  /** Millionths: the trust given, or (stars − 3) / 2. Look at `opinion.is` before using it as trust. */
  readonly value: Trust
  /** One line of text for people; null when none is given. */
  readonly reason: string | null
  /** By the author's clock. Advice: nothing is decided by it. */
  readonly time: Millis
  readonly hash: EntryHash
  /** The exact signed bytes. */
  readonly body: Uint8Array
  /** 64 bytes. */
  readonly signature: Uint8Array
}

/** An entry whose signature was checked; only verify.ts makes one. */
export type VerifiedRating = Rating & { readonly __verified: 'rating' }

/** Which rule an entry breaks. */
export type EntryRule =
  | 'too-large'
  | 'malformed'
  | 'not-canonical'
  | 'version'
  | 'chain'
  | 'author-key'
  | 'seq'
  | 'prev-hash'
  | 'overlay-name'
  | 'overlay-link'
  | 'subject-key'
  | 'opinion'
  | 'reason'
  | 'time'
  | 'signature'
  | 'frozen-author'
  | 'log-full'

const overlayName = /^[a-z0-9][a-z0-9-]*$/

/**
 * Lower-case letters, digits and inner hyphens, up to 32: no two names look alike, and a name can
 * stand in a key, a topic and a file name as it is.
 */
export const isOverlayName = (text: string): boolean =>
  text.length <= overlayNameBytesMax && overlayName.test(text)

// A reason is shown in terminals: control characters (C0, DEL, C1) could move the cursor or hide text.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/

/** One non-empty line of well-formed text, up to `reasonBytesMax` bytes of UTF-8. */
export const isReason = (text: string): boolean =>
  text !== '' && text.isWellFormed() && !control.test(text) && utf8(text).length <= reasonBytesMax

/** Half stars of one to five stars: 2..10. */
export const isHalves = (halves: number): boolean =>
  Number.isInteger(halves) && halves >= 2 && halves <= 10

/** (stars − 3) / 2 in millionths: one star is −1, three are 0, five are 1. */
export const starsValue = (halves: number): Trust => (((halves - 6) * ONE) / 4) as Trust

/** The value of an opinion in millionths. */
export const valueOfOpinion = (opinion: Opinion): Trust =>
  opinion.is === 'trust' ? opinion.value : starsValue(opinion.halves)

/**
 * The slot that an entry fills: the latest entry of an author in a slot replaces those before it.
 * Trust has one slot per overlay and subject, stars one per category beside it.
 */
export const slotOf = (overlay: string, subjectId: NodeId, kind: 'trust' | Category): string =>
  slashed(overlay, subjectId, kind)

/** The slot of an entry. */
export const slotOfEntry = (entry: Rating): string =>
  slotOf(
    entry.overlay,
    entry.subjectId,
    entry.opinion.is === 'trust' ? 'trust' : entry.opinion.category,
  )
