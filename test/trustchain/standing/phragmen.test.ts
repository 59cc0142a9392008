// Sequential Phragmén: exact, proportional, and the same as the naive form with reduced fractions.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { sequentialPhragmen } from '../../../trustchain/standing/phragmen.ts'
import { naivePhragmen } from './naive-standing.ts'

const ballots = fc.record({
  candidates: fc.constant(9),
  voters: fc.array(
    fc.record({
      budget: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 50_000_000 })),
      approves: fc.uniqueArray(fc.integer({ min: 0, max: 8 }), { maxLength: 9 }),
    }),
    { maxLength: 14 },
  ),
  seats: fc.integer({ min: 0, max: 10 }),
})

describe('sequential Phragmén', () => {
  test('seats whom the naive form seats, in its order and with its loads', () => {
    fc.assert(
      fc.property(ballots, ({ candidates, voters, seats }) => {
        const { winners, spent } = sequentialPhragmen(candidates, voters, seats)
        const naive = naivePhragmen(candidates, voters, seats)
        expect(winners.map(({ candidate }) => candidate)).toEqual(
          naive.winners.map(({ candidate }) => candidate),
        )
        for (const [i, { load }] of winners.entries()) {
          const [numerator, denominator] = naive.winners[i]!.load
          expect(load.numerator * denominator).toBe(numerator * load.denominator)
        }
        const [top, bottom] = naive.winners.at(-1)?.load ?? [1n, 1n]
        expect([...spent]).toEqual(
          naive.loads.map(([n, d], i) =>
            Number((BigInt(voters[i]!.budget) * n * bottom) / (d * top)),
          ),
        )
      }),
      { numRuns: 500 },
    )
  })

  test('a minority of the budget wins its share of the seats, where ranking by backing gives it none', () => {
    const voters = [
      { budget: 700, approves: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
      { budget: 300, approves: [10, 11, 12, 13, 14] },
    ]
    const seated = sequentialPhragmen(15, voters, 10).winners.map(({ candidate }) => candidate)
    expect(seated.filter((candidate) => candidate >= 10)).toHaveLength(3)
  })

  test('of equal candidates the lower number comes first, and who is not backed is not seated', () => {
    const voters = [{ budget: 5, approves: [3, 1] }]
    const { winners } = sequentialPhragmen(5, voters, 5)
    expect(winners.map(({ candidate }) => candidate)).toEqual([1, 3])
  })
})
