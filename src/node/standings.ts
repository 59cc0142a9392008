// How peers stand with this node: the trust graphs and vetoes that follow from the ratings held,
// whose standing changed and was not yet thought over, and whom the node would like to know.
import type { TrustchainsView } from '../../trustchain/chain.ts'
import type { VerifiedRating } from '../../trustchain/entry.ts'
import type { AcceptedRating, TrustBook } from '../../trustchain/graph/trust-book.ts'
import type { LedgerView, Succession } from '../../trustchain/ledger/view.ts'
import type { NodeId } from '../core/id.ts'
import type { Trust } from '../core/trust.ts'
import type { Vetoes } from './vetoes.ts'

/** Trusted nodes whose contacts are kept at hand, per overlay: the slots of a full table. */
const wantedPerOverlay = 64

/** Where ratings come from. */
interface Sources {
  readonly self: NodeId
  readonly trustchains: TrustchainsView
  readonly ledger: LedgerView | undefined
}

export class Standings {
  readonly #trust: TrustBook
  readonly #vetoes: Vetoes
  readonly #overlays: readonly string[]
  readonly #changed = new Set<NodeId>()
  #sources: Sources | undefined
  #wanted: readonly NodeId[] | undefined

  /** @param overlays those in which trust decides */
  constructor(trust: TrustBook, vetoes: Vetoes, overlays: readonly string[]) {
    this.#trust = trust
    this.#vetoes = vetoes
    this.#overlays = overlays
  }

  /**
   * Takes in what the store held: all at once, far faster than rating by rating. Of others the final
   * ratings where there is a chain, else the exchanged ones; of this node itself its newest.
   */
  restore(self: NodeId, trustchains: TrustchainsView, ledger: LedgerView | undefined): void {
    this.#sources = { self, trustchains, ledger }
    for (const { authorId } of trustchains.forks) this.#trust.freeze(authorId)
    const authors = ledger === undefined ? trustchains.authors : [self]
    // Its name may have come from another key: what that one thought counts until this one says otherwise.
    if (ledger !== undefined) this.#load(ledger, (author) => author === self)
    this.#trust.load(this.#exchanged(trustchains, authors))
    if (ledger !== undefined) this.reload(self, ledger)
  }

  /**
   * Takes in every final rating of others: at a start, and after a snapshot.
   *
   * @returns the peers with whom a veto began or ended by it
   */
  reload(self: NodeId, ledger: LedgerView): NodeId[] {
    const gone = new Set<NodeId>()
    for (const overlay of this.#trust.overlays())
      for (const { author, subject } of this.#trust.edges(overlay))
        for (const id of [author, subject]) if (ledger.holderOf(id) !== id) gone.add(id)
    gone.delete(self)
    const barred = [...gone].flatMap((from) => this.#succeeded(from, ledger.holderOf(from)))
    return [...barred, ...this.#load(ledger, (author) => author !== self)]
  }

  #load(ledger: LedgerView, counts: (author: NodeId) => boolean): NodeId[] {
    const barred: NodeId[] = []
    const ratings = [...ledger.ratings()].filter(
      ({ author, kind }) => kind === 'trust' && counts(author),
    )
    for (const { overlay, author, subject, value } of ratings) {
      // Who is rated and rates nobody as well: it is not read, so more may still reach it.
      for (const id of [author, subject]) if (ledger.frozen(id)) this.freeze(id)
      const peer = this.#vetoes.rated(overlay, author, subject, value)
      if (peer !== undefined) barred.push(peer)
      this.#changed.add(subject)
    }
    this.#trust.load(ratings as Iterable<AcceptedRating>)
    return barred
  }

  *#exchanged(trustchains: TrustchainsView, authors: Iterable<NodeId>): Iterable<AcceptedRating> {
    for (const author of authors)
      for (const { opinion, overlay, subjectId: subject, value } of inOrder(trustchains, author)) {
        if (opinion.is !== 'trust') continue
        const holder = this.#holderOf(subject)
        this.#vetoes.rated(overlay, author, holder, value)
        yield { overlay, author, subject: holder, value }
      }
  }

  #holderOf(node: NodeId): NodeId {
    return this.#sources?.ledger?.holderOf(node) ?? node
  }

  /**
   * Takes in the latest rating of a slot.
   *
   * @returns the peer with whom a veto began or ended by it, if one did
   */
  weigh(entry: VerifiedRating): NodeId | undefined {
    if (entry.opinion.is !== 'trust') return undefined
    return this.#rate(entry.overlay, entry.authorId, this.#holderOf(entry.subjectId), entry.value)
  }

  #rate(overlay: string, author: NodeId, subject: NodeId, value: Trust): NodeId | undefined {
    for (const node of this.#trust.rate(overlay, author, subject, value)) this.#changed.add(node)
    return this.#vetoes.rated(overlay, author, subject, value)
  }

  /**
   * Keys handed their names over: what was thought by and of the old ones is by and of the new ones.
   * A node that still runs under its old key keeps its view until it starts with the new one.
   *
   * @returns the peers with whom a veto began or ended by it
   */
  succeeded(successions: readonly Succession[]): NodeId[] {
    return successions
      .filter(({ from }) => from !== this.#sources?.self)
      .flatMap(({ from, to }) => this.#succeeded(from, to))
  }

  #succeeded(from: NodeId, to: NodeId): NodeId[] {
    if (this.#sources?.ledger === undefined) return []
    const { self, trustchains, ledger } = this.#sources
    const barred: (NodeId | undefined)[] = []
    const nothing = 0 as Trust
    for (const overlay of this.#trust.overlays())
      for (const { author, subject } of this.#trust.edges(overlay))
        if (author === from || subject === from)
          barred.push(this.#rate(overlay, author, subject, nothing))
    for (const { overlay, author, subject, kind, value } of ledger.ratings())
      if (kind === 'trust' && author !== self && (author === to || subject === to))
        barred.push(this.#rate(overlay, author, subject, value as Trust))
    // Its own may not be final yet; of two the later counts.
    for (const entry of inOrder(trustchains, self))
      if (this.#holderOf(entry.subjectId) === to) barred.push(this.weigh(entry))
    return barred.filter((peer) => peer !== undefined)
  }

  /** A fork of this author was proven. */
  freeze(author: NodeId): void {
    for (const node of this.#trust.freeze(author)) this.#changed.add(node)
  }

  get hasChanged(): boolean {
    return this.#changed.size > 0
  }

  /** Whose trust changed since the last call. */
  takeChanged(): NodeId[] {
    const nodes = [...this.#changed]
    this.#changed.clear()
    this.#wanted = undefined
    return nodes
  }

  /** The most trusted nodes of every overlay. */
  wanted(): readonly NodeId[] {
    this.#wanted ??= [
      ...new Set(
        this.#overlays.flatMap((overlay) =>
          this.#trust
            .ranking(overlay)
            .slice(0, wantedPerOverlay)
            .map(({ id }) => id),
        ),
      ),
    ]
    return this.#wanted
  }
}

/** By sequence number: of what was said of a key and of its successor the later counts. */
const inOrder = (trustchains: TrustchainsView, author: NodeId): readonly VerifiedRating[] =>
  [...trustchains.latestOf(author)].sort((a, b) => a.seq - b.seq)
