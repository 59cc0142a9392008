// Evidence that waits for a block: bounded in count, each culprit once per height, forgotten once it
// stands in a block or lies so far back that a block would refuse it.
import type { NodeId } from '../src/core/id.ts'
import { evidenceBlocksMax, evidencePendingMax } from '../src/core/limits.ts'
import type { Equivocation } from './driver-io.ts'
import { culpritOf, encodeEvidence } from './evidence.ts'
import type { Height } from './vote.ts'

interface Pending {
  readonly culprit: NodeId
  readonly height: Height
  readonly bytes: Uint8Array
}

export class EvidencePool {
  /** By culprit and height: one proof convicts, a second adds nothing. In order of arrival. */
  readonly #pending = new Map<string, Pending>()

  get size(): number {
    return this.#pending.size
  }

  /** Keeps the evidence. @returns false when it says nothing new, or too much waits already */
  add(equivocation: Equivocation): boolean {
    const { height } = equivocation.first
    const culprit = culpritOf(equivocation)
    const key = `${culprit}/${height}`
    if (this.#pending.has(key) || this.#pending.size >= evidencePendingMax) return false
    this.#pending.set(key, { culprit, height, bytes: encodeEvidence(equivocation) })
    return true
  }

  /** What may go into a block of that height, oldest first; drops what has expired by then. */
  pending(height: Height): readonly Uint8Array[] {
    for (const [key, { height: of }] of this.#pending)
      if (of + evidenceBlocksMax < height) this.#pending.delete(key)
    return [...this.#pending.values()].map(({ bytes }) => bytes)
  }

  /** Stands in a block (whichever proof convicted): wait no longer. */
  settle(culprit: NodeId, height: Height): void {
    this.#pending.delete(`${culprit}/${height}`)
  }
}
