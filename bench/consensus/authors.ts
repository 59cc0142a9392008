// Signed ratings of many distinct authors, made ahead of the measurement: each author rates others, its
// entries in sequence.
import type { ChainId } from '../../src/core/id.ts'
import { leafHash } from '../../src/core/merkle.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { Signer } from '../../src/core/signature.ts'
import type { Trust } from '../../src/core/trust.ts'
import { signerFrom } from '../../src/runtime/ed25519/fastest.ts'
import { type EntryLink, type VerifiedRating, zeroHash } from '../../trustchain/entry.ts'
import { encodeEntryTransaction } from '../../trustchain/ledger/transactions.ts'
import { signEntry } from '../../trustchain/verify.ts'

export interface Offered {
  /** First 16 hex digits of the transaction's hash. */
  readonly name: string
  /** Which author: all its entries go to the same member. */
  readonly author: number
  readonly transaction: Uint8Array
}

interface Author {
  readonly signer: Signer
  last: EntryLink | null
}

export class Authors {
  readonly #chainId: ChainId
  readonly #authors: Author[]
  readonly #random
  #next = 0

  constructor(chainId: ChainId, count: number, seed = 1) {
    this.#chainId = chainId
    this.#random = seededRandom(seed)
    this.#authors = Array.from({ length: count }, () => ({
      signer: signerFrom(this.#random.bytes(32)),
      last: null,
    }))
  }

  /** The next rating: authors take turns, subjects are drawn. */
  next(): Offered {
    const author = this.#next++ % this.#authors.length
    const { signer, last } = this.#authors[author]!
    const subject = this.#authors[this.#random.below(this.#authors.length)]!.signer.publicKey
    const entry: VerifiedRating = signEntry(signer, {
      ...{ chainId: this.#chainId, seq: (last?.seq ?? 0) + 1, prevHash: last?.hash ?? zeroHash },
      ...{ overlay: 'social', prevSameOverlay: last, subject, reason: null, time: 1_000_000 },
      opinion: { is: 'trust', value: this.#random.below(1_000_001) as Trust },
    })
    this.#authors[author]!.last = { seq: entry.seq, hash: entry.hash }
    const transaction = encodeEntryTransaction(entry)
    const name = Buffer.from(leafHash(transaction).subarray(0, 8)).toString('hex')
    return { name, author, transaction }
  }
}
