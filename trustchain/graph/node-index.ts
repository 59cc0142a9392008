// Names ⇄ numbers. Graphs work on small integers over typed arrays; this is the one place where
// a node's id is turned into its number and back.

/** Gives every id a number, 0 upward in order of first sight; a number is never taken back. */
export class NodeIndex<Id extends string = string> {
  readonly #numbers = new Map<Id, number>()
  readonly #ids: Id[] = []

  get size(): number {
    return this.#ids.length
  }

  /** The number of an id, given now if it has none. */
  intern(id: Id): number {
    const known = this.#numbers.get(id)
    if (known !== undefined) return known
    const number = this.#ids.length
    this.#numbers.set(id, number)
    this.#ids.push(id)
    return number
  }

  /** The number of an id that was seen before. */
  find(id: Id): number | undefined {
    return this.#numbers.get(id)
  }

  idOf(number: number): Id {
    return this.#ids[number]!
  }
}

/** Order of ids as text: by code units, the same on every machine and in every language. */
export const compareIds = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
