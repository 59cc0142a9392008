// A second model of who thinks what of whom while keys hand their names over: a list of what is said,
// renamed from end to end at every hand-over. Slow and obvious.
import type { NodeId } from '../../../src/core/id.ts'
import { identityOf } from '../../../trustchain/identity.ts'
import type { LedgerTransaction } from '../../../trustchain/ledger/transactions.ts'
import type { Reputation } from '../../../trustchain/ledger/view.ts'

interface Saying {
  readonly author: NodeId
  readonly subject: NodeId
  readonly overlay: string
  readonly kind: string
  readonly value: number
  readonly halves: number
  /** Later ones are greater. */
  readonly order: number
}

export class NaiveNames {
  readonly holders = new Map<NodeId, NodeId>()
  #sayings: Saying[] = []
  #order = 0

  holderOf(id: NodeId): NodeId {
    const next = this.holders.get(id)
    return next === undefined ? id : this.holderOf(next)
  }

  /** In the order in which they are final. */
  take(transaction: LedgerTransaction): void {
    if (transaction.is === 'entry') {
      const { authorId: author, subjectId, overlay, opinion, value } = transaction.entry
      const kind = opinion.is === 'trust' ? 'trust' : opinion.category
      const halves = opinion.is === 'trust' ? 0 : opinion.halves
      const subject = this.holderOf(subjectId)
      const saying = { author, subject, overlay, kind, value, halves, order: this.#order++ }
      this.#sayings = this.#latest([...this.#sayings, saying])
    }
    if (transaction.is === 'signed' && transaction.statement.is === 'succession') {
      const from = transaction.authorId
      const to = identityOf(transaction.statement.successor).id
      this.holders.set(from, to)
      const renamed = (id: NodeId): NodeId => (id === from ? to : id)
      this.#sayings = this.#latest(
        this.#sayings.map((saying) => ({
          ...{ ...saying, author: renamed(saying.author), subject: renamed(saying.subject) },
        })),
      )
    }
  }

  /** One of a slot; what is withdrawn, and what somebody says of itself, is none. */
  #latest(sayings: readonly Saying[]): Saying[] {
    const slots = Map.groupBy(sayings, (one) =>
      [one.author, one.subject, one.overlay, one.kind].join('/'),
    )
    return [...slots.values()]
      .map((of) => of.reduce((a, b) => (a.order > b.order ? a : b)))
      .filter(({ author, subject }) => author !== subject)
      .filter(({ kind, value }) => kind !== 'trust' || value !== 0)
  }

  /** "author/subject/overlay/kind value", sorted. */
  ratings(): string[] {
    return this.#sayings
      .map((one) => `${one.author}/${one.subject}/${one.overlay}/${one.kind} ${one.value}`)
      .sort()
  }

  reputation(of: NodeId, standingOf: (node: NodeId) => number): Reputation {
    const stars = this.#sayings.filter(({ subject, kind }) => subject === of && kind !== 'trust')
    const latest = [...Map.groupBy(stars, ({ author, kind }) => `${author}/${kind}`).values()].map(
      (of) => of.reduce((a, b) => (a.order > b.order ? a : b)),
    )
    const sum = (by: (one: Saying) => number): bigint =>
      latest.reduce((total, one) => total + BigInt(by(one)), 0n)
    const halves = sum((one) => one.halves)
    const weight = sum((one) => standingOf(one.author))
    const weighted = sum((one) => standingOf(one.author) * one.halves)
    return {
      ratings: latest.length,
      stars: latest.length === 0 ? null : Number((50n * halves) / BigInt(latest.length)),
      weightedStars: weight === 0n ? null : Number((50n * weighted) / weight),
      reputation: weight === 0n ? null : Number(((weighted - 2n * weight) * 1_250n) / weight),
    }
  }
}
