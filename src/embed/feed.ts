// What happens, as an asynchronous iterator: what comes while nobody asks waits in a bounded queue. A
// reader that falls behind loses the oldest, and is told how many.

/** Items waiting for one reader. */
export const feedWaitingMax = 1_024

export interface Feed<T> extends AsyncIterableIterator<T, undefined, void> {
  /** Items that were lost because the reader fell behind. */
  readonly missed: number
  return(): Promise<IteratorResult<T, undefined>>
  [Symbol.asyncIterator](): Feed<T>
}

/** A feed and the source's side of it. */
export class FeedSource<T> {
  readonly #waiting: T[] = []
  readonly #asking: ((result: IteratorResult<T, undefined>) => void)[] = []
  readonly #ended: () => void
  #missed = 0
  #isOver = false

  /** @param ended called once when either side ends it */
  constructor(ended: () => void) {
    this.#ended = ended
  }

  push(item: T): void {
    if (this.#isOver) return
    const ask = this.#asking.shift()
    if (ask !== undefined) return ask({ done: false, value: item })
    if (this.#waiting.length >= feedWaitingMax) {
      this.#waiting.shift()
      this.#missed += 1
    }
    this.#waiting.push(item)
  }

  /** What waits is still read. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#ended()
    for (const ask of this.#asking.splice(0)) ask({ done: true, value: undefined })
  }

  get feed(): Feed<T> {
    const next = (): Promise<IteratorResult<T, undefined>> => {
      const [value] = this.#waiting.splice(0, 1)
      if (value !== undefined) return Promise.resolve({ done: false, value })
      if (this.#isOver) return Promise.resolve({ done: true, value: undefined })
      return new Promise((resolve) => this.#asking.push(resolve))
    }
    const missed = (): number => this.#missed
    const leave = (): void => {
      this.#waiting.length = 0
      this.end()
    }
    return {
      next,
      get missed() {
        return missed()
      },
      async return() {
        leave()
        return { done: true, value: undefined }
      },
      [Symbol.asyncIterator]() {
        return this
      },
    }
  }
}
