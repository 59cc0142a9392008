// One author's log as held here: entries 1..n without a hole, each linked to the one before it.
// Most logs are short and a thousand simulated nodes hold a thousand of them each, so the indexes
// are made only for logs that are long enough for scanning to hurt; of longer ones the older entries
// are kept as bytes.
import { assert } from '../src/core/assert.ts'
import type { NodeId } from '../src/core/id.ts'
import {
  type Category,
  type EntryHash,
  type EntryLink,
  slotOf,
  slotOfEntry,
  type VerifiedRating,
  zeroHash,
} from './entry.ts'
import { PackedEntries } from './packed-entries.ts'

/** Logs up to this length are scanned, longer ones are indexed. */
const scannedEntriesMax = 32

/** Logs up to this length are kept in arrays of just their size. */
const copiedEntriesMax = 8

/** What stands before the first entry of a log. */
export const emptyHead: EntryLink = { seq: 0, hash: zeroHash }

/** Entries that are packed together. Of a long log, the newest 16 to 31 stay objects. */
const packedTogether = 16

/** Entries by their seqs. */
interface Index {
  /** By overlay, rising. */
  readonly overlays: Map<string, number[]>
  /** The newest of each slot. */
  readonly slots: Map<string, number>
}

export class AuthorLog {
  /** Entries 1 to 16, 17 to 32, … */
  readonly #packed: PackedEntries[] = []
  /** Those behind the packed ones. */
  #entries: VerifiedRating[] = []
  #index: Index | undefined

  get length(): number {
    return this.#packed.length * packedTogether + this.#entries.length
  }

  /** The newest entry, as a link; `emptyHead` of an empty log. An entry is its own link. */
  get head(): EntryLink {
    return this.#entries[this.#entries.length - 1] ?? emptyHead
  }

  /** An old entry of a long log is read back from its bytes: a new object each time. */
  at(seq: number): VerifiedRating | undefined {
    const place = seq - 1
    const group = this.#packed[Math.floor(place / packedTogether)]
    if (group !== undefined) return group.at(place % packedTogether)
    return this.#entries[place - this.#packed.length * packedTogether]
  }

  /** The hash of an entry, without reading it back. */
  hashAt(seq: number): EntryHash | undefined {
    const group = this.#packed[Math.floor((seq - 1) / packedTogether)]
    return group === undefined ? this.at(seq)?.hash : group.hashAt((seq - 1) % packedTogether)
  }

  /** The newest entry in an overlay. */
  overlayHead(overlay: string): VerifiedRating | null {
    // Nearly always it is among the newest, which are at hand.
    const recent = this.#entries.findLast((entry) => entry.overlay === overlay)
    if (recent !== undefined) return recent
    const seq = this.#indexed()?.overlays.get(overlay)?.at(-1)
    return seq === undefined ? null : this.at(seq)!
  }

  /** The newest entry of a slot (entry.ts). */
  latest(overlay: string, subjectId: NodeId, kind: 'trust' | Category): VerifiedRating | undefined {
    const slot = slotOf(overlay, subjectId, kind)
    const index = this.#indexed()
    if (index === undefined) return this.#entries.findLast((entry) => slotOfEntry(entry) === slot)
    const seq = index.slots.get(slot)
    return seq === undefined ? undefined : this.at(seq)
  }

  /** The newest entry of every slot, in order of seq. */
  latestOfAll(): readonly VerifiedRating[] {
    const slots = this.#indexed()?.slots ?? indexOf(this.#entries).slots
    return [...slots.values()].sort((a, b) => a - b).map((seq) => this.at(seq)!)
  }

  /** Everything the author ever said of a subject, oldest first. */
  history(subjectId: NodeId): readonly VerifiedRating[] {
    return [...this].filter((entry) => entry.subjectId === subjectId)
  }

  /** Up to `max` entries from..to, both included, of one overlay or (null) of all. */
  range(from: number, to: number, overlay: string | null, max: number): readonly VerifiedRating[] {
    const first = Math.max(1, from)
    const last = Math.min(to, this.length)
    if (overlay === null) {
      const count = Math.max(0, Math.min(last - first + 1, from - first + max))
      return Array.from({ length: count }, (_, i) => this.at(first + i)!)
    }
    const seqs = (this.#indexed() ?? indexOf(this.#entries)).overlays.get(overlay) ?? []
    const start = firstFrom(seqs, first)
    const end = Math.min(firstFrom(seqs, last + 1), start + max)
    return seqs.slice(start, end).map((seq) => this.at(seq)!)
  }

  /** Adds an entry that was judged to extend this log. */
  append(entry: VerifiedRating): void {
    assert(entry.seq === this.length + 1, 'a log grows by its next entry')
    assert(entry.prevHash === this.head.hash, 'an entry links to the one before it')
    // An array that grows by `push` makes room for 17 at once: eight times what most logs need.
    if (this.#entries.length < copiedEntriesMax) this.#entries = [...this.#entries, entry]
    else this.#entries.push(entry)
    if (this.#index) add(this.#index, entry)
    // Only an indexed log is packed: others are scanned.
    if (this.#entries.length < 2 * packedTogether || this.#indexed() === undefined) return
    this.#packed.push(new PackedEntries(this.#entries.slice(0, packedTogether)))
    this.#entries = this.#entries.slice(packedTogether)
  }

  /** Drops every entry from `seq` on and returns how many there were. */
  cut(seq: number): number {
    const dropped = Math.max(0, this.length - seq + 1)
    if (dropped === 0) return 0
    const kept = [...this].slice(0, seq - 1)
    this.#packed.length = 0
    this.#entries = []
    this.#index = undefined
    for (const entry of kept) this.append(entry)
    return dropped
  }

  *[Symbol.iterator](): Iterator<VerifiedRating> {
    for (let seq = 1; seq <= this.length; seq++) yield this.at(seq)!
  }

  #indexed(): Index | undefined {
    if (this.#index || this.length <= scannedEntriesMax) return this.#index
    this.#index = indexOf(this)
    return this.#index
  }
}

function indexOf(entries: Iterable<VerifiedRating>): Index {
  const index: Index = { overlays: new Map(), slots: new Map() }
  for (const entry of entries) add(index, entry)
  return index
}

function add({ overlays, slots }: Index, entry: VerifiedRating): void {
  const list = overlays.get(entry.overlay)
  if (list === undefined) overlays.set(entry.overlay, [entry.seq])
  else list.push(entry.seq)
  slots.set(slotOfEntry(entry), entry.seq)
}

/** The position of the first entry at or after a seq, by bisection. */
function firstFrom(list: readonly number[], seq: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (list[middle]! < seq) low = middle + 1
    else high = middle
  }
  return low
}
