// The moment after a start in which a member says nothing new. Its store may be older than what it
// said (a restored backup), and peers push it the words that it lacks, its own too: from those the
// engine learns that it must be silent. So it hears its peers out before it speaks.
import { type Committee, isSkip } from '../src/core/committee.ts'
import type { Millis, NodeId } from '../src/core/id.ts'

/** Who cannot reach more than a third of the committee for so long speaks all the same. */
export const listenMsMax = 3_000

/** A peer's first status may have crossed ours; its second comes after what it pushed in answer. */
const statusesHeardOut = 2

export class Listening {
  readonly #own: NodeId
  readonly #statuses = new Map<NodeId, number>()
  #until: Millis = Number.NEGATIVE_INFINITY

  constructor(own: NodeId) {
    this.#own = own
  }

  begin(now: Millis): void {
    this.#until = now + listenMsMax
  }

  /** A member's status came; of others nothing is kept. */
  heard(from: NodeId, committee: Committee): void {
    if (this.#until !== Number.NEGATIVE_INFINITY && committee.has(from))
      this.#statuses.set(from, (this.#statuses.get(from) ?? 0) + 1)
  }

  /** Must a member of this committee still be silent? Once not, never again until the next start. */
  goesOn(committee: Committee, now: Millis): boolean {
    if (now >= this.#until || committee.size === 1 || !committee.has(this.#own)) return false
    const out = [...this.#statuses].filter(([, count]) => count >= statusesHeardOut)
    const weight = committee.weightOf(out.map(([id]) => id))
    if (!isSkip(weight, committee.total)) return true
    this.#until = Number.NEGATIVE_INFINITY
    this.#statuses.clear()
    return false
  }
}
