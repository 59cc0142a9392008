// Nodes inside a program: in memory and at home, over TCP and over transports of their own, with every
// method of the API used against a second node, and nothing left when they are closed.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { tcp } from '@libp2p/tcp'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type CreateNodeOptions, createNode, type TrustnetNode } from '../../src/index.ts'
import { encodeGenesis } from '../../src/runtime/home/genesis.ts'
import { endOf } from '../cli/terminal.ts'
import { packageEntry } from '../entry.ts'
import { until } from '../live/harness.ts'

let folder = ''
const open: TrustnetNode[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trustnet-embed-'))
})
afterEach(async () => {
  for (const node of open.splice(0)) await node.close()
  rmSync(folder, { recursive: true })
})

async function start(options: CreateNodeOptions = {}): Promise<TrustnetNode> {
  const node = await createNode(options)
  open.push(node)
  return node
}

/** Both know and reach each other. */
async function linked(a: TrustnetNode, b: TrustnetNode): Promise<void> {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const)
    await until(
      'linked and joined',
      async () => ({ peers: await one.peers(), joined: (await one.status()).joined }),
      ({ peers, joined }) =>
        joined && peers.some(({ nodeId, connected }) => nodeId === other.nodeId && connected),
    )
}

describe('two nodes in memory', () => {
  test('rate each other, look up, and exchange messages by topic', async () => {
    const ada = await start({ owner: 'ada' })
    const ben = await start({ owner: 'ben', join: ada.invite })
    await linked(ada, ben)
    expect([ben.chainId, (await ben.status()).store]).toEqual([ada.chainId, 'memory'])

    const receipt = await ada.setTrust('ben', 0.9, { reason: 'a friend', wait: 30 })
    expect(receipt).toMatchObject({ value: 0.9, final: { height: expect.any(Number) } })
    expect([ada.trustOf(ben.peerId), ada.trustOf('ben', null)]).toEqual([0.9, 0.9])
    expect(() => ada.trustOf('ben', 'work')).toThrow(
      expect.objectContaining({ code: 'overlay/unknown' }),
    )
    await ada.rate('ben', 5, { category: 'honesty', wait: 30 })
    expect(await ada.reputation(ben.nodeId)).toMatchObject({ nodeId: ben.nodeId })

    const { key } = await ada.put('at noon', { name: 'meeting' })
    expect(await ben.get('meeting', 'ada')).toMatchObject({ key, text: 'at noon' })
    expect(await ada.get((await ada.put(Uint8Array.of(1, 255))).key)).toMatchObject({ text: null })

    expect(await ada.lookup(ben.nodeId)).toMatchObject({ root: ben.nodeId, delivered: true })
    const news = ben.listen('news')
    const all = ben.listen()
    await ada.send(ben.nodeId, 'not for you', { topic: 'other' })
    await ada.send(ben.nodeId, 'hello', { topic: 'news' })
    await ada.send(ben.nodeId, Uint8Array.of(0xff, 0xfe))
    expect((await news.next()).value).toMatchObject({
      ...{ topic: 'news', text: 'hello', key: ben.nodeId },
      origin: { nodeId: ada.nodeId, owner: 'ada' },
    })
    const heard = [await all.next(), await all.next(), await all.next()].map(({ value }) => value)
    expect(heard.map((one) => [one?.topic, one?.text])).toEqual([
      ['other', 'not for you'],
      ['news', 'hello'],
      [null, null],
    ])
  })

  test('tell events until they are closed, which ends every loop', async () => {
    const ada = await start()
    const leave = new AbortController()
    const left = ada.events({ signal: leave.signal })
    leave.abort()
    expect((await left.next()).done).toBe(true)
    const { genesis, invite } = ada
    const kinds: string[] = []
    const reading = (async () => {
      for await (const { event } of ada.events()) kinds.push(event)
    })()
    const ben = await start({ join: ada.invite })
    await linked(ada, ben)
    await Promise.all([ada.close(), ada.close()])
    await reading
    expect(kinds).toContain('connected')
    expect(await ada.closed).toBeUndefined()
    await expect(ada.lookup('x')).rejects.toMatchObject({ code: 'node/stopping' })
    expect(() => ada.invite).toThrow(expect.objectContaining({ code: 'node/stopping' }))
    await ben.joined()
    const late = await start({ genesis, join: invite })
    const waiting = expect(late.joined()).rejects.toMatchObject({ code: 'node/stopping' })
    await late.close()
    await waiting
  })
})

describe('a node', () => {
  test('with a home keeps key, network and trust', async () => {
    const friend = await start()
    const options = { home: join(folder, 'home'), engine: 'classic-level' as const }
    const first = await start({ ...options, join: friend.invite })
    await linked(friend, first)
    await first.setTrust(friend.peerId, 0.5)
    await first.close()
    const again = await start(options)
    expect([again.nodeId, again.chainId]).toEqual([first.nodeId, friend.chainId])
    expect(again.trustOf(friend.peerId)).toBe(0.5)
    await expect(createNode({ home: options.home })).rejects.toMatchObject({ code: 'home/locked' })
  })

  test('takes a genesis at hand, and refuses an invite to another network', async () => {
    const founder = await start()
    const other = await start({ genesis: founder.genesis })
    expect(other.chainId).toBe(founder.chainId)
    const members = [other.peerId]
    const strange = encodeGenesis({ name: 'x', createdAt: 0, members, parameters: {} })
    await expect(createNode({ genesis: strange, join: founder.invite })).rejects.toMatchObject({
      code: 'invite/other-genesis',
    })
    await expect(createNode({ genesis: 'no genesis' })).rejects.toMatchObject({
      code: 'home/malformed',
    })
  })

  test('refuses an engine where there is no home to store in', async () => {
    await expect(createNode({ engine: 'classic-level' })).rejects.toMatchObject({
      code: 'store/engine-without-home',
    })
  })

  test.each([0, -1, 1.5, Number.NaN, 291, 1e10])(
    'signs nothing when it is to wait for %s seconds',
    async (wait) => {
      const ada = await start()
      const ben = await start({ join: ada.invite })
      await linked(ada, ben)
      await expect(ada.setTrust(ben.peerId, 0.5, { wait })).rejects.toMatchObject({
        code: 'api/bad-request',
      })
      expect(ada.trustOf(ben.peerId)).toBe(0)
    },
  )

  test('carries everything over the transports that it is given', async () => {
    const made: string[] = []
    const own =
      (name: string): ReturnType<typeof tcp> =>
      (components) => {
        made.push(name)
        return tcp()(components)
      }
    const ada = await start({ transports: [own('ada')] })
    const ben = await start({ transports: [own('ben')], join: ada.invite })
    await linked(ada, ben)
    // Once for the node that asks for the genesis, once for the node that stays.
    expect(made).toEqual(['ada', 'ben', 'ben'])
  })

  test('takes an overlay with a policy at hand', async () => {
    const node = await start({
      overlays: [{ name: 'mine', makePolicy: () => ({ name: 'mine', manual: true }) as never }],
    })
    expect((await node.status()).overlays).toMatchObject([{ name: 'mine', manual: true }])
    await expect(createNode({ overlays: ['a', 'a'] })).rejects.toMatchObject({
      code: 'overlay/twice',
    })
  })

  test('lets the process end by itself and writes nothing to its console', async () => {
    const entry = JSON.stringify(packageEntry)
    const program = `
      import { createNode } from ${entry}
      const ada = await createNode()
      const ben = await createNode({ join: ada.invite })
      const heard = ben.listen('x')
      await ben.joined()
      while ((await ada.lookup(ben.nodeId)).root !== ben.nodeId);
      await ada.send(ben.nodeId, 'hi', { topic: 'x' })
      await heard.next()
      await ben.close()
      await ada.close()
      process.once('exit', () => process.stdout.write(JSON.stringify(process.getActiveResourcesInfo())))
    `
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // One that does not end by itself must not stay either.
      timeout: 45_000,
    })
    const { code, out, err } = await endOf(child)
    expect([code, err]).toEqual([0, ''])
    const left = (JSON.parse(out) as string[]).filter((kind) => !/^(Pipe|TTY)Wrap$/.test(kind))
    expect(left).toEqual([])
  })
})
