// Clients that are slow, huge or many: each is cut by a bound, and the node goes on serving others.
import { afterEach, describe, expect, test } from 'vitest'
import { type ApiBounds, defaultApiBounds } from '../../src/api/bounds.ts'
import { apiClient } from '../../src/api/client.ts'
import { type ApiServer, startApi } from '../../src/api/server.ts'
import { MemoryNode } from './memory-node.ts'
import { codeIn, dialled, own, ownJson, raw, token, untilClosed } from './raw-request.ts'

let server: ApiServer
let node: MemoryNode

async function serve(bounds: Partial<ApiBounds>): Promise<void> {
  node = new MemoryNode(['self', 'bob'])
  server = await startApi(node, { port: 0, token, bounds })
}

afterEach(() => server.close())

describe('a slow client', () => {
  const quick = { headersMsMax: 60, requestMsMax: 90, idleMsMax: 60, sweepMs: 15 }

  test('that never says anything is cut', async () => {
    await serve(quick)
    const silent = await dialled(server)
    await untilClosed(silent)
    expect(silent.destroyed).toBe(true)
  })

  test('that dribbles its headers is cut, and told why', async () => {
    await serve(quick)
    const slow = await dialled(server)
    const ended = untilClosed(slow)
    slow.write('GET /healthz HTTP/1.1\r\nhost: ')
    const dribble = setInterval(() => slow.writable && slow.write('x'), 10)
    const told = await ended
    clearInterval(dribble)
    expect(told).toMatch(/^HTTP\/1\.1 408 /)
    expect(told).toContain('"code":"api/too-slow"')
  })

  test('that dribbles its body is cut', async () => {
    await serve(quick)
    const slow = await dialled(server)
    const ended = untilClosed(slow)
    const head = ['POST /v1/ratings HTTP/1.1', `host: 127.0.0.1:${server.port}`]
    const more = [`authorization: Bearer ${token}`, 'content-type: application/json']
    slow.write(`${[...head, ...more, 'content-length: 1000'].join('\r\n')}\r\n\r\n{`)
    const dribble = setInterval(() => slow.writable && slow.write(' '), 10)
    await ended
    clearInterval(dribble)
    expect(slow.destroyed).toBe(true)
  })

  test('that does not read its answer is cut, and others are served meanwhile', async () => {
    await serve({ unreadMsMax: 60, sweepMs: 15 })
    node.metrics = () => 'x'.repeat(16_000_000)
    const deaf = await dialled(server)
    deaf.on('error', () => {})
    deaf.pause()
    deaf.write(`GET /metrics HTTP/1.1\r\nhost: 127.0.0.1:${server.port}\r\n\r\n`)
    while (server.load.connections === 0) await new Promise(setImmediate)
    expect((await raw(server, '/healthz')).status).toBe(200)
    while (server.load.connections > 0) await new Promise(setImmediate)
    deaf.destroy()
    expect((await raw(server, '/healthz')).status).toBe(200)
  })

  test('but not one that waits for its block', async () => {
    await serve({ ...quick, unreadMsMax: 30 })
    const { promise, resolve } = Promise.withResolvers<ReturnType<MemoryNode['topology']>>()
    const topology = node.topology()
    node.topology = () => promise as never
    const waiting = raw(server, '/v1/topology')
    await untilClosed(await dialled(server))
    resolve(topology)
    expect((await waiting).status).toBe(200)
  })
})

describe('what is too large or too much', () => {
  test('a body beyond the bound is refused with the bound', async () => {
    await serve({})
    const reason = 'x'.repeat(defaultApiBounds.requestBytesMax)
    const body = JSON.stringify({ peer: 'bob', value: '1', reason })
    const answer = await raw(server, '/v1/ratings', ownJson(), { method: 'POST', body })
    expect([answer.status, codeIn(answer)]).toEqual([413, 'api/too-large'])
  })

  test('headers beyond the bound are refused', async () => {
    await serve({ headerBytesMax: 2_048 })
    const answer = await raw(server, '/healthz', { 'x-long': 'x'.repeat(4_096) })
    expect([answer.status, codeIn(answer)]).toEqual([413, 'api/too-large'])
  })

  test('what is no HTTP is told so', async () => {
    await serve({})
    const socket = await dialled(server)
    const ended = untilClosed(socket)
    socket.write('\u0016\u0003\u0001 no such thing\r\n\r\n')
    expect(await ended).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"api\/bad-request"/)
  })

  test('of connections beyond the bound the oldest makes room, but not the owner', async () => {
    await serve({ connectionsMax: 3 })
    const owner = await dialled(server)
    const answered = new Promise((resolve) => owner.once('data', resolve))
    const head = `host: 127.0.0.1:${server.port}\r\nauthorization: Bearer ${token}\r\n\r\n`
    owner.write(`GET /healthz HTTP/1.1\r\n${head}`)
    await answered
    const held = [await dialled(server), await dialled(server)]
    const cut = untilClosed(held[0]!)
    expect((await raw(server, '/healthz')).status).toBe(200)
    await cut
    expect([owner, ...held].map(({ destroyed }) => destroyed)).toEqual([false, true, false])
    for (const one of [owner, ...held]) one.destroy()
  })

  test('listeners beyond the bound are refused, and there is room again when one goes', async () => {
    await serve({ listenersMax: 1 })
    const client = apiClient({ url: server.url, token })
    const stop = new AbortController()
    const first = client.events([], stop.signal).next()
    while (node.listeners === 0) await new Promise(setImmediate)
    await expect(client.events().next()).rejects.toMatchObject({ code: 'api/too-many-listeners' })
    stop.abort()
    expect((await first).done).toBe(true)
    while (server.load.listeners > 0) await new Promise(setImmediate)
    const answer = await raw(server, '/v1/events?kinds=rated,nothing', own())
    expect([answer.status, codeIn(answer)]).toEqual([400, 'api/bad-request'])
    expect(answer.body).toContain('nothing')
  })
})
