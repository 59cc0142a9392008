// Epochs, uptime, election and handover, from final state alone.
import { expect, test } from 'vitest'
import type { NodeId } from '../../../src/core/id.ts'
import {
  makeReady,
  makeRegistration,
  makeReport,
} from '../../../trustchain/ledger/make-transaction.ts'
import { encodeEvidenceTransaction } from '../../../trustchain/ledger/transactions.ts'
import { chainId } from '../pump.ts'
import { accusation, Chain, genesisOf, type Person, people } from './chain.ts'

/** Numbers its signed transactions by the ledger. */
const number = (chain: Chain, { id }: Person): number => chain.ledger.nextNumber(id)

const register = (chain: Chain, person: Person, willing = true): Uint8Array =>
  makeRegistration(person.signer, chainId, number(chain, person), {
    ...{ owner: 'somebody', addresses: [], willing },
  })

const ready = (chain: Chain, person: Person): Uint8Array =>
  makeReady(person.signer, chainId, number(chain, person))

/** The member heard these people just now, as often as `share` says. */
const report = (
  chain: Chain,
  member: Person,
  heard: readonly Person[],
  share = 9_000,
  silence = 0,
): Uint8Array =>
  makeReport(
    ...([member.signer, chainId, number(chain, member), 0] as const),
    heard
      .filter(({ id }) => id !== member.id)
      .map(({ id }) => ({ node: id, share, lastHeard: chain.ledger.time - silence }))
      .sort((a, b) => (a.node < b.node ? -1 : 1)),
  )

const ids = (all: readonly Person[]): NodeId[] => all.map(({ id }) => id).sort()
const seated = (chain: Chain): NodeId[] =>
  chain.ledger.committee.members.map(({ nodeId }) => nodeId)

const rules = { epochBlocks: 4, epochMs: 4_000, heartbeatMs: 1_000 }

/** Everybody trusts everybody. */
const complete = (all: readonly Person[]): Uint8Array[] =>
  all.flatMap((by) => all.filter((of) => of !== by).map((of) => by.trusts(of, 900_000)))

/** To the first block of the next epoch. */
const finishEpoch = (chain: Chain): void => {
  const { number } = chain.ledger.epoch
  for (let i = 0; i < 20 && chain.ledger.epoch.number === number; i++) chain.empty(1)
  expect(chain.ledger.epoch.number).toBe(number + 1)
}

test('an epoch ends after enough blocks and enough time, not after one of the two', () => {
  const chain = new Chain(genesisOf(people(4), rules))
  chain.empty(5, 100)
  expect(chain.ledger.epoch).toMatchObject({ number: 0, startedHeight: 0 })
  chain.empty(1, 4_000)
  expect(chain.ledger.epoch).toMatchObject({ number: 1, startedHeight: 6 })
  expect(chain.ledger.epoch.startedAt).toBe(chain.ledger.time)
  chain.empty(3, 10_000)
  expect(chain.ledger.epoch.number).toBe(1)
  chain.empty(1)
  expect(chain.ledger.epoch.number).toBe(2)
})

test('a founding committee of two stays until there are four candidates, then becomes four at once', () => {
  const all = people(5)
  const [a, b, c, d, e] = all as [Person, Person, Person, Person, Person]
  const chain = new Chain(genesisOf([a, b], rules))
  chain.block([...complete([a, b, c, d]), register(chain, c)])
  chain.block([report(chain, a, [b, c]), report(chain, b, [a, c])])
  finishEpoch(chain)
  expect(chain.ledger.epoch.handover).toBeNull()
  expect(seated(chain)).toEqual(ids([a, b]))
  // E serves no committee; D registers but is not heard of by both.
  chain.block([register(chain, d), register(chain, e, false)])
  chain.block([report(chain, a, all), report(chain, b, all)])
  finishEpoch(chain)
  expect(chain.ledger.epoch.handover).toEqual({ elected: ids([c, d]), ready: [] })
  chain.block([ready(chain, c)])
  expect(chain.ledger.epoch.handover?.ready).toEqual([c.id])
  expect(chain.refusal(makeReady(c.signer, chainId, number(chain, c)))?.code).toBe(
    'transaction/final',
  )
  const last = chain.block([ready(chain, d)])
  expect(last.committeeAfterNext?.members.map(({ nodeId }) => nodeId)).toEqual(ids([a, b, c, d]))
  expect(seated(chain)).toEqual(ids([a, b]))
  expect(chain.ledger.epoch.handover).toBeNull()
  expect(chain.block([]).committeeAfterNext).toBeNull()
  expect(seated(chain)).toEqual(ids([a, b, c, d]))
})

test('rule 20: a handover takes effect two heights after the last word of readiness, also over a restart in between', () => {
  const all = people(6)
  const [a, b, c, d, newcomer] = all as [Person, Person, Person, Person, Person]
  const four = [a, b, c, d]
  const chain = new Chain(genesisOf(four, rules))
  chain.block([...complete([...four, newcomer]), register(chain, newcomer)])
  chain.block(four.map((member) => report(chain, member, [...four, newcomer])))
  finishEpoch(chain)
  expect(chain.ledger.epoch.handover?.elected).toEqual([newcomer.id])
  chain.restart()
  const { height } = chain.ledger
  chain.block([ready(chain, newcomer)])
  chain.restart((keys) => keys.reverse())
  expect(chain.ledger.nextCommittee.size).toBe(5)
  expect(chain.ledger.committee.size).toBe(4)
  chain.block([])
  chain.restart()
  expect(chain.ledger.height).toBe(height + 2)
  expect(seated(chain)).toEqual(ids([...four, newcomer]))
})

test('a handover without all words lapses at the next election; a convicted newcomer ends it at once', () => {
  const all = people(5)
  const four = all.slice(0, 4)
  const newcomer = all[4]!
  const chain = new Chain(genesisOf(four, rules))
  chain.block([...complete(all), register(chain, newcomer)])
  chain.block(four.map((member) => report(chain, member, all)))
  finishEpoch(chain)
  expect(chain.ledger.epoch.handover?.elected).toEqual([newcomer.id])
  // Nobody hears the newcomer any more: the next election does without it.
  chain.block(four.map((member) => report(chain, member, four)))
  finishEpoch(chain)
  expect(chain.ledger.node(newcomer.id)!.status).toBe('INACTIVE')
  expect(chain.ledger.epoch.handover).toBeNull()
  expect(chain.refusal(ready(chain, newcomer))?.code).toBe('ready/not-elected')
  chain.block(four.map((member) => report(chain, member, all)))
  finishEpoch(chain)
  expect(chain.ledger.epoch.handover?.elected).toEqual([newcomer.id])
  expect(chain.refusal(encodeEvidenceTransaction(accusation(newcomer, 1)))?.code).toBe(
    'evidence/invalid',
  )
  chain.block([ready(chain, newcomer)])
  chain.empty(2)
  chain.block([encodeEvidenceTransaction(accusation(newcomer, chain.ledger.height))])
  expect(chain.ledger.nextCommittee.has(newcomer.id)).toBe(false)
})

test('who was elected and says nothing sits out the next election, and others come in', () => {
  const all = people(6)
  const four = all.slice(0, 4)
  const [silent, other] = all.slice(4) as [Person, Person]
  const chain = new Chain(genesisOf(four, rules))
  chain.block([...complete(all), register(chain, silent)])
  chain.block(four.map((member) => report(chain, member, all)))
  finishEpoch(chain)
  expect(chain.ledger.epoch.handover?.elected).toEqual([silent.id])
  // It is heard of, and another comes: of the one change that four may make, that is the other's.
  chain.block([register(chain, other)])
  chain.block(four.map((member) => report(chain, member, all)))
  finishEpoch(chain)
  expect(chain.ledger.epoch.handover?.elected).toEqual([other.id])
  chain.block([ready(chain, other)])
  chain.empty(2)
  expect(seated(chain)).toContain(other.id)
  // It is elected again, every second time, as long as it is heard of.
  const elected = [1, 2, 3, 4].map(() => {
    chain.block([...four, other].map((member) => report(chain, member, all)))
    finishEpoch(chain)
    return chain.ledger.epoch.handover?.elected.includes(silent.id) ?? false
  })
  expect(elected.filter(Boolean)).toHaveLength(2)
  expect(elected[0]).toBe(elected[2])
})

test('a member whom everybody finds bad loses its seat at the end of the epoch, within the limit', () => {
  const five = people(5)
  const [bad, ...others] = five as [Person, ...Person[]]
  const chain = new Chain(genesisOf(five, rules))
  chain.block([...complete(others), ...others.map((by) => by.stars(bad, 1))])
  expect(chain.ledger.node(bad.id)!.status).toBe('BANNED')
  chain.block(others.map((member) => report(chain, member, five)))
  finishEpoch(chain)
  expect(chain.ledger.epoch.handover).toBeNull()
  expect(seated(chain)).toEqual(ids(five))
  expect(chain.block([]).committeeAfterNext?.size).toBe(4)
  chain.empty(1)
  expect(seated(chain)).toEqual(ids(others))
})

test('uptime is the median report; who was not heard of for five heartbeats is INACTIVE', () => {
  const all = people(6)
  const four = all.slice(0, 4)
  const [steady, gone] = all.slice(4) as [Person, Person]
  const chain = new Chain(genesisOf(four, rules))
  chain.block([register(chain, steady), register(chain, gone)], 20_000)
  const word = (member: Person, share: number, silence: number): Uint8Array =>
    report(chain, member, [steady], share, silence)
  chain.block([
    ...[word(four[0]!, 10_000, 0), word(four[1]!, 9_500, 1_000)],
    ...[word(four[2]!, 9_000, 2_000), word(four[3]!, 0, 19_000)],
  ])
  const reportedAt = chain.ledger.time
  finishEpoch(chain)
  expect(chain.ledger.node(steady.id)).toMatchObject({
    ...{ status: 'ACTIVE', uptime: 9_500, lastHeartbeat: reportedAt - 1_000 - 1_000 },
  })
  expect(chain.ledger.node(gone.id)).toMatchObject({
    status: 'INACTIVE',
    uptime: 0,
    lastHeartbeat: null,
  })
  // Of three of four reports only: still more than two thirds. Of two: nothing changes.
  chain.block(four.slice(0, 2).map((member) => report(chain, member, [gone])))
  finishEpoch(chain)
  expect(chain.ledger.node(gone.id)!.status).toBe('INACTIVE')
  chain.block(four.slice(0, 3).map((member) => report(chain, member, [gone])))
  finishEpoch(chain)
  expect(chain.ledger.node(gone.id)!.status).toBe('ACTIVE')
  expect(chain.ledger.node(steady.id)!.status).toBe('INACTIVE')
})

test('members are credited for the commits that they signed and the transactions within', () => {
  const four = people(4)
  const [a, b] = four as [Person, Person]
  const chain = new Chain(genesisOf(four, rules))
  chain.block([a.trusts(b, 1), a.trusts(b, 2)])
  chain.block([], 1_000, ids([a, b]))
  chain.empty(2)
  expect(chain.ledger.node(a.id)).toMatchObject({ transactionsValidated: 2, uptime: 7_500 })
  expect(chain.ledger.node(four[2]!.id)).toMatchObject({ transactionsValidated: 0, uptime: 5_000 })
})

test('a report that breaks off after a full page says nothing about the nodes behind it', () => {
  const everybody = people(200).sort((a, b) => (a.id < b.id ? -1 : 1))
  const four = everybody.slice(0, 4)
  const chain = new Chain(genesisOf(four, rules))
  chain.fill(everybody.slice(4).map((person) => register(chain, person)))
  const pages = (member: Person, count: number): Uint8Array[] => {
    const heard = everybody
      .filter((person) => person !== member)
      .map(({ id: node }) => ({ node, share: 9_000, lastHeard: chain.ledger.time }))
    return Array.from({ length: count }, (_, page) => {
      const part = heard.slice(80 * page, 80 * page + 80)
      return makeReport(member.signer, chainId, number(chain, member) + page, page, part)
    })
  }
  const active = () => [...chain.ledger.nodes()].filter(({ status }) => status === 'ACTIVE').length
  chain.block(four.flatMap((member) => pages(member, 3)))
  finishEpoch(chain)
  expect(active()).toBe(200)
  // Of three the second page is missing: more than two thirds must have spoken of a node.
  chain.block([
    ...four.slice(1).flatMap((by) => pages(by, 1)),
    ...four.slice(0, 1).flatMap((by) => pages(by, 3)),
  ])
  finishEpoch(chain)
  expect(active()).toBe(200)
  // A page with room left was the last one: whom it does not name was not heard.
  chain.block(four.map((member) => report(chain, member, everybody.slice(0, 60))))
  finishEpoch(chain)
  expect(active()).toBe(60)
})
