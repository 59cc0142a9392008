// The authenticated map once more, naively: the tree of a set of pairs is built from nothing, by
// definition, out of bit strings. Slow, and without any of the real map's code.
import { createHash } from 'node:crypto'

const sha = (...parts: readonly Uint8Array[]): Uint8Array => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}

const bitsOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')

interface Leaf {
  readonly bits: string
  readonly hash: Uint8Array
}

/** All leaves agree before bit `from`. */
function rootOf(leaves: readonly Leaf[], from: number): Uint8Array {
  if (leaves.length === 1) return leaves[0]!.hash
  const left = leaves.filter(({ bits }) => bits[from] === '0')
  const right = leaves.filter(({ bits }) => bits[from] === '1')
  if (left.length === 0 || right.length === 0) return rootOf(leaves, from + 1)
  return sha(new Uint8Array([3, from]), rootOf(left, from + 1), rootOf(right, from + 1))
}

export function naiveRoot(pairs: ReadonlyMap<string, Uint8Array>): Uint8Array {
  if (pairs.size === 0) return sha()
  const leaves = [...pairs].map(([key, value]) => {
    const path = sha(new Uint8Array([...key].map((letter) => letter.charCodeAt(0))))
    return { bits: bitsOf(path), hash: sha(new Uint8Array([2]), path, sha(value)) }
  })
  return rootOf(leaves, 0)
}
