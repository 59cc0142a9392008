// What this node itself puts: content under its hash, or signed under a name, with sequences that rise.
import type { ChainId, Millis } from '../../src/core/id.ts'
import type { Signer } from '../../src/core/signature.ts'
import { valueLifeMsDefault } from './limits.ts'
import type { ValuesCommand } from './message.ts'
import { contentValue, signValue, type VerifiedValue } from './value.ts'

export interface OwnValue {
  readonly value: VerifiedValue
  /** Makes it anew with a sequence above the one given; undefined where there is none. */
  readonly raise: (above: number) => VerifiedValue | undefined
}

export class OwnValues {
  readonly #signer: Signer
  readonly #chainId: ChainId
  readonly #now: () => Millis
  /** The last sequence signed by this run. */
  #lastSequence = 0

  constructor(signer: Signer, chainId: ChainId, now: () => Millis) {
    this.#signer = signer
    this.#chainId = chainId
    this.#now = now
  }

  make({
    bytes,
    name,
    life = valueLifeMsDefault,
  }: Extract<ValuesCommand, { command: 'put-value' }>): OwnValue {
    const expiresAt = Math.floor(this.#now() + life)
    if (name === undefined) return { value: contentValue(bytes, expiresAt), raise: () => undefined }
    const raise = (above: number): VerifiedValue | undefined => {
      // The clock is the sequence, so that it rises over restarts without being stored.
      const sequence = Math.max(Math.floor(this.#now()), this.#lastSequence + 1, above + 1)
      if (!Number.isSafeInteger(sequence)) return undefined
      this.#lastSequence = sequence
      return signValue(this.#signer, this.#chainId, { name, sequence, expiresAt, bytes })
    }
    return { value: raise(0)!, raise }
  }
}
