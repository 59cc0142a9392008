// Every endpoint that is declared is there for everybody: the client has a call, the server a route,
// the OpenAPI document an entry, the documentation an example that is of its shape.

import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { apiClient } from '../../src/api/client.ts'
import type { Endpoint } from '../../src/api/endpoint.ts'
import { type EndpointName, endpoints, pathFields } from '../../src/api/endpoints.ts'
import { eventKinds } from '../../src/api/event-kinds.ts'
import { examples } from '../../src/api/examples.ts'
import { openApi } from '../../src/api/openapi.ts'
import { answerSchema, askSchema } from '../../src/api/schemas.ts'
import { type ApiServer, startApi } from '../../src/api/server.ts'
import { utf8 } from '../../src/core/bytes.ts'
import { MemoryChain } from './memory-chain.ts'
import { MemoryNode } from './memory-node.ts'
import { own, ownJson, raw, token } from './raw-request.ts'

interface Operation {
  readonly operationId: string
  readonly security: readonly object[]
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly requestBody?: object
  readonly responses: Readonly<Record<string, { readonly content: object }>>
}

const declared = Object.entries(endpoints) as [EndpointName, Endpoint][]
const document = openApi() as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}
let node: MemoryNode
let server: ApiServer

beforeAll(async () => {
  node = new MemoryNode(['ada', 'grace', 'alan'])
  const chain = new MemoryChain(node.members, 3)
  chain.decide()
  node.chain = chain.service((nodeId) => ({ nodeId, peerId: null, owner: '' }))
  await node.values.put({ bytes: utf8('news'), name: 'news', lifeMs: undefined })
  server = await startApi(node, { port: 0, token, checkAnswers: true })
})

afterAll(() => server.close())

const operationOf = ({ path, method }: Endpoint): Operation | undefined =>
  document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]

describe.each(declared)('%s', (name, endpoint) => {
  test('has an example of its shape', () => {
    const { asked, answer } = examples[name]
    expect([...Value.Errors(answerSchema(endpoint.answer), answer)]).toEqual([])
    if (endpoint.asks === undefined) expect(asked).toBeUndefined()
    else expect([...Value.Errors(askSchema(endpoint.asks), asked)]).toEqual([])
  })

  test('has an entry in the OpenAPI document with everything that it asks', () => {
    const operation = operationOf(endpoint)!
    expect(operation.operationId).toBe(name)
    const fields = Object.keys((askSchema(endpoint.asks) as { properties: object }).properties)
    const named = (operation.parameters ?? []).map((parameter) => parameter.name)
    const inPath = pathFields(endpoint.path)
    expect(named.toSorted()).toEqual((endpoint.method === 'GET' ? fields : inPath).toSorted())
    for (const one of operation.parameters ?? [])
      expect([one.name, one.in]).toEqual([one.name, inPath.includes(one.name) ? 'path' : 'query'])
    expect(operation.requestBody !== undefined).toBe(endpoint.method !== 'GET' && fields.length > 0)
    expect(operation.security).toEqual(
      { open: [{}], local: [{}, { token: [] }], token: [{ token: [] }] }[endpoint.access],
    )
  })

  test('is called by the client as the server takes it', async () => {
    const api = apiClient({ url: server.url, token })
    const stop = new AbortController()
    const { asked } = examples[name] as unknown as { readonly asked: never }
    if (endpoint.stream === true) {
      const next = api.events(['joined'], stop.signal).next()
      while (node.listeners === 0) await new Promise(setImmediate)
      node.tell({ event: 'joined', at: 1 })
      expect((await next).value).toEqual({ event: 'joined', at: 1 })
      stop.abort()
      return
    }
    const call = api[name as Exclude<EndpointName, 'events'>] as (asked: never) => Promise<unknown>
    // The node in memory has one block, and nobody to make a second one.
    const own = name === 'block' ? { height: 1 } : name === 'rate' ? unhurried(asked) : asked
    const answer = await call(own as never)
    expect([...Value.Errors(answerSchema(endpoint.answer), answer)]).toEqual([])
  })

  test('refuses a field that it does not know', async () => {
    const { path, method } = endpoint
    const at = path.replace(/:\w+/g, 'latest')
    const refused =
      method === 'GET'
        ? await raw(server, `${at}?no-such-field=1`, own())
        : await raw(server, at, ownJson(), { method, body: '{"no-such-field":1}' })
    const ignoresBody = method === 'POST' && endpoint.asks === undefined
    expect(refused.status).toBe(ignoresBody ? 200 : 400)
  })
})

/** Without the wish to wait for a block. */
function unhurried(asked: Readonly<Record<string, unknown>>): object {
  const { wait: _, ...rest } = asked
  return rest
}

describe('the OpenAPI document', () => {
  test('has nothing beyond the declarations, and no name twice', () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
    expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(
      declared.map(([name]) => name).toSorted(),
    )
  })

  test('refers only to schemas that it holds, and holds none for nothing', () => {
    const text = JSON.stringify(document)
    const named = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, at]) => at)
    expect([...new Set(named)].toSorted()).toEqual(
      Object.keys(document.components.schemas).toSorted(),
    )
    expect([...text.matchAll(/"\$ref":/g)]).toHaveLength(named.length)
  })

  test('is what /docs shows, and the page needs nothing from elsewhere', async () => {
    const json = await raw(server, '/docs/json')
    expect(JSON.parse(json.body)).toEqual(document)
    const page = await raw(server, '/docs/')
    expect(page.status).toBe(200)
    const sources = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, at]) => at!)
    expect(sources.length).toBeGreaterThan(3)
    for (const source of sources) {
      const { pathname, host } = new URL(source, `${server.url}/docs/`)
      expect(host).toBe(`127.0.0.1:${server.port}`)
      expect([source, (await raw(server, pathname)).status]).toEqual([source, 200])
    }
    expect(String(page.headers['content-security-policy'])).not.toMatch(/https?:\/\/|\*/)
  })

  test('names every kind of event', () => {
    expect(new Set(eventKinds).size).toBe(eventKinds.length)
    for (const kind of ['joined', 'rated', 'block', 'vote', 'banned', 'healed', 'elected'])
      expect(eventKinds).toContain(kind)
  })
})

describe('/readyz', () => {
  test('says no with its status and why; the client brings both', async () => {
    node.ready = { joined: true, storeWritable: false, caughtUp: true }
    const answer = await raw(server, '/readyz')
    expect(answer.status).toBe(503)
    const said = await apiClient({ url: server.url, token }).ready()
    expect(said).toMatchObject({ ready: false, storeWritable: false })
    expect(said.why).not.toEqual([])
    node.ready = { ...node.ready, storeWritable: true }
    expect((await raw(server, '/readyz')).status).toBe(200)
  })
})

describe('fields of the path', () => {
  test('may hold what a path cannot, and not stand in the query too', async () => {
    const odd = new MemoryNode(['self', 'a/b ü?#%', 'latest'])
    const serving = await startApi(odd, { port: 0, token, checkAnswers: true })
    const api = apiClient({ url: serving.url, token })
    const found = await api.node({ peer: 'a/b ü?#%' })
    expect(found).toMatchObject({ owner: 'a/b ü?#%', self: false, reputation: null })
    expect(found.peer?.nodeId).toBe(found.nodeId)
    expect(await api.node({ peer: 'self' })).toMatchObject({ self: true, peer: null })
    const twice = await raw(serving, '/v1/nodes/latest?peer=self')
    expect(twice.status).toBe(400)
    expect(twice.body).toContain('peer is given twice')
    await serving.close()
  })
})
