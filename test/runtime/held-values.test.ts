// What a served node tells of the values that it holds, page by page, and of how it is reached.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ApiClient, apiClient } from '../../src/api/client.ts'
import { readConnection } from '../../src/api/connection-file.ts'
import { contentKeyOf } from '../../src/core/value-key.ts'
import { serveNode } from '../../src/runtime/serve.ts'

const folder = mkdtempSync(join(tmpdir(), 'trustnet-held-'))
let served: Awaited<ReturnType<typeof serveNode>>
let api: ApiClient

beforeAll(async () => {
  served = await serveNode({ home: folder, owner: 'ada' }, { router: 'trust', port: 0 })
  api = apiClient((await readConnection(folder))!)
})
afterAll(async () => {
  await served.node.stop()
  await served.ended
  rmSync(folder, { recursive: true })
})

test('values are told with whose they are and their holders, and every page goes on after the last', async () => {
  const texts = ['one', 'three', 'five']
  for (const text of texts) await api.putValue({ key: contentKeyOf(Buffer.from(text)), text })
  const named = await api.putValue({ key: 'news', text: 'all is well', expires: 3_600 })
  const first = await api.values({ limit: 3 })
  expect(first.held).toBe(4)
  expect(first.heldBytes).toBe(served.node.machine.values.shelf.bytes)
  const rest = await api.values({ limit: 3, after: first.next! })
  expect([first.values.length, rest.values.length, rest.next]).toEqual([3, 1, null])
  const all = [...first.values, ...rest.values]
  const keys = [...texts.map((text) => contentKeyOf(Buffer.from(text))), named.key]
  expect(all.map(({ key }) => key)).toEqual(keys.toSorted())
  const ada = { nodeId: served.node.nodeId, peerId: served.node.peerId, owner: 'ada' }
  expect(all.find(({ name }) => name === 'news')).toEqual({
    ...{ key: named.key, kind: 'signed', name: 'news', sequence: named.sequence, bytes: 11 },
    ...{ expiresAt: named.expiresAt, author: ada, holders: [ada] },
  })
  expect(all.find(({ key }) => key === keys[1])).toMatchObject({
    ...{ kind: 'content', name: null, sequence: null, author: null, bytes: 5, holders: [ada] },
  })
})

test('a node on loopback is reached from this machine, by nobody yet', async () => {
  expect(await api.reach()).toEqual({
    ...{ reachability: 'local', addresses: served.node.transport.addresses() },
    ...{ proven: [], asked: 0, mapped: [], relays: [], relaying: false, connections: [] },
  })
})
