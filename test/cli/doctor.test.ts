// What doctor finds when something is really wrong: each fault is made, and found with a way out.
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Check } from '../../cli/checks/check.ts'
import { homeChecks } from '../../cli/checks/home.ts'
import { clock, disk } from '../../cli/checks/machine.ts'
import { askNode } from '../../cli/checks/node.ts'
import { portChecks } from '../../cli/checks/ports.ts'
import { readConnection } from '../../src/api/connection-file.ts'
import { formatInvite } from '../../src/core/invite.ts'
import { foundNetwork } from '../../src/runtime/home/founding.ts'
import { member } from '../api/members.ts'
import { MemoryChain, recordOf } from '../api/memory-chain.ts'
import { MemoryNode } from '../api/memory-node.ts'
import { Terminal } from './terminal.ts'

let terminal: Terminal
beforeAll(async () => {
  terminal = await Terminal.open()
})
afterAll(() => terminal.close())

const at = (name: string): string => join(terminal.folder, name)
const named = (checks: readonly Check[], name: string): Check =>
  checks.find((check) => check.name === name)!

const inviteTo = (genesisHash: string, port = 1): string =>
  formatInvite({
    addresses: [`/ip4/127.0.0.1/tcp/${port}`],
    publicKey: member('founder').publicKey,
    genesisHash,
  })

const writeConfig = async (home: string, config: object): Promise<void> => {
  await mkdir(home, { recursive: true, mode: 0o700 })
  await writeFile(join(home, 'config.json'), JSON.stringify(config))
}

describe('doctor finds', () => {
  test('a port that is taken, of the node and of its API', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const home = at('ports')
    await writeConfig(home, { listen: [`/ip4/127.0.0.1/tcp/${port}`] })
    expect(await portChecks(home)).toMatchObject([{ name: 'port', result: 'note' }])
    await writeFile(
      join(home, 'settings.json'),
      JSON.stringify({ listen: [`/ip4/127.0.0.1/tcp/${port}`], 'api-port': port }),
    )
    const checks = await portChecks(home)
    expect(checks.map(({ result }) => result)).toEqual(['wrong', 'wrong'])
    expect(checks[0]?.says).toContain('--listen')
    server.close()
    await once(server, 'close')
    expect(await portChecks(home)).toMatchObject([{ result: 'ok' }])
  })

  test('a clock that is behind the newest block, or off a time server', async () => {
    const behind = await clock(at('none'), Date.now() + 60_000, undefined)
    expect([behind.result, behind.says]).toMatchObject(['wrong', expect.stringContaining('behind')])
    expect(await clock(at('none'), Date.now() - 60_000, undefined)).toMatchObject({ result: 'ok' })
    const server = createSocket('udp4')
    let offsetSeconds = -90
    server.on('message', (_, from) => {
      const answer = Buffer.alloc(48)
      answer[1] = 2
      const now = Math.floor(Date.now() / 1_000) + 2_208_988_800 + offsetSeconds
      for (const place of [32, 40]) answer.writeUInt32BE(now, place)
      server.send(answer, from.port, from.address)
    })
    server.bind(0, '127.0.0.1')
    await once(server, 'listening')
    const where = `127.0.0.1:${server.address().port}`
    const ahead = await clock(at('none'), null, where)
    expect(ahead).toMatchObject({ result: 'wrong', says: expect.stringContaining('ahead of') })
    offsetSeconds = 0
    expect(await clock(at('none'), null, where)).toMatchObject({ result: 'ok' })
    server.close()
  })

  test('a full disk', async () => {
    // No file system is as full as this one: it has no room by nature.
    expect(await disk('/proc/self')).toMatchObject({
      result: 'wrong',
      says: expect.stringContaining('Full'),
    })
    expect((await disk(at('not/there/yet'))).result).not.toBe('wrong')
  })

  test('a genesis of another network than the invites', async () => {
    const home = at('genesis')
    const network = await foundNetwork({ name: '', homes: [home], parameters: {} })
    const check = async (invite?: string) => named(await homeChecks(home, invite), 'genesis')
    expect(await check()).toMatchObject({ result: 'ok' })
    expect(await check(inviteTo(network.genesisHash))).toMatchObject({ result: 'ok' })
    const asked = await check(inviteTo('ab'.repeat(32)))
    expect(asked).toMatchObject({
      result: 'wrong',
      says: expect.stringContaining('another --home'),
    })
    await writeConfig(home, { invites: [inviteTo('cd'.repeat(32))] })
    expect(await check()).toMatchObject({
      result: 'wrong',
      says: expect.stringContaining('copied'),
    })
    await rm(join(home, 'identity'))
    expect(named(await homeChecks(home, undefined), 'key')).toMatchObject({
      result: 'wrong',
      says: expect.stringContaining('keys import'),
    })
  })

  test('a forked key, missing peers and a height behind', async () => {
    const home = at('served')
    const node = new MemoryNode(['self', 'bob'])
    const status = node.status()
    node.status = () => ({ ...status, home, forked: true })
    node.ready = { ...node.ready, caughtUp: false }
    const { close } = await terminal.serve(node, 'served')
    await writeConfig(home, { invites: [inviteTo('ab'.repeat(32))] })
    const connection = await readConnection(home)
    const { checks } = await askNode({ home, connection, devnet: undefined })
    await close()
    expect(named(checks, 'node')).toMatchObject({
      result: 'wrong',
      says: expect.stringContaining('Forked'),
    })
    expect(named(checks, 'peers')).toMatchObject({
      result: 'wrong',
      says: expect.stringContaining('/ip4/127.0.0.1/tcp/1 refuses (no node runs there)'),
    })
    // A node in memory keeps no chain: its height is none.
    expect(named(checks, 'height')).toMatchObject({ result: 'note' })
  })

  test('a node that the network banned, warned or convicted, with the way out', async () => {
    const node = new MemoryNode(['self', 'bob'])
    const [self] = node.members
    const chain = new MemoryChain(node.members, 2)
    node.chain = chain.service((nodeId) => ({ nodeId, peerId: null, owner: '' }))
    const { home, close } = await terminal.serve(node, 'banned')
    const connection = await readConnection(home)
    const standing = async () =>
      named((await askNode({ home, connection, devnet: undefined })).checks, 'standing')
    expect(await standing()).toMatchObject({ result: 'ok' })

    const given = (reputation: number) =>
      chain.reputations.set(self!.nodeId, {
        ...{ reputation, weightedStars: 120, stars: 120, ratings: 3 },
      })
    given(2_500)
    chain.records.set(self!.nodeId, recordOf(self!, { warned: true, convicted: true }))
    const warned = await standing()
    expect(warned).toMatchObject({ result: 'note' })
    expect(warned.says).toMatch(/25 of 100, below 30.*below 10 .*no seat/s)

    given(512)
    chain.records.set(self!.nodeId, recordOf(self!, { status: 'BANNED', warned: true }))
    const banned = await standing()
    expect(banned).toMatchObject({ result: 'wrong' })
    expect(banned.says).toMatch(/Banned.*5\.12 of 100, below 10.*above 20/s)
    expect(banned.says).toContain(`trustnet trust history ${self!.nodeId} --all`)
    const [page, ran] = await Promise.all([
      terminal.run(['status', '--home', home]),
      terminal.run(['doctor', '--home', home, '--json']),
    ])
    expect(page.out).toMatch(/state +banned: reputation 5\.12, below 10/)
    expect([ran.code, ran.json.healthy]).toEqual([1, false])

    // Its own chain ends before the ban, which it has from others.
    chain.records.set(self!.nodeId, recordOf(self!))
    const from = '/ip4/192.0.2.1/tcp/4001/p2p/12D3KooWfounder'
    const lines = { warned: true, convicted: false, warnBelow: 30, banBelow: 10, healAbove: 20 }
    chain.told = { from, height: 99, own: { status: 'BANNED', reputation: 3, ...lines } }
    const told = await standing()
    expect(told.result).toBe('wrong')
    expect(told.says).toContain(`Banned (says the node at ${from}`)
    chain.told = { ...chain.told, height: 0 }
    expect(await standing()).not.toMatchObject({ result: 'wrong' })
    await close()
  })

  test('a native build that does not load, where the home needs it', async () => {
    const home = at('prebuild')
    await mkdir(join(home, 'store'), { recursive: true, mode: 0o700 })
    await writeFile(join(home, 'store', 'ENGINE'), 'rocksdb\n')
    const breaks = `import { registerHooks } from 'node:module'; registerHooks({ resolve(what, at, next) { if (/salto|sodium-native/.test(what)) throw new Error('invalid ELF header'); return next(what, at) } })`
    const ran = await terminal.run(['doctor', '--home', home, '--json'], {
      environment: { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(breaks)}` },
    })
    const checks = ran.json.checks as Check[]
    expect([ran.code, ran.json.healthy]).toEqual([1, false])
    expect(named(checks, 'store engine')).toMatchObject({
      result: 'wrong',
      says: expect.stringContaining('invalid ELF header'),
    })
    expect(named(checks, 'signatures').result).toBe('note')
  })
})
