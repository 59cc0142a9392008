// The ring once more, naively with BigInt: what the fast arithmetic is checked against.
import fc from 'fast-check'
import type { NodeId } from '../../src/core/id.ts'

const ring = 2n ** 128n

const big = (id: string): bigint => BigInt(`0x${id}`)

/** How far clockwise b lies from a. */
export const clockwise = (a: string, b: string): bigint => (big(b) - big(a) + ring) % ring

/** The shorter way round. */
export function distance(a: string, b: string): bigint {
  const way = clockwise(a, b)
  return way < ring - way ? way : ring - way
}

/** Ids by nearness to a key; of equals the smaller id first. */
export const byNearness = (ids: readonly NodeId[], key: string): NodeId[] =>
  ids.toSorted((a, b) => {
    const difference = distance(a, key) - distance(b, key)
    return difference === 0n ? (a < b ? -1 : 1) : difference < 0n ? -1 : 1
  })

export const rootOf = (ids: readonly NodeId[], key: string): NodeId =>
  ids.reduce((best, id) => {
    const difference = distance(id, key) - distance(best, key)
    return difference < 0n || (difference === 0n && id < best) ? id : best
  })

export function sharedDigits(a: string, b: string): number {
  let shared = 0
  while (shared < 32 && a[shared] === b[shared]) shared++
  return shared
}

/** The l nearest others on each side, nearest first. */
export function leafSetOf(ids: readonly NodeId[], own: NodeId, l: number) {
  const others = [...new Set(ids)].filter((id) => id !== own)
  const way = (a: bigint, b: bigint): number => (a < b ? -1 : 1)
  return {
    left: others.toSorted((a, b) => way(clockwise(a, own), clockwise(b, own))).slice(0, l),
    right: others.toSorted((a, b) => way(clockwise(own, a), clockwise(own, b))).slice(0, l),
  }
}

/** 32 hex digits; often near another one's neighbourhood, at the ends of the ring or half way round. */
export const anyId: fc.Arbitrary<NodeId> = fc
  .oneof(
    fc.bigInt({ min: 0n, max: ring - 1n }),
    fc.bigInt({ min: 0n, max: 300n }),
    fc.bigInt({ min: ring - 300n, max: ring - 1n }),
    // Equal or nearly equal first words: the shortcut of the comparison must not decide these.
    fc
      .tuple(fc.bigInt({ min: 0n, max: 6n }), fc.bigInt({ min: 0n, max: 2n ** 96n - 1n }))
      .map(([first, rest]) => (((first - 3n) * 2n ** 96n + rest + ring) % ring) as bigint),
    fc.bigInt({ min: ring / 2n - 300n, max: ring / 2n + 300n }),
  )
  .map((value) => value.toString(16).padStart(32, '0') as NodeId)
