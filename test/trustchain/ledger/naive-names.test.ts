// Hand-overs among all that a crowd says, against a naive second model; and their bytes.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { NodeId } from '../../../src/core/id.ts'
import { Reader, Writer } from '../../../trustchain/ledger/leaf-codec.ts'
import { nodeLeaf } from '../../../trustchain/ledger/leaves.ts'
import { makeRegistration, makeSuccession } from '../../../trustchain/ledger/make-transaction.ts'
import { decodeTransaction, encodeStatement } from '../../../trustchain/ledger/transactions.ts'
import { chainId } from '../pump.ts'
import { Chain, genesisOf, type Person, people } from './chain.ts'
import { Crowd } from './crowd.ts'
import { NaiveNames } from './naive-names.ts'

const rules = { epochBlocks: 3, epochMs: 0, snapshotBlocks: 0 }
const room = { bytes: 100_000, count: 200 }

test('who thinks what of whom, and every reputation, is as the naive model has it, also after a start', () => {
  let handovers = 0
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const crowd = new Crowd(9, seed)
      const chain = new Chain(genesisOf(crowd.all.slice(0, 4), rules))
      const naive = new NaiveNames()
      const registration = { owner: '', addresses: [], willing: true }
      chain.block(crowd.all.map(({ signer }) => makeRegistration(signer, chainId, 1, registration)))
      for (let blocks = 0; blocks < 20; blocks++) {
        const { ledger } = chain
        const said = [...crowd.says(ledger, 12), ...crowd.handsOver(ledger)]
        const taken = ledger.prepareProposal(said, room, ledger.time + 1_000)
        chain.block(taken)
        for (const bytes of taken) {
          const decoded = decodeTransaction(bytes)
          if (decoded.ok) naive.take(decoded.transaction)
        }
        if (crowd.chance(30)) chain.restart((keys) => crowd.shuffled(keys))
        crowd.settle(chain.ledger)
        handovers += chain.ledger.lastChanges?.successions.length ?? 0
        expect(
          [...chain.ledger.ratings()]
            .map((r) => `${r.author}/${r.subject}/${r.overlay}/${r.kind} ${r.value}`)
            .sort(),
        ).toEqual(naive.ratings())
        for (const { id } of crowd.everybody) {
          expect(chain.ledger.holderOf(id)).toBe(naive.holderOf(id))
          expect(chain.ledger.reputationOf(id)).toEqual(
            naive.reputation(id, (node) => chain.ledger.standingOf(node)),
          )
        }
      }
    }),
    { numRuns: 30 },
  )
  expect(handovers).toBeGreaterThan(30)
}, 60_000)

test('a hand-over is read back as it was written, and no other bytes are one', () => {
  const [from, to] = people(2) as [Person, Person]
  fc.assert(
    fc.property(
      ...([
        fc.nat({ max: Number.MAX_SAFE_INTEGER }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
      ] as const),
      (number, at, flip) => {
        const bytes = makeSuccession(from.signer, chainId, number, to.signer)
        const decoded = decodeTransaction(bytes)
        if (!decoded.ok || decoded.transaction.is !== 'signed') throw new Error('not read')
        const { transaction } = decoded
        expect(transaction).toMatchObject({ authorId: from.id, number })
        expect(transaction.statement).toMatchObject({ is: 'succession', successor: to.key })
        expect(encodeStatement(transaction.author, number, transaction.statement)).toEqual(
          transaction.body,
        )
        const other = new Uint8Array(bytes)
        other[at % other.length]! ^= flip
        const read = decodeTransaction(other)
        if (read.ok && read.transaction.is === 'signed' && other[0] === bytes[0]) {
          const { author, number: n, statement } = read.transaction
          expect(encodeStatement(author, n, statement)).toEqual(read.transaction.body)
        }
        expect(decodeTransaction(bytes.subarray(0, at % bytes.length)).ok).toBe(false)
        expect(decodeTransaction(new Uint8Array([...bytes, flip])).ok).toBe(false)
      },
    ),
    { numRuns: 100 },
  )
})

test('the record of a node is read back as it was written, whatever was handed over; other bytes fail', () => {
  const id = fc
    .uint8Array({ minLength: 16, maxLength: 16 })
    .map((bytes) => Buffer.from(bytes).toString('hex') as NodeId)
  const count = fc.nat({ max: Number.MAX_SAFE_INTEGER - 1 })
  const node = fc.record({
    ...{ publicKey: fc.uint8Array({ minLength: 32, maxLength: 32 }), owner: fc.string() },
    ...{ addresses: fc.array(fc.string(), { maxLength: 3 }), willing: fc.boolean() },
    ...{ joinDate: count, convicted: count, inactive: fc.boolean() },
    ...{ uptime: fc.option(fc.nat({ max: 10_000 })), lastHeartbeat: fc.option(count) },
    heard: fc.integer({ min: -1, max: 1_000_000 }),
    inherited: fc.option(
      fc.record({ from: id, entries: count, epoch: count, handovers: fc.nat({ max: 65_535 }) }),
    ),
    successor: fc.option(id),
  })
  fc.assert(
    fc.property(node, fc.nat(), fc.integer({ min: 1, max: 255 }), (written, at, flip) => {
      const to = new Writer()
      nodeLeaf.write(written, to)
      const bytes = to.done()
      const from = new Reader(bytes)
      expect(nodeLeaf.read(from, '')).toEqual(written)
      expect(from.complete).toBe(true)
      const other = new Uint8Array(bytes)
      other[at % other.length]! ^= flip
      const reader = new Reader(other)
      const read = nodeLeaf.read(reader, '')
      if (!reader.complete) return
      const again = new Writer()
      nodeLeaf.write(read, again)
      expect(again.done()).toEqual(other)
    }),
  )
})
