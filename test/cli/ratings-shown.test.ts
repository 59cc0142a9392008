// Ratings as the command line shows them: stars as they were given, and what holds.
import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { renderEvent } from '../../cli/render/route.ts'
import { renderRatings } from '../../cli/render/trust.ts'
import type { RatingView } from '../../src/api/service.ts'
import { member } from '../api/members.ts'

const [ada, bob] = ['ada', 'bob'].map(member).map(({ nodeId, peerId, owner }) => ({
  ...{ nodeId, peerId, owner },
}))

const rating = (kind: RatingView['kind'], value: number): RatingView => ({
  ...{ author: ada!, subject: bob!, overlay: 'social', kind, value, reason: null },
  ...{ seq: 1, time: 1_790_000_000_000, hash: '0'.repeat(64), latest: true },
})

/** The row of a rating, cell by cell. */
const shown = (...given: Parameters<typeof rating>): string[] =>
  stripVTControlCharacters(renderRatings({ ratings: [rating(...given)] }))
    .split('\n')[1]!
    .split(/\s{2,}/)

test('stars are shown as stars, and three of them hold like any others', () => {
  expect(shown('honesty', 0.75)).toEqual(expect.arrayContaining(['honesty', '4.5 stars', 'yes']))
  expect(shown('honesty', 0)).toEqual(expect.arrayContaining(['3 stars', 'yes']))
  expect(shown('reliability', -1)).toEqual(expect.arrayContaining(['1 star', 'yes']))
})

test('trust is shown as the number that was given, and one of zero is withdrawn', () => {
  expect(shown('trust', -0.5)).toEqual(expect.arrayContaining(['-0.5', 'yes']))
  expect(shown('trust', 0)).not.toContain('yes')
})

test('an event tells stars with what they are for', () => {
  const text = (given: RatingView) =>
    stripVTControlCharacters(renderEvent({ event: 'rated', at: given.time, rating: given }))
  expect(text(rating('honesty', 0.75))).toMatch(/rates bob .* 4\.5 stars for honesty in social$/)
  expect(text(rating('trust', 0.75))).toMatch(/rates bob .* 0\.75 in social$/)
})
