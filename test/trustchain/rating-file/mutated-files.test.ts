// No ratings file of any content crashes the reader: 10,000 mutated files of all formats, in chunks of
// any size, are read or refused with the line's number in a short, printable sentence.
import { expect, test } from 'vitest'
import { fuzzRatingFiles } from './fuzz.ts'

test('10,000 mutated files are read or refused by line, never more', () => {
  const { refused } = fuzzRatingFiles(10_000, 20_261)
  // Both ways out are well trodden.
  expect(refused).toBeGreaterThan(3_000)
  expect(refused).toBeLessThan(9_000)
})
