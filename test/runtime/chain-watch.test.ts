// What a node's chain tells as it happens, and in which block an own entry became final.
import { beforeEach, describe, expect, test } from 'vitest'
import type { EventView } from '../../src/api/service.ts'
import { ChainWatch } from '../../src/runtime/chain/chain-watch.ts'
import { spareOf } from '../../src/runtime/chain/ledger-views.ts'
import { member } from '../api/members.ts'
import { MemoryChain, recordOf } from '../api/memory-chain.ts'

const members = ['self', 'bob', 'carol', 'dave'].map(member)
const [, bob, carol] = members as [unknown, ...(typeof members)[number][]]
let chain: MemoryChain
let watch: ChainWatch
let now: number
let told: EventView[]

beforeEach(() => {
  chain = new MemoryChain(members, 4)
  now = 1_000
  told = []
  const nameOf = (nodeId: string) => ({ nodeId, peerId: null, owner: '' })
  watch = new ChainWatch(chain, nameOf, () => now)
  watch.watch((event) => told.push(event))
})

const kinds = (): string[] => told.map(({ event }) => event)

describe('a block', () => {
  test('is told with how long it was since the one before', () => {
    chain.decide([Uint8Array.of(3)])
    now = 1_250
    chain.decide()
    expect(told).toMatchObject([
      { event: 'block', height: 1, transactions: 1, round: 0, sinceMs: null },
      { event: 'block', height: 2, transactions: 0, round: 0, sinceMs: 250 },
    ])
  })

  test('bans and heals: each is told once', () => {
    const become = (status: 'ACTIVE' | 'BANNED'): void => {
      chain.records.set(bob!.nodeId, recordOf(bob!, { status }))
      chain.decide([], { records: [bob!.nodeId, carol!.nodeId] })
    }
    become('BANNED')
    become('BANNED')
    become('ACTIVE')
    expect(kinds()).toEqual(['block', 'banned', 'block', 'block', 'healed'])
    expect(told[1]).toMatchObject({ node: { nodeId: bob!.nodeId }, height: 1, reputation: null })
  })

  test('ends an election: newcomers are told once, the end of the handover is not', () => {
    const handover = { elected: [carol!.nodeId], ready: [] }
    chain.epoch = { ...chain.epoch, number: 2, handover }
    chain.decide()
    chain.epoch = { ...chain.epoch, handover: { ...handover, ready: [carol!.nodeId] } }
    chain.decide()
    chain.epoch = { ...chain.epoch, handover: null }
    chain.decide()
    expect(kinds()).toEqual(['block', 'elected', 'block', 'block'])
    expect(told[1]).toMatchObject({ epoch: 2, elected: [{ nodeId: carol!.nodeId }] })
  })
})

test('a snapshot is no block, and the bans that it brings are told', () => {
  chain.records.set(bob!.nodeId, recordOf(bob!, { status: 'BANNED' }))
  chain.tell({ event: 'restored', height: 7 })
  expect(told).toMatchObject([{ event: 'banned', height: 7 }])
})

test('whoever no longer watches is told nothing', () => {
  const end = watch.watch(() => told.push({ event: 'joined', at: 0 }))
  end()
  chain.vote(bob!.nodeId, 1, null)
  expect(told).toMatchObject([{ event: 'vote', voter: { nodeId: bob!.nodeId }, block: null }])
})

describe('an own entry', () => {
  test('is final with the block that holds it, though the ledger be blocks ahead', async () => {
    const first = chain.apply([], { entries: [chain.ownEntry(1), chain.ownEntry(2)] })
    const second = chain.apply()
    const third = chain.apply([], { entries: [chain.ownEntry(3)] })
    const waited = watch.finalAt(3, 10_000)
    for (const event of [first, second, third]) chain.tell(event)
    expect(await waited).toBe(3)
    expect([1, 2, 3, 4].map((seq) => watch.heightOf(seq))).toEqual([1, 1, 3, undefined])
  })

  test('of before the start is as old as the chain is long', () => {
    chain.decide([], { entries: [chain.ownEntry(5)] })
    const later = new ChainWatch(chain, (nodeId) => ({ nodeId, peerId: null, owner: '' }))
    expect([5, 6].map((seq) => later.heightOf(seq))).toEqual([1, undefined])
  })

  test('that a snapshot brings is final with it', async () => {
    const waited = watch.finalAt(4, 10_000)
    chain.finalSeqs.set(chain.self, 9)
    chain.tell({ event: 'restored', height: 70 })
    expect(await waited).toBe(70)
  })

  test('that does not come is undefined when the time is up', async () => {
    expect(await watch.finalAt(1, 0)).toBeUndefined()
  })
})

test('as many members may be away as leave more than two thirds, the heaviest counted first', () => {
  const spare = (...powers: number[]) => spareOf(powers)
  expect([1, 2, 3, 4, 6, 7, 31].map((size) => spare(...Array<number>(size).fill(1)))).toEqual([
    ...[0, 0, 0, 1, 1, 2, 10],
  ])
  expect(spare(5, 1, 1, 1)).toBe(0)
})
