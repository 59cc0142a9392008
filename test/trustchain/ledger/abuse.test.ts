// What hostile authors, raters and members try with rules that are each right by themselves: bans,
// proofs, reports, evidence at the edge of its time, floods of made-up keys.

import { expect, test } from 'vitest'
import { sortedPairs } from '../../../src/core/authenticated-map.ts'
import { unhex } from '../../../src/core/bytes.ts'
import { Committee } from '../../../src/core/committee.ts'
import type { NodeId } from '../../../src/core/id.ts'
import { evidenceBlocksMax } from '../../../src/core/limits.ts'
import type { Trust } from '../../../src/core/trust.ts'
import { forkProofOf } from '../../../trustchain/fork-proof.ts'
import { newHead } from '../../../trustchain/ledger/admission.ts'
import { founded } from '../../../trustchain/ledger/genesis-state.ts'
import { committeeKey } from '../../../trustchain/ledger/leaves.ts'
import { Ledger } from '../../../trustchain/ledger/ledger.ts'
import { authorsWithoutStandingMax } from '../../../trustchain/ledger/ledger-limits.ts'
import { makeReport } from '../../../trustchain/ledger/make-transaction.ts'
import { parametersOf } from '../../../trustchain/ledger/parameters.ts'
import { State } from '../../../trustchain/ledger/state.ts'
import {
  encodeEntryTransaction,
  encodeEvidenceTransaction,
  encodeForkTransaction,
} from '../../../trustchain/ledger/transactions.ts'
import { signEntry } from '../../../trustchain/verify.ts'
import { draftAfter } from '../authoring.ts'
import { chainId } from '../pump.ts'
import { accusation, Chain, genesisOf, type Person, people, ports } from './chain.ts'

/** Two first entries of one author. */
const twoHistories = (author: Person, subject: Person) => {
  const [first, second] = [1, 2].map((value) => {
    const opinion = { is: 'trust', value: value as Trust } as const
    return signEntry(author.signer, draftAfter([], { subject: subject.key, opinion }))
  })
  return [first!, second!] as const
}

test('rule 13: at the edge of its time evidence is judged alike by who has seen it before and who has not', () => {
  const all = people(6)
  const state = new State()
  const genesis = genesisOf(all)
  founded(state, parametersOf({}), genesis)
  const seat = (from: number, members: readonly Person[]): void => {
    const committee = new Committee(members.map(({ key: publicKey }) => ({ publicKey })))
    state.committees.set(committeeKey(from), { from, committee })
  }
  seat(1, all)
  seat(200, all.slice(1))
  const height = 200 + evidenceBlocksMax - 3
  state.chains.set('', { height, time: genesis.createdAt, transactions: 0 })
  // The leaves of genesis and these: what a node of that height holds.
  state.adopt(state.take())
  const stored = [
    ...[...sortedPairs(state.frozen())].map(([key, value]) => [`state/${key}`, value] as const),
    ['state/hash', unhex(state.hash)] as const,
  ]
  const [seen, unseen] = [0, 1].map(() => {
    const chain = new Chain(genesis)
    chain.ledger = new Ledger(ports, genesis, stored)
    return chain
  }) as [Chain, Chain]
  const old = encodeEvidenceTransaction(accusation(all[0]!, 199))
  expect(seen.ledger.checkTransaction(old).verdict).toBe('admitted')
  const recent = encodeEvidenceTransaction(accusation(all[5]!, height))
  const block = seen.facts([recent])
  for (const chain of [seen, unseen]) chain.finalize(block)
  expect(seen.ledger.nextCommittee.size).toBe(4)
  // The last height at which it is heard: its committee is still on record.
  expect(seen.refusal(old)).toBeNull()
  expect(unseen.refusal(old)).toBeNull()
  for (const chain of [seen, unseen]) chain.empty(1)
  expect(unseen.refusal(old)).not.toBeNull()
  expect(seen.refusal(old)).toEqual(unseen.refusal(old))
})

test('proofs against keys that nobody vouches for do not take the room of proofs that matter', () => {
  const all = people(4)
  const [nobody] = people(1, 50) as [Person]
  const { ledger } = new Chain(genesisOf(all))
  const against = (author: Person) =>
    ledger.checkTransaction(encodeForkTransaction(forkProofOf(...twoHistories(author, all[1]!))))
  expect(against(all[0]!)).toMatchObject({ author: 'proof', standing: 1_000_000_000 })
  expect(against(nobody)).toMatchObject({ verdict: 'admitted', author: nobody.id, standing: 0 })
})

test('rule 21: no page of a report is empty behind the first, so that nobody is named twice', () => {
  const all = people(4)
  const chain = new Chain(genesisOf(all))
  const of = (page: number, heard: readonly { node: NodeId; share: number; lastHeard: number }[]) =>
    makeReport(all[0]!.signer, chainId, page + 1, page, heard)
  const named = [{ node: all[1]!.id, share: 10_000, lastHeard: chain.ledger.time }]
  chain.block([of(0, named)])
  expect(chain.refusal(of(1, []))?.code).toBe('transaction/malformed')
  expect(chain.refusal(of(1, named))?.code).toBe('report/out-of-order')
})

test('an entry that is final is known as final also where its contradiction passed first', () => {
  const all = people(4)
  const chain = new Chain(genesisOf(all))
  const [first, second] = twoHistories(all[0]!, all[1]!)
  chain.ledger.checkTransaction(encodeEntryTransaction(first))
  chain.block([encodeEntryTransaction(second)])
  expect(chain.ledger.checkTransaction(encodeEntryTransaction(second)).verdict).toBe('final')
  expect(chain.ledger.checkTransaction(encodeEntryTransaction(first))).toMatchObject({
    refusal: { code: 'entry/contradicts' },
  })
  expect(chain.ledger.takeForkProofs().length).toBeGreaterThan(0)
})

test('of two members neither bans the other by being the first to say so', () => {
  const [a, b] = people(2) as [Person, Person]
  const chain = new Chain(genesisOf([a, b], { epochBlocks: 2, epochMs: 0 }))
  chain.block([a.trusts(b, 1_000_000)])
  chain.empty(2)
  expect(chain.ledger.standingOf(b.id)).toBeGreaterThan(chain.ledger.standingOf(a.id))
  chain.block([b.stars(a, 1)])
  expect(chain.ledger.node(a.id)).toMatchObject({ status: 'ACTIVE', warned: true })
  chain.block([a.stars(b, 1)])
  expect(chain.ledger.node(b.id)).toMatchObject({ status: 'ACTIVE', warned: true })
})

test('the last root that counts is not banned: nobody would have standing to heal anybody', () => {
  const [one, other, ...members] = people(6) as [Person, Person, ...Person[]]
  const rules = { epochBlocks: 2, epochMs: 0 }
  const chain = new Chain(genesisOf(members, rules, [one, other]))
  chain.block([one, other].flatMap((root) => members.map((of) => root.trusts(of, 1_000_000))))
  chain.empty(2)
  chain.block(members.map((by) => by.stars(one, 1)))
  expect(chain.ledger.banned(one.id)).toBe(true)
  chain.block(members.map((by) => by.stars(other, 1)))
  expect(chain.ledger.banned(other.id)).toBe(false)
  chain.empty(2)
  expect(chain.ledger.roots).toEqual([other.id])
  // Nor by new weights at the end of an epoch.
  expect(chain.ledger.banned(other.id)).toBe(false)
  chain.block(members.map((by) => by.stars(one, 3)))
  expect(chain.ledger.banned(one.id)).toBe(false)
})

test('rule 21: which of two roots is the last does not depend on the order in which ratings are held', () => {
  const [one, other, ...members] = people(6) as [Person, Person, ...Person[]]
  const genesis = genesisOf(members, { epochBlocks: 2, epochMs: 0 }, [one, other])
  const [chain, again] = [new Chain(genesis), new Chain(genesis)]
  // While no member has standing nobody is banned; at the end of the epoch both roots could be at once.
  const lower = one.id < other.id ? one : other
  const higher = lower === one ? other : one
  chain.block([one, other].flatMap((root) => members.map((of) => root.trusts(of, 1_000_000))))
  chain.block(members.flatMap((by) => [by.stars(higher, 1), by.stars(lower, 1)]))
  for (const facts of chain.blocks) {
    again.finalize(facts)
    again.restart((keys) => keys.sort().reverse())
  }
  chain.empty(2)
  for (const facts of chain.blocks.slice(2)) again.finalize(facts)
  expect(again.hashes).toEqual(chain.hashes)
  expect([lower, higher].map(({ id }) => chain.ledger.banned(id))).toEqual([true, false])
})

test('rule 21: of stars for one subject in two overlays the later ones count, in whatever order they are read', () => {
  const [by, of] = people(4) as [Person, Person]
  const chain = new Chain(genesisOf(people(4), { epochBlocks: 4, epochMs: 0 }))
  // By one author in numbers 1 and 2: at first this overlay has the later ones, then that.
  const earlier = [by.stars(of, 5, 'honesty', 'social'), by.stars(of, 1, 'honesty', 'work')]
  const later = [by.stars(of, 2, 'honesty', 'social')]
  for (const stars of [earlier, later]) {
    chain.block(stars)
    const expected = stars === earlier ? 100 : 200
    for (const order of [
      (keys: string[]) => keys.sort(),
      (keys: string[]) => keys.sort().reverse(),
    ]) {
      const again = new Chain(chain.genesis)
      for (const facts of chain.blocks) again.finalize(facts)
      again.restart(order)
      // The end of the epoch adds up what was read.
      while (again.ledger.epoch.number === 0) again.empty(1)
      expect(again.ledger.reputationOf(of.id)).toMatchObject({ ratings: 1, stars: expected })
    }
  }
})

test('whoever stands for half of the median member or less bans nobody, however little that is', () => {
  const all = people(8)
  const [root, rich, rater, subject, ...members] = all as [
    Person,
    Person,
    Person,
    Person,
    ...Person[],
  ]
  const chain = new Chain(genesisOf(members, { epochBlocks: 2, epochMs: 0 }, [root]))
  // A millionth of what flows: some two hundred parts of 10^9 for each.
  chain.block([
    root.trusts(rich, 1_000_000),
    ...[rater, ...members].map((of) => root.trusts(of, 1)),
  ])
  chain.empty(2)
  const standing = chain.ledger.standingOf(rater.id)
  expect(standing).toBeGreaterThan(0)
  expect(standing).toBeLessThan(1_000)
  expect(chain.ledger.standingOf(members[0]!.id)).toBe(standing)
  chain.block([rater.stars(subject, 1)])
  expect(chain.ledger.reputationOf(subject.id).reputation).toBe(0)
  expect(chain.ledger.banned(subject.id)).toBe(false)
  chain.block([members[0]!.stars(subject, 1)])
  expect(chain.ledger.banned(subject.id)).toBe(true)
})

class OpenLedger extends Ledger {
  /** As many authors as there is room for, none of them with standing. */
  flood(count: number): void {
    const head = { ...newHead, seq: 1 }
    this.state.heads.adopt(
      new Map(Array.from({ length: count }, (_, i) => [i.toString(16).padStart(32, '0'), head])),
    )
  }
}

test('a flood of made-up keys shuts out strangers only: who is vouched for still comes in', () => {
  const all = people(4)
  const [stranger, invited] = people(2, 50) as [Person, Person]
  const chain = new Chain(genesisOf(all, { epochBlocks: 2, epochMs: 0 }))
  const ledger = new OpenLedger(ports, chain.genesis, [])
  chain.ledger = ledger
  ledger.flood(authorsWithoutStandingMax - 4)
  chain.block([
    all[0]!.trusts(invited, 500_000),
    ...all.slice(1).map((by) => by.trusts(all[0]!, 1)),
  ])
  const first = [stranger, invited].map((by) => by.trusts(all[1]!, 1)) as [Uint8Array, Uint8Array]
  for (const one of first) expect(chain.refusal(one)?.code).toBe('author/too-many')
  chain.block([all[0]!.trusts(all[2]!, 1)])
  expect(chain.ledger.standingOf(invited.id)).toBeGreaterThan(0)
  expect(chain.refusal(first[0])?.code).toBe('author/too-many')
  expect(chain.refusal(first[1])).toBeNull()
})
