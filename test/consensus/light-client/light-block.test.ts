// Light blocks and evidence as bytes: one form each, read back as written, never thrown at.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attackOf, decodeAttack, encodeAttack } from '../../../consensus/light-client/attack.ts'
import {
  decodeLightBlock,
  encodeLightBlock,
  lightBlockBytesMax,
} from '../../../consensus/light-client/light-block.ts'
import { hex } from '../../../src/core/bytes.ts'
import { SigningCommittee } from '../signing-committee.ts'
import { lightBlock, lightChain } from './light-chain.ts'

const chain = lightChain({ heights: 40, size: 7, epoch: 5 })

describe('a light block as bytes', () => {
  test('is read back as it was written, whether its committees are the same or not', () => {
    for (const block of chain.blocks) {
      const bytes = encodeLightBlock(block)
      expect(bytes.length).toBeLessThanOrEqual(lightBlockBytesMax)
      const read = decodeLightBlock(bytes)!
      expect(read).toEqual(block)
      expect(encodeLightBlock(read)).toEqual(bytes)
    }
  })

  test('fits its bound at 31 members who all change', () => {
    const named = (word: string) =>
      new SigningCommittee(Array.from({ length: 31 }, (_, i) => `${word} ${i}`))
    const block = lightBlock(chain.at(1).header, named('old'), named('new'))
    expect(encodeLightBlock(block)).toHaveLength(lightBlockBytesMax)
    expect(decodeLightBlock(encodeLightBlock(block))).toEqual(block)
  })

  test('has one form: bytes that are read are written the same, changed and cut ones too', () => {
    const good = encodeLightBlock(chain.at(6))
    expect(chain.at(6).committee.hash === chain.at(6).nextCommittee.hash).toBe(false)
    fc.assert(
      fc.property(fc.nat(good.length * 8 - 1), fc.nat(good.length - 1), (bit, length) => {
        const changed = new Uint8Array(good)
        changed[bit >> 3]! ^= 1 << (bit & 7)
        const read = decodeLightBlock(changed)
        expect(read === undefined || hex(encodeLightBlock(read)) === hex(changed)).toBe(true)
        expect(decodeLightBlock(good.subarray(0, length))).toBeUndefined()
      }),
      { numRuns: 500 },
    )
    expect(decodeLightBlock(new Uint8Array([...good, 0]))).toBeUndefined()
  })

  test('is undefined, not thrown, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const read = decodeLightBlock(bytes)
        expect(read === undefined || hex(encodeLightBlock(read)) === hex(bytes)).toBe(true)
        expect(decodeAttack(bytes)).toBeUndefined()
      }),
      { numRuns: 500 },
    )
  })
})

describe('evidence as bytes', () => {
  test('is read back, in one order only', () => {
    const { header } = chain.at(3)
    const [own, next] = [chain.committees[2]!, chain.committees[3]!]
    const attack = attackOf(
      lightBlock(header, own, next),
      lightBlock({ ...header, stateHash: '1'.repeat(64) }, own, next),
    )!
    const bytes = encodeAttack(attack)
    expect(decodeAttack(bytes)).toEqual(attack)
    const [first, second] = attack.blocks
    expect(decodeAttack(encodeAttack({ blocks: [second, first] }))).toBeUndefined()
    expect(decodeAttack(encodeAttack({ blocks: [first, first] }))).toBeUndefined()
    expect(decodeAttack(bytes.subarray(1))).toBeUndefined()
  })
})
