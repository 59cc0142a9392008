// How peers stand with this node: the trust graphs and vetoes that follow from the ratings held,
// whose standing changed and was not yet thought over, and whom the node would like to know.
import type { TrustchainsView } from '../../trustchain/chain.ts'
import type { VerifiedRating } from '../../trustchain/entry.ts'
import type { AcceptedRating, TrustBook } from '../../trustchain/graph/trust-book.ts'
import type { LedgerView } from '../../trustchain/ledger/view.ts'
import type { NodeId } from '../core/id.ts'
import type { Vetoes } from './vetoes.ts'

/** Trusted nodes whose contacts are kept at hand, per overlay: the slots of a full table. */
const wantedPerOverlay = 64

export class Standings {
  readonly #trust: TrustBook
  readonly #vetoes: Vetoes
  readonly #overlays: readonly string[]
  readonly #changed = new Set<NodeId>()
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
    for (const { authorId } of trustchains.forks) this.#trust.freeze(authorId)
    const authors = ledger === undefined ? trustchains.authors : [self]
    this.#trust.load(this.#exchanged(trustchains, authors))
    if (ledger !== undefined) this.reload(self, ledger)
  }

  /**
   * Takes in every final rating of others: at a start, and after a snapshot.
   *
   * @returns the peers with whom a veto began or ended by it
   */
  reload(self: NodeId, ledger: LedgerView): NodeId[] {
    const barred: NodeId[] = []
    const ratings = [...ledger.ratings()].filter(
      ({ author, kind }) => kind === 'trust' && author !== self,
    )
    for (const { overlay, author, subject, value } of ratings) {
      if (ledger.frozen(author)) this.freeze(author)
      const peer = this.#vetoes.rated(overlay, author, subject, value)
      if (peer !== undefined) barred.push(peer)
      this.#changed.add(subject)
    }
    this.#trust.load(ratings as Iterable<AcceptedRating>)
    return barred
  }

  *#exchanged(trustchains: TrustchainsView, authors: Iterable<NodeId>): Iterable<AcceptedRating> {
    for (const author of authors)
      for (const { opinion, overlay, subjectId: subject, value } of trustchains.latestOf(author)) {
        if (opinion.is !== 'trust') continue
        this.#vetoes.rated(overlay, author, subject, value)
        yield { overlay, author, subject, value }
      }
  }

  /**
   * Takes in the latest rating of a slot.
   *
   * @returns the peer with whom a veto began or ended by it, if one did
   */
  weigh(entry: VerifiedRating): NodeId | undefined {
    if (entry.opinion.is !== 'trust') return undefined
    const { overlay, authorId, subjectId, value } = entry
    for (const node of this.#trust.rate(overlay, authorId, subjectId, value))
      this.#changed.add(node)
    return this.#vetoes.rated(overlay, authorId, subjectId, value)
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
