// Ratings files: every format reads what it should, to the digit and however it is chunked; what is
// bad is refused by its line's number and text.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../../src/core/bytes.ts'
import { Failure } from '../../../src/core/failure.ts'
import { formatTrust, type Trust } from '../../../src/core/trust.ts'
import { formatRating } from '../../../trustchain/rating-file/csv.ts'
import { parseMapping } from '../../../trustchain/rating-file/mapping.ts'
import {
  parseFormat,
  RatingReader,
  type ReaderOptions,
  ratingFormats,
  readRatings,
} from '../../../trustchain/rating-file/rating-reader.ts'
import type { FileRating, RatingTable } from '../../../trustchain/rating-file/rating-table.ts'

type Options = Omit<ReaderOptions, 'file'>

const read = (text: string, options: Options = {}): RatingTable =>
  readRatings(utf8(text), { file: 'test', ...options })

/** `A>B 0.7` for every rating of the file, `@overlay #seq` where there is one. */
const listed = (text: string, options: Options = {}): string[] =>
  [...read(text, options).ratings()].map(
    ({ from, to, value, overlay, seq }) =>
      `${from}>${to} ${formatTrust(value)}${overlay === 'default' ? '' : ` @${overlay}`}${seq === undefined ? '' : ` #${seq}`}`,
  )

function refusal(text: string | Uint8Array, options: Options = {}): [line: number, text: string] {
  try {
    readRatings(typeof text === 'string' ? utf8(text) : text, { file: 'test', ...options })
  } catch (error) {
    expect(error).toBeInstanceOf(Failure)
    const { code, facts, message } = error as Failure<'ratings/bad-line'>
    expect(code).toBe('ratings/bad-line')
    expect(message).toContain(`test, line ${facts.line}: `)
    return [facts.line, facts.text]
  }
  throw new Error('the file was read')
}

describe('csv', () => {
  test('reads comments, blanks, CRLF, a byte order mark, overlays and a missing last line end', () => {
    expect(listed('\ufeff# a comment\r\nA,B,.7\r\n\r\n A , B , -1 ,social\r\nC,D,0')).toEqual([
      'A>B 0.7',
      'C>D 0',
      'A>B -1 @social',
    ])
    expect(listed('from,to,value\nA,B,1.0\n')).toEqual(['A>B 1'])
    expect(listed('')).toEqual([])
  })

  test('a later line replaces the earlier; with sequence numbers the highest wins', () => {
    const latest = (text: string): number => {
      const { index, graph } = read(text).graph('default')
      return graph.rating(index.find('A')!, index.find('B')!)
    }
    expect(latest('A,B,.7\nA,B,.2')).toBe(200_000)
    expect(latest('A,B,.7\nA,B,0')).toBe(0)
    expect(latest('A,B,.7,,2\nA,B,.2,,1')).toBe(700_000)
    expect(latest('A,B,.7,default,2\nA,B,0,default,9007199254740991')).toBe(0)
    expect(latest('A,B,.7\nA,B,.2,social')).toBe(700_000)
  })

  test.each([
    ['A,B,.7\nA,B', 2, 'A,B'],
    ['A,B,1.5', 1, 'A,B,1.5'],
    ['#\nA,B,0.1234567', 2, 'A,B,0.1234567'],
    ['A,B,1e-1', 1, 'A,B,1e-1'],
    ['A,B,-0', 1, 'A,B,-0'],
    ['A,B,', 1, 'A,B,'],
    ['A,,1', 1, 'A,,1'],
    ['A,B,1,x,1,more', 1, 'A,B,1,x,1,more'],
    ['A,B,1,x,1\nA,B,1,x', 2, 'A,B,1,x'],
    ['A,B,1\nA,B,1,x,1', 2, 'A,B,1,x,1'],
    ['A,B,1,x,-1', 1, 'A,B,1,x,-1'],
    ['A,B,1,x,9007199254740992', 1, 'A,B,1,x,9007199254740992'],
    ['"A",B,1', 1, '"A",B,1'],
    ['A\u001b[31m,B,1', 1, 'A\u00b7[31m,B,1'],
    [`A,B,1,${'o'.repeat(33)}`, 1, `A,B,1,${'o'.repeat(33)}`],
    [`${'a'.repeat(257)},B,1`, 1, `${'a'.repeat(80)}…`],
    ['A,B,0.7 # good', 1, 'A,B,0.7 # good'],
    ['A;B;1', 1, 'A;B;1'],
  ])('refuses %j', (text, line, shown) => {
    expect(refusal(text)).toEqual([line, shown])
  })

  test('refuses what is not UTF-8, and lines without end, holding no more than a line', () => {
    expect(refusal(Uint8Array.of(0x41, 0x2c, 0x42, 0xff, 0x2c, 0x31))[0]).toBe(1)
    const reader = new RatingReader({ file: 'test' })
    reader.push(utf8('A,B,1\n'))
    let pushed = 0
    expect(() => {
      for (; pushed < 1_000; pushed++) reader.push(utf8('x'.repeat(1_000)))
    }).toThrow(/test, line 2: The line is longer than 4096 bytes/)
    expect(pushed).toBeLessThan(5)
  })

  const name = fc.stringMatching(/^[\w.:@ é✓-]{1,12}$/).filter((text) => text.trim() === text)
  const rating = (seq: fc.Arbitrary<number | undefined>): fc.Arbitrary<FileRating> =>
    fc.record({
      from: name.filter((text) => !text.startsWith('#') && text !== 'from'),
      to: name,
      value: fc.integer({ min: -1e6, max: 1e6 }).map((value) => (value + 0) as Trust),
      overlay: fc.constantFrom('default', 'social', 'größe'),
      seq,
    })

  test('what is written is read back, rating by rating, chunked anyhow', () => {
    const files = fc.oneof(
      fc.array(rating(fc.constant(undefined))),
      fc.array(rating(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }))),
    )
    fc.assert(
      fc.property(files, fc.integer({ min: 1, max: 30 }), fc.boolean(), (ratings, size, crlf) => {
        const bytes = utf8(
          ratings.map((one) => `${formatRating(one)}${crlf ? '\r' : ''}\n`).join(''),
        )
        const reader = new RatingReader({ file: 'test' })
        for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size))
        const table = reader.end()
        const byOverlay = table.overlays.flatMap((overlay) =>
          ratings.filter((one) => one.overlay === overlay),
        )
        expect([...table.ratings()]).toEqual(byOverlay)
      }),
    )
  })
})

describe('mappings', () => {
  const signed = (map: string, ...values: string[]): string[] =>
    listed(values.map((value) => `1,2,${value}`).join('\n'), {
      format: 'snap-signed',
      mapping: parseMapping(map),
    }).map((text) => text.split(' ')[1]!)

  test('are exact', () => {
    const values = ['10', '1', '-10', '-1', '0', '-0', '2.5', '0.0001', '-0.0001', '07']
    expect(signed('linear', ...values)).toEqual(
      '1 0.1 -1 -0.1 0 0 0.25 0.00001 -0.00001 0.7'.split(' '),
    )
    expect(signed('half', ...values)).toEqual(
      '1 0.55 -1 -0.1 0 0 0.625 0.500005 -0.00001 0.85'.split(' '),
    )
    expect(signed('sign:0.8', ...values, '-250', '0.000000001')).toEqual(
      '0.8 0.8 -0.8 -0.8 0 0 0.8 0.8 -0.8 0.8 -0.8 0.8'.split(' '),
    )
  })

  test('read numbers without a digit before the point', () => {
    expect(signed('linear', '.8', '-.5')).toEqual(['0.08', '-0.05'])
    expect(signed('half', '.8', '-.5')).toEqual(['0.54', '-0.05'])
    expect(signed('sign:0.8', '.8', '-.5', '.0')).toEqual(['0.8', '-0.8', '0'])
  })

  test.each(['11', '.', '-', '-.', '1.', '-10.1', '1.00001', 'x', '', '1e1', '+1'])(
    'refuse %j',
    (value) => {
      expect(() => signed('linear', value)).toThrow(Failure)
      expect(() => signed('half', value)).toThrow(Failure)
    },
  )

  test.each(['', 'sign', 'sign:', 'sign:0', 'sign:-0.8', 'sign:1.1', 'square'])(
    'there is none called %j',
    (map) => {
      expect(() => parseMapping(map)).toThrow(/is no mapping/)
    },
  )

  test('are needed where values are no trust, and refused where there are no values', () => {
    expect(() => read('1,2,5', { format: 'snap-signed' })).toThrow(/add --map/)
    const mapping = parseMapping('linear')
    expect(() => read('1 2', { format: 'snap', mapping })).toThrow(/leave it out/)
    expect(() => read('0 0', { format: 'metis', mapping })).toThrow(/leave it out/)
    expect(listed('A,B,9', { mapping })).toEqual(['A>B 0.9'])
  })
})

describe('formats of data sets', () => {
  const weight = 500_000 as Trust
  const mapping = parseMapping('linear')

  test('snap', () => {
    expect(listed('# c\n0 1\n0\t2\n', { format: 'snap' })).toEqual(['0>1 0.8', '0>2 0.8'])
    expect(listed('0 1', { format: 'snap', weight })).toEqual(['0>1 0.5'])
    expect(refusal('0 1\n0 1 2', { format: 'snap' })).toEqual([2, '0 1 2'])
    expect(refusal('0', { format: 'snap' })).toEqual([1, '0'])
  })

  test('snap-signed with commas, blanks or tabs, and times that are not read for order', () => {
    const text = '6,2,4,1289241911.72836\n6 5 -2\n6\t5\t3\t12\n'
    expect(listed(text, { format: 'snap-signed', mapping })).toEqual([
      '6>2 0.4',
      '6>5 -0.2',
      '6>5 0.3',
    ])
    expect(refusal('6,2', { format: 'snap-signed', mapping })).toEqual([1, '6,2'])
    expect(refusal('6,2,1,noon', { format: 'snap-signed', mapping })).toEqual([1, '6,2,1,noon'])
    expect(refusal('6,2,1,2,3', { format: 'snap-signed', mapping })).toEqual([1, '6,2,1,2,3'])
  })

  test('konect with and without weights, directed and not', () => {
    const format = 'konect'
    expect(listed('% asym posweighted\n% 2 2 2\n1 2 .8\n2 1 1 99\n', { format })).toEqual([
      '1>2 0.8',
      '2>1 1',
    ])
    expect(listed('% sym unweighted\n1\t2\n', { format, weight })).toEqual(['1>2 0.5', '2>1 0.5'])
    expect(refusal('% asym\n1 2 .8\n1 3', { format })).toEqual([3, '1 3'])
    expect(refusal('1 2 8', { format })).toEqual([1, '1 2 8'])
    expect(refusal('% bip\n1 2', { format })).toEqual([1, '% bip'])
  })

  test('metis, where an empty line is a node without neighbours', () => {
    const format = 'metis'
    expect(listed('% c\n3 1 0\n2 \n1\n\n', { format })).toEqual(['1>2 0.8', '2>1 0.8'])
    expect(refusal('', { format })[0]).toBe(1)
    expect(refusal('3 1\n2\n1', { format })[0]).toBe(4)
    expect(refusal('2 1\n2\n1\n1', { format })).toEqual([4, '1'])
    expect(refusal('2 2\n2\n1\n', { format })[0]).toBe(4)
    expect(refusal('2 1\n3\n1', { format })).toEqual([2, '3'])
    expect(refusal('2 1 11\n2\n1', { format })).toEqual([1, '2 1 11'])
    expect(refusal('2000001 0', { format })).toEqual([1, '2000001 0'])
  })

  test('there is no other', () => {
    expect(ratingFormats.map(parseFormat)).toEqual(ratingFormats)
    for (const text of ['', 'CSV', 'toString', '__proto__'])
      expect(() => parseFormat(text)).toThrow(/is no format/)
  })
})
