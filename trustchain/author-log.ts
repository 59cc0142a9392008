// One author's log as held here: entries 1..n without a hole, each linked to the one before it.
// Most logs are short and a thousand simulated nodes hold a thousand of them each, so the indexes
// are made only for logs that are long enough for scanning to hurt.
import { assert } from '../src/core/assert.ts'
import type { NodeId } from '../src/core/id.ts'
import {
  type Category,
  type EntryLink,
  slotOf,
  slotOfEntry,
  type VerifiedRating,
  zeroHash,
} from './entry.ts'

/** Logs up to this length are scanned, longer ones are indexed. */
const scannedEntriesMax = 32

/** Logs up to this length are kept in arrays of just their size. */
const copiedEntriesMax = 8

/** What stands before the first entry of a log. */
export const emptyHead: EntryLink = { seq: 0, hash: zeroHash }

interface Index {
  /** Entries by overlay, by seq. */
  readonly overlays: Map<string, VerifiedRating[]>
  readonly slots: Map<string, VerifiedRating>
}

export class AuthorLog {
  #entries: VerifiedRating[] = []
  #index: Index | undefined

  get length(): number {
    return this.#entries.length
  }

  /** The newest entry, as a link; `emptyHead` of an empty log. An entry is its own link. */
  get head(): EntryLink {
    return this.#entries[this.#entries.length - 1] ?? emptyHead
  }

  at(seq: number): VerifiedRating | undefined {
    return this.#entries[seq - 1]
  }

  /** The newest entry in an overlay. */
  overlayHead(overlay: string): VerifiedRating | null {
    const index = this.#indexed()
    if (index) return index.overlays.get(overlay)?.at(-1) ?? null
    return this.#entries.findLast((entry) => entry.overlay === overlay) ?? null
  }

  /** The newest entry of a slot (entry.ts). */
  latest(overlay: string, subjectId: NodeId, kind: 'trust' | Category): VerifiedRating | undefined {
    const slot = slotOf(overlay, subjectId, kind)
    const index = this.#indexed()
    if (index) return index.slots.get(slot)
    return this.#entries.findLast((entry) => slotOfEntry(entry) === slot)
  }

  /** The newest entry of every slot, in order of seq. */
  latestOfAll(): readonly VerifiedRating[] {
    const slots = new Map<string, VerifiedRating>()
    for (const entry of this.#entries) {
      const slot = slotOfEntry(entry)
      slots.delete(slot)
      slots.set(slot, entry)
    }
    return [...slots.values()]
  }

  /** Everything the author ever said of a subject, oldest first. */
  history(subjectId: NodeId): readonly VerifiedRating[] {
    return this.#entries.filter((entry) => entry.subjectId === subjectId)
  }

  /** Up to `max` entries from..to, both included, of one overlay or (null) of all. */
  range(from: number, to: number, overlay: string | null, max: number): readonly VerifiedRating[] {
    const last = Math.min(to, this.#entries.length)
    if (overlay === null)
      return this.#entries.slice(Math.max(0, from - 1), Math.min(last, from - 1 + max))
    const index = this.#indexed()
    const list = index
      ? (index.overlays.get(overlay) ?? [])
      : this.#entries.filter((entry) => entry.overlay === overlay)
    const start = firstFrom(list, from)
    const end = Math.min(firstFrom(list, last + 1), start + max)
    return list.slice(start, end)
  }

  /** Adds an entry that was judged to extend this log. */
  append(entry: VerifiedRating): void {
    assert(entry.seq === this.#entries.length + 1, 'a log grows by its next entry')
    assert(entry.prevHash === this.head.hash, 'an entry links to the one before it')
    // An array that grows by `push` makes room for 17 at once: eight times what most logs need.
    if (this.#entries.length < copiedEntriesMax) this.#entries = [...this.#entries, entry]
    else this.#entries.push(entry)
    if (this.#index) add(this.#index, entry)
  }

  /** Drops every entry from `seq` on and returns how many there were. */
  cut(seq: number): number {
    const dropped = Math.max(0, this.#entries.length - seq + 1)
    this.#entries.length -= dropped
    if (dropped > 0) this.#index = undefined
    return dropped
  }

  [Symbol.iterator](): Iterator<VerifiedRating> {
    return this.#entries.values()
  }

  #indexed(): Index | undefined {
    if (this.#index || this.#entries.length <= scannedEntriesMax) return this.#index
    this.#index = { overlays: new Map(), slots: new Map() }
    for (const entry of this.#entries) add(this.#index, entry)
    return this.#index
  }
}

function add(index: Index, entry: VerifiedRating): void {
  const list = index.overlays.get(entry.overlay)
  if (list === undefined) index.overlays.set(entry.overlay, [entry])
  else list.push(entry)
  index.slots.set(slotOfEntry(entry), entry)
}

/** The position of the first entry at or after a seq, by bisection. */
function firstFrom(list: readonly VerifiedRating[], seq: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (list[middle]!.seq < seq) low = middle + 1
    else high = middle
  }
  return low
}
