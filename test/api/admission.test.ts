// Who is let in: programs of this machine may read, the owner may do everything, web pages of other
// sites nothing.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Admission, type AskedFor } from '../../src/api/admission.ts'
import { defaultApiBounds } from '../../src/api/bounds.ts'
import { apiClient } from '../../src/api/client.ts'
import type { Endpoint } from '../../src/api/endpoint.ts'
import { endpoints } from '../../src/api/endpoints.ts'
import { RequestRate } from '../../src/api/request-rate.ts'
import { type ApiServer, startApi } from '../../src/api/server.ts'
import { MemoryNode } from './memory-node.ts'
import { codeIn, own, raw, token } from './raw-request.ts'

let node: MemoryNode
let server: ApiServer

beforeAll(async () => {
  node = new MemoryNode(['self', 'bob'])
  server = await startApi(node, { port: 0, token, checkAnswers: true })
})

afterAll(() => server.close())

const declared: readonly Endpoint[] = Object.values(endpoints)
const writing = declared.filter(({ access }) => access === 'token')

describe('the token', () => {
  test('is wanted for everything that does something, and for routes that do not exist', async () => {
    expect(declared.filter(({ method, access }) => method !== 'GET' && access !== 'token')).toEqual(
      [],
    )
    for (const { method, path } of writing) {
      const answer = await raw(server, path, {}, { method })
      expect([path, answer.status, codeIn(answer)]).toEqual([path, 401, 'api/token-refused'])
    }
    expect((await raw(server, '/v1/none')).status).toBe(401)
    expect(node.stopped).toBe(0)
  })

  test('that was not shown is told to be missing, and where it lies', async () => {
    const { body } = await raw(server, '/v1/stop', {}, { method: 'POST' })
    expect((JSON.parse(body) as { detail: string }).detail).toMatch(
      /^The token of this node is wanted, and none or another one was shown: read it .*api\.json/,
    )
  })

  test('is not wanted for reading on this machine', async () => {
    for (const path of [
      '/healthz',
      '/readyz',
      '/metrics',
      '/v1/status',
      '/v1/topology',
      '/docs/json',
    ])
      expect([path, (await raw(server, path)).status]).toEqual([path, 200])
  })

  test('that is wrong is refused, also a prefix and a longer one', async () => {
    for (const shown of ['', 'x', token.slice(0, -1), `${token}x`, `${token} ${token}`]) {
      const headers = { authorization: `Bearer ${shown}` }
      const answer = await raw(server, '/v1/stop', headers, { method: 'POST' })
      expect([answer.status, codeIn(answer)]).toEqual([401, 'api/token-refused'])
    }
  })

  test('is wanted for reading too when a proxy forwards for somebody, or the asker is elsewhere', async () => {
    const forwarded = { 'x-forwarded-for': '192.0.2.1' }
    expect((await raw(server, '/v1/status', forwarded)).status).toBe(401)
    expect((await raw(server, '/v1/status', { ...forwarded, ...own() })).status).toBe(200)
    expect((await raw(server, '/healthz', forwarded)).status).toBe(200)
    const admission = new Admission(token, defaultApiBounds)
    admission.hosts.add('node:1')
    const asked: AskedFor = {
      ...{ method: 'GET', headers: { host: 'node:1' }, address: '192.0.2.1', access: 'local' },
      cost: 1,
    }
    expect(() => admission.admit(asked)).toThrow(/token/)
    admission.admit({ ...asked, address: '::ffff:127.0.0.1' })
    admission.admit({ ...asked, access: 'open' })
  })

  test('is what shows messages to the node among its events', async () => {
    const stop = new AbortController()
    const heard = async (shown: string): Promise<string> => {
      const events = apiClient({ url: server.url, token: shown }).events([], stop.signal)
      const { value } = await events.next()
      return value?.event ?? 'none'
    }
    const before = server.load.listeners
    const both = [heard(token), heard('none')]
    while (server.load.listeners < before + 2) await new Promise(setImmediate)
    await apiClient({ url: server.url, token }).send({ key: 'k', text: 'secret' })
    node.tell({ event: 'joined', at: 1 })
    expect(await Promise.all(both)).toEqual(['delivered', 'joined'])
    stop.abort()
  })
})

describe('a page of another site', () => {
  test.each(['evil.example', 'evil.example:80', '127.0.0.1', 'localhost:1'])(
    'that made a name of its own point here (%s) is refused, even with the token',
    async (host) => {
      const answer = await raw(server, '/v1/status', { ...own(), host })
      expect([answer.status, codeIn(answer)]).toEqual([403, 'api/host-refused'])
    },
  )

  test.each(['http://evil.example', 'null', 'https://localhost', 'http://127.0.0.1:1'])(
    'shows by its Origin %s',
    async (origin) => {
      const answer = await raw(server, '/v1/status', { ...own(), origin })
      expect([answer.status, codeIn(answer)]).toEqual([403, 'api/host-refused'])
    },
  )

  test.each(['cross-site', 'same-site'])(
    'shows by what its browser says (%s), where it sends no Origin',
    async (site) => {
      const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': 'no-cors' }
      expect((await raw(server, '/v1/status', headers)).status).toBe(403)
      const link = { ...headers, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
      expect((await raw(server, '/docs/', link)).status).toBe(200)
      const frame = { ...link, 'sec-fetch-dest': 'iframe' }
      expect((await raw(server, '/docs/', frame)).status).toBe(403)
    },
  )

  test('and only that: the own page may ask', async () => {
    const { url: origin, port } = server
    expect((await raw(server, '/v1/status', { origin })).status).toBe(200)
    expect((await raw(server, '/v1/status', { 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await raw(server, '/v1/status', { host: `localhost:${port}` })).status).toBe(200)
  })

  test('may read, frame or guess at no answer', async () => {
    for (const path of ['/healthz', '/v1/status', '/v1/none', '/docs/']) {
      const { headers } = await raw(server, path)
      expect(Object.keys(headers).filter((name) => /access-control/.test(name))).toEqual([])
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['x-frame-options']).toBe('DENY')
      expect(headers['cross-origin-resource-policy']).toBe('same-origin')
    }
  })
})

describe('a client that asks too much', () => {
  test('is told to wait and loses its connection; the owner is not held up by it', async () => {
    const busy = await startApi(node, {
      ...{ port: 0, token },
      bounds: { guestRequestsPerSecondMax: 4 },
    })
    const answers = []
    const keep = { connection: 'keep-alive' }
    for (let i = 0; i < 12; i++) answers.push(await raw(busy, '/healthz', keep))
    const refused = answers.find(({ status }) => status === 429)!
    expect(codeIn(refused)).toBe('api/too-many-requests')
    expect([refused.headers['retry-after'], refused.headers.connection]).toEqual(['1', 'close'])
    expect(answers[0]?.headers.connection).toBe('keep-alive')
    expect((await raw(busy, '/v1/status', own())).status).toBe(200)
    await busy.close()
  })

  test('gets as much as is due: saved up for two seconds, large answers counting more', () => {
    let now = 0
    const rate = new RequestRate(10, () => now)
    const admitted = (cost: number): number => {
      let count = 0
      while (rate.admits('a', cost)) count++
      return count
    }
    expect(admitted(1)).toBe(20)
    expect(rate.admits('b', 20)).toBe(true)
    now = 1_000
    expect(admitted(5)).toBe(2)
    now = 100_000
    expect(admitted(20)).toBe(1)
  })

  test('is forgotten after a thousand others, so that nobody fills the memory', () => {
    const rate = new RequestRate(1, () => 0)
    expect([rate.admits('a', 2), rate.admits('a', 2)]).toEqual([true, false])
    for (let i = 0; i < 1_024; i++) rate.admits(`other ${i}`, 1)
    expect(rate.admits('a', 2)).toBe(true)
  })
})
