// What nobody gains by handing a name over, and nobody can do to one that is handed over.
import { expect, test } from 'vitest'
import type { ChainId } from '../../../src/core/id.ts'
import type { Trust } from '../../../src/core/trust.ts'
import { forkProofOf } from '../../../trustchain/fork-proof.ts'
import { handoversMax } from '../../../trustchain/ledger/ledger-limits.ts'
import {
  makeReady,
  makeReport,
  makeSuccession,
} from '../../../trustchain/ledger/make-transaction.ts'
import {
  encodeEvidenceTransaction,
  encodeForkTransaction,
} from '../../../trustchain/ledger/transactions.ts'
import { signEntry } from '../../../trustchain/verify.ts'
import { draftAfter } from '../authoring.ts'
import { chainId } from '../pump.ts'
import { accusation, Chain, genesisOf, type Person, people } from './chain.ts'
import { handsOver, named, ratingsOf, registered } from './named.ts'

const trust = (value: number) => ({ is: 'trust', value: value as Trust }) as const

test('ratings of a key that has no name yet do not bar it; of two by one author the later counts', () => {
  const { chain, members, old, fresh } = named()
  const [a, b, c] = members as [Person, Person, Person]
  // These come after what they said of the old key, so they count.
  chain.block([a.trusts(fresh, -1_000_000), b.stars(fresh, 1), c.stars(fresh, 2, 'honesty')])
  // And this comes after what they said of the new one.
  chain.block([a.trusts(old, 250_000), old.stars(fresh, 5), old.trusts(fresh, 1)])
  chain.block([handsOver(old, fresh)])
  const of = ratingsOf(chain).filter((line) => line.includes(`/${fresh.id}/`))
  expect(of).toContain(`${a.id}/${fresh.id}/social/trust 250000`)
  expect(of).toContain(`${b.id}/${fresh.id}/social/reliability -1000000`)
  expect(of.length).toBe(4 + 4 + 1 + 1)
  // 3, 1, 4 and 4.5 stars for reliability, 2 for honesty.
  expect(chain.ledger.reputationOf(fresh.id)).toMatchObject({ ratings: 5, stars: 290 })
})

test('a name is handed over by both keys of this network, from a record to a key never used', () => {
  const { chain, old, fresh, friend } = named()
  const codeOf = (transaction: Uint8Array): string | undefined => chain.refusal(transaction)?.code
  const stranger = people(1, 70)[0]!
  expect(codeOf(makeSuccession(old.signer, 'fedcba9876543210' as ChainId, 9, fresh.signer))).toBe(
    'transaction/bad-signature',
  )
  // The last 64 bytes are the old key's signature, the 64 before them the new key's.
  for (const back of [1, 65]) {
    const forged = handsOver(old, fresh)
    forged[forged.length - back]! ^= 1
    expect(codeOf(forged), `byte ${back} from the end`).toBe('transaction/bad-signature')
  }
  expect(codeOf(handsOver(old, old))).toBe('transaction/malformed')
  expect(codeOf(handsOver(stranger, fresh))).toBe('succession/not-on-record')
  expect(codeOf(handsOver(old, friend))).toBe('succession/key-in-use')
  chain.block([stranger.trusts(old, 1)])
  expect(codeOf(handsOver(old, stranger))).toBe('succession/key-in-use')
  expect(codeOf(handsOver(old, fresh))).toBeUndefined()
})

test('of two successors the first that is final has the name; none is handed on in the same epoch, or back', () => {
  const { chain, old, fresh, friend } = named({ epochBlocks: 3 })
  const [second, third] = people(2, 80) as [Person, Person]
  chain.block([handsOver(old, fresh)])
  expect(chain.refusal(handsOver(old, second, 10))?.code).toBe('author/succeeded')
  expect(chain.refusal(handsOver(fresh, second))?.code).toBe('succession/too-soon')
  chain.empty(3)
  expect(chain.refusal(handsOver(fresh, old))?.code).toBe('succession/key-in-use')
  chain.block([handsOver(fresh, second)])
  expect(chain.ledger.holderOf(old.id)).toBe(second.id)
  chain.block([friend.trusts(old, 123_456)])
  expect(ratingsOf(chain)).toContain(`${friend.id}/${second.id}/social/trust 123456`)
  expect(chain.refusal(handsOver(friend, fresh))?.code).toBe('succession/key-in-use')
  expect(chain.refusal(handsOver(friend, third))).toBeNull()
})

test('a block takes one hand-over, and the next block the next', () => {
  const { chain, old, fresh, friend } = named()
  const other = people(1, 80)[0]!
  const both = [handsOver(old, fresh), handsOver(friend, other)]
  expect(chain.ledger.processProposal(chain.facts(both))).toMatchObject({
    ...{ code: 'succession/one-a-block', facts: { author: friend.id, index: 1 } },
  })
  chain.fill(both)
  expect([old, friend].map(({ id }) => chain.ledger.holderOf(id))).toEqual([fresh.id, other.id])
})

test('who is banned, forked or convicted keeps its key; who is elected waits', () => {
  const { chain, members, old, fresh } = named()
  const branch = (time: number) =>
    signEntry(old.signer, draftAfter([], { subject: fresh.key, time, opinion: trust(7) }))
  const banning = named()
  banning.chain.block(members.map((_, i) => banning.members[i]!.stars(banning.old, 1)))
  expect(banning.chain.ledger.banned(banning.old.id)).toBe(true)
  expect(banning.chain.refusal(handsOver(banning.old, banning.fresh))?.code).toBe('author/banned')
  chain.block([encodeForkTransaction(forkProofOf(branch(1), branch(2)))])
  expect(chain.refusal(handsOver(old, fresh))?.code).toBe('author/frozen')
})

test('who is elected, or sits while newcomers are awaited, hands over when they have their seats', () => {
  const members = people(4)
  const [old, fresh] = people(2, 50) as [Person, Person]
  const rules = { epochBlocks: 4, epochMs: 0, committeeMax: 5, heartbeatMs: 3_600_000 }
  const chain = new Chain(genesisOf(members, rules))
  chain.block([registered(old), ...members.map((member) => member.trusts(old, 1_000_000))])
  const heard = [{ node: old.id, share: 10_000, lastHeard: chain.ledger.time }]
  chain.block(members.map(({ signer }) => makeReport(signer, chainId, 1, 0, heard)))
  chain.empty(2)
  expect(chain.ledger.epoch.handover?.elected).toEqual([old.id])
  for (const by of [old, members[1]!])
    expect(chain.refusal(handsOver(by, fresh))?.code).toBe('succession/election')
  chain.block([makeReady(old.signer, chainId, 2)])
  // It has a seat from the height after the next on: its name, and that seat, may go on.
  chain.block([handsOver(old, fresh)])
  expect(chain.ledger.committee.has(old.id)).toBe(true)
  chain.empty(1)
  expect([old, fresh].map(({ id }) => chain.ledger.committee.has(id))).toEqual([false, true])
})

test('evidence against a key convicts whoever has its name now; a fork of it freezes that key alone', () => {
  const all = people(6)
  const [member, fresh] = [all[5]!, people(1, 90)[0]!]
  const chain = new Chain(genesisOf(all, { epochBlocks: 2, epochMs: 0, committeeMax: 5 }))
  chain.block([registered(member, 1, 'Ann', false)])
  const others = all.slice(0, 5)
  chain.block(others.map((by, i) => by.trusts(others[(i + 1) % 5]!, 1_000_000)))
  chain.empty(8)
  expect(chain.ledger.committee.has(member.id)).toBe(false)
  chain.block([handsOver(member, fresh)])
  const branch = (time: number) =>
    signEntry(member.signer, draftAfter([], { subject: fresh.key, time, opinion: trust(7) }))
  chain.block([encodeForkTransaction(forkProofOf(branch(1), branch(2)))])
  expect(chain.ledger.frozen(member.id)).toBe(true)
  expect(chain.ledger.frozen(fresh.id)).toBe(false)
  const accused = encodeEvidenceTransaction(accusation(member, 1))
  chain.block([accused])
  expect(chain.ledger.node(fresh.id)).toMatchObject({ convicted: true })
  expect(chain.ledger.checkTransaction(accused)).toEqual({ verdict: 'final' })
  chain.empty(2)
  expect(chain.refusal(handsOver(fresh, people(1, 91)[0]!))?.code).toBe('succession/convicted')
})

test('a name is handed over so many times and no more', () => {
  const members = people(4)
  const chain = new Chain(genesisOf(members, { epochBlocks: 1, epochMs: 0 }))
  const keys = people(handoversMax + 2, 1_000)
  chain.block([registered(keys[0]!)])
  for (const [i, key] of keys.slice(0, -2).entries()) chain.block([handsOver(key, keys[i + 1]!)])
  expect(chain.refusal(handsOver(keys.at(-2)!, keys.at(-1)!))).toMatchObject({
    ...{ code: 'succession/too-often', facts: { handoversMax } },
  })
  expect(chain.ledger.holderOf(keys[0]!.id)).toBe(keys.at(-2)!.id)
})
