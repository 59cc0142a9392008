// Merkle trees against RFC 6962, section 2.1, computed by its recursive definitions out of another
// SHA-256; and every path of every small tree.
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hex, utf8 } from '../../src/core/bytes.ts'
import {
  emptyRoot,
  leafHash,
  merklePath,
  merkleRoot,
  nodeHash,
  rootOfHashes,
  verifyMerklePath,
} from '../../src/core/merkle.ts'

const sha = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}

const half = (n: number): number => 2 ** Math.floor(Math.log2(n - 1))

/** MTH of the RFC. */
function treeHash(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha()
  if (leaves.length === 1) return sha(new Uint8Array([0]), leaves[0]!)
  const k = half(leaves.length)
  return sha(new Uint8Array([1]), treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k)))
}

/** PATH of the RFC. */
function auditPath(m: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return []
  const k = half(leaves.length)
  return m < k
    ? [...auditPath(m, leaves.slice(0, k)), treeHash(leaves.slice(k))]
    : [...auditPath(m - k, leaves.slice(k)), treeHash(leaves.slice(0, k))]
}

const leavesOf = (size: number): Uint8Array[] =>
  Array.from({ length: size }, (_, i) => utf8(`leaf ${i}`))

describe('the root', () => {
  test('of nothing is SHA-256 of nothing', () => {
    expect(hex(emptyRoot)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(merkleRoot([])).toEqual(emptyRoot)
  })

  test('of one empty leaf is SHA-256 of a zero byte', () => {
    expect(hex(merkleRoot([new Uint8Array(0)]))).toBe(
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    )
  })

  test('is the one that the RFC defines, for every size to 130', () => {
    for (let size = 0; size <= 130; size++) {
      const leaves = leavesOf(size)
      expect(hex(merkleRoot(leaves))).toBe(hex(treeHash(leaves)))
      expect(hex(rootOfHashes(leaves.map(leafHash)))).toBe(hex(treeHash(leaves)))
    }
  })

  test('does not take an inner node for a leaf', () => {
    const [a, b] = leavesOf(2).map(leafHash) as [Uint8Array, Uint8Array]
    const joined = new Uint8Array(64)
    joined.set(a)
    joined.set(b, 32)
    expect(hex(merkleRoot([joined]))).not.toBe(hex(nodeHash(a, b)))
  })

  test('of different lists differs, also when one is a beginning of the other or ends in a repetition', () => {
    const roots = new Set<string>()
    for (let size = 0; size <= 40; size++) {
      const leaves = leavesOf(size)
      roots.add(hex(merkleRoot(leaves)))
      if (size > 0) roots.add(hex(merkleRoot([...leaves, leaves.at(-1)!])))
      if (size > 1) roots.add(hex(merkleRoot([...leaves].reverse())))
    }
    expect(roots.size).toBe(41 + 40 + 39)
  })
})

describe('the path', () => {
  test('of every leaf of every size to 40 is the one of the RFC and leads to the root, for no other leaf or place', () => {
    for (let size = 1; size <= 40; size++) {
      const leaves = leavesOf(size)
      const root = merkleRoot(leaves)
      for (let index = 0; index < size; index++) {
        const path = merklePath(leaves, index)
        expect(path.map(hex)).toEqual(auditPath(index, leaves).map(hex))
        expect(verifyMerklePath(leaves[index]!, index, size, path, root)).toBe(true)
        expect(verifyMerklePath(utf8('leaf x'), index, size, path, root)).toBe(false)
        for (let other = 0; other < size; other++)
          if (other !== index)
            expect(verifyMerklePath(leaves[index]!, other, size, path, root)).toBe(false)
      }
    }
  })

  test('does not survive a change of a bit, a step more or a step less', () => {
    const leaves = leavesOf(13)
    const root = merkleRoot(leaves)
    fc.assert(
      fc.property(fc.nat(12), fc.nat(3), fc.nat(255), (index, step, bit) => {
        const path = merklePath(leaves, index).map((hash) => new Uint8Array(hash))
        const leaf = leaves[index]!
        expect(verifyMerklePath(leaf, index, 13, [...path, root], root)).toBe(false)
        expect(verifyMerklePath(leaf, index, 13, path.slice(1), root)).toBe(false)
        path[step % path.length]![bit >> 3]! ^= 1 << (bit & 7)
        expect(verifyMerklePath(leaf, index, 13, path, root)).toBe(false)
      }),
      { numRuns: 200 },
    )
  })

  test('is refused, not thrown at, when it is nonsense', () => {
    const number = fc.oneof(fc.integer(), fc.double(), fc.constant(Number.MAX_SAFE_INTEGER))
    fc.assert(
      fc.property(
        ...[fc.uint8Array(), number, number],
        ...[fc.array(fc.uint8Array({ minLength: 30, maxLength: 34 })), fc.uint8Array()],
        (leaf, index, size, path, root) => {
          expect(verifyMerklePath(leaf, index, size, path, root)).toBe(false)
        },
      ),
      { numRuns: 300 },
    )
  })
})
