// Server-sent events over a real socket: as they happen, bounded, and over when either end is.
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiClient, apiClient } from '../../src/api/client.ts'
import { type ApiServer, startApi } from '../../src/api/server.ts'
import { MemoryNode } from './memory-node.ts'

const token = 'a-token-for-tests'
let node: MemoryNode
let server: ApiServer
let api: ApiClient

beforeAll(async () => {
  node = new MemoryNode(['self', 'bob', 'carol'])
  server = await startApi(node, { port: 0, token, checkAnswers: true })
  api = apiClient({ url: server.url, token })
})

afterAll(() => server.close())

const own = (): Record<string, string> => ({ authorization: `Bearer ${token}` })

describe('events', () => {
  test('arrive as they happen, of the kinds asked for, and end with the listener', async () => {
    const stop = new AbortController()
    const events = api.events(['delivered'], stop.signal)
    const first = events.next()
    while (node.listeners === 0) await new Promise(setImmediate)
    await api.rate({ peer: 'carol', value: '0.1' })
    await api.send({ key: 'news', text: 'grüß dich\nzwei\n\nZeilen' })
    const { value } = await first
    expect(value).toMatchObject({ event: 'delivered', text: 'grüß dich\nzwei\n\nZeilen' })
    stop.abort()
    expect((await events.next()).done).toBe(true)
    while (node.listeners > 0) await new Promise(setImmediate)
  })

  test('of an unread listener do not pile up without bound', async () => {
    const listening = request({
      host: '127.0.0.1',
      port: server.port,
      path: '/v1/events',
      headers: own(),
    })
    // The answer is never read: no 'response' data handler, paused socket.
    listening.on('response', (response) => response.pause())
    listening.on('error', () => {})
    listening.end()
    while (node.listeners === 0) await new Promise(setImmediate)
    const large = 'x'.repeat(60_000)
    let told = 0
    for (let i = 0; i < 5_000 && node.listeners > 0; i++) {
      told = i * large.length
      node.tell({
        event: 'misbehaved',
        at: i,
        peer: { nodeId: node.self.nodeId, peerId: null, owner: '' },
        why: large,
      })
      await new Promise(setImmediate)
    }
    expect(node.listeners).toBe(0)
    expect(told).toBeGreaterThan(1_000_000)
    listening.destroy()
  })

  test('streams end when the server closes', async () => {
    const serving = await startApi(node, { port: 0, token })
    const events = apiClient({ url: serving.url, token }).events()
    const next = events.next()
    while (node.listeners === 0) await new Promise(setImmediate)
    await serving.close()
    await expect(
      next.then(
        ({ done }) => done,
        () => true,
      ),
    ).resolves.toBe(true)
  })
})
