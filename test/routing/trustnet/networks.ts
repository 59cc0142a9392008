// Small random networks of ratings for the tests of the policy: ids, who rates whom, a routing epoch.
import fc from 'fast-check'
import type { NodeId } from '../../../src/core/id.ts'
import { anyId } from '../naive-ring.ts'

export interface Network {
  readonly ids: readonly NodeId[]
  /** [rater, ratee, millionths], as numbers into `ids`. */
  readonly ratings: readonly (readonly [number, number, number])[]
  readonly epoch: number
}

/** @param positive so many positive ratings for each negative one */
export const networkOf = (
  nodesMax: number,
  ratingsMax: number,
  positive: number,
): fc.Arbitrary<Network> =>
  fc.uniqueArray(anyId, { minLength: 2, maxLength: nodesMax }).chain((ids) => {
    const node = fc.nat(ids.length - 1)
    const value = fc.oneof(
      { weight: positive, arbitrary: fc.integer({ min: 1, max: 1_000_000 }) },
      fc.constant(-500_000),
    )
    return fc.record({
      ids: fc.constant(ids),
      ratings: fc.array(fc.tuple(node, node, value), { maxLength: ratingsMax }),
      epoch: fc.nat(1_000),
    })
  })
