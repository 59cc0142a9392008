// What a start takes back from its store: all of it, whatever the order, and never quietly a log in which
// something has changed.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import type { VerifiedRating } from '../../trustchain/entry.ts'
import { encodeEntry } from '../../trustchain/entry-codec.ts'
import { entryKey, Intake, type StoredValue } from '../../trustchain/intake.ts'
import { Outbox } from '../../trustchain/outbox.ts'
import { logOf } from './authoring.ts'
import { chainId, signerOf, verify } from './pump.ts'

const logs = [5, 1, 3].map((length, i) => logOf(signerOf(40 + i), length, ['social', 'open']))
const own = logs[0]![0]!.subjectId

const keyOf = ({ authorId, seq }: VerifiedRating): string => entryKey(authorId, seq)
const storeOf = (entries: readonly VerifiedRating[]): StoredValue[] =>
  entries.map((entry) => ({ key: keyOf(entry), value: encodeEntry(entry) }))

function restored(stored: readonly StoredValue[]) {
  const intake = new Intake(verify, chainId, own)
  const damaged = intake.restore(stored)
  const held = [...intake.chains.entries()]
  return { damaged, logOf: (author: NodeId) => held.filter(({ authorId }) => authorId === author) }
}

/** The stored value of an entry of another body, whatever the body is. */
const signedOf = (body: Uint8Array, signature: Uint8Array): Uint8Array =>
  encodeEntry({ body, signature } as VerifiedRating)

test('comes back as it was, in any order', () => {
  const all = logs.flat()
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (order) => {
      const { damaged, logOf: logBack } = restored(storeOf(order))
      expect(damaged).toEqual([])
      for (const log of logs) expect(logBack(log[0]!.authorId)).toEqual(log)
    }),
  )
})

test('tells of any body that changed before the newest of its author, and leaves the others alone', () => {
  const older = logs.flatMap((log) => log.slice(0, -1))
  fc.assert(
    fc.property(fc.constantFrom(...older), fc.nat(), fc.integer({ min: 0, max: 7 }), (...drawn) => {
      const [entry, place, bit] = drawn
      const body = Uint8Array.from(entry.body)
      body[place % body.length]! ^= 1 << bit
      const stored = storeOf(logs.flat()).map((item) =>
        item.key === keyOf(entry) ? { ...item, value: signedOf(body, entry.signature) } : item,
      )
      const { damaged, logOf: logBack } = restored(stored)
      expect(damaged.length).toBeGreaterThan(0)
      for (const key of damaged) expect(key).toContain(entry.authorId)
      for (const log of logs)
        if (log[0]!.authorId !== entry.authorId) expect(logBack(log[0]!.authorId)).toEqual(log)
    }),
  )
})

test('refuses the newest in another spelling, to which nothing links yet', () => {
  for (const log of logs) {
    const newest = log.at(-1)!
    // A field that nobody knows.
    const body = Uint8Array.of(...newest.body, 0xf8, 0x07, 0x01)
    const stored = storeOf(log).with(-1, {
      key: keyOf(newest),
      value: signedOf(body, newest.signature),
    })
    const { damaged, logOf: logBack } = restored(stored)
    expect(damaged).toEqual([keyOf(newest)])
    expect(logBack(newest.authorId)).toEqual(log.slice(0, -1))
  }
})

test('refuses the newest in which anything changed, and leaves what is before it', () => {
  fc.assert(
    fc.property(fc.constantFrom(...logs), fc.nat(), fc.integer({ min: 0, max: 7 }), (...drawn) => {
      const [log, place, bit] = drawn
      const newest = log.at(-1)!
      const changed = Uint8Array.of(...newest.body, ...newest.signature)
      changed[place % changed.length]! ^= 1 << bit
      const [body, signature] = [changed.slice(0, newest.body.length), changed.slice(-64)]
      const stored = storeOf(log).with(-1, { key: keyOf(newest), value: signedOf(body, signature) })
      const { damaged, logOf: logBack } = restored(stored)
      expect(damaged).toEqual([keyOf(newest)])
      expect(logBack(newest.authorId)).toEqual(log.slice(0, -1))
    }),
    { numRuns: 60 },
  )
})

test('a body that changed convicts nobody: what peers send of it is taken in again', () => {
  for (const at of [2, 4]) {
    const log = logs[0]!
    const entry = log[at]!
    // A field that nobody knows, or another time.
    for (const body of [
      Uint8Array.of(...entry.body, 0xf8, 0x07, 0x01),
      entry.body.map((byte, i) => byte ^ (i === entry.body.length - 1 ? 1 : 0)),
    ]) {
      const intake = new Intake(verify, chainId, own)
      const value = signedOf(body, entry.signature)
      expect(intake.restore(storeOf(log).with(at, { key: keyOf(entry), value }))).toContain(
        keyOf(entry),
      )
      for (const again of log.slice(at)) expect(intake.accept(again, new Outbox()).is).toBe('new')
      expect([...intake.chains.forks]).toEqual([])
    }
  }
})
