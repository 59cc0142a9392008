// Everybody's Trustchains as held by one node: a log per author, and the authors who signed two
// histories with the proof of it. `judge` looks and never changes anything; `append` and `freeze`
// change, and take only what was judged.
//
// A fork at seq s freezes its author below s: entries from s on count on neither branch. A later
// proof of a lower seq lowers the cut, so nodes that saw different proofs agree in the end.
import { assert } from '../src/core/assert.ts'
import type { NodeId } from '../src/core/id.ts'
import { authorsMax, entriesHeldMax, entriesPerAuthorMax } from '../src/core/limits.ts'
import { AuthorLog, emptyHead } from './author-log.ts'
import type { Category, EntryHash, EntryLink, EntryRule, VerifiedRating } from './entry.ts'
import { type ForkProof, forkProofOf } from './fork-proof.ts'
import type { Head } from './message.ts'

/** What a chain says of an entry. */
export type Verdict =
  /** It is the author's next one. */
  | { readonly verdict: 'extends' }
  /** It is held already. */
  | { readonly verdict: 'known' }
  /**
   * Entries from..to must be read before it can be judged. When the author's log here ends just before
   * it but has another hash there, the gap is that very entry: the branch this one was built on.
   */
  | { readonly verdict: 'gap'; readonly from: number; readonly to: number }
  /** It contradicts an entry that is held. */
  | { readonly verdict: 'fork'; readonly proof: ForkProof }
  | { readonly verdict: 'invalid'; readonly rule: EntryRule }

export interface TrustchainsOptions {
  /** Whose entries are held beyond every cap. */
  readonly own?: NodeId
  /** @default limits.authorsMax */
  readonly authorsMax?: number
  /** @default limits.entriesPerAuthorMax */
  readonly entriesPerAuthorMax?: number
  /** @default limits.entriesHeldMax */
  readonly entriesHeldMax?: number
}

/** The read-only side, for graphs, views and the API. */
export interface TrustchainsView {
  readonly authors: Iterable<NodeId>
  readonly entriesHeld: number
  head(author: NodeId): EntryLink
  at(author: NodeId, seq: number): VerifiedRating | undefined
  latest(
    author: NodeId,
    overlay: string,
    subject: NodeId,
    kind?: 'trust' | Category,
  ): VerifiedRating | undefined
  latestOf(author: NodeId): readonly VerifiedRating[]
  history(author: NodeId, subject: NodeId): readonly VerifiedRating[]
  range(author: NodeId, from: number, to: number, overlay?: string): readonly VerifiedRating[]
  forkOf(author: NodeId): ForkProof | undefined
  readonly forks: Iterable<ForkProof>
}

export class Trustchains implements TrustchainsView {
  readonly #logs = new Map<NodeId, AuthorLog>()
  readonly #forks = new Map<NodeId, ForkProof>()
  readonly #own: NodeId | undefined
  readonly #authorsMax: number
  readonly #entriesPerAuthorMax: number
  readonly #entriesHeldMax: number
  #held = 0

  constructor(options: TrustchainsOptions = {}) {
    this.#own = options.own
    this.#authorsMax = options.authorsMax ?? authorsMax
    this.#entriesPerAuthorMax = options.entriesPerAuthorMax ?? entriesPerAuthorMax
    this.#entriesHeldMax = options.entriesHeldMax ?? entriesHeldMax
  }

  /** Authors with at least one entry here, in order of arrival. */
  get authors(): Iterable<NodeId> {
    return this.#logs.keys()
  }

  get entriesHeld(): number {
    return this.#held
  }

  get forks(): Iterable<ForkProof> {
    return this.#forks.values()
  }

  /** The proof that an author signed two histories; undefined of an honest one. */
  forkOf(author: NodeId): ForkProof | undefined {
    return this.#forks.get(author)
  }

  /** The author's newest entry; seq 0 when none is held. */
  head(author: NodeId): EntryLink {
    return this.#logs.get(author)?.head ?? emptyHead
  }

  /** The head as it is quoted to peers. */
  quote(author: NodeId): Head {
    const { seq, hash } = this.head(author)
    return { author, seq, hash, forkedAt: this.#forks.get(author)?.seq ?? 0 }
  }

  /** The author's newest entry in an overlay. */
  overlayHead(author: NodeId, overlay: string): EntryLink | null {
    return this.#logs.get(author)?.overlayHead(overlay) ?? null
  }

  at(author: NodeId, seq: number): VerifiedRating | undefined {
    return this.#logs.get(author)?.at(seq)
  }

  /** Is this very statement held? Cheap: no signature, no hashing. */
  holds(author: NodeId, seq: number, hash: EntryHash): boolean {
    return this.#logs.get(author)?.hashAt(seq) === hash
  }

  /** The newest of author, overlay, subject and kind: by seq, never by time. */
  latest(
    author: NodeId,
    overlay: string,
    subject: NodeId,
    kind: 'trust' | Category = 'trust',
  ): VerifiedRating | undefined {
    return this.#logs.get(author)?.latest(overlay, subject, kind)
  }

  /** An author's newest entry of every slot. */
  latestOf(author: NodeId): readonly VerifiedRating[] {
    return this.#logs.get(author)?.latestOfAll() ?? []
  }

  /** Everything an author said of a subject, oldest first. */
  history(author: NodeId, subject: NodeId): readonly VerifiedRating[] {
    return this.#logs.get(author)?.history(subject) ?? []
  }

  /** Entries from..to of an author, both included, at most `max`; of one overlay when it is given. */
  range(
    author: NodeId,
    from: number,
    to: number,
    overlay: string | null = null,
    max = Number.POSITIVE_INFINITY,
  ): readonly VerifiedRating[] {
    return this.#logs.get(author)?.range(from, to, overlay, max) ?? []
  }

  /** Every entry held, author by author, by seq. */
  *entries(): Iterable<VerifiedRating> {
    for (const log of this.#logs.values()) yield* log
  }

  judge(entry: VerifiedRating): Verdict {
    const { authorId, seq } = entry
    const fork = this.#forks.get(authorId)
    if (fork && seq >= fork.seq) return { verdict: 'invalid', rule: 'frozen-author' }
    const log = this.#logs.get(authorId)
    const head = log?.head ?? emptyHead
    if (seq <= head.seq) {
      if (log!.hashAt(seq) === entry.hash) return { verdict: 'known' }
      return { verdict: 'fork', proof: forkProofOf(log!.at(seq)!, entry) }
    }
    if (seq > head.seq + 1) return { verdict: 'gap', from: head.seq + 1, to: seq - 1 }
    if (entry.prevHash !== head.hash) return { verdict: 'gap', from: head.seq, to: head.seq }
    if (!sameLink(entry.prevSameOverlay, log?.overlayHead(entry.overlay) ?? null))
      return { verdict: 'invalid', rule: 'overlay-link' }
    if (this.#isFull(authorId, log)) return { verdict: 'invalid', rule: 'log-full' }
    return { verdict: 'extends' }
  }

  /** Adds an entry that `judge` just found to extend its author's log. */
  append(entry: VerifiedRating): void {
    let log = this.#logs.get(entry.authorId)
    if (log === undefined) {
      log = new AuthorLog()
      this.#logs.set(entry.authorId, log)
    }
    log.append(entry)
    this.#held += 1
  }

  /**
   * Freezes an author below the proof's seq.
   *
   * @returns false when a proof at that seq or a lower one was known, or no room is left
   */
  freeze(proof: ForkProof): boolean {
    const known = this.#forks.get(proof.authorId)
    if (known && known.seq <= proof.seq) return false
    if (!known && this.#forks.size >= this.#authorsMax && proof.authorId !== this.#own) return false
    this.#forks.set(proof.authorId, proof)
    this.cut(proof.authorId, proof.seq)
    assert(this.head(proof.authorId).seq < proof.seq, 'nothing counts from the fork on')
    return true
  }

  /** Lets go of an author's entries from `seq` on. */
  cut(author: NodeId, seq: number): void {
    const log = this.#logs.get(author)
    if (log === undefined) return
    this.#held -= log.cut(seq)
    if (log.length === 0) this.#logs.delete(author)
  }

  #isFull(author: NodeId, log: AuthorLog | undefined): boolean {
    if (author === this.#own) return false
    if (this.#held >= this.#entriesHeldMax) return true
    if (log === undefined) return this.#logs.size >= this.#authorsMax
    return log.length >= this.#entriesPerAuthorMax
  }
}

/** Do two links name the same entry? null names none. */
export const sameLink = (a: EntryLink | null, b: EntryLink | null): boolean =>
  a === null || b === null ? a === b : a.seq === b.seq && a.hash === b.hash
