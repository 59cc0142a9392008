// What this node says of itself: signed anew at every start, each time
// with a higher sequence number, so that the newest is believed.
import { equalBytes } from '../src/core/bytes.ts'
import type { Contact, VerifiedContact } from '../src/core/contact.ts'
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

  /** It is found elsewhere from now on; said when it is signed the next time. */
  move(addresses: readonly string[]): void {
    this.#addresses = addresses
  }

  /**
   * Signs it anew. The clock is the sequence, so that it rises over restarts without being stored.
   *
   * @param atLeast a sequence that must be reached, whatever the clock says
   */
  sign(now: Millis, atLeast = 0): void {
    const { chainId, overlays, owner } = this.#facts
    const addresses = this.#addresses
    const seq = Math.max(Math.floor(now), atLeast, (this.#contact?.seq ?? 0) + 1)
    this.#contact = signContact(this.#signer, chainId, { seq, addresses, overlays, owner })
  }

  /** Is this another contact that we signed, of a sequence that hides the present one? */
  isOutdone(contact: Contact, book: { verifies(contact: Contact): boolean }): boolean {
    const present = this.#contact
    return (
      present !== undefined &&
      contact.seq >= present.seq &&
      contact.seq < Number.MAX_SAFE_INTEGER &&
      !equalBytes(contact.body, present.body) &&
      book.verifies(contact)
    )
  }
}
