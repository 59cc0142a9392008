// The end of a node: it comes once, takes every part along, whatever the others do, and has the first
// thing that went wrong as its reason.
import { inTurn } from './transport/in-turn.ts'

export class Ending {
  /** Resolves when everything has ended, with the reason if something went wrong. */
  readonly ended: Promise<unknown>
  readonly #resolve: (reason: unknown) => void
  readonly #reasonFor: (error: unknown) => unknown
  #failure: { readonly error: unknown } | undefined
  #ending: Promise<void> | undefined

  /** @param reasonFor what is told of an error */
  constructor(reasonFor: (error: unknown) => unknown) {
    this.#reasonFor = reasonFor
    const { promise, resolve } = Promise.withResolvers<unknown>()
    this.ended = promise
    this.#resolve = resolve
  }

  /** Something went wrong for which the node ends. */
  failed(error: unknown): void {
    this.#failure ??= { error }
  }

  /**
   * Ends one part after the other; a further call waits for the first.
   *
   * @throws the reason for the first part that failed
   */
  begin(parts: readonly (() => unknown)[]): Promise<void> {
    this.#ending ??= this.#end(parts)
    return this.#ending
  }

  async #end(parts: readonly (() => unknown)[]): Promise<void> {
    try {
      await inTurn(parts)
    } catch (error) {
      this.failed(error)
      throw this.#reasonFor(error)
    } finally {
      this.#resolve(this.#failure && this.#reasonFor(this.#failure.error))
    }
  }
}
