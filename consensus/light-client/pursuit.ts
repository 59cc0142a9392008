// The way from what is trusted to a height that is wanted, as a step machine without clock or network:
// it says which height it needs and is given light blocks. Skipping tries the target at once and halves
// the distance while too few of the trusted committee signed; sequential takes every height.
import { assert } from '../../src/core/assert.ts'
import type { Millis } from '../../src/core/id.ts'
import type { Verify } from '../../src/core/signature.ts'
import type { Height } from '../vote.ts'
import type { LightBlock } from './light-block.ts'
import { type LightRule, type Trusted, type TrustOptions, verifyFrom } from './trust.ts'

export type PursuitState =
  /** Give it the light block of this height. */
  | { readonly is: 'wanting'; readonly height: Height }
  /** Verified on the way, ascending; the last is of the wanted height. */
  | { readonly is: 'reached'; readonly trace: readonly LightBlock[] }
  | { readonly is: 'refused'; readonly height: Height; readonly rule: LightRule }

export type PursuitMode = 'skipping' | 'sequential'

export class Pursuit {
  readonly #verify: Verify
  readonly #options: TrustOptions
  readonly #target: Height
  readonly #trace: LightBlock[] = []
  /** Given but still too far, descending: at most one for each halving. */
  readonly #waiting: LightBlock[] = []
  #trusted: Trusted
  #state: PursuitState

  /** @param target above the trusted height */
  constructor(
    verify: Verify,
    options: TrustOptions,
    trusted: Trusted,
    target: Height,
    mode: PursuitMode = 'skipping',
  ) {
    assert(
      Number.isSafeInteger(target) && target > trusted.height,
      'a pursuit leads to a height above the trusted one',
    )
    this.#verify = verify
    this.#options = options
    this.#trusted = trusted
    this.#target = target
    this.#state = { is: 'wanting', height: mode === 'skipping' ? target : trusted.height + 1 }
  }

  get state(): PursuitState {
    return this.#state
  }

  /** The highest that is verified so far. */
  get trusted(): Trusted {
    return this.#trusted
  }

  /** @param block whatever the source gave for the height that is wanted */
  give(block: LightBlock, now: Millis): PursuitState {
    assert(this.#state.is === 'wanting', 'light blocks are given when one is wanted')
    if (block.header.height !== this.#state.height)
      return this.#refuse(this.#state.height, 'height')
    this.#waiting.push(block)
    // Nearest first. What was too far may be near enough from each newly trusted one.
    for (let next = this.#waiting.at(-1); next !== undefined; next = this.#waiting.at(-1)) {
      const { height } = next.header
      const said = verifyFrom(this.#verify, this.#options, this.#trusted, next, now)
      if (said.verdict === 'invalid') return this.#refuse(height, said.rule)
      if (said.verdict === 'too-far') {
        const between = this.#trusted.height + Math.floor((height - this.#trusted.height) / 2)
        return this.#want(between)
      }
      this.#trusted = said.trusted
      this.#trace.push(next)
      this.#waiting.pop()
    }
    if (this.#trusted.height < this.#target) return this.#want(this.#trusted.height + 1)
    this.#state = { is: 'reached', trace: this.#trace }
    return this.#state
  }

  #want(height: Height): PursuitState {
    this.#state = { is: 'wanting', height }
    return this.#state
  }

  #refuse(height: Height, rule: LightRule): PursuitState {
    this.#state = { is: 'refused', height, rule }
    return this.#state
  }
}
