// One author's log against a plain array: the same answers whatever was appended and cut, however
// long it is, whether its entries are objects or packed into bytes.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ChainId } from '../../src/core/id.ts'
import type { Trust } from '../../src/core/trust.ts'
import { AuthorLog, emptyHead } from '../../trustchain/author-log.ts'
import {
  categories,
  type Opinion,
  slotOf,
  slotOfEntry,
  type VerifiedRating,
} from '../../trustchain/entry.ts'
import { encodeBody, entryOfDraft } from '../../trustchain/entry-codec.ts'
import { verifiedBefore } from '../../trustchain/verify.ts'

const author = new Uint8Array(32).fill(7)
const subjects = [1, 2, 3, 4].map((byte) => new Uint8Array(32).fill(byte))
const overlays = ['social', 'reliability', 'x']

const opinion = fc.oneof(
  fc
    .integer({ min: -1_000_000, max: 1_000_000 })
    .map((value): Opinion => ({ is: 'trust', value: value as Trust })),
  fc
    .record({ halves: fc.integer({ min: 2, max: 10 }), category: fc.constantFrom(...categories) })
    .map((stars): Opinion => ({ is: 'stars', ...stars })),
)

const statement = fc.record({
  overlay: fc.constantFrom(...overlays),
  subject: fc.constantFrom(...subjects),
  opinion,
  reason: fc.constantFrom(null, 'because'),
})

/** The entry that comes after these. */
function next(
  log: readonly VerifiedRating[],
  said: typeof statement extends fc.Arbitrary<infer S> ? S : never,
): VerifiedRating {
  const last = log.at(-1)
  const before = log.findLast(({ overlay }) => overlay === said.overlay)
  const draft = {
    ...said,
    chainId: '00112233aabbccdd' as ChainId,
    seq: log.length + 1,
    prevHash: last?.hash ?? emptyHead.hash,
    prevSameOverlay: before ? { seq: before.seq, hash: before.hash } : null,
    time: 1_000 + log.length,
  }
  const signature = new Uint8Array(64).fill(log.length)
  return verifiedBefore(entryOfDraft(author, draft, encodeBody(author, draft), signature))
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.array(statement, { minLength: 1, maxLength: 40 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 120 }) },
)

function same(log: AuthorLog, naive: readonly VerifiedRating[]): void {
  expect(log.length).toBe(naive.length)
  expect(log.head.hash).toBe((naive.at(-1) ?? emptyHead).hash)
  expect([...log]).toEqual(naive)
  for (let seq = 0; seq <= naive.length + 1; seq++)
    expect(log.hashAt(seq)).toBe(naive[seq - 1]?.hash)
  const newest = new Map<string, VerifiedRating>()
  for (const entry of naive) newest.set(slotOfEntry(entry), entry)
  expect(log.latestOfAll()).toEqual([...newest.values()].sort((a, b) => a.seq - b.seq))
  for (const overlay of overlays) {
    const list = naive.filter((entry) => entry.overlay === overlay)
    expect(log.overlayHead(overlay)).toEqual(list.at(-1) ?? null)
    expect(log.range(5, 60, overlay, 7)).toEqual(
      list.filter(({ seq }) => seq >= 5 && seq <= 60).slice(0, 7),
    )
    for (const { subjectId } of naive.slice(-4))
      expect(log.latest(overlay, subjectId, 'honesty')).toEqual(
        newest.get(slotOf(overlay, subjectId, 'honesty')),
      )
  }
  expect(log.range(3, 50, null, 20)).toEqual(naive.slice(2, Math.min(50, 22)))
  const subjectId = naive[0]?.subjectId
  if (subjectId !== undefined)
    expect(log.history(subjectId)).toEqual(naive.filter((entry) => entry.subjectId === subjectId))
}

test('a log answers like a plain array, packed or not, cut or not', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 6 }), (steps) => {
      const log = new AuthorLog()
      let naive: VerifiedRating[] = []
      for (const one of steps) {
        if (typeof one === 'number') {
          expect(log.cut(one)).toBe(Math.max(0, naive.length - one + 1))
          naive = naive.slice(0, one - 1)
        } else
          for (const said of one) {
            const entry = next(naive, said)
            naive.push(entry)
            log.append(entry)
          }
      }
      same(log, naive)
    }),
    { numRuns: 60 },
  )
})
