// The pool: who may wait for a block, in which order they are offered, and who makes room.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockOf, transactionOf, zeroBlockId, zeroHashText } from '../../consensus/block.ts'
import { Pool, type PoolOptions } from '../../consensus/pool.ts'
import type { Admission } from '../../src/core/application.ts'
import { utf8, utf8Text } from '../../src/core/bytes.ts'
import type { CommitteeHash } from '../../src/core/committee.ts'
import type { ChainId, NodeId } from '../../src/core/id.ts'
import { transactionBytesMax } from '../../src/core/limits.ts'

const authorOf = (n: number): NodeId => n.toString(16).padStart(32, '0') as NodeId

/** "author sequence word": the sequence '-' is none. Standing is 10 times the author's number. */
const bytesOf = (author: number, sequence: number | '-', word = ''): Uint8Array =>
  utf8(`${author} ${sequence} ${word}`)

class Book {
  readonly next = new Map<number, number>()
  readonly loose = new Set<string>()

  check = (bytes: Uint8Array): Admission => {
    const text = utf8Text(bytes)
    const [author, at] = text.split(' ')
    const n = Number(author)
    if (Number.isNaN(n)) return { verdict: 'refused', refusal: { code: 'malformed', facts: {} } }
    const admitted = { verdict: 'admitted', author: authorOf(n), standing: 10 * n } as const
    if (at === '-')
      return this.loose.has(text)
        ? { verdict: 'final' }
        : { ...admitted, sequence: null, nextSequence: null }
    const nextSequence = this.next.get(n) ?? 1
    if (Number(at) < nextSequence) return { verdict: 'final' }
    return { ...admitted, sequence: Number(at), nextSequence }
  }

  apply(bytes: Uint8Array): boolean {
    const text = utf8Text(bytes)
    const [author, at] = text.split(' ')
    if (at === '-') {
      if (this.loose.has(text)) return false
      this.loose.add(text)
      return true
    }
    if (Number(at) !== (this.next.get(Number(author)) ?? 1)) return false
    this.next.set(Number(author), Number(at) + 1)
    return true
  }
}

const blockWith = (transactions: readonly Uint8Array[]) =>
  blockOf(
    {
      ...{ chainId: '0123456789abcdef' as ChainId, height: 1, time: 1, previous: zeroBlockId },
      ...{ lastCommitHash: zeroHashText, transactionsRoot: zeroHashText, stateHash: zeroHashText },
      committeeHash: zeroHashText as CommitteeHash,
      ...{ nextCommitteeHash: zeroHashText as CommitteeHash, proposer: authorOf(0) },
    },
    transactions.map(transactionOf),
    null,
  )

const poolOf = (options: PoolOptions = {}) => {
  const book = new Book()
  return { book, pool: new Pool(book.check, options) }
}
const offered = (pool: Pool) => [...pool.candidates()].map(utf8Text)

describe('rule 23: the pool', () => {
  it('rule 23: when full, makes room for what can be offered by what stands behind a gap', () => {
    const { book, pool } = poolOf({ transactionsMax: 8 })
    // Two authors of one standing: all of the first one's is stuck, for its sequence 1 never came.
    const same = (author: number, sequence: number) => {
      const bytes = bytesOf(author, sequence)
      return pool.add(bytes)
    }
    for (let sequence = 2; sequence <= 9; sequence++) expect(same(5, sequence).is).toBe('new')
    expect(pool.hasCandidates).toBe(false)
    // Less standing does not push out more, not even what is stuck.
    expect(same(4, 1)).toMatchObject({ is: 'refused', refusal: { code: 'pool/full' } })
    // The gap is filled although the pool is full: its own last one makes room, and it can be offered.
    expect(same(5, 1).is).toBe('new')
    expect([...pool.candidates()].map(utf8Text)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((sequence) => utf8Text(bytesOf(5, sequence))),
    )
    expect(book.next.get(5)).toBeUndefined()
  })

  it('rule 23: when full, makes no room for what is itself behind a gap', () => {
    const { check } = new Book()
    const equals = (bytes: Uint8Array) => ({ ...check(bytes), standing: 10 }) as Admission
    const pool = new Pool(equals, { transactionsMax: 3 })
    for (const bytes of [bytesOf(1, 1), bytesOf(2, 2), bytesOf(2, 3)]) pool.add(bytes)
    expect(pool.add(bytesOf(1, 3))).toMatchObject({ refusal: { code: 'pool/full' } })
    expect(pool.add(bytesOf(1, 2)).is).toBe('new')
    expect(offered(pool)).toEqual(['1 1 ', '1 2 '])
  })

  it('rule 23: knows duplicates, and replays of what is final', () => {
    const { book, pool } = poolOf()
    const bytes = bytesOf(1, 1)
    expect(pool.add(bytes).is).toBe('new')
    expect(pool.add(bytes).is).toBe('known')
    book.apply(bytes)
    pool.finalized(blockWith([bytes]))
    expect([pool.size, pool.bytes, pool.authors]).toEqual([0, 0, 0])
    expect(pool.add(bytes).is).toBe('final')
  })

  it('rule 23: holds what stands behind a gap, and offers it once the gap is filled', () => {
    const { pool } = poolOf()
    pool.add(bytesOf(1, 3))
    pool.add(bytesOf(1, 2))
    expect(offered(pool)).toEqual([])
    expect(pool.hasCandidates).toBe(false)
    pool.add(bytesOf(1, 1))
    expect(offered(pool)).toEqual(['1 1 ', '1 2 ', '1 3 '])
    expect(pool.hasCandidates).toBe(true)
  })

  it('rule 23: gives nobody more than a quota, and no sequence twice', () => {
    const { pool } = poolOf({ perAuthorMax: 2 })
    const refusal = (bytes: Uint8Array) => {
      const verdict = pool.add(bytes)
      return verdict.is === 'refused' ? verdict.refusal.code : verdict.is
    }
    expect(refusal(bytesOf(1, 1))).toBe('new')
    expect(refusal(bytesOf(1, 1, 'again'))).toBe('pool/sequence-taken')
    expect(refusal(bytesOf(1, 3))).toBe('pool/sequence-gap')
    expect(refusal(bytesOf(1, 2))).toBe('new')
    expect(refusal(bytesOf(1, '-'))).toBe('pool/author-quota')
    expect(refusal(bytesOf(2, '-'))).toBe('new')
    expect(refusal(utf8('nonsense'))).toBe('malformed')
    expect(refusal(new Uint8Array(transactionBytesMax + 1))).toBe('transaction/too-large')
  })

  it('rule 23: full by count or by bytes, the least standing makes room, the last of it first', () => {
    const { pool } = poolOf({ transactionsMax: 3 })
    for (const bytes of [bytesOf(2, 1), bytesOf(1, 1), bytesOf(1, 2)]) pool.add(bytes)
    expect(pool.add(bytesOf(1, '-')).is).toBe('refused')
    expect(pool.add(bytesOf(3, 1)).is).toBe('new')
    expect(offered(pool)).toEqual(['3 1 ', '2 1 ', '1 1 '])
    const small = poolOf({ bytesMax: 8 }).pool
    small.add(bytesOf(1, 1))
    small.add(bytesOf(2, 1))
    expect(small.add(bytesOf(3, 1)).is).toBe('new')
    expect(offered(small)).toEqual(['3 1 ', '2 1 '])
    expect(small.bytes).toBe(8)
  })

  it('rule 23: goes round the authors, most standing first', () => {
    const { pool } = poolOf()
    for (const n of [1, 2, 3]) for (const s of [1, 2]) pool.add(bytesOf(n, s))
    pool.add(bytesOf(2, '-', 'any time'))
    expect(offered(pool)).toEqual(['3 1 ', '2 1 ', '1 1 ', '3 2 ', '2 2 ', '1 2 ', '2 - any time'])
  })

  it('agrees with a pool that keeps one list and looks at all of it every time', () => {
    const author = fc.integer({ min: 1, max: 4 })
    const act = fc.oneof(
      { weight: 4, arbitrary: fc.record({ author, at: fc.integer({ min: 1, max: 6 }) }) },
      fc.record({ author, at: fc.constant('-' as const) }),
      fc.record({ block: fc.integer({ min: 0, max: 5 }) }),
    )
    fc.assert(
      fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
        const { book, pool } = poolOf()
        let naive: string[] = []
        acts.forEach((each, i) => {
          if ('block' in each) {
            const block = offered(pool).slice(0, each.block)
            for (const text of block) expect(book.apply(utf8(text))).toBe(true)
            pool.finalized(blockWith(block.map(utf8)))
            naive = naive.filter((text) => book.check(utf8(text)).verdict === 'admitted')
          } else {
            const text = utf8Text(bytesOf(each.author, each.at, each.at === '-' ? `${i}` : ''))
            const fresh = book.check(utf8(text)).verdict === 'admitted' && !naive.includes(text)
            if (fresh) naive.push(text)
            expect(pool.add(utf8(text)).is === 'new').toBe(fresh)
          }
          expect(pool.size).toBe(naive.length)
          expect(offered(pool)).toEqual(naiveOffer(naive, book))
          expect(pool.hasCandidates).toBe(naiveOffer(naive, book).length > 0)
        })
      }),
      { numRuns: 200 },
    )
  })
})

/** What is to be offered, worked out from the list alone. */
function naiveOffer(waiting: readonly string[], book: Book): string[] {
  const queues = [4, 3, 2, 1].map((n) => {
    const queue: string[] = []
    for (let s = book.next.get(n) ?? 1; waiting.includes(`${n} ${s} `); s++)
      queue.push(`${n} ${s} `)
    return [...queue, ...waiting.filter((text) => text.startsWith(`${n} - `))]
  })
  const turns = Math.max(...queues.map(({ length }) => length))
  return Array.from({ length: turns }, (_, turn) =>
    queues.flatMap((queue) => queue.slice(turn, turn + 1)),
  ).flat()
}
