// A node in this process, on loopback and in a folder of its own: what it listens on and says of
// itself, what it refuses to start with, and what neither peers nor watchers can do to it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { parseInvite } from '../../src/core/invite.ts'
import { addressesPerContactMax } from '../../src/core/limits.ts'
import type { Trust } from '../../src/core/trust.ts'
import { homePaths } from '../../src/runtime/home/home.ts'
import { announced } from '../../src/runtime/listening.ts'
import { networkFor, waysIn } from '../../src/runtime/network.ts'
import { type RunningNode, startNode } from '../../src/runtime/running-node.ts'
import { serveNode } from '../../src/runtime/serve.ts'
import type { HomeSettings } from '../../src/runtime/settings.ts'
import { eventually, keyOf } from './transport-party.ts'

let folder = ''
const running: { stop(): Promise<void> }[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trustnet-node-'))
})
afterEach(async () => {
  for (const node of running.splice(0)) await node.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function start(name: string, settings: Partial<HomeSettings> = {}): Promise<RunningNode> {
  const node = await startNode({ home: join(folder, name), engine: 'classic-level', ...settings })
  running.push(node)
  return node
}

const portOf = (address: string): number => Number(/\/tcp\/(\d+)$/.exec(address)![1])

const taken = async (port: number): Promise<Server> => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  running.push({ stop: () => new Promise((resolve) => server.close(() => resolve())) })
  return server
}

describe('the addresses that a node names', () => {
  test('are at most as many as a contact holds, the ones of this machine alone last', () => {
    const loopback = Array.from({ length: 6 }, (_, i) => `/ip4/127.0.0.1/tcp/${i + 1}`)
    const others = Array.from({ length: 4 }, (_, i) => `/ip4/192.0.2.${i + 1}/tcp/1`)
    const tooLong = `/dns4/${'x'.repeat(300)}/tcp/1`
    expect(announced([...loopback, tooLong, ...others, ...others])).toEqual([
      ...others,
      ...loopback.slice(0, addressesPerContactMax - others.length),
    ])
    expect(announced(['/ip6/::1/tcp/1', '/ip6/2001:db8::1/tcp/1'])[0]).toBe(
      '/ip6/2001:db8::1/tcp/1',
    )
  })

  test('fit its invite and its contact, however many it listens on', async () => {
    const node = await start('many', { listen: Array(11).fill('/ip4/127.0.0.1/tcp/0') })
    expect(node.transport.addresses()).toHaveLength(11)
    const { addresses } = parseInvite(node.invite)
    expect(addresses).toHaveLength(addressesPerContactMax)
    expect(node.machine.options.addresses).toEqual(addresses)
  })
})

describe('a home without --listen', () => {
  test('keeps its address over restarts, as contacts and invites name it', async () => {
    const first = await start('home')
    const addresses = first.transport.addresses()
    expect(portOf(addresses[0]!)).toBeGreaterThan(0)
    await first.stop()
    const again = await start('home')
    expect(again.transport.addresses()).toEqual(addresses)
  })

  test('finds its network again after all nodes of it were down', async () => {
    const first = await start('a')
    const second = await start('b', { join: parseInvite(first.invite) })
    const linked = (node: RunningNode, to: RunningNode) =>
      eventually(
        'linked',
        () => node.machine.links.has(to.nodeId),
        (has) => has,
      )
    await linked(first, second)
    await Promise.all([first.stop(), second.stop()])
    const again = await start('b')
    expect(again.machine.links.size).toBe(0)
    await linked(again, await start('a'))
  }, 30_000)

  test('takes a free port when its own is taken, says so, and keeps that one', async () => {
    const first = await start('home')
    const port = portOf(first.transport.addresses()[0]!)
    await first.stop()
    await taken(port)
    const said: string[] = []
    const second = await start('home', { log: (level, what) => void said.push(`${level} ${what}`) })
    const other = second.transport.addresses()
    expect(portOf(other[0]!)).not.toBe(port)
    expect(said.filter((line) => line.startsWith('warn'))).toHaveLength(1)
    await second.stop()
    expect((await start('home')).transport.addresses()).toEqual(other)
  })

  test('takes the port that was asked for last, on loopback alone', async () => {
    const first = await start('home')
    const [address] = first.transport.addresses()
    await first.stop()
    const server = await taken(0)
    const { port } = server.address() as { port: number }
    await running.pop()!.stop()
    expect(portOf(address!)).not.toBe(port)
    await (await start('home', { listen: [`/ip4/0.0.0.0/tcp/${port}`] })).stop()
    const again = await start('home')
    expect(again.transport.addresses()).toEqual([`/ip4/127.0.0.1/tcp/${port}`])
  })

  test('is not changed by a start with --listen at a free port, or one that fails', async () => {
    const first = await start('home')
    await first.stop()
    const config = readFileSync(homePaths(first.folder!).config, 'utf8')
    const server = await taken(0)
    const { port } = server.address() as { port: number }
    const listen = [`/ip4/127.0.0.1/tcp/${port}`]
    await expect(start('home', { listen })).rejects.toMatchObject({
      code: 'transport/cannot-listen',
    })
    await (await start('home', { listen: ['/ip4/127.0.0.1/tcp/0'] })).stop()
    expect(readFileSync(homePaths(first.folder!).config, 'utf8')).toBe(config)
  })

  test('with something else than addresses in its config.json names the file', async () => {
    await mkdir(join(folder, 'home'))
    writeFileSync(join(folder, 'home', 'config.json'), '{"listen": 4001}')
    await expect(start('home')).rejects.toMatchObject({
      code: 'home/malformed',
      message: expect.stringContaining('config.json'),
    })
  })
})

describe('a node does not start with', () => {
  test.each([
    ['an owner of 65 bytes', { owner: `${'é'.repeat(32)}x` }, 'node/malformed-owner'],
    ['an owner that moves the cursor', { owner: 'a\u001b[2Jb' }, 'node/malformed-owner'],
    ['half a character as owner', { owner: '\ud800' }, 'node/malformed-owner'],
    [
      'nine overlays',
      { overlays: Array.from({ length: 9 }, (_, i) => `o${i}`) },
      'overlay/too-many',
    ],
    ['an overlay twice', { overlays: ['social', 'social'] }, 'overlay/twice'],
    ['two rules for an overlay', { overlays: ['a', 'a=measured'] }, 'overlay/twice'],
    ['a word for an address', { listen: ['foo'] }, 'node/malformed-listen'],
    ['an address of no port', { listen: ['/ip4/127.0.0.1'] }, 'node/malformed-listen'],
    ['an empty address', { listen: [''] }, 'node/malformed-listen'],
  ])('%s, and leaves nothing', async (_, settings, code) => {
    await expect(start('home', settings)).rejects.toMatchObject({ code, exitCode: 2 })
    expect(readdirSync(folder)).toEqual([])
  })

  test('a hand-edited invite: the file and the entry are named', async () => {
    const node = await start('home')
    const home = homePaths(node.folder!)
    const config = join(folder, 'config.json')
    writeFileSync(config, JSON.stringify({ invites: [node.invite, 'trustnet:nonsense'] }))
    await expect(waysIn({ ...home, config }, undefined)).rejects.toMatchObject({
      code: 'home/malformed',
      message: expect.stringMatching(/config\.json.*entry 2 of invites/),
    })
  })

  test('an invite that names no address', async () => {
    const node = await start('home')
    const home = { ...homePaths(node.folder!), genesis: join(folder, 'genesis.json') }
    const noWay = { addresses: [], publicKey: keyOf(1), genesisHash: '0'.repeat(64) }
    await expect(networkFor(home, {} as never, { join: noWay })).rejects.toMatchObject({
      code: 'invite/malformed',
    })
  })
})

describe('a running node', () => {
  test('outlives a watcher that throws, which is logged', async () => {
    const said: string[] = []
    const node = await start('home', { log: (level, what) => void said.push(`${level} ${what}`) })
    let told = 0
    node.watch(() => {
      throw new Error('a bug of the watcher')
    })
    node.watch(() => {
      told += 1
    })
    expect((await node.command(rateOf(7))).ok).toBe(true)
    await eventually(
      'told',
      () => told,
      (count) => count > 0,
    )
    expect(said).toContain('error a watcher failed over an event')
    expect((await node.command(rateOf(8))).ok).toBe(true)
  })

  test('shuts a peer out that sends garbage, and logs it once', async () => {
    const said: string[] = []
    const log: HomeSettings['log'] = (_level, what) => void said.push(what)
    const node = await start('a', { log })
    const other = await start('b', { join: parseInvite(node.invite) })
    await eventually(
      'linked',
      () => node.machine.links.has(other.nodeId),
      (linked) => linked,
    )
    const garbage = new Uint8Array([255, 255, 255])
    for (let i = 0; i < 5; i++) other.transport.send(node.nodeId, 'overlay', garbage)
    await eventually(
      'cut',
      () => node.machine.links.has(other.nodeId),
      (linked) => !linked,
    )
    expect(node.received(other.nodeId, 'overlay', garbage)).toBeUndefined()
    expect(said.filter((what) => what === 'a peer sent what is no message')).toHaveLength(1)
    expect(node.transport.connections()).toEqual([])
  })
})

const rateOf = (n: number) =>
  ({ command: 'rate', overlay: 'social', subject: keyOf(n), value: 1_000 as Trust }) as const

describe('a served node', () => {
  const options = { router: 'trust', port: 0 } as const
  const settings = () => ({ home: join(folder, 'served'), engine: 'classic-level' as const })

  test('says that its API port is taken, and leaves the home', async () => {
    const server = await taken(0)
    const { port } = server.address() as { port: number }
    await expect(serveNode(settings(), { ...options, port })).rejects.toMatchObject({
      code: 'api/port-taken',
      message: expect.stringContaining(`port ${port} (another program listens there)`),
    })
    const served = await serveNode(settings(), options)
    running.push(served.node)
  })

  test('that cannot write api.json ends its API and leaves no file beside it', async () => {
    // A folder in its place cannot be replaced by a file.
    await mkdir(join(folder, 'served', 'api.json', 'x'), { recursive: true })
    const port = 20_000 + (process.pid % 10_000)
    await expect(serveNode(settings(), { ...options, port })).rejects.toThrow(/api\.json/)
    expect(readdirSync(join(folder, 'served')).filter((name) => name.endsWith('.tmp'))).toEqual([])
    const refused = await new Promise<string>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve('somebody listens'))
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''))
    })
    expect(refused).toBe('ECONNREFUSED')
  })
})
