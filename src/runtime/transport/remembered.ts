// A map that forgets: beyond its bound the entry set longest ago goes. For memos and grudges that
// strangers can make us keep, so that they can never fill the memory.

export class Remembered<K, V> {
  readonly #entries = new Map<K, V>()
  readonly #max: number

  constructor(max: number) {
    this.#max = max
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: K): V | undefined {
    return this.#entries.get(key)
  }

  /** Sets an entry and makes it the youngest. */
  set(key: K, value: V): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size > this.#max) {
      const eldest = this.#entries.keys().next()
      if (!eldest.done) this.#entries.delete(eldest.value)
    }
  }

  delete(key: K): void {
    this.#entries.delete(key)
  }
}
