// The one queue of the simulated world: events ordered by (virtual time, sequence). A 4-ary heap
// over parallel arrays: times and sequences stay unboxed, and four children share a cache line,
// which is what counts once millions of events wait.

/** Children of one heap node. */
const arity = 4

export class EventHeap<T> {
  #times = new Float64Array(1024)
  #sequences = new Float64Array(1024)
  readonly #events: (T | undefined)[] = []
  #size = 0

  get size(): number {
    return this.#size
  }

  /** Time of the first event; Infinity of an empty heap. */
  get firstTime(): number {
    return this.#size === 0 ? Number.POSITIVE_INFINITY : this.#times[0]!
  }

  /** Adds an event. Of two at the same time the lower sequence comes out first. */
  push(time: number, sequence: number, event: T): void {
    if (this.#size === this.#times.length) this.#grow()
    const times = this.#times
    const sequences = this.#sequences
    const events = this.#events
    let at = this.#size++
    while (at > 0) {
      const parent = ((at - 1) / arity) | 0
      const parentTime = times[parent]!
      if (parentTime < time || (parentTime === time && sequences[parent]! <= sequence)) break
      times[at] = parentTime
      sequences[at] = sequences[parent]!
      events[at] = events[parent]
      at = parent
    }
    times[at] = time
    sequences[at] = sequence
    events[at] = event
  }

  /** Takes out the first event; undefined of an empty heap. */
  pop(): T | undefined {
    if (this.#size === 0) return undefined
    const first = this.#events[0]
    const last = --this.#size
    const event = this.#events[last]
    const time = this.#times[last]!
    const sequence = this.#sequences[last]!
    this.#events[last] = undefined
    if (last > 0) this.#sink(time, sequence, event)
    return first
  }

  /** Fills the hole at the top with an event that stood at the bottom. */
  #sink(time: number, sequence: number, event: T | undefined): void {
    const times = this.#times
    const sequences = this.#sequences
    const events = this.#events
    const size = this.#size
    let at = 0
    for (;;) {
      const firstChild = at * arity + 1
      if (firstChild >= size) break
      let best = firstChild
      const end = Math.min(firstChild + arity, size)
      for (let child = firstChild + 1; child < end; child++) {
        const childTime = times[child]!
        const bestTime = times[best]!
        if (
          childTime < bestTime ||
          (childTime === bestTime && sequences[child]! < sequences[best]!)
        )
          best = child
      }
      const bestTime = times[best]!
      if (time < bestTime || (time === bestTime && sequence <= sequences[best]!)) break
      times[at] = bestTime
      sequences[at] = sequences[best]!
      events[at] = events[best]
      at = best
    }
    times[at] = time
    sequences[at] = sequence
    events[at] = event
  }

  #grow(): void {
    const times = new Float64Array(this.#times.length * 2)
    const sequences = new Float64Array(times.length)
    times.set(this.#times)
    sequences.set(this.#sequences)
    this.#times = times
    this.#sequences = sequences
  }
}
