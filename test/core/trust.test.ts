// Trust numbers are exact: what is read, shown and multiplied agrees to the digit with arithmetic
// on big integers.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Failure } from '../../src/core/failure.ts'
import {
  clampTrust,
  formatTrust,
  isTrust,
  multiplyTrust,
  ONE,
  parseTrust,
  trustNumber,
} from '../../src/core/trust.ts'

const millionths = fc.integer({ min: -ONE, max: ONE }).map((value) => value + 0)

/** Reads digits one by one, as on paper. */
function naiveMillionths(text: string): bigint {
  const negative = text.startsWith('-')
  const [whole = '', decimals = ''] = text.replace('-', '').split('.')
  const size = BigInt(whole === '' ? '0' : whole) * 1_000_000n
  const rest = [...decimals].reduce(
    (sum, digit, i) => sum + BigInt(digit) * 10n ** BigInt(5 - i),
    0n,
  )
  return negative ? -(size + rest) : size + rest
}

const codeOf = (text: string): string => {
  try {
    return `read as ${parseTrust(text)}`
  } catch (error) {
    const failure = error as Failure<'trust/not-a-number'>
    expect(failure).toBeInstanceOf(Failure)
    expect(failure.facts).toEqual({ text })
    expect(failure.message).toContain(`"${text}"`)
    return failure.code
  }
}

describe('reading', () => {
  test('what was written is read back, for every value', () => {
    fc.assert(
      fc.property(millionths, (value) => {
        expect(parseTrust(formatTrust(value))).toBe(value)
      }),
    )
  })

  test('agrees with reading digit by digit', () => {
    const digits = fc.stringMatching(/^\d{1,6}$/)
    const text = fc
      .tuple(fc.constantFrom('', '-'), fc.constantFrom('', '0', '00'), digits)
      .map(([sign, whole, decimals]) => `${sign}${whole}.${decimals}`)
    fc.assert(
      fc.property(text, (text) => {
        const expected = naiveMillionths(text)
        fc.pre(!(expected === 0n && text.startsWith('-')))
        expect(BigInt(parseTrust(text))).toBe(expected)
      }),
    )
  })

  test.each([
    ['.5', 500_000],
    ['0.5', 500_000],
    ['0.50', 500_000],
    ['1', 1_000_000],
    ['1.0', 1_000_000],
    ['-1', -1_000_000],
    ['-.000001', -1],
    ['0', 0],
    ['00.7', 700_000],
    ['0.123456', 123_456],
  ])('reads %s', (text, value) => {
    expect(Object.is(parseTrust(text), value)).toBe(true)
  })

  test.each([
    ['', 'trust/not-a-number'],
    ['.', 'trust/not-a-number'],
    ['-', 'trust/not-a-number'],
    ['+0.5', 'trust/not-a-number'],
    ['1e-1', 'trust/not-a-number'],
    ['0x1', 'trust/not-a-number'],
    [' 0.5', 'trust/not-a-number'],
    ['0.5\n', 'trust/not-a-number'],
    ['0,5', 'trust/not-a-number'],
    ['1.', 'trust/not-a-number'],
    ['NaN', 'trust/not-a-number'],
    ['Infinity', 'trust/not-a-number'],
    ['٠.٥', 'trust/not-a-number'],
    ['--1', 'trust/not-a-number'],
    ['0.1234567', 'trust/too-many-decimals'],
    ['0.5000000', 'trust/too-many-decimals'],
    ['-0', 'trust/minus-zero'],
    ['-0.000000', 'trust/minus-zero'],
    ['1.000001', 'trust/out-of-range'],
    ['-1.000001', 'trust/out-of-range'],
    ['2', 'trust/out-of-range'],
    ['10', 'trust/out-of-range'],
    ['99999999999999999999', 'trust/out-of-range'],
  ])('refuses %j and names it', (text, code) => {
    expect(codeOf(text)).toBe(code)
  })

  test('refuses an integer just when it is outside [-1, 1]', () => {
    fc.assert(
      fc.property(fc.integer({ min: -30, max: 30 }), (whole) => {
        const accepted = Math.abs(whole) <= 1
        expect(codeOf(String(whole)).startsWith('read as')).toBe(accepted)
      }),
    )
  })
})

describe('showing', () => {
  test('is the shortest plain decimal, without exponent or trailing zeros', () => {
    fc.assert(
      fc.property(millionths, (value) => {
        expect(formatTrust(value)).toMatch(/^(0|-?(0|1)(\.\d{0,5}[1-9])?)$/)
      }),
    )
    expect(formatTrust(700_000)).toBe('0.7')
    expect(formatTrust(-1)).toBe('-0.000001')
    expect(formatTrust(3_250_000)).toBe('3.25')
  })

  test('as a JSON number says the same as the text', () => {
    fc.assert(
      fc.property(millionths, (value) => {
        expect(Math.round(trustNumber(value) * 1_000_000) + 0).toBe(value)
      }),
    )
  })
})

describe('arithmetic', () => {
  test('a product is the floor of the exact one', () => {
    const positive = fc.integer({ min: 0, max: ONE })
    fc.assert(
      fc.property(positive, positive, (a, b) => {
        expect(BigInt(multiplyTrust(a, b))).toBe((BigInt(a) * BigInt(b)) / 1_000_000n)
      }),
      { numRuns: 1_000 },
    )
    expect(multiplyTrust(777_777, 333_333)).toBe(259_258)
  })

  test('clamping leaves what is a trust value alone and makes one of everything else', () => {
    fc.assert(
      fc.property(fc.integer(), (sum) => {
        const clamped = clampTrust(sum)
        expect(isTrust(clamped)).toBe(true)
        if (isTrust(sum)) expect(clamped).toBe(sum)
      }),
    )
  })

  test('fractions, infinities and minus zero are no trust values', () => {
    for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY, -0, 1_000_001])
      expect(isTrust(value)).toBe(false)
  })
})
