// Blocks of real node processes by the commands: a network of one, and a devnet that agrees at once.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { member } from '../api/members.ts'
import { endOf } from '../cli/terminal.ts'
import { LiveNetwork, type LiveNode } from './harness.ts'

let network: LiveNetwork
beforeAll(async () => {
  network = await LiveNetwork.open()
})
afterAll(() => network[Symbol.asyncDispose]())

describe('a network of one', () => {
  let node: LiveNode
  const stranger = member('a stranger').peerId

  test('finalizes what its only member rates', async () => {
    node = await network.node('alone')
    const rated = await network.at(node, 'rate', stranger, '4.5', '--wait', '--json')
    expect([rated.code, rated.err]).toEqual([0, ''])
    const { height } = rated.json.final as { height: number }
    expect(height).toBeGreaterThan(0)
    const [reputation, status, block] = await Promise.all([
      network.at(node, 'reputation', stranger, '--json'),
      network.at(node, 'status', '--json'),
      network.at(node, 'block', String(height), '--json'),
    ])
    expect(reputation.json).toMatchObject({
      ...{ stars: 4.5, weightedStars: 4.5, reputation: 87.5, ratings: 1, standing: 0 },
    })
    expect(status.json).toMatchObject({ committee: { size: 1, quorum: 1 }, census: { nodes: 1 } })
    expect(block.json.transactions).toContainEqual(
      expect.objectContaining({ kind: 'entry', says: expect.stringContaining('4.5 stars') }),
    )
  })

  test('tells blocks and votes as events', async () => {
    const told = new Set<string>()
    const stop = new AbortController()
    const events = node.api.events(['block', 'vote'], stop.signal)
    const first = events.next()
    await node.api.rate({ peer: stranger, stars: 5, wait: 20 })
    told.add((await first).value?.event ?? '')
    for await (const { event } of events) {
      told.add(event)
      if (told.size === 2) stop.abort()
    }
    expect(told).toEqual(new Set(['vote', 'block']))
  })

  test('is not verified while it runs, and sound once it has stopped', async () => {
    const running = await network.at(node, 'chain', 'verify', '--json')
    expect([running.code, running.json]).toMatchObject([5, { error: { code: 'home/locked' } }])
    await network.at(node, 'node', 'stop')
    const verified = await network.at(node, 'chain', 'verify', '--json')
    const { height } = verified.json as { height: number }
    expect([verified.code, verified.json]).toEqual([
      ...[0, { schemaVersion: 1, height, blocks: height, certificates: height, ok: true }],
    ])
    const file = join(network.folder, 'chain.jsonl')
    const piped = await network.at(node, 'chain', 'export')
    expect((await network.at(node, 'chain', 'export', '--out', file, '--json')).json).toEqual({
      ...{ schemaVersion: 1, file, blocks: height },
    })
    expect(await readFile(file, 'utf8')).toBe(piped.out)
    expect(piped.out.trimEnd().split('\n')).toHaveLength(height)
  })
})

test('a devnet agrees from the first block on, and its height rises', async () => {
  const child = network.start(['devnet', 'up', '-n', '4', '--ratings', 'ring', '--json'])
  const ended = endOf(child)
  const heights: number[] = []
  const seen = new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const event = JSON.parse(line) as { event: string; height: number }
      if (event.event === 'height') heights.push(event.height)
      if (heights.length >= 2) resolve()
    })
    void ended.then(({ out, err }) => reject(new Error(`it ended: ${out} ${err}`)))
  })
  await seen
  const [status, rated] = await Promise.all([
    network.run('status', '--json', '--node', 'n2'),
    network.run('trust', 'set', 'n3', '0.7', '--wait', '--json', '--node', 'n2'),
  ])
  expect(status.json).toMatchObject({ committee: { size: 4, quorum: 3, member: true } })
  expect(status.json.nodes).toHaveLength(4)
  expect(rated.json).toMatchObject({ final: { height: expect.any(Number) } })
  child.kill('SIGINT')
  const { json } = await ended
  expect(json).toMatchObject({ event: 'summary', height: expect.any(Number) })
  expect(heights[1]).toBeGreaterThan(heights[0]!)
})
