// Committees: thresholds at every remainder by three, order, places, weights, and what the hash
// commits to.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Committee, isQuorum, isSkip, quorumOf } from '../../src/core/committee.ts'
import { type NodeId, nodeIdOf, type PublicKey } from '../../src/core/id.ts'
import { committeeSizeMax, votingPowerMax } from '../../src/core/limits.ts'
import { seededRandom } from '../../src/core/random.ts'

const keyOf = (n: number): PublicKey => new Uint8Array(32).fill(n) as PublicKey
const seats = (size: number) =>
  Array.from({ length: size }, (_, i) => ({ publicKey: keyOf(i + 1), power: i + 1 }))

describe('thresholds', () => {
  test('rule 8: thresholds are exact at totals of 3k, 3k + 1 and 3k + 2', () => {
    for (const k of [1, 2, 7, 33, 12_345, Math.floor(votingPowerMax / 3) - 1])
      for (const rest of [0, 1, 2]) {
        const total = 3 * k + rest
        // More than two thirds: 2k + 1 of 3k and of 3k + 1, but 2k + 2 of 3k + 2.
        const quorum = 2 * k + (rest === 2 ? 2 : 1)
        expect(isQuorum(quorum, total)).toBe(true)
        expect(isQuorum(quorum - 1, total)).toBe(false)
        expect(quorumOf(total)).toBe(quorum)
        // More than one third: k + 1 in all three cases.
        expect(isSkip(k + 1, total)).toBe(true)
        expect(isSkip(k, total)).toBe(false)
      }
  })

  test('rule 8: of 1, 2 and 3 equal members all must vote; of 4 one may fail; of 31 ten may', () => {
    const quorums = [1, 2, 3, 4, 5, 6, 7, 10, 31].map((total) => quorumOf(total))
    expect(quorums).toEqual([1, 2, 3, 3, 4, 5, 5, 7, 21])
  })

  test('rule 8: two quorums share more than a third, and a quorum less a third is still a skip', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: votingPowerMax }), (total) => {
        const quorum = BigInt(quorumOf(total))
        const all = BigInt(total)
        expect(3n * quorum > 2n * all && 3n * (quorum - 1n) <= 2n * all).toBe(true)
        expect(3n * (2n * quorum - all) > all).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('a committee', () => {
  test('is the same whatever the order in which its members are named', () => {
    const committee = new Committee(seats(7))
    const ids = committee.members.map(({ nodeId }) => nodeId)
    expect(ids).toEqual([...ids].sort())
    for (let seed = 0; seed < 20; seed++) {
      const again = new Committee(seededRandom(seed).shuffle(seats(7)))
      expect(again.hash).toBe(committee.hash)
      expect(again.members).toEqual(committee.members)
    }
  })

  test('knows places and powers of its members, and nothing of anybody else', () => {
    const committee = new Committee(seats(4))
    const stranger = nodeIdOf(keyOf(99))
    expect(committee.size).toBe(4)
    expect(committee.total).toBe(10)
    committee.members.forEach(({ nodeId, publicKey, power }, i) => {
      expect(committee.indexOf(nodeId)).toBe(i)
      expect(committee.has(nodeId)).toBe(true)
      expect(committee.powerOf(nodeId)).toBe(power)
      expect(committee.member(nodeId)?.publicKey).toEqual(publicKey)
      expect(publicKey[0]).toBe(power)
    })
    expect(committee.indexOf(stranger)).toBe(-1)
    expect(committee.powerOf(stranger)).toBe(0)
    expect(committee.member(stranger)).toBeUndefined()
  })

  test('weighs each of the named members once, and strangers not at all', () => {
    const committee = new Committee(seats(4))
    const everybody = committee.members.map(({ nodeId }) => nodeId)
    const stranger = nodeIdOf(keyOf(99))
    expect(committee.weightOf([...everybody, ...everybody, stranger])).toBe(10)
    expect(committee.weightOf([stranger])).toBe(0)
    expect(committee.weightOf(new Set<NodeId>())).toBe(0)
  })

  test('has another hash with another member, power or size', () => {
    const hashes = [1, 2, 3, 4].map((size) => new Committee(seats(size)).hash)
    const [first, ...rest] = seats(4)
    hashes.push(new Committee([{ ...first!, power: 2 }, ...rest]).hash)
    hashes.push(new Committee([{ ...first!, publicKey: keyOf(50) }, ...rest]).hash)
    expect(new Set(hashes).size).toBe(6)
    expect(new Committee(rest.map(({ publicKey }) => ({ publicKey }))).total).toBe(3)
  })

  test('keeps its own copy of the keys', () => {
    const publicKey = new Uint8Array(keyOf(1)) as PublicKey
    const committee = new Committee([{ publicKey }])
    publicKey.fill(9)
    expect(committee.members[0]?.publicKey).toEqual(keyOf(1))
  })

  test('is never empty, too large, of one member twice or of senseless powers', () => {
    const publicKey = keyOf(1)
    expect(() => new Committee([])).toThrow()
    expect(() => new Committee(seats(committeeSizeMax + 1))).toThrow()
    expect(() => new Committee([{ publicKey }, { publicKey }])).toThrow()
    for (const power of [0, -1, 0.5, Number.NaN, votingPowerMax + 1])
      expect(() => new Committee([{ publicKey, power }])).toThrow()
    expect(new Committee(seats(committeeSizeMax)).size).toBe(committeeSizeMax)
  })
})
