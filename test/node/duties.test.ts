// What a node offers its own pool: every entry in its turn, at a bounded cost however much is pending,
// and statements that are not piled up while the chain stands still.
import { describe, expect, test } from 'vitest'
import { Duties } from '../../src/node/duties.ts'
import { Presence } from '../../src/node/presence.ts'
import { Trustchains } from '../../trustchain/chain.ts'
import { forkProofOf } from '../../trustchain/fork-proof.ts'
import { makeReport } from '../../trustchain/ledger/make-transaction.ts'
import { encodeEntryTransaction } from '../../trustchain/ledger/transactions.ts'
import { signEntry } from '../../trustchain/verify.ts'
import { draftAfter, subjectKey } from '../trustchain/authoring.ts'
import { Chain, genesisOf, genesisTime, type Person, people } from '../trustchain/ledger/chain.ts'
import { chainId } from '../trustchain/pump.ts'

function scene(trustchains = new Trustchains()) {
  const [self] = people(1) as [Person]
  const chain = new Chain(genesisOf([self]))
  const duties = new Duties(
    {
      ...{ self: self.id, signer: self.signer, trustchains, ledger: chain.ledger },
      presence: new Presence(30_000, genesisTime),
    },
    {
      ...{ chainId, owner: 'A', addresses: [], willing: true },
      parameters: { epochBlocks: 100, epochMs: 600_000, heartbeatMs: 30_000 } as never,
    },
  )
  return { self, chain, duties, trustchains }
}

const texts = (transactions: readonly Uint8Array[]): string[] =>
  transactions.map((bytes) => Buffer.from(bytes).toString('hex'))

describe('the entries that are not final', () => {
  test('are all offered by turns, though a thousand authors before them never get on', () => {
    const { duties, trustchains } = scene()
    const crowd = people(1_200, 10)
    for (const person of crowd) {
      person.trusts(crowd[0] === person ? crowd[1]! : crowd[0]!, 100_000)
      trustchains.append(person.log[0]!)
      duties.accepted(person.id)
    }
    const offered = new Set<string>()
    for (let tick = 0; tick < 3; tick++) {
      const now = texts(duties.offer())
      expect(now.length).toBeLessThanOrEqual(512)
      for (const each of now) offered.add(each)
    }
    const all = texts(crowd.map(({ log }) => encodeEntryTransaction(log[0]!)))
    expect(offered).toEqual(new Set(all))
  })

  test('of one author with thousands are read no further than a block takes', () => {
    const trustchains = new Trustchains()
    const [author, subject] = people(2, 10) as [Person, Person]
    for (let i = 0; i < 300; i++) author.trusts(subject, 1_000 * i)
    for (const entry of author.log) trustchains.append(entry)
    const { duties, chain } = scene(trustchains)
    expect(texts(duties.offer())).toEqual(
      texts(author.log.slice(0, 64).map((entry) => encodeEntryTransaction(entry))),
    )
    chain.fill(author.log.map((entry) => encodeEntryTransaction(entry)))
    expect(duties.offer()).toEqual([])
  })
})

test('a fork that was proven before a restart is proven to the ledger after it', () => {
  const trustchains = new Trustchains()
  const [author] = people(1, 10) as [Person]
  const [one, other] = [1, 2].map((n) =>
    signEntry(author.signer, draftAfter([], { subject: subjectKey(n) })),
  )
  trustchains.freeze(forkProofOf(one!, other!))
  const { duties, chain } = scene(trustchains)
  const proofs = duties.proofs()
  expect(proofs).toHaveLength(1)
  expect(duties.proofs()).toEqual([])
  chain.block(proofs)
  expect(chain.ledger.frozen(author.id)).toBe(true)
  duties.recount()
  expect(duties.proofs()).toEqual([])
})

describe('a statement', () => {
  test('is said again in the same bytes while the chain stands still, and anew once it went by', () => {
    const { self, chain, duties } = scene()
    const [first] = duties.statements(genesisTime + 1)
    expect(duties.statements(genesisTime + 2)).toEqual([])
    for (let i = 1; i < 5; i++)
      expect(texts(duties.statements(genesisTime + 1 + 20_000 * i))).toEqual(texts([first!]))
    // Another word of this node took over: the number of the first is used up.
    chain.block([makeReport(self.signer, chainId, 9, 0, [])])
    const [again] = duties.statements(genesisTime + 200_000)
    expect(texts([again!])).not.toEqual(texts([first!]))
    chain.block([again!])
    expect(chain.ledger.node(self.id)?.owner).toBe('A')
    expect(duties.statements(genesisTime + 400_000)).toEqual([])
  })
})
