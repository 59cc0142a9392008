// Two entries of one author with the same seq and different hashes make a fork proof, whichever came
// first and whether or not one is final. Entries that passed here lately are remembered for that; what
// is found here is this node's own knowledge, so it never decides about a block.

import { slashed } from '../../src/core/bytes.ts'
import { Remembered } from '../../src/core/remembered.ts'
import type { VerifiedRating } from '../entry.ts'
import { contradict, type ForkProof, forkProofOf } from '../fork-proof.ts'
import { checkedTransactionsMax, foundForksMax } from './ledger-limits.ts'

export class ForkWatch {
  /** By "author/seq". */
  readonly #seen = new Remembered<string, VerifiedRating>(checkedTransactionsMax)
  #found: ForkProof[] = []

  /** The entry that contradicts this one, if one passed; the first of two stays remembered. */
  see(entry: VerifiedRating): VerifiedRating | undefined {
    const key = slashed(entry.authorId, entry.seq)
    const before = this.#seen.get(key)
    if (before !== undefined) {
      if (!contradict(before, entry)) return undefined
      if (this.#found.length < foundForksMax) this.#found.push(forkProofOf(before, entry))
      return before
    }
    this.#seen.set(key, entry)
    return undefined
  }

  /** What was found since this was asked last. */
  take(): readonly ForkProof[] {
    const found = this.#found
    this.#found = []
    return found
  }
}
