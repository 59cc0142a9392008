// What this node says of itself: signed anew at every start and every change of address, each time
// with a higher sequence number, so that the newest is believed.
import type { VerifiedContact } from '../src/core/contact.ts'
import type { ChainId, Millis } from '../src/core/id.ts'
import type { Signer } from '../src/core/signature.ts'
import { signContact } from './signed-contact.ts'

export class OwnContact {
  readonly #signer: Signer
  readonly #facts: {
    readonly chainId: ChainId
    readonly overlays: readonly string[]
    readonly owner: string
  }
  #addresses: readonly string[]
  #contact: VerifiedContact | undefined

  constructor(
    signer: Signer,
    facts: {
      readonly chainId: ChainId
      readonly overlays: readonly string[]
      readonly owner: string
      readonly addresses: readonly string[]
    },
  ) {
    this.#signer = signer
    this.#facts = facts
    this.#addresses = facts.addresses
  }

  /** Undefined until it was signed for the first time. */
  get contact(): VerifiedContact | undefined {
    return this.#contact
  }

  /** Signs it anew. The clock is the sequence, so that it rises over restarts without being stored. */
  sign(now: Millis, addresses: readonly string[] = this.#addresses): void {
    this.#addresses = addresses
    const { chainId, overlays, owner } = this.#facts
    const seq = Math.max(Math.floor(now), (this.#contact?.seq ?? 0) + 1)
    this.#contact = signContact(this.#signer, chainId, { seq, addresses, overlays, owner })
  }
}
