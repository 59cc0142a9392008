// The binary: plain JavaScript in front of the built command line, which an old Node starts as well.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isProcess } from '../../src/api/connection-file.ts'
import { endOf } from './terminal.ts'

// Makes this Node say that it is version 20.
const pretendOld = `data:text/javascript,${encodeURIComponent(
  "if (!process.env.TRUSTNET_HANDED_OVER) Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.9.0' } })",
)}`

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trustnet-bin-'))
  await mkdir(join(folder, 'cli'))
  await copyFile(join(import.meta.dirname, '../../cli/bin.js'), join(folder, 'cli', 'bin.js'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const build = async (program: string): Promise<void> => {
  await mkdir(join(folder, 'dist', 'cli'), { recursive: true })
  await writeFile(join(folder, 'dist', 'cli', 'run.js'), program)
}

const pin = async (): Promise<void> => {
  await mkdir(join(folder, 'node_modules', 'node', 'bin'), { recursive: true })
  await symlink(process.execPath, join(folder, 'node_modules', 'node', 'bin', 'node'))
}

const start = (args: readonly string[], old: boolean) =>
  spawn(
    process.execPath,
    [...(old ? ['--import', pretendOld] : []), join(folder, 'cli', 'bin.js'), ...args],
    { env: { HOME: folder, PATH: process.env.PATH }, stdio: ['pipe', 'pipe', 'pipe'] },
  )

describe('the binary', () => {
  test('says what to do when nothing is built', async () => {
    const { code, err } = await endOf(start([], false))
    expect([code, err.includes('npm run build')]).toEqual([1, true])
  })

  test('says what to do when Node is old and no other is pinned', async () => {
    await build('')
    const { code, err } = await endOf(start([], true))
    expect([code, err.includes('too old'), err.includes('22.13')]).toEqual([1, true, true])
  })

  test.each([false, true])(
    'hands arguments over and the exit code back (old Node: %s)',
    async (old) => {
      await pin()
      await build('console.log(JSON.stringify(process.argv.slice(2))); process.exitCode = 5')
      const { code, out, err } = await endOf(start(['trust', 'set', 'x', '-0.5'], old))
      expect([code, out, err]).toEqual([5, '["trust","set","x","-0.5"]\n', ''])
    },
  )

  test('leaves nobody behind when the old Node is killed', async () => {
    await pin()
    await build('console.log(process.pid); setInterval(() => {}, 1000)')
    const child = start([], true)
    const [said] = (await once(child.stdout!, 'data')) as [Buffer]
    const pid = Number(said.toString())
    expect(pid).not.toBe(child.pid)
    child.kill('SIGKILL')
    // The pipes close when the last process that holds them is gone.
    await endOf(child)
    // What is left then is its very last steps.
    while (isProcess(pid)) await new Promise(setImmediate)
  })

  test('passes a polite end on', async () => {
    await pin()
    await build(
      "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('up')",
    )
    const child = start([], true)
    await once(child.stdout!, 'data')
    child.kill('SIGTERM')
    expect((await endOf(child)).code).toBe(7)
  })
})
