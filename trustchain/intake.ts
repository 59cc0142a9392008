// How an entry or a fork proof gets in: known ones are recognised before any signature is checked,
// then verified, judged, appended, persisted and announced to the siblings. Also how stored ones come
// back. Store keys: "entry/<author id>/<seq, ten digits>" and "fork/<author id>".
import type { ChainId, NodeId } from '../src/core/id.ts'
import type { StoreWrite } from '../src/core/machine.ts'
import type { Verify } from '../src/core/signature.ts'
import { Trustchains, type TrustchainsOptions } from './chain.ts'
import { decodeForkProof, encodeForkProof } from './codec.ts'
import { HeadsDigest } from './digest.ts'
import { EarlyEntries } from './early-entries.ts'
import type { EntryRule, Rating, VerifiedRating } from './entry.ts'
import { decodeStoredEntry, encodeEntry } from './entry-codec.ts'
import { type ForkProof, type UnverifiedForkProof, verifyForkProof } from './fork-proof.ts'
import type { Outbox } from './outbox.ts'
import { isSigned, verifiedBefore, verifyEntry } from './verify.ts'

/** A value under `entry/` or `fork/` of the store. */
export interface StoredValue {
  readonly key: string
  readonly value: Uint8Array
}

export const entryKey = (author: NodeId, seq: number): string =>
  `entry/${author}/${String(seq).padStart(10, '0')}`

const authorOfKey = (key: string): NodeId => (key.split('/')[1] ?? '') as NodeId

export const forkKey = (author: NodeId): string => `fork/${author}`

/** Not a moment longer than the entry itself is at hand: a process of one node stores each once. */
const writes = new WeakMap<Rating, StoreWrite>()

/**
 * An entry as it is stored. Nodes in one process pass the same entry on and each stores it, so its
 * write is made once and shared. A memo of a pure function: what it holds never changes an answer.
 */
function writeOf(entry: VerifiedRating): StoreWrite {
  let write = writes.get(entry)
  if (write === undefined) {
    write = { key: entryKey(entry.authorId, entry.seq), value: encodeEntry(entry) }
    writes.set(entry, write)
  }
  return write
}

/** What became of an entry. */
export type Accepted =
  /** It and possibly others that waited for it were appended. */
  | { readonly is: 'new'; readonly appended: readonly VerifiedRating[] }
  | { readonly is: 'known' }
  | { readonly is: 'gap'; readonly from: number; readonly to: number }
  | { readonly is: 'forked'; readonly proof: ForkProof }
  | { readonly is: 'invalid'; readonly rule: EntryRule }

const known: Accepted = { is: 'known' }

export class Intake {
  readonly chains: Trustchains
  readonly heads: HeadsDigest
  readonly early = new EarlyEntries()
  readonly #verify: Verify
  readonly #chainId: ChainId
  readonly #own: NodeId

  constructor(verify: Verify, chainId: ChainId, own: NodeId, options: TrustchainsOptions = {}) {
    this.#verify = verify
    this.#chainId = chainId
    this.#own = own
    this.chains = new Trustchains({ ...options, own })
    this.heads = new HeadsDigest((author) => this.chains.quote(author))
  }

  /** Takes an entry from anywhere. */
  accept(entry: Rating, out: Outbox): Accepted {
    if (this.chains.holds(entry.authorId, entry.seq, entry.hash)) return known
    const forkedAt = this.chains.forkOf(entry.authorId)?.seq
    if (forkedAt !== undefined && entry.seq >= forkedAt)
      return { is: 'invalid', rule: 'frozen-author' }
    const checked = verifyEntry(this.#verify, this.#chainId, entry)
    if (checked.verdict === 'invalid') return { is: 'invalid', rule: checked.rule }
    const verdict = this.chains.judge(checked.entry)
    switch (verdict.verdict) {
      case 'known':
        return known
      case 'invalid':
        return { is: 'invalid', rule: verdict.rule }
      case 'fork':
        return { is: 'forked', proof: verdict.proof }
      case 'gap':
        this.early.keep(checked.entry)
        return { is: 'gap', from: verdict.from, to: verdict.to }
      case 'extends':
        return { is: 'new', appended: this.#append(checked.entry, out) }
    }
  }

  /** Appends an entry that this node just signed. */
  appendOwn(entry: VerifiedRating, out: Outbox): void {
    this.#add(entry, out)
  }

  /** Checks a proof; undefined when it proves nothing. */
  checkProof(proof: UnverifiedForkProof): ForkProof | undefined {
    const checked = verifyForkProof(this.#verify, this.#chainId, proof)
    return checked.verdict === 'forked' ? checked.proof : undefined
  }

  /** Freezes an author; false when this tells nothing new. */
  freeze(proof: ForkProof, out: Outbox): boolean {
    const author = proof.authorId
    if (!this.chains.freeze(proof)) return false
    this.early.drop(author)
    this.heads.touch(author)
    out.persist([{ key: forkKey(author), value: encodeForkProof(proof) }])
    out.notify({ note: 'forked', author, proof, own: author === this.#own })
    return true
  }

  /**
   * Takes back what was persisted: proofs, then entries by author and seq.
   *
   * Of each log the newest entry's signature is checked again: it vouches by hash links for all before it,
   * and one that changed on disk would later convict its author, or this node, of a fork that nobody made.
   * Entries beyond a fork stay in the store as evidence and are not loaded.
   *
   * @returns the keys of values that do not fit
   */
  restore(stored: Iterable<StoredValue>): readonly string[] {
    const damaged: string[] = []
    const entries: StoredValue[] = []
    for (const item of stored) {
      if (!item.key.startsWith('fork/')) entries.push(item)
      else if (!this.#restoreFork(item.value)) damaged.push(item.key)
    }
    entries.sort((a, b) => (a.key < b.key ? -1 : 1))
    for (const [i, { key, value }] of entries.entries()) {
      if (!this.#restoreEntry(key, value)) damaged.push(key)
      const author = authorOfKey(key)
      if (author !== authorOfKey(entries[i + 1]?.key ?? ''))
        damaged.push(...this.#cutUnsigned(author))
    }
    return damaged
  }

  #append(entry: VerifiedRating, out: Outbox): readonly VerifiedRating[] {
    this.#add(entry, out)
    const appended = [entry]
    for (let seq = entry.seq + 1; ; seq++) {
      const next = this.early.take(entry.authorId, seq)
      if (next === undefined || this.chains.judge(next).verdict !== 'extends') return appended
      this.#add(next, out)
      appended.push(next)
    }
  }

  #add(entry: VerifiedRating, out: Outbox): void {
    this.chains.append(entry)
    this.heads.touch(entry.authorId)
    out.persist([writeOf(entry)])
    // Logs grow by seq, so what was just appended is the newest of its slot.
    out.notify({ note: 'rated', entry, latest: true })
  }

  #restoreFork(value: Uint8Array): boolean {
    const decoded = decodeForkProof(value)
    if (decoded === undefined) return false
    // Proofs are few: checked like any other.
    const proof = this.checkProof(decoded)
    if (proof === undefined) return false
    this.chains.freeze(proof)
    this.heads.touch(proof.authorId)
    return true
  }

  #restoreEntry(key: string, value: Uint8Array): boolean {
    const decoded = decodeStoredEntry(value)
    if (!decoded.ok || decoded.rating.chainId !== this.#chainId) return false
    const { authorId, seq } = decoded.rating
    if (entryKey(authorId, seq) !== key) return false
    const forkedAt = this.chains.forkOf(authorId)?.seq
    if (forkedAt !== undefined && seq >= forkedAt) return true
    const entry = verifiedBefore(decoded.rating)
    if (this.chains.judge(entry).verdict !== 'extends') return false
    this.chains.append(entry)
    this.heads.touch(entry.authorId)
    return true
  }

  /** Lets go of the newest entries that their author did not sign as they are; their keys. */
  #cutUnsigned(author: NodeId): readonly string[] {
    const cut: string[] = []
    for (;;) {
      const { seq } = this.chains.head(author)
      const newest = this.chains.at(author, seq)
      if (newest === undefined || isSigned(this.#verify, newest)) return cut
      this.chains.cut(author, seq)
      this.heads.touch(author)
      cut.push(entryKey(author, seq))
    }
  }
}
