// The commands about blocks, committee and reputation as child processes, against a chain in memory
// behind the real API.
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { member } from '../api/members.ts'
import { MemoryChain, recordOf } from '../api/memory-chain.ts'
import { MemoryNode } from '../api/memory-node.ts'
import { endOf, type Ran, Terminal, untilHeard } from './terminal.ts'

let terminal: Terminal
let node: MemoryNode
let chain: MemoryChain
let home: string
let close: () => Promise<void>

const named = (nodeId: string) => {
  const { peerId = null, owner = '' } = node.members.find((one) => one.nodeId === nodeId) ?? {}
  return { nodeId, peerId, owner }
}

beforeAll(async () => {
  terminal = await Terminal.open()
  node = new MemoryNode(['self', 'bob', 'carol', 'dave'])
  chain = new MemoryChain(node.members, 3)
  node.chain = chain.service(named)
  const bob = node.members[1]!
  chain.records.set(bob.nodeId, recordOf(bob, { uptime: 9_980 }))
  chain.reputations.set(bob.nodeId, {
    ...{ reputation: 7_813, weightedStars: 413, stars: 413, ratings: 23 },
  })
  chain.standings.set(bob.nodeId, 125_000_000)
  chain.decide([Uint8Array.of(3, 1)])
  ;({ home, close } = await terminal.serve(node, 'served'))
})

afterAll(async () => {
  await close()
  await terminal.close()
})

const run = (...args: string[]): Promise<Ran> => terminal.run([...args, '--home', home])

describe('an error', () => {
  test.concurrent.each([
    ['no stars', ['rate', 'bob'], 'cli/usage', 2],
    ['six stars', ['rate', 'bob', '6'], 'trust/bad-stars', 2],
    ['a quarter of a star', ['rate', 'bob', '4.25'], 'trust/bad-stars', 2],
    ['stars that are no number', ['rate', 'bob', 'many'], 'trust/bad-stars', 2],
    ['a hidden number', ['rate', 'bob', '0x5'], 'trust/bad-stars', 2],
    ['no category', ['rate', 'bob', '5', '--category', 'beauty'], 'cli/usage', 2],
    ['rating oneself', ['rate', 'self', '5'], 'trust/own-id', 2],
    ['a block to come', ['block', '2'], 'block/unknown', 1],
    ['a height that is none', ['block', '0'], 'cli/usage', 2],
    ['a reputation of nobody', ['reputation', 'nobody'], 'peer/unknown', 1],
    ['a wait in vain', ['rate', 'dave', '1', '--wait', '--timeout', '1'], 'chain/not-final', 4],
    ['a home without a chain', ['chain', 'verify'], 'chain/nothing-to-read', 1],
    ['a home without a chain to export', ['chain', 'export'], 'chain/nothing-to-read', 1],
  ])('on %s ends in a code and an exit code', async (_, args, code, exit) => {
    const ran = await run(...args, '--json')
    const { error } = ran.json as { error: { code: string; message: string } }
    expect([ran.code, error.code]).toEqual([exit, code])
    expect(error.message).not.toMatch(/undefined|NaN|This should not/)
  })

  test('looking at a chain makes nothing in a home that is none', async () => {
    const empty = join(terminal.folder, 'empty')
    await mkdir(empty)
    expect((await terminal.run(['chain', 'verify', '--home', empty])).code).toBe(1)
    expect(await readdir(empty)).toEqual([])
  })
})

describe('rate', () => {
  test('gives stars in a category', async () => {
    const [json, people] = await Promise.all([
      run('rate', 'bob', '4.5', '--category', 'honesty', '--json'),
      run('rate', 'carol', '4', '--reason', 'quick'),
    ])
    expect([json.code, json.json]).toMatchObject([
      ...[0, { schemaVersion: 1, kind: 'honesty', stars: 4.5, value: 0.75, final: null }],
    ])
    expect(people.out).toMatch(/^Rated carol \([0-9a-f]{10}\) 4 stars for reliability in social/)
  })

  test.each([
    ['trust set', ['trust', 'set', 'dave', '0.5']],
    ['rate', ['rate', 'dave', '5']],
  ])('%s --wait returns with the block that holds it', async (_, args) => {
    const before = node.ratings({ author: undefined, subject: undefined, overlay: undefined }, true)
    const running = terminal.start([...args, '--wait', '--json', '--home', home])
    const ended = endOf(running)
    const all = { author: undefined, subject: undefined, overlay: undefined }
    while (node.ratings(all, true).length === before.length) await new Promise(setImmediate)
    const { seq } = node.ratings(all, true).at(-1)!
    chain.decide([], { entries: [chain.ownEntry(seq)] })
    const { code, json } = await ended
    expect([code, json]).toMatchObject([0, { final: { height: chain.height }, seq }])
  })
})

describe('reputation', () => {
  test('answers in the fields of its contract', async () => {
    const { json, code } = await run('reputation', 'bob', '--json')
    expect([code, json]).toMatchObject([
      0,
      {
        ...{ schemaVersion: 1, nodeId: member('bob').nodeId, reputation: 78.13, stars: 4.13 },
        ...{ weightedStars: 4.13, ratings: 23, uptime: 99.8, status: 'ACTIVE', standing: 0.125 },
      },
    ])
  })

  test('reads as stars of five from so many ratings', async () => {
    const [bob, carol] = await Promise.all([run('reputation', 'bob'), run('reputation', 'carol')])
    expect(bob.out).toContain('4.1/5.0 from 23 ratings')
    expect(carol.out).toContain('nobody rated it yet')
  })
})

describe('status, committee and block', () => {
  test('status answers in the fields of its contract, beside those it had', async () => {
    const { json } = await run('status', '--json')
    expect(json).toMatchObject({
      ...{ schemaVersion: 1, height: chain.height, lastBlockAgeMs: expect.any(Number) },
      ...{ committee: { size: 3, quorum: 3, epoch: 0 }, joined: true },
    })
    const bob = (json.nodes as { nodeId: string }[]).find(
      ({ nodeId }) => nodeId === member('bob').nodeId,
    )
    expect(bob).toMatchObject({
      ...{ name: 'bob', status: 'ACTIVE', reputation: 78.13, committee: true },
    })
  })

  test('status says for people that three members need all three votes', async () => {
    const { out } = await run('status')
    expect(out).toContain('three members need all three votes')
    expect(out).toMatch(/nodes +4 \(4 active\)/)
    expect(out).toMatch(/bob .*ACTIVE .*78\.1 +committee/)
  })

  test('committee and block are told for people and as JSON', async () => {
    const [committee, block, json] = await Promise.all([
      run('committee'),
      run('block', '1'),
      run('block', '1', '--json'),
    ])
    expect(committee.out).toMatch(/quorum +3 of 3: three members need all three votes/)
    expect(block.out).toMatch(/evidence/)
    expect(json.json).toMatchObject({ schemaVersion: 1, height: 1, commit: { round: 0 } })
  })

  test('without a chain say so, and status shows the rest', async () => {
    const bare = new MemoryNode(['self', 'bob'])
    const served = await terminal.serve(bare, 'bare')
    const at = (...args: string[]) => terminal.run([...args, '--home', served.home, '--json'])
    const [committee, status] = await Promise.all([at('committee'), at('status')])
    expect([committee.code, committee.json]).toMatchObject([1, { error: { code: 'chain/none' } }])
    expect([status.code, status.json]).toMatchObject([0, { height: null, nodes: [] }])
    await served.close()
  })
})

test('blocks, votes and bans are among the events that listen shows', async () => {
  const listening = terminal.start(['route', 'listen', '--all', '--count', '3', '--home', home])
  const heard = endOf(listening)
  const unwatch = chainEventsTo(node)
  await untilHeard(node, listening)
  const dave = node.members[3]!
  chain.vote(dave.nodeId, chain.height + 1, null)
  chain.records.set(dave.nodeId, recordOf(dave, { status: 'BANNED' }))
  chain.decide([], { records: [dave.nodeId] })
  unwatch()
  const { out } = await heard
  expect(out).toMatch(/dave \([0-9a-f]+\) prevotes nil in round 0 of height/)
  expect(out).toMatch(/block \d+ of \w+ \([0-9a-f]+\): 0 transactions, round 0/)
  expect(out).toMatch(/banned dave/)
})

/** A live node hands the chain's events to whoever watches it. */
function chainEventsTo(memory: MemoryNode): () => void {
  const live = memory.chain as ReturnType<MemoryChain['service']>
  return live.watch((event) => memory.tell(event))
}
