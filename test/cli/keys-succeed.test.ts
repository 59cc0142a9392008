// `keys succeed` by its steps: what is sent, what lies in the home after each, and why it stops.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { sealKey } from '../../cli/keys/sealed-key.ts'
import { handOver, namesOfValues } from '../../cli/keys/succession.ts'
import { apiClient } from '../../src/api/client.ts'
import { readConnection } from '../../src/api/connection-file.ts'
import { type NodeId, nodeIdOf } from '../../src/core/id.ts'
import { openHome } from '../../src/runtime/home/home.ts'
import {
  type Identity,
  identityText,
  loadOrCreateIdentity,
  newIdentity,
} from '../../src/runtime/home/identity.ts'
import { successorPaths } from '../../src/runtime/home/successor.ts'
import { decodeTransaction } from '../../trustchain/ledger/transactions.ts'
import { MemoryChain } from '../api/memory-chain.ts'
import { MemoryNode } from '../api/memory-node.ts'
import { Terminal } from './terminal.ts'

const passphrase = 'correct horse battery staple'
const terminal = await Terminal.open()
afterAll(() => terminal.close())

let names = 0
let home: string
let own: Identity
let node: MemoryNode
let chain: MemoryChain
let close: () => Promise<void>

beforeEach(async () => {
  await close?.()
  node = new MemoryNode(['ada', 'grace', 'alan'])
  chain = new MemoryChain(node.members, 1)
  node.chain = chain.service((nodeId) => ({ nodeId, peerId: null, owner: '' }))
  const served = await terminal.serve(node, `home${names++}`)
  ;({ home, close } = served)
  await using held = await openHome(home)
  own = await loadOrCreateIdentity(held.identity)
})
afterAll(() => close())

const run = async (sealed?: Parameters<typeof handOver>[2], seconds = 0) => {
  const { url, token } = (await readConnection(home))!
  return handOver(apiClient({ url, token, home, timeoutSeconds: 60 }), home, sealed, seconds)
}

const keys = async (): Promise<string[]> =>
  (await readdir(home)).filter((name) => name.startsWith('identity')).sort()

/** The chain takes whatever hand-over is offered, and a seat is gone with it. */
function decides(to?: NodeId): void {
  node.handOver = (transaction) => {
    const decoded = decodeTransaction(transaction)
    if (!decoded.ok || decoded.transaction.is !== 'signed') throw new Error('not signed')
    const { authorId, statement } = decoded.transaction
    expect([authorId, statement.is]).toEqual([own.nodeId, 'succession'])
    if (statement.is !== 'succession') return
    chain.holders.set(chain.self, to ?? nodeIdOf(statement.successor))
  }
}

test('makes a key, and without a block tells how to go on; the next run goes on with that key', async () => {
  await expect(run()).rejects.toMatchObject({ code: 'keys/not-final' })
  expect(node.handedOver.length).toBeGreaterThan(0)
  expect(await keys()).toEqual(['identity', 'identity.next'])
  const made = await readFile(successorPaths(home).next, 'utf8')
  chain.seat(node.members.slice(1))
  decides()
  const { peerId, successor } = await run(undefined, 30)
  expect(peerId).toBe(own.peerId)
  expect(made).toContain(`peer ${successor}`)
  expect(await keys()).toEqual(['identity', 'identity.final'])
  expect(await run(), 'again').toEqual({ home, peerId, successor })
})

test('waits until the blocks that count on the old key are decided', async () => {
  decides()
  await expect(run()).rejects.toMatchObject({ code: 'keys/not-final' })
  expect(await keys()).toEqual(['identity', 'identity.next'])
  chain.seat(node.members.slice(1))
  await run(undefined, 30)
  expect(await keys()).toEqual(['identity', 'identity.final'])
})

test('takes an exported key, and no other one once that was begun', async () => {
  const [wanted, other] = [newIdentity(), newIdentity()]
  const sealed = async ({ seed, peerId }: Identity) => ({
    ...{ text: await sealKey(identityText(seed), peerId, passphrase), file: 'new.key' },
    passphrase: async () => passphrase,
  })
  await expect(run(await sealed(wanted))).rejects.toMatchObject({ code: 'keys/not-final' })
  await expect(run(await sealed(other))).rejects.toMatchObject({
    ...{ code: 'keys/other-successor', facts: { peerId: wanted.peerId } },
  })
  chain.seat(node.members.slice(1))
  decides()
  expect(await run(undefined, 30)).toMatchObject({ successor: wanted.peerId })
})

test('names the signed values of the old key, which do not move, over several pages', async () => {
  const bytes = Uint8Array.of(1)
  await node.values.put({ bytes, name: undefined, lifeMs: undefined })
  const wanted = Array.from({ length: 230 }, (_, i) => `value ${i}`)
  for (const name of wanted) await node.values.put({ bytes, name, lifeMs: undefined })
  const { url, token } = (await readConnection(home))!
  const api = apiClient({ url, token, home, timeoutSeconds: 60 })
  expect(await namesOfValues(api)).toEqual(wanted.toSorted())
})

test('says so when the name went to another key, before it makes one and after', async () => {
  const thief = newIdentity()
  chain.seat(node.members.slice(1))
  decides(thief.nodeId)
  await expect(run(undefined, 30)).rejects.toMatchObject({ code: 'keys/succeeded-by-other' })
  expect(await keys()).toEqual(['identity', 'identity.next'])
  await rm(successorPaths(home).next)
  await expect(run()).rejects.toMatchObject({
    ...{ code: 'keys/succeeded-by-other', facts: { peerId: thief.nodeId } },
  })
  expect(await keys()).toEqual(['identity'])
})

test('wants a key to hand over from, and a sound one to hand over to', async () => {
  await writeFile(successorPaths(home).next, 'nonsense', { mode: 0o600 })
  await expect(run()).rejects.toMatchObject({ code: 'home/malformed' })
  await rm(join(home, 'identity'))
  await expect(run()).rejects.toMatchObject({ code: 'keys/none' })
})
