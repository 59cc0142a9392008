// Merkle trees as in RFC 6962 (section 2.1) over SHA-256: a leaf is hashed behind a 0, an inner node
// behind a 1, so no leaf can be read as a node; n leaves split at the largest power of two below n.
import { equalBytes } from './bytes.ts'
import { sha256 } from './sha256.ts'

/** 32 bytes of SHA-256. */
export type Hash = Uint8Array

/** The root of no leaves: SHA-256 of nothing. */
export const emptyRoot: Hash = sha256(new Uint8Array(0))

/** SHA-256(0 || leaf). */
export const leafHash = (leaf: Uint8Array): Hash => {
  const bytes = new Uint8Array(1 + leaf.length)
  bytes.set(leaf, 1)
  return sha256(bytes)
}

/** SHA-256(1 || left || right). */
export const nodeHash = (left: Hash, right: Hash): Hash => {
  const bytes = new Uint8Array(65)
  bytes[0] = 1
  bytes.set(left, 1)
  bytes.set(right, 33)
  return sha256(bytes)
}

/** The largest power of two below n (n ≥ 2). */
const splitOf = (n: number): number => {
  let k = 1
  while (2 * k < n) k *= 2
  return k
}

/** MTH of leaves that are hashed already. */
export function rootOfHashes(hashes: readonly Hash[]): Hash {
  if (hashes.length === 0) return emptyRoot
  let level = hashes
  // Pairing from the left and carrying an odd last one up gives the RFC's tree.
  while (level.length > 1) {
    const next: Hash[] = []
    for (let i = 0; i < level.length; i += 2)
      next.push(i + 1 < level.length ? nodeHash(level[i]!, level[i + 1]!) : level[i]!)
    level = next
  }
  return level[0]!
}

/** MTH(leaves). */
export const merkleRoot = (leaves: readonly Uint8Array[]): Hash =>
  rootOfHashes(leaves.map(leafHash))

/** PATH(index, leaves): the siblings from the leaf up. `index` names a leaf. */
export function merklePath(leaves: readonly Uint8Array[], index: number): readonly Hash[] {
  const walk = (from: number, to: number): Hash[] => {
    if (to - from === 1) return []
    const middle = from + splitOf(to - from)
    const [inner, sibling] =
      index < middle
        ? [walk(from, middle), leaves.slice(middle, to)]
        : [walk(middle, to), leaves.slice(from, middle)]
    return [...inner, merkleRoot(sibling)]
  }
  return walk(0, leaves.length)
}

/** Does the path lead from this leaf, at this index of so many, to the root? Never throws on hostile input. */
export function verifyMerklePath(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Hash[],
  root: Hash,
): boolean {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size)) return false
  if (index < 0 || index >= size) return false
  let used = 0
  const climb = (at: number, of: number): Hash | undefined => {
    if (of === 1) return leafHash(leaf)
    const split = splitOf(of)
    const inner = at < split ? climb(at, split) : climb(at - split, of - split)
    const sibling = path[used++]
    if (inner === undefined || sibling === undefined || sibling.length !== 32) return undefined
    return at < split ? nodeHash(inner, sibling) : nodeHash(sibling, inner)
  }
  const got = climb(index, size)
  return got !== undefined && used === path.length && equalBytes(got, root)
}
