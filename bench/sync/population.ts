// Blocks that fill a state: nodes put themselves on record, then rate each other, spread evenly over
// the blocks of a chain.
import type { ChainId } from '../../src/core/id.ts'
import { seededRandom } from '../../src/core/random.ts'
import type { Signer } from '../../src/core/signature.ts'
import type { Trust } from '../../src/core/trust.ts'
import { signerFrom } from '../../src/runtime/ed25519/fastest.ts'
import { type EntryLink, zeroHash } from '../../trustchain/entry.ts'
import { makeRegistration } from '../../trustchain/ledger/make-transaction.ts'
import { encodeEntryTransaction } from '../../trustchain/ledger/transactions.ts'
import { signEntry } from '../../trustchain/verify.ts'

export interface PopulationPlan {
  readonly nodes: number
  readonly ratings: number
  readonly blocks: number
}

interface Inhabitant {
  readonly signer: Signer
  last: EntryLink | null
}

export class Population {
  readonly #chainId: ChainId
  readonly #plan: PopulationPlan
  readonly #random = seededRandom(1)
  readonly #inhabitants: readonly Inhabitant[]
  #made = 0

  constructor(chainId: ChainId, plan: PopulationPlan) {
    this.#chainId = chainId
    this.#plan = plan
    this.#inhabitants = Array.from({ length: plan.nodes }, () => ({
      ...{ signer: signerFrom(this.#random.bytes(32)), last: null },
    }))
  }

  /** The transactions of the block at a height, asked for in order. */
  at(height: number): readonly Uint8Array[] {
    const { nodes, ratings, blocks } = this.#plan
    const due = Math.ceil(((nodes + ratings) * height) / blocks)
    const transactions: Uint8Array[] = []
    for (; this.#made < due; this.#made++)
      transactions.push(
        this.#made < nodes ? this.#registration(this.#made) : this.#rating(this.#made % nodes),
      )
    return transactions
  }

  #registration(index: number): Uint8Array {
    const { signer } = this.#inhabitants[index]!
    const addresses = [`/ip4/10.0.${index >> 8}.${index & 255}/tcp/4001`]
    const record = { owner: `node ${index}`, addresses, willing: true }
    return makeRegistration(signer, this.#chainId, 1, record)
  }

  /** Of another node each time, so that every rating has a slot of its own. */
  #rating(index: number): Uint8Array {
    const { nodes } = this.#plan
    const inhabitant = this.#inhabitants[index]!
    const { signer, last } = inhabitant
    const turn = 1 + (last?.seq ?? 0)
    const { publicKey: subject } = this.#inhabitants[(index + turn * 7) % nodes]!.signer
    const entry = signEntry(signer, {
      ...{ chainId: this.#chainId, seq: turn, prevHash: last?.hash ?? zeroHash },
      ...{ overlay: 'social', prevSameOverlay: last, subject, reason: null, time: 1_000_000 },
      opinion: { is: 'trust', value: (1 + this.#random.below(1_000_000)) as Trust },
    })
    inhabitant.last = { seq: entry.seq, hash: entry.hash }
    return encodeEntryTransaction(entry)
  }
}
