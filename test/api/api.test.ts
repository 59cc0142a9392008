// The node API over a real socket on loopback: server and client from the one table of endpoints.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ApiClient, apiClient } from '../../src/api/client.ts'
import type { Endpoint } from '../../src/api/endpoint.ts'
import { endpoints } from '../../src/api/endpoints.ts'
import { type ApiServer, startApi } from '../../src/api/server.ts'
import { Failure } from '../../src/core/failure.ts'
import { payloadBytesMax } from '../../src/core/limits.ts'
import { member, millionths } from './members.ts'
import { MemoryNode } from './memory-node.ts'
import { codeIn, own, ownJson, type Raw, raw, token } from './raw-request.ts'

let node: MemoryNode
let server: ApiServer
let api: ApiClient

beforeAll(async () => {
  node = new MemoryNode(['self', 'bob', 'carol', 'dave'])
  server = await startApi(node, { port: 0, token, checkAnswers: true })
  api = apiClient({ url: server.url, token })
})

afterAll(() => server.close())

/** The failure of a promise that must fail. */
async function failureOf(promised: Promise<unknown>): Promise<Failure> {
  try {
    await promised
  } catch (error) {
    expect(error).toBeInstanceOf(Failure)
    return error as Failure
  }
  throw new Error('it did not fail')
}

describe('what is taken', () => {
  test('misspelt, missing and mistyped fields are named', async () => {
    const post = (body: string): Promise<Raw> =>
      raw(server, '/v1/ratings', ownJson(), { method: 'POST', body })
    for (const [body, names] of [
      ['{"peer":"bob"}', 'value'],
      ['{"peer":"bob","value":0.9}', 'value'],
      ['{"peer":"bob","value":"0.9","overlai":"x"}', 'no field overlai'],
      ['{"peer":', 'JSON'],
      ['[]', 'object'],
    ] as const) {
      const answer = await post(body)
      expect([body, answer.status, codeIn(answer)]).toEqual([body, 400, 'api/bad-request'])
      expect(answer.body).toContain(names)
    }
    const query = await raw(server, '/v1/ratings?autor=bob', own())
    expect([query.status, codeIn(query)]).toEqual([400, 'api/bad-request'])
    expect((await raw(server, '/v1/route/trace?key=a&routes=17', own())).status).toBe(400)
    expect((await raw(server, '/v1/route/trace?key=a&routes=16', own())).status).toBe(200)
  })

  test('a path that does not exist says so', async () => {
    const answer = await raw(server, '/v1/nothing', own())
    expect([answer.status, codeIn(answer)]).toEqual([404, 'api/no-such-endpoint'])
  })

  test('a payload is bounded in bytes, and text or base64, not both', async () => {
    expect((await failureOf(api.send({ key: 'k' }))).code).toBe('api/bad-request')
    const both = api.send({ key: 'k', text: 'a', base64: 'YQ==' })
    expect((await failureOf(both)).code).toBe('api/bad-request')
    const wide = api.send({ key: 'k', text: 'ü'.repeat(payloadBytesMax / 2 + 1) })
    expect((await failureOf(wide)).code).toBe('api/too-large')
    const largest = Buffer.alloc(payloadBytesMax, 7).toString('base64')
    expect((await api.send({ key: 'k', base64: largest })).delivered).toBe(true)
  })

  test('is no field where nothing is asked, at every such endpoint', async () => {
    const silent = (Object.values(endpoints) as readonly Endpoint[]).filter(
      ({ asks, method }) => asks === undefined && method === 'GET',
    )
    expect(silent.length).toBeGreaterThan(3)
    for (const { path } of silent) {
      const answer = await raw(server, `${path}?odd=1`)
      expect([path, answer.status, codeIn(answer)]).toEqual([path, 400, 'api/bad-request'])
      expect(answer.body).toContain('no field odd')
    }
  })
})

describe('ratings', () => {
  test('a rating is signed to the digit and read back', async () => {
    const receipt = await api.rate({ peer: 'bob', value: '0.123456', reason: 'helped' })
    expect(receipt).toMatchObject({ overlay: 'social', value: 0.123456, reason: 'helped' })
    expect(receipt.subject.nodeId).toBe(member('bob').nodeId)
    const { ratings } = await api.ratings({ subject: 'bob' })
    expect(ratings.map(({ value, seq }) => [value, seq])).toEqual([[0.123456, receipt.seq]])
  })

  test('a PeerId that was never seen can be rated', async () => {
    const stranger = member('never seen')
    const receipt = await api.rate({ peer: stranger.peerId, value: '-0.5' })
    expect(receipt.subject).toEqual({ nodeId: stranger.nodeId, peerId: stranger.peerId, owner: '' })
  })

  test.each([
    ['its own id', { peer: 'self', value: '0.9' }, 'trust/own-id', 2],
    ['out of range', { peer: 'bob', value: '1.000001' }, 'trust/out-of-range', 2],
    ['seven decimals', { peer: 'bob', value: '0.1234567' }, 'trust/too-many-decimals', 2],
    ['an unknown name', { peer: 'nobody', value: '0.9' }, 'peer/unknown', 1],
    ['a broken PeerId', { peer: '12D3KooWxx', value: '0.9' }, 'peer/malformed-id', 2],
    ['an unknown overlay', { peer: 'bob', value: '0.9', overlay: 'x' }, 'overlay/unknown', 2],
    ['a policy overlay', { peer: 'bob', value: '0.9', overlay: 'open' }, 'overlay/not-manual', 2],
  ])(
    'a rating with %s fails with the code and exit code that the node meant',
    async (_, asked, code, exit) => {
      const failure = await failureOf(api.rate(asked))
      expect([failure.code, failure.exitCode]).toEqual([code, exit])
      expect(failure.message).not.toContain('undefined')
    },
  )

  test('pages join to everything, in order, without a gap or a double', async () => {
    const paged = new MemoryNode(['self', 'bob', 'carol'])
    for (let i = 0; i < 25; i++) {
      const author = paged.members[i % 3]!
      const subject = member(`subject ${i}`).publicKey
      paged.rateAs(author.nodeId, {
        subject,
        value: millionths(0.5),
        overlay: undefined,
        reason: undefined,
      })
    }
    const serving = await startApi(paged, { port: 0, token, checkAnswers: true })
    const client = apiClient({ url: serving.url, token })
    const seen: string[] = []
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<ApiClient['history']>> = await client.history({
        limit: 4,
        ...(after === null ? {} : { after }),
      })
      seen.push(...page.ratings.map(({ author, seq }) => `${author.nodeId}/${seq}`))
      after = page.next
    } while (after !== null)
    const whole = await client.history({ limit: 1_000 })
    expect(seen).toEqual(whole.ratings.map(({ author, seq }) => `${author.nodeId}/${seq}`))
    expect(new Set(seen).size).toBe(25)
    await serving.close()
  })

  test('the graph explains the worked example of TN-1', async () => {
    const graphed = new MemoryNode(['A', 'B', 'C'])
    const [, b, c] = graphed.members
    const say = (author: string, subject: Uint8Array, value: number): void => {
      graphed.rateAs(member(author).nodeId, {
        subject,
        value: millionths(value),
        overlay: undefined,
        reason: undefined,
      })
    }
    say('A', b!.publicKey, 0.7)
    say('B', c!.publicKey, 0.4)
    say('A', c!.publicKey, 0.3)
    const serving = await startApi(graphed, { port: 0, token, checkAnswers: true })
    const graph = await apiClient({ url: serving.url, token }).trustGraph({ explain: 'C' })
    expect(graph.nodes.map(({ owner, trust }) => [owner, trust])).toEqual([
      ['B', 0.7],
      ['C', 0.58],
    ])
    const steps = graph.explanation?.overlays[0]?.steps
    expect(steps?.map(({ via, adds }) => [via.owner, adds])).toEqual([
      ['A', 0.3],
      ['B', 0.28],
    ])
    await serving.close()
  })
})

describe('the client', () => {
  test('says that no node runs when nobody listens', async () => {
    const gone = await startApi(node, { port: 0, token })
    await gone.close()
    const failure = await failureOf(apiClient({ url: gone.url, token, home: '/h' }).status())
    expect([failure.code, failure.exitCode]).toEqual(['node/not-running', 3])
  })

  test('says that the time is up when no answer comes', async () => {
    const slow = new MemoryNode(['self'])
    slow.route = () => new Promise(() => {})
    const serving = await startApi(slow, { port: 0, token })
    const client = apiClient({ url: serving.url, token, timeoutSeconds: 0.05 })
    const failure = await failureOf(client.trace({ key: 'k' }))
    expect([failure.code, failure.exitCode]).toEqual(['api/timeout', 4])
    await serving.close()
  })

  test('a path that is no text is refused like anything else that is malformed', async () => {
    const answer = await fetch(`${server.url}/v1/nodes/%E0%A4%A`)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      400,
      expect.stringContaining('application/problem+json'),
    ])
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json()).toMatchObject({ code: 'api/bad-request', title: 'Bad request' })
  })

  test('a value that is nowhere is not found', async () => {
    const answer = await fetch(`${server.url}/v1/dht/nothing`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'value/not-found' }])
  })

  test('a fault of the node is told as one and does not end the server', async () => {
    const faulty = new MemoryNode(['self'])
    faulty.topology = () => {
      throw new TypeError('no such thing')
    }
    const serving = await startApi(faulty, { port: 0, token })
    const client = apiClient({ url: serving.url, token })
    expect(await failureOf(client.topology())).toMatchObject({ code: 'api/internal', exitCode: 1 })
    expect((await client.status()).nodeId).toBe(faulty.self.nodeId)
    await serving.close()
  })

  test('stop and restart reach the node', async () => {
    await api.stop()
    expect([node.stopped, node.restarted]).toEqual([1, 0])
    await api.restart()
    expect([node.stopped, node.restarted]).toEqual([1, 1])
  })
})
