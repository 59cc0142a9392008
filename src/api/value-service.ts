// What the API asks of a node about keyed values. src/runtime implements it over the live node.
import type { RingKey } from '../core/id.ts'
import type { Shape } from './shape-words.ts'
import type { HeldValues, Value, ValueReceipt } from './value-shapes.ts'

export type ValueView = Shape<typeof Value>
export type ValueReceiptView = Shape<typeof ValueReceipt>

export type HeldValuesView = Shape<typeof HeldValues>

export interface GivenValue {
  readonly bytes: Uint8Array
  /** Signed under this name; undefined: content-addressed. */
  readonly name: string | undefined
  /** Undefined: a day. */
  readonly lifeMs: number | undefined
}

export interface ValueService {
  /** @throws Failure `value/too-few-copies`, `value/too-large`, `value/bad-name`, `value/bad-life`, `value/busy` */
  put(value: GivenValue): Promise<ValueReceiptView>

  /** @throws Failure `value/not-found`, `value/timeout`, `value/busy` */
  get(key: RingKey): Promise<ValueView>

  /** What this node itself holds above a key (from the least on when undefined), at most `limit` of it. */
  held(after: RingKey | undefined, limit: number): HeldValuesView
}
