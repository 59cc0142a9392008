// The authenticated map against a naive one that is built from the set of pairs alone: same roots
// whatever the history; proofs of presence and absence that nobody can bend.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { AuthenticatedMap } from '../../src/core/authenticated-map.ts'
import { hex, utf8 } from '../../src/core/bytes.ts'
import {
  decodeMapProof,
  emptyMapRoot,
  encodeMapProof,
  type MapProof,
  mapInnerHash,
  verifyMapProof,
} from '../../src/core/map-proof.ts'
import { seededRandom } from '../../src/core/random.ts'
import { naiveRoot } from './naive-map.ts'

const keys = fc.integer({ min: 0, max: 40 }).map((n) => `key/${n}`)
const values = fc.uint8Array({ maxLength: 70 })
const pairsOf = (maxLength: number) => fc.array(fc.tuple(keys, values), { maxLength })
const filled = (size: number): AuthenticatedMap =>
  new AuthenticatedMap(Array.from({ length: size }, (_, i) => [`key/${i}`, utf8(`value ${i}`)]))

describe('the root', () => {
  test('is that of the naive tree after every step of any history', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('set' as const), key: keys, value: values }),
      fc.record({ do: fc.constant('delete' as const), key: keys, value: values }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (steps, n) => {
        const map = new AuthenticatedMap()
        const naive = new Map<string, Uint8Array>()
        steps.forEach((one, i) => {
          if (one.do === 'set') {
            map.set(one.key, one.value)
            naive.set(one.key, one.value)
          } else expect(map.delete(one.key)).toBe(naive.delete(one.key))
          if (i % n === 0) expect(hex(map.root())).toBe(hex(naiveRoot(naive)))
        })
        expect(hex(map.root())).toBe(hex(naiveRoot(naive)))
        expect(map.size).toBe(naive.size)
        expect([...map.entries()]).toEqual([...naive].sort(([a], [b]) => (a < b ? -1 : 1)))
        for (const [key, value] of naive) expect(map.get(key)).toEqual(value)
      }),
      { numRuns: 200 },
    )
  })

  test('does not depend on the order of insertion, nor on what was there and went', () => {
    const pairs = Array.from({ length: 500 }, (_, i) => [`k${i}`, utf8(`${i}`)] as const)
    const root = hex(new AuthenticatedMap(pairs).root())
    for (let seed = 0; seed < 20; seed++) {
      const random = seededRandom(seed)
      const map = new AuthenticatedMap(random.shuffle(pairs.map(([key]) => [key, utf8('old')])))
      map.set('gone', utf8('x'))
      if (seed % 2 === 0) map.root()
      for (const [key] of random.shuffle([...pairs]).slice(0, 200)) map.delete(key)
      map.delete('gone')
      if (seed % 3 === 0) map.root()
      for (const [key, value] of random.shuffle([...pairs])) map.set(key, value)
      expect(hex(map.root())).toBe(root)
    }
  })

  test('of different sets of pairs differs', () => {
    const roots = new Set<string>([hex(emptyMapRoot)])
    for (let size = 1; size <= 100; size++) roots.add(hex(filled(size).root()))
    const map = filled(100)
    map.set('key/7', utf8('value 8'))
    roots.add(hex(map.root()))
    map.set('key/7', new Uint8Array(0))
    roots.add(hex(map.root()))
    expect(roots.size).toBe(103)
  })

  test('keeps its own copies', () => {
    const value = utf8('value')
    const map = new AuthenticatedMap([['key', value]])
    const root = map.root()
    value.fill(0)
    map.root().fill(0)
    expect(map.get('key')).toEqual(utf8('value'))
    map.set('key', utf8('other'))
    map.set('key', utf8('value'))
    expect(map.root()).toEqual(root)
  })

  test('refuses keys that are no short ASCII text: they would be a bug', () => {
    const map = new AuthenticatedMap()
    for (const key of ['', 'ü', 'line\n', 'x'.repeat(257), '\ud800'])
      expect(() => map.set(key, new Uint8Array(0))).toThrow()
    expect(map.size).toBe(0)
  })
})

describe('a proof', () => {
  test('proves every key that is there and every one that is not, and nothing else', () => {
    fc.assert(
      fc.property(pairsOf(40), keys, values, (pairs, key, other) => {
        const map = new AuthenticatedMap(pairs)
        const root = map.root()
        const value = map.get(key) ?? null
        const bytes = encodeMapProof(map.prove(key))
        const proof = decodeMapProof(bytes)!
        expect(encodeMapProof(proof)).toEqual(bytes)
        expect(verifyMapProof(root, key, value, proof)).toBe(true)
        if (value !== null) expect(verifyMapProof(root, key, null, proof)).toBe(false)
        if (value === null || hex(value) !== hex(other))
          expect(verifyMapProof(root, key, other, proof)).toBe(false)
        expect(verifyMapProof(emptyMapRoot, key, value, proof)).toBe(map.size === 0)
      }),
      { numRuns: 300 },
    )
  })

  test('does not survive any change of a bit, except where the same bytes come out', () => {
    const map = filled(60)
    const root = map.root()
    for (const [key, value] of [
      ['key/3', map.get('key/3')!],
      ['absent', null],
    ] as const) {
      const bytes = encodeMapProof(map.prove(key))
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = new Uint8Array(bytes)
        changed[bit >> 3]! ^= 1 << (bit & 7)
        const proof = decodeMapProof(changed)
        expect(proof !== undefined && verifyMapProof(root, key, value, proof)).toBe(false)
      }
    }
  })

  test('cannot hide a key behind another bit: no leaf of the map passes for the place of a key that is there', () => {
    const map = filled(16)
    const root = map.root()
    const ends = [...map.entries()].map(([key]) => map.prove(key))
    const others = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => map.prove(key).end)
    for (const [key] of map.entries())
      for (const { turns } of ends)
        for (const end of others) {
          expect(verifyMapProof(root, key, null, { turns, end })).toBe(false)
          const shifted = turns.map((turn) => ({ ...turn, bit: Math.min(255, turn.bit + 1) }))
          expect(verifyMapProof(root, key, null, { turns: shifted, end })).toBe(false)
        }
  })

  test('takes no inner node for a leaf', () => {
    const map = filled(2)
    const { turns } = map.prove('key/0')
    const sibling = turns[0]!.sibling
    const end = { is: 'other', path: sibling, valueHash: sibling } as const
    expect(verifyMapProof(map.root(), 'key/9', null, { turns: [], end })).toBe(false)
    expect(mapInnerHash(0, sibling, sibling)).not.toEqual(mapInnerHash(1, sibling, sibling))
  })

  test('never makes the check throw, whatever the bytes', () => {
    const root = filled(10).root()
    const structured = fc.tuple(fc.nat(2), fc.nat(300), fc.integer()).map(([kind, turns, seed]) => {
      const size = turns * 33 + (kind === 1 ? 64 : 0)
      const rest = seededRandom(seed).bytes(size)
      return new Uint8Array([kind, turns >> 8, turns & 255, ...rest])
    })
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 300 }), structured),
        fc.string(),
        fc.option(values),
        (bytes, key, value) => {
          const proof = decodeMapProof(bytes)
          expect(proof !== undefined && verifyMapProof(root, key, value, proof)).toBe(false)
        },
      ),
      { numRuns: 200 },
    )
    const strange: MapProof = {
      turns: [{ bit: 0.5, sibling: new Uint8Array(3) }],
      end: { is: 'other', path: new Uint8Array(1), valueHash: new Uint8Array(99) },
    }
    expect(verifyMapProof(root, 'key', null, strange)).toBe(false)
  })
})
