// What the node API says of blocks, committee and reputation, and how a rating waits for its block.
// Every answer is checked against its schema by the server.
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type ApiClient, apiClient } from '../../src/api/client.ts'
import { type ApiServer, startApi } from '../../src/api/server.ts'
import { MemoryChain, recordOf } from './memory-chain.ts'
import { MemoryNode } from './memory-node.ts'

const token = 'a-token-for-tests'
let node: MemoryNode
let chain: MemoryChain
let server: ApiServer
let api: ApiClient

beforeEach(async () => {
  node = new MemoryNode(['self', 'bob', 'carol', 'dave', 'eve'])
  chain = new MemoryChain(node.members, 4)
  node.chain = chain.service((nodeId) => {
    const { peerId = null, owner = '' } = node.members.find((one) => one.nodeId === nodeId) ?? {}
    return { nodeId, peerId, owner }
  })
  server = await startApi(node, { port: 0, token, checkAnswers: true })
  api = apiClient({ url: server.url, token })
})

afterEach(() => server.close())

const idOf = (owner: string) => node.members.find((one) => one.owner === owner)!.nodeId

describe('reputation', () => {
  test('is in points, stars and percent, standing a fraction', async () => {
    const bob = node.members[1]!
    chain.records.set(
      bob.nodeId,
      recordOf(bob, { uptime: 9_980, lastHeartbeat: 5, transactionsValidated: 12 }),
    )
    chain.reputations.set(bob.nodeId, {
      ...{ reputation: 8_000, weightedStars: 420, stars: 413, ratings: 23 },
    })
    chain.standings.set(bob.nodeId, 250_000_000)
    expect(await api.reputation({ peer: 'bob' })).toMatchObject({
      ...{ nodeId: bob.nodeId, owner: 'bob', reputation: 80, stars: 4.13, weightedStars: 4.2 },
      ...{ ratings: 23, uptime: 99.8, status: 'ACTIVE', standing: 0.25, committee: true },
      ...{ lastHeartbeat: 5, transactionsValidated: 12, warned: false, height: 0 },
    })
  })

  test('is null where nobody with standing rated, and of a node without a record', async () => {
    chain.records.delete(idOf('eve'))
    expect(await api.reputation({ peer: 'eve' })).toMatchObject({
      ...{ reputation: null, stars: null, weightedStars: null, ratings: 0, status: null },
      ...{ uptime: null, standing: 0, joinDate: null, committee: false },
    })
  })

  test('of nobody known fails like any unknown name', async () => {
    await expect(api.reputation({ peer: 'nobody' })).rejects.toMatchObject({ code: 'peer/unknown' })
  })
})

describe('status', () => {
  test('lists members first, then by reputation, beside what it said before', async () => {
    chain.reputations.set(idOf('dave'), {
      ...{ reputation: 9_000, weightedStars: 460, stars: 460, ratings: 1 },
    })
    chain.records.set(idOf('bob'), recordOf(node.members[1]!, { status: 'INACTIVE' }))
    const status = await api.status()
    expect(status).toMatchObject({ height: 0, lastBlockAgeMs: null, pid: process.pid })
    expect(status.nodes[0]).toEqual({
      ...{ name: 'dave', nodeId: idOf('dave'), status: 'ACTIVE', reputation: 90 },
      ...{ warned: false, committee: true },
    })
    expect(status.nodes.map(({ committee }) => committee)).toEqual([true, true, true, true, false])
    expect(status.census).toEqual({ nodes: 5, active: 4 })
    expect(status.committee).toEqual({ size: 4, quorum: 3, epoch: 0, spare: 1, member: true })
  })

  test('says how old the last block is', async () => {
    chain.decide()
    const { height, lastBlockAgeMs } = await api.status()
    expect([height, lastBlockAgeMs]).toEqual([1, expect.any(Number)])
  })

  test('of a node without a chain says so in nulls', async () => {
    node.chain = undefined
    expect(await api.status()).toMatchObject({
      ...{ height: null, lastBlockAgeMs: null, nodes: [], committee: null, census: null },
    })
  })
})

describe('the committee', () => {
  test('names members, quorum and what it withstands', async () => {
    const view = await api.committee()
    expect(view).toMatchObject({ size: 4, total: 4, quorum: 3, spare: 1, seatsMax: 31 })
    const seated = node.members.slice(0, 4).map(({ nodeId }) => nodeId)
    expect(view.members.map(({ nodeId }) => nodeId)).toEqual(seated.sort())
    expect(view.handover).toBeNull()
  })

  test('of three needs all three votes', async () => {
    const three = new MemoryChain(node.members, 3)
    node.chain = three.service((nodeId) => ({ nodeId, peerId: null, owner: '' }))
    expect(await api.committee()).toMatchObject({ size: 3, quorum: 3, spare: 0 })
  })

  test('tells who was elected and is ready', async () => {
    chain.epoch = {
      ...{ number: 3, startedHeight: 40, startedAt: 9 },
      handover: { elected: [idOf('eve'), idOf('dave')], ready: [idOf('eve')] },
    }
    const { epoch, handover } = await api.committee()
    expect(epoch).toEqual({ number: 3, startedHeight: 40, startedAt: 9 })
    expect(handover?.elected.map(({ owner, ready }) => [owner, ready])).toEqual([
      ['eve', true],
      ['dave', false],
    ])
  })
})

describe('blocks', () => {
  test('are listed newest first, page by page, without a gap', async () => {
    for (let i = 0; i < 7; i++) chain.decide()
    const seen: number[] = []
    let before: number | null = null
    do {
      const page: Awaited<ReturnType<ApiClient['blocks']>> = await api.blocks({
        limit: 3,
        ...(before === null ? {} : { before }),
      })
      seen.push(...page.blocks.map(({ height }) => height))
      before = page.next
    } while (before !== null)
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 1])
    expect((await api.blocks({})).blocks).toHaveLength(7)
  })

  test('are told with header, transactions by kind and the votes of the commit', async () => {
    chain.decide([Uint8Array.of(3, 1, 2), Uint8Array.of(99)])
    chain.decide()
    const first = await api.block({ height: 1 })
    expect(first.transactions.map(({ kind, bytes }) => [kind, bytes])).toEqual([
      ['evidence', 3],
      ['unreadable', 1],
    ])
    expect(first.commit.votes).toHaveLength(4)
    const latest = await api.block({ height: 'latest' })
    expect(latest.header).toMatchObject({ height: 2, previous: first.id })
  })

  test('that are not there yet are told apart from those that it does not hold', async () => {
    chain.decide()
    await expect(api.block({ height: 2 })).rejects.toMatchObject({
      ...{ code: 'block/unknown', message: 'There is no block 2 yet: the latest is 1.' },
    })
    chain.finalBlock = () => Promise.resolve(undefined)
    await expect(api.block({ height: 1 })).rejects.toMatchObject({
      message: expect.stringContaining('does not hold block 1'),
    })
  })
})

describe('without a chain', () => {
  test('every question about it fails with chain/none', async () => {
    node.chain = undefined
    const asked = [
      api.reputation({ peer: 'bob' }),
      api.committee(),
      api.blocks({}),
      api.block({ height: 'latest' }),
      api.rate({ peer: 'bob', value: '0.5', wait: 1 }),
    ]
    for (const one of asked) await expect(one).rejects.toMatchObject({ code: 'chain/none' })
    // Who cannot wait has not rated either.
    expect((await api.ratings({ subject: 'bob' })).ratings).toEqual([])
  })
})

describe('a rating', () => {
  test('of stars has a category, reliability unless named', async () => {
    const receipt = await api.rate({ peer: 'bob', stars: 4.5 })
    expect(receipt).toMatchObject({ kind: 'reliability', stars: 4.5, value: 0.75, final: null })
    const honest = await api.rate({ peer: 'bob', stars: 1, category: 'honesty' })
    expect(honest).toMatchObject({ kind: 'honesty', stars: 1, value: -1 })
  })

  test.each([
    [{}],
    [{ value: '1', stars: 5 }],
    [{ value: '1', category: 'honesty' }],
    [{ stars: 5, wait: 0 }],
    [{ stars: 5, wait: 1e9 }],
  ])('%j is refused as a request', async (given) => {
    const rated = api.rate({ peer: 'bob', ...given })
    await expect(rated).rejects.toMatchObject({ code: 'api/bad-request' })
  })

  test('that waits is answered with the block that holds it', async () => {
    chain.decide()
    const rating = api.rate({ peer: 'bob', value: '0.9', wait: 10 })
    while ((await api.ratings({ subject: 'bob' })).ratings.length === 0);
    // The ledger is a block ahead of what is told: the height is that of the entry's own block.
    const holding = chain.apply([], { entries: [chain.ownEntry(1)] })
    const after = chain.apply()
    chain.tell(holding)
    chain.tell(after)
    const { final } = await rating
    expect(final).toEqual({ height: 2, afterMs: expect.any(Number) })
  })

  test('that no block takes in time fails with chain/not-final and exit code 4', async () => {
    const rated = api.rate({ peer: 'bob', value: '0.9', wait: 1 })
    await expect(rated).rejects.toMatchObject({ code: 'chain/not-final', exitCode: 4 })
  })
})
