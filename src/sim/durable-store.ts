// A simulated disk: what is durable, and the batches written but not yet synced. A crash keeps
// the durable part; of the trailing batches the scenario says what becomes. A batch is atomic, as
// in a write-ahead log: a torn log ends between two batches, never within one.
import { copyBytes, equalBytes } from '../core/bytes.ts'
import type { Millis } from '../core/id.ts'
import type { StoreWrite } from '../core/machine.ts'
import type { Random } from '../core/random.ts'

/** What a crash makes of batches that were not synced: all lost, a random first part kept, all kept. */
export type Unsynced = 'lost' | 'torn' | 'kept'

const copies = new WeakMap<Uint8Array, Uint8Array>()

/** A copy that nobody changes; a thousand nodes that store the very same bytes share one. */
function copyOf(value: Uint8Array): Uint8Array {
  const known = copies.get(value)
  if (known !== undefined && equalBytes(known, value)) return known
  const copy = copyBytes(value)
  copies.set(value, copy)
  return copy
}

export class DurableStore {
  readonly #durable = new Map<string, Uint8Array>()
  #trailing: { readonly writes: readonly StoreWrite[]; readonly at: Millis }[] = []

  /** Batches written and not yet synced. */
  get trailing(): number {
    return this.#trailing.length
  }

  /** The durable part as it is now; changes with every sync. Unsorted: see `contents`. */
  get durable(): ReadonlyMap<string, Uint8Array> {
    return this.#durable
  }

  /** Appends a batch. Bytes are copied: what the writer does to its buffer later is not on disk. */
  persist(writes: readonly StoreWrite[], at: Millis): void {
    const copied = writes.map(({ key, value }) => ({ key, value: value && copyOf(value) }))
    this.#trailing.push({ writes: copied, at })
  }

  /** Makes the first batches durable; all of them by default. */
  sync(batches = this.#trailing.length): void {
    if (batches === 0) return
    const synced =
      batches >= this.#trailing.length ? this.#trailing : this.#trailing.splice(0, batches)
    if (synced === this.#trailing) this.#trailing = []
    for (const { writes } of synced)
      for (const { key, value } of writes)
        if (value === null) this.#durable.delete(key)
        else this.#durable.set(key, value)
  }

  /** Makes the batches written until a time durable. */
  syncUntil(time: Millis): void {
    this.sync(this.#trailing.filter((batch) => batch.at <= time).length)
  }

  /** Ends the life of the process that wrote. */
  crash(unsynced: Unsynced, random: Random): void {
    if (unsynced === 'kept') this.sync()
    if (unsynced === 'torn') this.sync(random.below(this.#trailing.length + 1))
    this.#trailing = []
  }

  /** Puts another disk in: a backup, or an empty one. */
  replace(contents: ReadonlyMap<string, Uint8Array>): void {
    this.#durable.clear()
    for (const [key, value] of contents) this.#durable.set(key, value)
  }

  /** A copy of the durable part, sorted by key, as a store iterates. */
  contents(): ReadonlyMap<string, Uint8Array> {
    const keys = [...this.#durable.keys()].sort()
    return new Map(keys.map((key) => [key, this.#durable.get(key)!.slice()]))
  }
}
