// Values over real libp2p: ten nodes in five processes, two of them killed, two of them liars; and the
// commands against a network of node processes.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { LiveNetwork } from '../live/harness.ts'
import { afterCrash, besideDroppers } from './live-trials.ts'

/** Under the policy that a node has unless told otherwise. */
const routing = 'trustnet'
const size = { routing, processes: 5, nodesEach: 2, values: 100, within: 60_000 } as const

test('100 values on 10 nodes outlive two that are killed at once, and are copied anew', async () => {
  await afterCrash(size)
}, 180_000)

test('100 values on 10 nodes are read beside two that drop and forget', async () => {
  await besideDroppers(size)
}, 180_000)

describe('the commands', () => {
  test('put, get, replace and refuse, and a restarted node still holds what it held', async () => {
    await using network = await LiveNetwork.open()
    const [n1, n2, n3] = await network.ring(3)
    const put = await network.at(n1!, 'dht', 'put', 'hello there')
    expect([put.code, put.out]).toEqual([0, expect.stringMatching(/^[0-9a-f]{32}\n$/)])
    expect(put.err).toMatch(/^on 3 nodes \(2 had to take it\)/)
    const key = put.out.trim()
    expect((await network.at(n2!, 'dht', 'get', key)).out).toBe('hello there')
    const file = join(network.folder, 'got')
    const out = await network.at(n3!, 'dht', 'get', key, '--out', file, '--json')
    expect(out.json).toMatchObject({ key, kind: 'content', text: 'hello there', author: null })
    expect(await readFile(file, 'utf8')).toBe('hello there')

    const named = await network.at(n1!, 'dht', 'put', 'one', '--name', 'news', '--json')
    expect(named.json).toMatchObject({ kind: 'signed', name: 'news', quorum: 2 })
    await network.at(n1!, 'dht', 'put', 'two', '--name', 'news')
    const news = await network.at(n2!, 'dht', 'get', 'news', '--of', n1!.peerId, '--json')
    expect(news.json).toMatchObject({ text: 'two', author: { nodeId: n1!.nodeId } })
    const missing = await network.at(n2!, 'dht', 'get', 'news', '--json')
    expect([missing.code, missing.json]).toMatchObject([1, { error: { code: 'value/not-found' } }])

    await n1!.end('SIGKILL')
    await n2!.end('SIGKILL')
    await n3!.end('SIGKILL')
    const again = await network.node('n2')
    expect((await network.at(again, 'dht', 'get', key)).out).toBe('hello there')
  }, 120_000)
})
