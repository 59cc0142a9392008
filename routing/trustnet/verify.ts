// Naming the root of a random key, for which there is no signature to check: the nearest candidate
// that enough independent routes named. Never certain; the share of routes that named it is said.

/** Names of candidates by routes; keeps its scratch space between lookups. */
export class NamedRoots {
  readonly #namesOf: Uint8Array
  readonly #lastRoute: Int16Array
  readonly #named: Int32Array
  #count = 0

  /** @param places nodes; @param namesMax names of one lookup, all routes together */
  constructor(places: number, namesMax: number) {
    this.#namesOf = new Uint8Array(places)
    this.#lastRoute = new Int16Array(places).fill(-1)
    this.#named = new Int32Array(namesMax)
  }

  clear(): void {
    for (let i = 0; i < this.#count; i++) {
      this.#namesOf[this.#named[i]!] = 0
      this.#lastRoute[this.#named[i]!] = -1
    }
    this.#count = 0
  }

  /** A route names a candidate; once a route. */
  name(place: number, route: number): void {
    if (this.#lastRoute[place] === route) return
    this.#lastRoute[place] = route
    if (this.#namesOf[place] === 0) {
      if (this.#count === this.#named.length) return
      this.#named[this.#count++] = place
    }
    this.#namesOf[place]!++
  }

  /** The nearest candidate with so many names; -1 when none has. */
  winner(quorum: number, nearer: (a: number, b: number) => boolean): number {
    let best = -1
    for (let i = 0; i < this.#count; i++) {
      const place = this.#named[i]!
      if (this.#namesOf[place]! >= quorum && (best < 0 || nearer(place, best))) best = place
    }
    return best
  }

  /** Routes that named it, of those that named anybody: what an interface shows beside the root. */
  namesFor(place: number): number {
    return this.#namesOf[place]!
  }
}
