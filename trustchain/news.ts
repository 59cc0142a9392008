// New entries on their way to the neighbours: collected for a moment, then pushed to a few random
// ones, never back to a peer that is known to have them. What a push misses, the digests repair.
import type { NodeId } from '../src/core/id.ts'
import { entriesPerMessageMax, newsMax } from '../src/core/limits.ts'
import type { Random } from '../src/core/random.ts'
import type { EntryHash, VerifiedRating } from './entry.ts'
import type { EntriesMessage } from './message.ts'

/** Beyond this many senders, one needless copy more does not matter. */
const knownByMax = 32

interface NewsItem {
  readonly entry: VerifiedRating
  /** A handful: who sent it while it waited. */
  readonly knownBy: NodeId[]
}

export class News {
  readonly #items = new Map<EntryHash, NewsItem>()

  get size(): number {
    return this.#items.size
  }

  /** An entry to push, and who sent it (null: this node made it). Full: the digests carry it. */
  add(entry: VerifiedRating, from: NodeId | null): void {
    if (this.#items.size >= newsMax) return
    this.#items.set(entry.hash, { entry, knownBy: from === null ? [] : [from] })
  }

  /** A peer sent an entry that we have: it need not get it from us. */
  heard(hash: EntryHash, from: NodeId): void {
    const knownBy = this.#items.get(hash)?.knownBy
    if (knownBy && knownBy.length < knownByMax && !knownBy.includes(from)) knownBy.push(from)
  }

  /** An author was frozen: its entries from `seq` on are news no more. */
  drop(author: NodeId, seq: number): void {
    for (const [hash, { entry }] of this.#items)
      if (entry.authorId === author && entry.seq >= seq) this.#items.delete(hash)
  }

  /** Empties the batch into messages for up to `fanout` of the neighbours that lack something of it. */
  take(
    neighbours: readonly NodeId[],
    fanout: number,
    random: Random,
  ): readonly [NodeId, EntriesMessage][] {
    const items = [...this.#items.values()]
    this.#items.clear()
    const sends: [NodeId, EntriesMessage][] = []
    let reached = 0
    // Sorted before choosing: the order of neighbours may come from the network.
    for (const peer of random.shuffle([...neighbours].sort())) {
      if (reached >= fanout) break
      const entries = items.filter((item) => !item.knownBy.includes(peer)).map((item) => item.entry)
      if (entries.length === 0) continue
      reached += 1
      for (let at = 0; at < entries.length; at += entriesPerMessageMax)
        sends.push([peer, pushOf(entries.slice(at, at + entriesPerMessageMax))])
    }
    return sends
  }
}

/** Entries as news: an answer to nothing. */
export const pushOf = (entries: readonly VerifiedRating[]): EntriesMessage => ({
  say: 'entries',
  answers: 0,
  rest: 'none',
  entries,
})
