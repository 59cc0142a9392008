// The live node's trust book: overlays side by side, vetoes across them, forks, other viewpoints;
// told one rating at a time it is where a load and the naive implementation are.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../../src/core/id.ts'
import { ratedOverlaysMax } from '../../../src/core/limits.ts'
import type { Trust } from '../../../src/core/trust.ts'
import { type AcceptedRating, TrustBook } from '../../../trustchain/graph/trust-book.ts'
import { naiveTrust, ratingsOf } from './naive-trust.ts'

const id = (letter: string): NodeId => letter.repeat(32) as NodeId
const [A, B, C, D] = ['a', 'b', 'c', 'd'].map(id) as [NodeId, NodeId, NodeId, NodeId]
const trust = (value: number): Trust => Math.round(value * 1e6) as Trust

describe('several overlays', () => {
  const book = new TrustBook(A)
  book.rate('o1', A, B, trust(0.7))
  book.rate('o1', B, C, trust(0.4))
  book.rate('o2', A, C, trust(0.3))
  book.rate('o3', A, C, trust(-0.2))

  test('the aggregate is the sum, with the own negative where vetoed', () => {
    expect(book.aggregate(C)).toBe(380_000)
    expect(book.aggregate(B)).toBe(700_000)
    expect(book.aggregated()).toEqual([
      { id: B, sum: 700_000, clamped: 700_000, overlays: new Map([['o1', 700_000]]) },
      {
        id: C,
        sum: 380_000,
        clamped: 380_000,
        overlays: new Map([
          ['o1', 280_000],
          ['o2', 300_000],
          ['o3', -200_000],
        ]),
      },
    ])
  })

  test('a veto in one overlay bars from all, and changes no trust elsewhere', () => {
    expect(book.vetoed(C)).toBe(true)
    expect(book.vetoed(B)).toBe(false)
    expect(['o1', 'o2', 'o3'].map((overlay) => book.vetoedIn(overlay, C))).toEqual([
      false,
      false,
      true,
    ])
    expect(['o1', 'o2', 'o3', 'o4'].map((overlay) => book.trust(overlay, C))).toEqual([
      280_000, 300_000, -200_000, 0,
    ])
  })

  test('sums beyond 1 are kept, and shown clamped beside', () => {
    const rich = new TrustBook(A)
    for (const overlay of ['x', 'y', 'z']) rich.rate(overlay, A, B, trust(0.9))
    expect(rich.aggregated()[0]).toMatchObject({ id: B, sum: 2_700_000, clamped: 1_000_000 })
  })

  test('everybody can be asked for their own viewpoint', () => {
    expect(book.viewFrom(B, 'o1').ranking()).toEqual([
      { id: C, trust: 400_000, raw: 400_000, round: 0, expanded: false },
    ])
    expect(book.viewFrom(D, 'nowhere').ranking()).toEqual([])
    expect(book.overlays()).toEqual(['o1', 'o2', 'o3'])
    expect(book.edges('o1')).toEqual([
      { overlay: 'o1', author: A, subject: B, value: 700_000 },
      { overlay: 'o1', author: B, subject: C, value: 400_000 },
    ])
  })
})

test('a rating says whose trust it changed, and nothing when it changes none', () => {
  const book = new TrustBook(A)
  expect(book.rate('o', B, C, trust(0.4))).toEqual([])
  expect(book.rate('o', A, B, trust(0.7)).sort()).toEqual([B, C])
  expect(book.rate('o', A, B, trust(0.7))).toEqual([])
  expect(book.rate('o', A, A, trust(1))).toEqual([])
  expect(book.rate('o', C, A, trust(-1))).toEqual([])
  expect(book.rate('o', A, B, trust(-0.1)).sort()).toEqual([B, C])
  expect(book.trust('o', B)).toBe(-100_000)
  expect(book.rate('o', A, B, trust(-0.3))).toEqual([B])
  expect(book.rate('o', A, B, trust(0))).toEqual([B])
})

test('a forked author keeps its trust, but its ratings are read no more, then and later', () => {
  const book = new TrustBook(A)
  book.rate('o', A, B, trust(0.9))
  book.rate('o', B, C, trust(0.9))
  book.freeze(D)
  expect(book.freeze(B)).toEqual([C])
  expect(book.freeze(B)).toEqual([])
  expect(book.trust('o', B)).toBe(900_000)
  expect(book.trust('o', C)).toBe(0)
  // D was frozen before the book had ever seen it.
  book.rate('o', A, D, trust(0.9))
  expect(book.rate('o', D, C, trust(0.9))).toEqual([])
  expect(book.viewFrom(B, 'o').trust(C)).toBe(900_000)
})

test('made-up overlays fill the book up to a bound, and never shut out the own ones', () => {
  const book = new TrustBook(A)
  for (let i = 0; i < 2 * ratedOverlaysMax; i++) book.rate(`spam${i}`, B, C, trust(1))
  expect(book.overlays().length).toBe(ratedOverlaysMax)
  expect(book.rate('mine', A, B, trust(0.5))).toEqual([B])
})

const letter = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f').map(id)
const accepted: fc.Arbitrary<AcceptedRating> = fc.record({
  overlay: fc.constantFrom('social', 'speed'),
  author: fc.oneof(letter, fc.constant(A)),
  subject: letter,
  value: fc
    .oneof(fc.constantFrom(0, 600_000, 700_000, 1_000_000, -1), fc.integer({ min: -1e6, max: 1e6 }))
    .map((value) => (value + 0) as Trust),
})

test('rated one by one, loaded at once and computed naively is the same', () => {
  fc.assert(
    fc.property(fc.array(accepted, { maxLength: 40 }), (ratings) => {
      const stepwise = new TrustBook(A)
      for (const { overlay, author, subject, value } of ratings)
        stepwise.rate(overlay, author, subject, value)
      const loaded = new TrustBook(A)
      loaded.load(ratings)
      expect(loaded.aggregated()).toEqual(stepwise.aggregated())
      for (const overlay of ['social', 'speed']) {
        expect(loaded.ranking(overlay)).toEqual(stepwise.ranking(overlay))
        expect(loaded.distrust(overlay)).toEqual(stepwise.distrust(overlay))
        const rows = ratings
          .filter((rating) => rating.overlay === overlay)
          .map(({ author, subject, value }) => ({ from: author, to: subject, value }))
        const naive = naiveTrust(ratingsOf(rows), A)
        expect(
          new Map(stepwise.ranking(overlay).map((ranked) => [ranked.id, ranked.trust])),
        ).toEqual(naive.trust)
        const ranked = stepwise.ranking(overlay)
        expect(ranked).toEqual(
          ranked.toSorted((a, b) => b.trust - a.trust || b.raw - a.raw || (a.id < b.id ? -1 : 1)),
        )
      }
    }),
    { numRuns: 300 },
  )
})
