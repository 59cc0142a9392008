// One kind of leaf, decoded, with the changes of the block that is being tried laid over it. The
// changes can be taken off again (the block was only judged) and put back later (it was decided).
import { Reader, Writer } from './leaf-codec.ts'
import type { LeafKind } from './leaves.ts'

/** Rest of the key → new value; undefined: deleted. */
export type Changes<T> = ReadonlyMap<string, T | undefined>

export class Table<T> {
  readonly kind: LeafKind<T>
  readonly #values = new Map<string, T>()
  #changes = new Map<string, T | undefined>()

  constructor(kind: LeafKind<T>) {
    this.kind = kind
  }

  get(key: string): T | undefined {
    if (this.#changes.size > 0) {
      const changed = this.#changes.get(key)
      if (changed !== undefined || this.#changes.has(key)) return changed
    }
    return this.#values.get(key)
  }

  set(key: string, value: T): void {
    this.#changes.set(key, value)
  }

  delete(key: string): void {
    this.#changes.set(key, undefined)
  }

  /** How many there are without what is being tried. */
  get finalSize(): number {
    return this.#values.size
  }

  /** Without what is being tried; in no order that means anything. */
  finalEntries(): Iterable<readonly [key: string, value: T]> {
    return this.#values
  }

  /** What is being tried. */
  triedEntries(): Iterable<readonly [key: string, value: T | undefined]> {
    return this.#changes
  }

  /** In no order that means anything. */
  *entries(): Generator<readonly [key: string, value: T]> {
    for (const [key, value] of this.#values) if (!this.#changes.has(key)) yield [key, value]
    for (const [key, value] of this.#changes) if (value !== undefined) yield [key, value]
  }

  *values(): Generator<T> {
    for (const [key, value] of this.#values) if (!this.#changes.has(key)) yield value
    for (const value of this.#changes.values()) if (value !== undefined) yield value
  }

  /** What is being tried: each value before it and with it. */
  tried(): Iterable<readonly [before: T | undefined, after: T | undefined]> {
    return this.differences(this.#changes)
  }

  /** Each value as it is, and as changes make it that have been taken off and not been adopted. */
  *differences(
    changes: Changes<T>,
  ): Generator<readonly [before: T | undefined, after: T | undefined]> {
    for (const [key, value] of changes) yield [this.#values.get(key), value]
  }

  /** Takes the changes off. */
  take(): Changes<T> {
    const changes = this.#changes
    this.#changes = new Map()
    return changes
  }

  /** Makes changes part of the values. */
  adopt(changes: Changes<T>): void {
    for (const [key, value] of changes)
      if (value === undefined) this.#values.delete(key)
      else this.#values.set(key, value)
  }

  encode(value: T): Uint8Array {
    const to = new Writer()
    this.kind.write(value, to)
    return to.done()
  }

  /** Takes a leaf as it was written; false when the bytes are none of this kind. */
  load(rest: string, bytes: Uint8Array): boolean {
    const from = new Reader(bytes)
    const value = this.kind.read(from, rest)
    if (!from.complete) return false
    this.#values.set(rest, value)
    return true
  }
}
