// Seeded randomness: the same draws on every machine and release, evenly spread, and independent
// between forks. The golden draws pin replays of old experiments: they must never change.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hex } from '../../src/core/bytes.ts'
import { seededRandom } from '../../src/core/random.ts'

const drawsOf = (seed: number, count: number): number[] => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => random.uint32())
}

const tenths = (seed: number, count: number): number[] => {
  const random = seededRandom(seed)
  return Array.from({ length: count }, () => random.below(10))
}

/** Pearson's statistic of counts against an even spread. */
function chiSquared(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

function histogram(buckets: number, draws: number, draw: () => number): number[] {
  const counts = new Array<number>(buckets).fill(0)
  for (let i = 0; i < draws; i++) counts[draw()]!++
  return counts
}

describe('determinism', () => {
  test('the golden draws stand', () => {
    expect({
      one: drawsOf(1, 4),
      two: drawsOf(42, 4),
      negative: drawsOf(-7, 2),
      bytes: hex(seededRandom(1).bytes(8)),
      below: tenths(5, 6),
      shuffled: seededRandom(3).shuffle(['a', 'b', 'c', 'd', 'e']).join(''),
      forked: seededRandom(1).fork(2).uint32(),
    }).toMatchInlineSnapshot(`
      {
        "below": [
          8,
          1,
          7,
          3,
          0,
          8,
        ],
        "bytes": "94f8f02939581a1f",
        "forked": 940329176,
        "negative": [
          1505018406,
          4094001828,
        ],
        "one": [
          1767835284,
          655739896,
          4177449456,
          3207958569,
        ],
        "shuffled": "cadeb",
        "two": [
          3355055571,
          18457764,
          3632269083,
          710292339,
        ],
      }
    `)
  })

  test('the same seed gives the same draws of every kind', () => {
    const all = (seed: number) => {
      const random = seededRandom(seed)
      return [
        random.below(7),
        random.fraction(),
        hex(random.bytes(5)),
        random.pick([1, 2, 3]),
        random.shuffle([1, 2, 3, 4]),
        random.fork(9).uint32(),
      ]
    }
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        expect(all(seed)).toEqual(all(seed))
      }),
    )
  })

  test('forks by different labels or from different moments draw differently', () => {
    const fork = (label: number) => seededRandom(11).fork(label).uint32()
    const labels = Array.from({ length: 1_000 }, (_, label) => fork(label))
    expect(new Set(labels).size).toBeGreaterThan(995)
    const random = seededRandom(11)
    expect(random.fork(1).uint32()).not.toBe(random.fork(1).uint32())
  })
})

describe('spread', () => {
  test('each of the first draws is even over nearby seeds', () => {
    for (let nth = 0; nth < 8; nth++) {
      let seed = 0
      const draw = () => {
        const random = seededRandom(seed++)
        for (let i = 0; i < nth; i++) random.uint32()
        return random.uint32() >>> 28
      }
      expect(chiSquared(histogram(16, 4_000, draw))).toBeLessThan(44)
    }
  })

  // 99.99% points of chi-squared for 9 and 255 degrees of freedom; the seeds are fixed, so this cannot flicker.
  test('below(10) is even', () => {
    const random = seededRandom(2026)
    expect(chiSquared(histogram(10, 100_000, () => random.below(10)))).toBeLessThan(33.7)
  })

  test('below(a bound that does not divide 2^32) is unbiased', () => {
    const random = seededRandom(7)
    const bound = 3 * 2 ** 30
    // Without rejection the lowest third would be drawn twice as often.
    const counts = histogram(3, 90_000, () => Math.floor(random.below(bound) / 2 ** 30))
    expect(chiSquared(counts)).toBeLessThan(18.5)
  })

  test('bytes are even', () => {
    const bytes = seededRandom(99).bytes(256_000)
    let at = 0
    expect(chiSquared(histogram(256, bytes.length, () => bytes[at++]!))).toBeLessThan(347)
  })

  test('a shuffle puts every element in every place equally often', () => {
    const random = seededRandom(12)
    const places = histogram(24, 48_000, () => {
      const [a, b, c] = random.shuffle([0, 1, 2, 3])
      const rank = (n: number, before: number[]) => n - before.filter((m) => m < n).length
      return rank(a!, []) * 6 + rank(b!, [a!]) * 2 + rank(c!, [a!, b!])
    })
    expect(chiSquared(places)).toBeLessThan(58)
  })
})

describe('ranges', () => {
  test('below stays below, fraction in [0, 1), pick within the list', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 31 - 1 }), (seed, bound) => {
        const random = seededRandom(seed)
        const draw = random.below(bound)
        expect(Number.isInteger(draw) && draw >= 0 && draw < bound).toBe(true)
        const fraction = random.fraction()
        expect(fraction >= 0 && fraction < 1).toBe(true)
        expect(['x', 'y']).toContain(random.pick(['x', 'y']))
      }),
    )
    expect(seededRandom(1).pick([])).toBeUndefined()
  })

  test('a shuffle keeps the elements and the list it was given', () => {
    fc.assert(
      fc.property(fc.integer(), fc.array(fc.integer()), (seed, list) => {
        const before = [...list]
        const shuffled = seededRandom(seed).shuffle(list)
        expect(list).toEqual(before)
        expect([...shuffled].sort()).toEqual([...list].sort())
      }),
    )
  })
})
