// A real node as a process, and the commands against it: the errors of `trust set` once more, now
// from the node itself, its home lock, and its end.
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConnection } from '../../src/api/connection-file.ts'
import { member } from '../api/members.ts'
import { endOf, type Ran, Terminal } from './terminal.ts'

let terminal: Terminal
let home: string
let node: ChildProcess
let ended: Promise<Ran>
let own: { readonly nodeId: string; readonly peerId: string }

beforeAll(async () => {
  terminal = await Terminal.open()
  home = join(terminal.folder, 'home')
  node = terminal.start(['node', 'start', '--home', home, '--owner', 'ada', '--json'])
  const lines = createInterface({ input: node.stdout! })
  const [line] = await Promise.race([
    new Promise<[string]>((resolve) => lines.once('line', (first) => resolve([first]))),
    endOf(node).then(({ err }) => Promise.reject(new Error(err))),
  ])
  ended = endOf(node)
  own = JSON.parse(line) as typeof own
})

afterAll(async () => {
  node.kill('SIGKILL')
  await terminal.close()
})

const run = (...args: string[]): Promise<Ran> => terminal.run([...args, '--home', home, '--json'])

describe('a running node', () => {
  const stranger = member('never seen').peerId
  test.each([
    ['its own PeerId', () => ['trust', 'set', own.peerId, '0.9'], 'trust/own-id', 2],
    ['its own id', () => ['trust', 'set', own.nodeId, '0.9'], 'trust/own-id', 2],
    ['its owner', () => ['trust', 'set', 'ada', '0.9'], 'trust/own-id', 2],
    ['a value out of range', () => ['trust', 'set', stranger, '-1.5'], 'trust/out-of-range', 2],
    ['seven decimals', () => ['trust', 'set', stranger, '0.1234567'], 'trust/too-many-decimals', 2],
    ['a name of no peer', () => ['trust', 'set', 'nobody', '0.9'], 'peer/unknown', 1],
    ['a broken PeerId', () => ['trust', 'set', '12D3KooWxyz', '0.9'], 'peer/malformed-id', 2],
    [
      'an unknown overlay',
      () => ['trust', 'set', stranger, '0.9', '--overlay', 'none'],
      'overlay/unknown',
      2,
    ],
  ])('refuses to rate with %s', async (_, args, code, exit) => {
    const ran = await run(...args())
    expect([ran.code, (ran.json.error as { code: string } | undefined)?.code]).toEqual([exit, code])
  })

  test('rates a PeerId that was never seen, and lists it', async () => {
    expect((await run('trust', 'set', stranger, '-0.5', '--reason', 'why not')).json).toMatchObject(
      {
        overlay: 'social',
        value: -0.5,
        subject: { peerId: stranger },
      },
    )
    expect((await run('trust', 'list')).json.ratings).toMatchObject([
      { value: -0.5, reason: 'why not', seq: 1 },
    ])
    expect((await run('trust', 'get', stranger)).json).toMatchObject({ vetoed: true })
  })

  test('answers every reading command', async () => {
    for (const args of [
      ['status'],
      ['node', 'status'],
      ['peers'],
      ['topology'],
      ['doctor'],
      ['trust', 'graph'],
      ['trust', 'graph', '--aggregate'],
      ['trust', 'history'],
      ['trust', 'export'],
      ['route', 'inspect'],
      ['route', 'trace', 'a key'],
      ['route', 'lookup', 'a key'],
    ]) {
      const ran = await run(...args)
      expect([args.join(' '), ran.code, ran.err]).toEqual([args.join(' '), 0, ''])
      expect(ran.json.schemaVersion).toBe(1)
    }
  })

  test('holds its home against a second one, which names it and ends with 5', async () => {
    const second = await run('node', 'start')
    expect([second.code, second.json]).toMatchObject([5, { error: { code: 'home/locked' } }])
    expect(second.out).toContain(String(node.pid))
  })

  test('is restarted by node restart: the same process, address and token, with its settings as they are now', async () => {
    const before = await readConnection(home)
    await run('config', 'set', 'policy', 'pastry')
    await run('config', 'set', 'petname', `friend=${stranger},ada=${member('impostor').peerId}`)
    expect((await run('trust', 'get', 'friend')).json).toMatchObject({
      error: { code: 'peer/unknown' },
    })
    const { startedAt } = (await run('status')).json as { startedAt: number }
    expect((await run('node', 'restart')).json).toMatchObject({
      ...{ restarted: true, pid: node.pid, nodeId: own.nodeId },
    })
    expect(await readConnection(home)).toEqual(before)
    const { json } = await run('status')
    expect(json).toMatchObject({ routing: 'pastry', owner: 'ada', pid: node.pid })
    expect(json.startedAt).toBeGreaterThan(startedAt)
    expect((await run('trust', 'list')).json.ratings).toMatchObject([{ value: -0.5, seq: 1 }])
    expect((await run('trust', 'get', 'friend')).json).toMatchObject({ vetoed: true })
    // A petname goes before what somebody calls himself, here the node itself.
    expect((await run('trust', 'get', 'ada')).json).toMatchObject({
      peer: { peerId: member('impostor').peerId },
    })
    // The second one meets nothing that the first left behind.
    expect((await run('node', 'restart')).code).toBe(0)
  })

  test('is stopped by node stop, leaves no api.json, and is back with what it signed', async () => {
    expect((await run('node', 'stop')).json).toMatchObject({ stopped: true, pid: node.pid })
    expect((await ended).code).toBe(0)
    expect((await run('trust', 'list')).code).toBe(3)
    node = terminal.start(['node', 'start', '--home', home, '--json'])
    const over = endOf(node)
    await new Promise((resolve) => createInterface({ input: node.stdout! }).once('line', resolve))
    expect((await run('trust', 'list')).json.ratings).toMatchObject([{ value: -0.5, seq: 1 }])
    node.kill('SIGINT')
    expect((await over).code).toBe(130)
  })

  test('ends when it is stopped although whoever supervises it holds its standard input open', async () => {
    node = terminal.start(['node', 'start', '--home', home, '--stop-with-stdin', '--json'])
    const over = endOf(node)
    await new Promise((resolve) => createInterface({ input: node.stdout! }).once('line', resolve))
    expect((await run('node', 'restart')).code).toBe(0)
    expect((await run('node', 'stop', '--timeout', '10')).json).toMatchObject({ stopped: true })
    expect((await over).code).toBe(0)
    node = terminal.start(['node', 'start', '--home', home, '--stop-with-stdin', '--json'])
    const left = endOf(node)
    await new Promise((resolve) => createInterface({ input: node.stdout! }).once('line', resolve))
    expect((await run('node', 'restart')).code).toBe(0)
    node.stdin!.end()
    expect((await left).code).toBe(0)
  })
})
