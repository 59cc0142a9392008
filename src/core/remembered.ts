// A map that forgets: for memos and grudges that strangers can make us keep, so that they can never
// fill the memory. Entries live in two generations, and the elder is let go whole: a `Map` from which
// the eldest entry is deleted again and again walks over the places of all the deleted ones each time.

export class Remembered<K, V> {
  #young = new Map<K, V>()
  #old = new Map<K, V>()
  readonly #max: number

  /** @param max entries that are kept at most, at least 2; the latest half of them always is */
  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  has(key: K): boolean {
    return this.#young.has(key) || this.#old.has(key)
  }

  get(key: K): V | undefined {
    return this.#young.has(key) ? this.#young.get(key) : this.#old.get(key)
  }

  /** Sets an entry and makes it the youngest. */
  set(key: K, value: V): void {
    this.#old.delete(key)
    this.#young.set(key, value)
    if (this.#young.size * 2 < this.#max) return
    this.#old = this.#young
    this.#young = new Map()
  }

  delete(key: K): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }
}
