// The waiting transactions of one author: those with a sequence by it, the others as they came. Only
// what applies in order is offered; what stands behind a gap is held until the gap is filled.
import type { NodeId } from '../src/core/id.ts'
import type { Transaction } from './block.ts'

/** One waiting transaction. */
export interface Waiting extends Transaction {
  readonly author: NodeId | 'proof'
  readonly sequence: number | null
}

export class PoolAuthor {
  readonly id: NodeId | 'proof'
  /** Of the last admission. */
  standing: number
  /** The next sequence that is admissible on the final state. */
  next = 0
  readonly #sequenced = new Map<number, Waiting>()
  readonly #loose = new Set<Waiting>()

  constructor(id: NodeId | 'proof', standing: number) {
    this.id = id
    this.standing = standing
  }

  get count(): number {
    return this.#sequenced.size + this.#loose.size
  }

  /** Is there anything to offer for a block? */
  get isReady(): boolean {
    return this.#loose.size > 0 || this.#sequenced.has(this.next)
  }

  /** Is every sequence before this one final or here? */
  leadsTo(sequence: number): boolean {
    let next = this.next
    while (next < sequence && this.#sequenced.has(next)) next++
    return next >= sequence
  }

  /** The transaction that holds a sequence. */
  at(sequence: number): Waiting | undefined {
    return this.#sequenced.get(sequence)
  }

  add(waiting: Waiting): void {
    if (waiting.sequence === null) this.#loose.add(waiting)
    else this.#sequenced.set(waiting.sequence, waiting)
  }

  remove(waiting: Waiting): void {
    if (waiting.sequence === null) this.#loose.delete(waiting)
    else this.#sequenced.delete(waiting.sequence)
  }

  /** In order of sequence, then the others as they came. */
  all(): Waiting[] {
    const sequenced = [...this.#sequenced.values()].sort((a, b) => a.sequence! - b.sequence!)
    return [...sequenced, ...this.#loose]
  }

  /** What is offered for a block: consecutive sequences from `next` on, then the others. */
  *offered(): Generator<Waiting> {
    for (let sequence = this.next; ; sequence++) {
      const waiting = this.#sequenced.get(sequence)
      if (waiting === undefined) break
      yield waiting
    }
    yield* this.#loose
  }

  /** The one that is missed least: the highest sequence, else the latest of the others. */
  last(): Waiting {
    let last: Waiting | undefined
    for (const waiting of this.#sequenced.values())
      if (last === undefined || waiting.sequence! > last.sequence!) last = waiting
    if (last === undefined) for (const waiting of this.#loose) last = waiting
    return last!
  }
}
