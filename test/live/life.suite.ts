// A node's life among others: a newcomer joins through anybody with the printed invite, whoever
// leaves says so, a restart finds the ring without an invite, both store engines carry a node, and
// a hostile peer hurts nobody.

import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChainId, NodeId } from '../../src/core/id.ts'
import { parseInvite } from '../../src/core/invite.ts'
import { createTransport } from '../../src/runtime/transport/transport.ts'
import { byDistanceTo } from '../api/members.ts'
import { seedOf } from '../runtime/transport-party.ts'
import { LiveNetwork, type LiveNode, until } from './harness.ts'

let network: LiveNetwork
let n1: LiveNode
let n2: LiveNode
let n3: LiveNode

beforeAll(async () => {
  network = await LiveNetwork.open()
  const nodes = await network.ring(3)
  ;[n1, n2, n3] = nodes as [LiveNode, LiveNode, LiveNode]
})
afterAll(() => network[Symbol.asyncDispose]())

/** Waits until a node tells that another one left; the others must not have to find out. */
async function departureSeenBy(watcher: LiveNode, leaver: LiveNode): Promise<string> {
  for await (const event of watcher.api.events(['disconnected', 'lost']))
    if ('peer' in event && event.peer.nodeId === leaver.nodeId) return event.event
  return 'the watcher ended'
}

const leavesOf = async (node: LiveNode): Promise<string[]> =>
  (await node.api.routeTable({})).leafSet.map(({ nodeId }) => nodeId).sort()

async function expectDelivery(from: LiveNode, among: readonly LiveNode[]): Promise<void> {
  const ids = among.map(({ nodeId }) => nodeId)
  for (let i = 0; i < 20; i++) {
    const key = randomBytes(16).toString('hex')
    const { root } = await from.api.lookup({ key })
    expect([key, root]).toEqual([key, ids.toSorted(byDistanceTo(key))[0]])
  }
}

describe('a newcomer', () => {
  test('joins through any node with the invite that it prints, on either store engine', async () => {
    await n1.api.rate({ peer: n2.peerId, value: '0.9' })
    for (const [name, door, engine] of [
      ['late', n3, 'classic-level'],
      ['later', n2, 'rocksdb'],
    ] as const) {
      const late = await network.node(name, '--join', door.started.invite, '--store', engine)
      await late.joined(3)
      expect((await late.api.status()).store).toBe(engine)
      await until(
        'it holds the rating given before it came',
        () => late.api.status(),
        ({ ratings }) => ratings.held >= 1,
      )
      await expectDelivery(late, [n1, n2, n3, late])
      const seen = [n1, n2, n3].map((node) => departureSeenBy(node, late))
      const ended = await late.end('SIGTERM')
      expect(ended.code).toBe(0)
      expect(await Promise.all(seen)).not.toContain('lost')
      for (const node of [n1, n2, n3])
        await until(
          'it has left every leaf set',
          () => leavesOf(node),
          (leaves) => !leaves.includes(late.nodeId),
        )
    }
  })

  test('that left comes back from disk without an invite, with what it signed', async () => {
    const first = await network.node('back', '--join', n1.started.invite)
    await first.joined(3)
    const receipt = await first.api.rate({ peer: n2.peerId, value: '0.7', reason: 'kept its word' })
    await first.api.stop()
    expect((await first.ended).code).toBe(0)
    const again = await network.node('back')
    expect([again.nodeId, again.started.chainId]).toEqual([first.nodeId, n1.started.chainId])
    await again.joined(3)
    const { ratings } = await again.api.history({ author: again.nodeId })
    expect(ratings).toMatchObject([{ seq: receipt.seq, hash: receipt.hash, value: 0.7 }])
    expect((await again.api.rate({ peer: n3.peerId, value: '0.6' })).seq).toBe(receipt.seq + 1)
    expect((await again.end('SIGINT')).code).toBe(130)
  })

  test('of another network is not let in by its home', async () => {
    const other = await network.node('other')
    await other.end('SIGTERM')
    const ran = await network.at(other, 'node', 'start', '--join', n1.started.invite, '--json')
    expect([ran.code, ran.json]).toMatchObject([2, { error: { code: 'home/other-network' } }])
  })
})

describe('a node whose disk is full', () => {
  test.each(['rocksdb', 'classic-level'])(
    'on %s says so, stops with 1, and keeps what it acknowledged',
    async (engine) => {
      const name = `full-${engine}`
      const join = ['--join', n1.started.invite]
      const full = await network.nodeOnSmallDisk(name, 640, ...join, '--store', engine)
      await full.joined(3)
      const receipts: { seq: number; hash: string }[] = []
      const reason = 'x'.repeat(250)
      for (let i = 0; i < 1_000; i++) {
        const rated = await full.api
          .rate({ peer: n2.peerId, value: `0.${1 + (i % 9)}`, reason })
          .catch(() => undefined)
        if (rated === undefined) break
        receipts.push(rated)
      }
      const ended = await full.ended
      expect([ended.code, ended.json]).toMatchObject([1, { error: { code: 'store/unusable' } }])
      expect(receipts.length).toBeGreaterThan(2)
      expect(receipts.length).toBeLessThan(1_000)
      const again = await network.node(name)
      const { ratings } = await again.api.history({ author: again.nodeId, limit: 1_000 })
      const held = new Map(ratings.map(({ seq, hash }) => [seq, hash]))
      expect(receipts.filter(({ seq, hash }) => held.get(seq) !== hash)).toEqual([])
      expect((await again.api.status()).forked).toBe(false)
      await again.end('SIGTERM')
    },
  )
})

describe('a hostile peer', () => {
  test('hurts nobody with raw bytes, garbage on every protocol, or messages of no meaning', async () => {
    const [, port] = /tcp\/(\d+)/.exec(n1.started.addresses[0]!)!
    const raw = Array.from({ length: 20 }, () => {
      const socket = connect(Number(port), '127.0.0.1').on('error', () => {})
      socket.write(randomBytes(2_000))
      return socket
    })
    const dropped: string[] = []
    for (let enemy = 1; enemy <= 3; enemy++) {
      const gone = Promise.withResolvers<void>()
      const transport = await createTransport({
        seed: seedOf(100 + enemy),
        chainId: n1.started.chainId as ChainId,
        ports: {
          contactOf: () => parseInvite(n1.started.invite),
          refuses: () => false,
          onMessage: () => {},
          onConnected: (peer) => {
            for (const protocol of ['trustchain', 'overlay', 'routing'] as const)
              for (let i = 0; i < 50; i++) transport.send(peer, protocol, randomBytes(1 + i * 40))
          },
          onDropped: (_, why) => {
            dropped.push(why)
            gone.resolve()
          },
        },
      })
      transport.send(n1.nodeId as NodeId, 'overlay', randomBytes(10))
      await gone.promise
      await transport.stop()
    }
    for (const socket of raw) socket.destroy()
    expect(dropped.length).toBeGreaterThanOrEqual(3)
    expect((await n1.api.status()).joined).toBe(true)
    await expectDelivery(n1, [n1, n2, n3])
    await expectDelivery(n3, [n1, n2, n3])
  })
})
