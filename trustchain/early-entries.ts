// Verified entries that came before the ones they build on. A few are kept so that reordered pushes
// need no second sending; what does not fit is simply asked for again.
import type { NodeId } from '../src/core/id.ts'
import { earlyEntriesMax } from '../src/core/limits.ts'
import type { VerifiedRating } from './entry.ts'

export class EarlyEntries {
  readonly #byAuthor = new Map<NodeId, Map<number, VerifiedRating>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  keep(entry: VerifiedRating): void {
    if (this.#size >= earlyEntriesMax) return
    let waiting = this.#byAuthor.get(entry.authorId)
    if (waiting === undefined) {
      waiting = new Map()
      this.#byAuthor.set(entry.authorId, waiting)
    }
    // The first one stays: a second one at that seq is judged when its turn comes by request.
    if (waiting.has(entry.seq)) return
    waiting.set(entry.seq, entry)
    this.#size += 1
  }

  /** Takes the author's entry at `seq`, and drops those before it. */
  take(author: NodeId, seq: number): VerifiedRating | undefined {
    const waiting = this.#byAuthor.get(author)
    if (waiting === undefined) return undefined
    const entry = waiting.get(seq)
    for (const early of [...waiting.keys()]) {
      if (early > seq) continue
      waiting.delete(early)
      this.#size -= 1
    }
    if (waiting.size === 0) this.#byAuthor.delete(author)
    return entry
  }

  drop(author: NodeId): void {
    this.#size -= this.#byAuthor.get(author)?.size ?? 0
    this.#byAuthor.delete(author)
  }
}
