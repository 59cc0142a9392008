// How entries and fork proofs get about: what peers push or answer is taken in, news is passed on, and
// what a peer quoted and did not serve is held against it. The state is in the parts handed in; this
// is the traffic between them.
import { unreachable } from '../src/core/assert.ts'
import type { Millis, NodeId } from '../src/core/id.ts'
import { entriesPerMessageMax } from '../src/core/limits.ts'
import type { Random } from '../src/core/random.ts'
import type { Rating, VerifiedRating } from './entry.ts'
import { contradict, type ForkProof } from './fork-proof.ts'
import type { Intake } from './intake.ts'
import type { EntriesMessage, ForkProofMessage, Misbehaviour } from './message.ts'
import { News } from './news.ts'
import type { Outbox } from './outbox.ts'
import type { PeerRecords } from './peer-records.ts'
import type { RangeRequest, Wants } from './wants.ts'

/** An answer with more entries than this is catching up, not news: it is not pushed on. */
const newsPerAnswerMax = 16

/** Requests left unanswered in a row before the peer is called silent: links lose messages. */
const unansweredMax = 3

/** A peer that says `later` is left alone for so long. */
export const laterPause = 1_000

export interface SpreadParts {
  readonly intake: Intake
  readonly wants: Wants
  readonly records: PeerRecords
  readonly out: Outbox
  readonly random: Random
  readonly neighbours: () => readonly NodeId[]
  readonly fanout: number
}

export class Spread {
  readonly #intake: Intake
  readonly #wants: Wants
  readonly #records: PeerRecords
  readonly #out: Outbox
  readonly #random: Random
  readonly #neighbours: () => readonly NodeId[]
  readonly #fanout: number
  readonly #news = new News()

  constructor({ intake, wants, records, out, random, neighbours, fanout }: SpreadParts) {
    this.#intake = intake
    this.#wants = wants
    this.#records = records
    this.#out = out
    this.#random = random
    this.#neighbours = neighbours
    this.#fanout = fanout
  }

  /** Is there something to push? */
  get hasNews(): boolean {
    return this.#news.size > 0
  }

  /** Entries that a peer pushed. */
  pushed(from: NodeId, { entries }: EntriesMessage, now: Millis): void {
    for (const entry of entries.slice(0, entriesPerMessageMax)) this.#accept(entry, from, true, now)
  }

  /** A page that answers a request. */
  answered(from: NodeId, { answers, rest, entries }: EntriesMessage, now: Millis): void {
    const request = this.#wants.take(from, answers)
    // Given up meanwhile, or never asked: either way nobody waits for it.
    if (request === undefined) return
    this.#records.replied(from, true, now)
    const isNews = entries.length <= newsPerAnswerMax
    const ranges = new Map(request.asked.map((range) => [range.author, range]))
    const page = entries.slice(0, entriesPerMessageMax)
    for (let at = 0; at < page.length; at++) {
      const entry = page[at]!
      const next = page[at + 1]
      if (next && contradict(entry, next)) {
        // Two in a row that contradict each other are the proof why there is no more.
        this.proof(from, { say: 'fork-proof', proof: { first: entry, second: next } }, now)
        at += 1
        continue
      }
      const range = ranges.get(entry.authorId)
      if (range && entry.seq >= range.from && entry.seq <= range.to)
        this.#accept(entry, from, isNews, now)
      else this.#blame(from, 'unasked', now)
    }
    if (rest === 'later') this.#wants.pause(from, now + laterPause)
    this.#close(request, rest === 'none' || (rest === 'more' && entries.length === 0), now)
  }

  /** A fork proof from a peer. */
  proof(from: NodeId, { proof }: ForkProofMessage, now: Millis): void {
    // One at that seq or lower is known: nothing to check.
    const known = this.#intake.chains.forkOf(proof.first.authorId)
    if (known && known.seq <= proof.first.seq) return
    const checked = this.#intake.checkProof(proof)
    if (checked) this.#freeze(checked, from)
    else this.#blame(from, 'invalid-proof', now)
  }

  /** An entry that this node just made. */
  publish(entry: VerifiedRating): void {
    this.#news.add(entry, null)
    this.push()
  }

  /** Entries of a finalized block: everybody has them from there, so they are no news. Gaps are left to the digests. */
  finalized(entries: readonly VerifiedRating[]): void {
    for (const entry of entries) {
      const accepted = this.#intake.accept(entry, this.#out)
      if (accepted.is === 'forked') this.#freeze(accepted.proof, null)
      if (accepted.is === 'new')
        this.#wants.settle(entry.authorId, this.#intake.chains.head(entry.authorId).seq, 0)
    }
  }

  /** Sends the collected news to a few random neighbours. */
  push(): void {
    for (const [peer, message] of this.#news.take(this.#neighbours(), this.#fanout, this.#random))
      this.#out.send(peer, message)
  }

  /** Gives up requests sent before `before`: their sources are passed over. */
  expire(before: Millis, now: Millis): void {
    for (const request of this.#wants.expired(before)) {
      for (const { author } of request.asked) this.#wants.failed(author, request.peer)
      if (this.#records.replied(request.peer, false, now) % unansweredMax === 0)
        this.#blame(request.peer, 'silent', now)
    }
  }

  #accept(entry: Rating, from: NodeId, isNews: boolean, now: Millis): void {
    const { authorId } = entry
    const accepted = this.#intake.accept(entry, this.#out)
    switch (accepted.is) {
      case 'known':
        this.#news.heard(entry.hash, from)
        return
      case 'new':
        if (isNews) for (const appended of accepted.appended) this.#news.add(appended, from)
        this.#wants.settle(authorId, this.#intake.chains.head(authorId).seq, 0)
        return
      case 'gap': {
        const back = accepted.to <= this.#intake.chains.head(authorId).seq
        this.#wants.want(authorId, accepted.to, from, back)
        return
      }
      case 'forked':
        // To everybody, also to who sent this half: it may not have seen the other.
        this.#freeze(accepted.proof, null)
        return
      case 'invalid':
        if (accepted.rule === 'frozen-author') this.#showFork(authorId, from)
        else if (accepted.rule === 'log-full') this.#wants.drop(authorId)
        else this.#blame(from, 'invalid-entry', now)
        return
      default:
        unreachable(accepted)
    }
  }

  /** Settles what an answer brought; with `final`, what it did not bring was withheld. */
  #close(request: RangeRequest, final: boolean, now: Millis): void {
    const { chains } = this.#intake
    for (const { author, to, back } of request.asked) {
      const reached = chains.head(author).seq
      this.#wants.settle(author, reached, chains.forkOf(author)?.seq ?? 0)
      if (!this.#wants.has(author)) continue
      if (!final || (!back && reached >= to) || this.#wants.changed(author, back)) {
        this.#wants.again(author, request.peer)
        continue
      }
      this.#wants.failed(author, request.peer)
      this.#blame(request.peer, 'withheld', now)
    }
  }

  /** Freezes an author and tells every neighbour, once. */
  #freeze(proof: ForkProof, from: NodeId | null): void {
    if (!this.#intake.freeze(proof, this.#out)) return
    this.#wants.settle(proof.authorId, 0, proof.seq)
    this.#news.drop(proof.authorId, proof.seq)
    for (const peer of this.#neighbours())
      if (peer !== from) this.#out.send(peer, { say: 'fork-proof', proof })
  }

  /** A peer that still passes on entries of a frozen author has not seen the proof. */
  #showFork(author: NodeId, to: NodeId): void {
    const proof = this.#intake.chains.forkOf(author)
    if (proof) this.#out.send(to, { say: 'fork-proof', proof })
  }

  #blame(peer: NodeId, why: Misbehaviour, now: Millis): void {
    this.#records.fault(peer, why, now)
    this.#out.blame(peer, why)
  }
}
