// The people of tests: keys that follow from names, and who is nearest to a key.
import { sha256 } from '@noble/hashes/sha2.js'
import { hex, utf8 } from '../../src/core/bytes.ts'
import { type NodeId, nodeIdOf, type PublicKey, peerIdOf } from '../../src/core/id.ts'
import type { Trust } from '../../src/core/trust.ts'

export interface Member {
  readonly owner: string
  readonly publicKey: PublicKey
  readonly nodeId: NodeId
  readonly peerId: string
}

/** A member with a key that follows from its name. */
export function member(owner: string): Member {
  const publicKey = sha256(utf8(owner))
  return { owner, publicKey, nodeId: nodeIdOf(publicKey), peerId: peerIdOf(publicKey) }
}

/** Nearest first on the 128-bit ring, ties to the smaller id. */
export const byDistanceTo =
  (key: string) =>
  (a: string, b: string): number => {
    const ring = 1n << 128n
    const far = (id: string): bigint => {
      const gap = (BigInt(`0x${id}`) - BigInt(`0x${key}`) + ring) % ring
      return gap < ring - gap ? gap : ring - gap
    }
    const [x, y] = [far(a), far(b)]
    return x < y ? -1 : x > y ? 1 : a < b ? -1 : 1
  }

/** Millionths of a decimal, for tests. */
export const millionths = (value: number): Trust => Math.round(value * 1e6) as Trust

/** SHA-256 of a text in hex. */
export const digestOf = (text: string): string => hex(sha256(utf8(text)))
