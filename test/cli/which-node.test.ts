// Which node a command talks to, how it stops one, and what doctor sees.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { devnetPointerFile } from '../../cli/home.ts'
import { MemoryNode } from '../api/memory-node.ts'
import { Terminal } from './terminal.ts'

let terminal: Terminal
beforeAll(async () => {
  terminal = await Terminal.open()
})
afterAll(() => terminal.close())

const point = async (pid: number, nodes: readonly { name: string; home: string }[]) => {
  const file = devnetPointerFile(terminal.environment)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, JSON.stringify({ schemaVersion: 1, pid, nodes }))
}

describe('without --home', () => {
  test('commands reach the devnet’s first node, --node another, and a stale devnet nobody', async () => {
    const one = await terminal.serve(new MemoryNode(['first']), 'n1')
    const two = await terminal.serve(new MemoryNode(['second']), 'n2')
    const nodes = [
      { name: 'n1', home: one.home },
      { name: 'n2', home: two.home },
    ]
    await point(process.pid, nodes)
    const ownerOf = async (...args: string[]): Promise<unknown> =>
      (await terminal.run(['status', '--json', ...args])).json.owner
    expect(await ownerOf()).toBe('first')
    expect(await ownerOf('--node', 'n2')).toBe('second')
    const third = await terminal.run(['status', '--node', 'n3', '--json'])
    expect([third.code, third.json]).toMatchObject([2, { error: { code: 'node/no-such-name' } }])
    const named = await terminal.run(['status', '--json', '--home', join(terminal.folder, 'none')])
    expect(named.code).toBe(3)
    const own = await terminal.serve(new MemoryNode(['mine']), join('data', 'trustnet'))
    expect(await ownerOf()).toBe('mine')
    await own.close()
    await writeFile(join(own.home, 'api.json'), '{}')
    await point(2 ** 22 + 1, nodes)
    expect((await terminal.run(['status'])).code).toBe(3)
    await Promise.all([one.close(), two.close()])
  })
})

describe('node stop', () => {
  test('returns when the process is gone, and a second time finds none', async () => {
    const home = join(terminal.folder, 'stopping')
    await mkdir(home)
    const script = join(import.meta.dirname, 'served-process.ts')
    const child = spawn(process.execPath, [script, home], { stdio: ['ignore', 'pipe', 'inherit'] })
    const exited = once(child, 'exit')
    await once(child.stdout!, 'data')
    const ran = await terminal.run(['node', 'stop', '--home', home, '--json'])
    expect([ran.code, ran.json]).toEqual([
      0,
      { schemaVersion: 1, stopped: true, pid: child.pid, home },
    ])
    await exited
    expect((await terminal.run(['node', 'stop', '--home', home])).code).toBe(3)
  })
})

describe('doctor', () => {
  test('works without a node and says so', async () => {
    const ran = await terminal.run(['doctor', '--json', '--home', join(terminal.folder, 'fresh')])
    expect([ran.code, ran.json.healthy]).toEqual([0, true])
    expect(ran.out).toContain('None runs')
  })

  test('finds a key that others can read', async () => {
    const home = join(terminal.folder, 'careless')
    await mkdir(home, { mode: 0o700 })
    await writeFile(join(home, 'identity'), 'trustnet identity 1\n')
    await chmod(join(home, 'identity'), 0o644)
    const ran = await terminal.run(['doctor', '--json', '--home', home])
    expect([ran.code, ran.json.healthy]).toEqual([1, false])
    expect(ran.out).toContain('chmod 600')
  })
})
