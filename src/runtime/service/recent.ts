// A value that many ask for and that costs something to make: made again only when it is older than a
// bound, or when something that it tells of has changed.

export class Recent<T> {
  readonly #make: () => T
  readonly #ageMsMax: number
  #value: { readonly it: T; readonly at: number } | undefined

  constructor(make: () => T, ageMsMax: number) {
    this.#make = make
    this.#ageMsMax = ageMsMax
  }

  get(): T {
    const now = performance.now()
    if (this.#value === undefined || now - this.#value.at >= this.#ageMsMax)
      this.#value = { it: this.#make(), at: now }
    return this.#value.it
  }

  /** What changed is not told as it was. */
  forget(): void {
    this.#value = undefined
  }
}
