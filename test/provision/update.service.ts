// A provisioned node and its updates, all real: packed versions of this program, npm, a registry on
// loopback, the supervisor, the node. It needs npm, and takes a minute or two.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { statusOf } from '../../cli/provision/health.ts'
import { readService, writeService } from '../../cli/provision/service.ts'
import { supervisorOf } from '../../cli/provision/supervised.ts'
import { isProcess } from '../../src/api/connection-file.ts'
import { type Ran, Terminal } from '../cli/terminal.ts'
import { until } from '../live/harness.ts'
import {
  buildCheckout,
  checkout,
  linkDependencies,
  openRegistry,
  pack,
  packBroken,
  type Registry,
} from './packed.ts'

let terminal: Terminal
let registry: Registry
let home: string
let programs: string
let first: string

const says = (version: string, otherwise: string): string =>
  `#!/usr/bin/env node\nif (process.argv[2] === '--version') console.log('trustnet ${version}')\nelse { ${otherwise} }\n`
const crashes = "throw new Error('a bad release')"
const neverAnswers = 'setInterval(() => {}, 1000)'

/** Publishes a release that runs well enough to tell its version, and then does this. */
const publishBroken = async (version: string, otherwise: string): Promise<void> =>
  registry.publish(version, await packBroken(terminal.folder, version, says(version, otherwise)))

beforeAll(async () => {
  await buildCheckout()
  terminal = await Terminal.open()
  registry = await openRegistry()
  home = join(terminal.folder, 'home')
  programs = join(terminal.folder, 'programs')
  await linkDependencies(programs)
  first = await pack(terminal.folder, '7.0.0')
}, 300_000)

afterAll(async () => {
  await terminal.run(['uninstall', '--home', home])
  await registry.close()
  await terminal.close()
})

const run = (...args: string[]): Promise<Ran> => terminal.run([...args, '--home', home, '--json'])
const provision = (from: string = first) =>
  run(
    ...['provision', '--from', from, '--programs', programs, '--registry', registry.url],
    ...['--manager', 'supervisor', '--owner', 'ada', '--bin', join(terminal.folder, 'bin')],
  )
const codeOf = ({ json }: Ran) => (json.error as { code: string } | undefined)?.code
const stepsOf = ({ out }: Ran): unknown[] =>
  out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ event }) => event === 'step')
    .map(({ step }) => step)

describe('a provisioned node', () => {
  test('is installed from a packed file, healthy, and told by its id', async () => {
    const ran = await provision()
    expect([ran.code, ran.err]).toEqual([0, ''])
    expect(stepsOf(ran)).toEqual(['program', 'service', 'start', 'healthy'])
    const status = await statusOf(home)
    expect(ran.json).toMatchObject({
      ...{ event: 'provisioned', nodeId: status!.nodeId, version: '7.0.0', changed: true },
      manager: 'supervisor',
    })
  })

  test('has a command that runs the program that is current', async () => {
    const { command } = (await readService(home))!
    expect(command).toBe(join(terminal.folder, 'bin', 'trustnet'))
    const asked = ['status', '--home', home, '--json']
    // No Node is in the path: it knows its own.
    const environment = { ...terminal.environment, PATH: '/usr/bin:/bin' }
    const { stdout } = await promisify(execFile)(command!, asked, { env: environment })
    expect(JSON.parse(stdout)).toMatchObject({ version: '7.0.0' })
  })

  test('stays as it is when the same command is given again', async () => {
    const before = await statusOf(home)
    const ran = await provision()
    expect(ran.json).toMatchObject({ changed: false, nodeId: before!.nodeId })
    expect((await statusOf(home))?.pid).toBe(before!.pid)
  })

  test('stays as it is when its own program provisions it again', async () => {
    const before = await statusOf(home)
    const bin = join(programs, 'current', 'node_modules', 'trustnet', 'cli', 'bin.js')
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        ...[bin, 'provision', '--programs', programs, '--registry', registry.url, '--json'],
        ...['--manager', 'supervisor', '--owner', 'ada', '--home', home],
      ],
      { env: terminal.environment },
    )
    const answer = JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>
    expect(answer).toMatchObject({ changed: false, nodeId: before!.nodeId })
    expect((await statusOf(home))?.pid).toBe(before!.pid)
  })

  test('is installed beside itself where the same version comes with other bytes', async () => {
    const before = await statusOf(home)
    const bin = await readFile(join(checkout, 'cli', 'bin.js'), 'utf8')
    const other = join(terminal.folder, 'again')
    const again = await pack(other, '7.0.0', `${bin}// packed again\n`)
    const ran = await provision(again)
    expect([ran.code, ran.json]).toMatchObject([0, { changed: true, version: '7.0.0' }])
    const after = await statusOf(home)
    expect([after?.nodeId, after?.pid === before?.pid]).toEqual([before?.nodeId, false])
    expect(await readlink(join(programs, 'current'))).toBe(join('versions', '7.0.0~1'))
    expect((await readdir(join(programs, 'versions'))).sort()).toEqual(['7.0.0', '7.0.0~1'])
    expect((await provision(again)).json).toMatchObject({ changed: false })
  }, 120_000)

  test('is told that there is nothing newer, and that there is no registry', async () => {
    await registry.publish('9.0.0', first)
    const foreign = await run('update')
    expect([foreign.code, codeOf(foreign)]).toEqual([1, 'update/other-package'])
    await registry.publish('7.0.0', first)
    expect((await run('update', '--check')).json).toMatchObject({ newer: false, latest: '7.0.0' })
    const nowhere = await run('update', '--registry', 'http://127.0.0.1:9/', '--check')
    expect([nowhere.code, codeOf(nowhere)]).toEqual([1, 'update/no-registry'])
  })

  test('is not updated from a registry that nobody named, unless that has the very bytes', async () => {
    const environment = { npm_config_registry: registry.url }
    const folder = join(programs, 'versions', '7.0.0')
    const integrity = `sha512-${createHash('sha512')
      .update(await readFile(first))
      .digest('base64')}`
    expect(await readFile(join(folder, '.integrity'), 'utf8')).toBe(integrity)
    // A home whose service names no registry, with the programs of the first.
    const unnamed = join(terminal.folder, 'unnamed')
    const service = (await readService(home))!
    await writeService({ ...service, home: unnamed, registry: null })
    const check = async () => {
      const asked = ['update', '--check', '--home', unnamed, '--json']
      const ran = await terminal.run(asked, { environment })
      return [ran.code, codeOf(ran) ?? ran.json.newer]
    }
    await registry.publish('7.0.0', first)
    expect(await check()).toEqual([1, 'update/unproven'])
    await registry.publish('7.0.0', join(terminal.folder, 'again', 'trustnet-7.0.0.tgz'))
    expect(await check()).toEqual([0, false])
    await rm(unnamed, { recursive: true })
  }, 120_000)

  test('takes a newer version, as the same node', async () => {
    await registry.publish('7.1.0', await pack(terminal.folder, '7.1.0'))
    expect((await run('update', '--check')).json).toMatchObject({ newer: true, latest: '7.1.0' })
    const before = await statusOf(home)
    // By itself, so that the real program is asked for the format of its store as well.
    const ran = await run('update', '--automatic')
    expect(ran.json).toMatchObject({ from: '7.0.0', to: '7.1.0', changed: true })
    const after = await statusOf(home)
    expect(after).toMatchObject({ version: '7.1.0', nodeId: before!.nodeId })
    expect(after!.pid).not.toBe(before!.pid)
  })

  test('leaves out a version that does not run here, and runs on meanwhile', async () => {
    const before = await statusOf(home)
    await registry.publish('7.2.0', await packBroken(terminal.folder, '7.2.0', 'process.exit(1)'))
    const ran = await run('update')
    expect([ran.code, codeOf(ran)]).toEqual([1, 'update/broken'])
    expect((await statusOf(home))?.pid).toBe(before!.pid)
  })

  test.each([
    ['crashes', '7.3.0', crashes],
    ['never answers', '7.4.0', neverAnswers],
  ])(
    'goes back from a version that %s, and does not try it again by itself',
    async (_, version, bin) => {
      await publishBroken(version, bin)
      const ran = await run('update', '--within', '8')
      expect([ran.code, codeOf(ran)]).toEqual([1, 'update/rolled-back'])
      expect(await statusOf(home)).toMatchObject({ version: '7.1.0', joined: true })
      expect((await run('update', '--automatic')).json).toMatchObject({ changed: false })
      expect((await run('update', '--check')).json).toMatchObject({ newer: true, refused: true })
    },
    120_000,
  )

  /** Kills an update once the new version is current. */
  async function killedUpdate(version: string, ...words: string[]): Promise<void> {
    const updater = terminal.start(['update', '--home', home, '--json', ...words])
    await until(
      'the new one is current',
      () => readlink(join(programs, 'current')),
      (to) => to === join('versions', version),
    )
    updater.kill('SIGKILL')
    await once(updater, 'exit')
  }

  test('goes back by itself where the machine went down in the middle of an update', async () => {
    const version = '7.4.1'
    await publishBroken(version, neverAnswers)
    await killedUpdate(version, '--within', '10')
    process.kill((await supervisorOf(home))!, 'SIGKILL')
    terminal.start(['node', 'supervise', '--home', home])
    // Within the time that the update was begun with, not the usual minute, and what the old one takes to start.
    const decided = await until(
      'it is decided',
      () => readService(home),
      (service) => service?.trying === undefined,
      55_000,
    )
    expect(await statusOf(home)).toMatchObject({ version: '7.1.0', joined: true })
    expect(decided?.refused).toContain(version)
  }, 240_000)

  test.each([
    ['goes back from a version that never answers', '7.5.0', neverAnswers, 1],
    ['stays with a version that is healthy', '7.6.0', undefined, 0],
  ])(
    '%s, though whoever updated was killed in between',
    async (_, version, broken, code) => {
      if (broken !== undefined) await publishBroken(version, broken)
      else await registry.publish(version, await pack(terminal.folder, version))
      await killedUpdate(version)
      // What never answers is not waited for; what is healthy may start slowly on a busy machine.
      const ran = await run('update', '--automatic', '--within', code === 0 ? '60' : '8')
      const serves = code === 0 ? version : '7.1.0'
      expect([ran.code, codeOf(ran)]).toEqual([code, code === 0 ? undefined : 'update/rolled-back'])
      expect(await statusOf(home)).toMatchObject({ version: serves, joined: true })
      expect(await readlink(join(programs, 'current'))).toBe(join('versions', serves))
      expect((await readService(home))!.trying).toBeUndefined()
    },
    120_000,
  )

  test('is not updated by itself to a version from whose store there is no way back', async () => {
    const tells = `console.log('{"schemaVersion":1,"newest":99}')`
    await publishBroken('7.7.0', tells)
    const before = await statusOf(home)
    const ran = await run('update', '--automatic')
    expect([ran.code, codeOf(ran)]).toEqual([1, 'update/raises-format'])
    expect((await statusOf(home))?.pid).toBe(before!.pid)
  }, 120_000)

  test('is told both reasons where the old version does not come back either', async () => {
    await publishBroken('7.8.0', crashes)
    // What ran until now cannot start again.
    const current = await readlink(join(programs, 'current'))
    const bin = join(programs, current, 'node_modules', 'trustnet', 'cli', 'bin.js')
    const program = await readFile(bin)
    await writeFile(bin, says('7.6.0', 'process.exit(2)'))
    const ran = await run('update', '--within', '3')
    expect([ran.code, codeOf(ran)]).toEqual([1, 'update/not-back'])
    expect((ran.json.error as { message: string }).message).toMatch(/7\.8\.0.*7\.6\.0/)
    expect((await readService(home))!).toMatchObject({ refused: expect.arrayContaining(['7.8.0']) })
    expect((await readService(home))!.trying).toBeUndefined()
    await writeFile(bin, program)
    expect((await provision()).code).toBe(0)
  }, 120_000)

  test('is uninstalled without a trace but its home, which is the same node again', async () => {
    const { nodeId, pid } = (await statusOf(home))!
    const ran = await run('uninstall')
    expect([ran.code, await supervisorOf(home), isProcess(pid)]).toEqual([0, undefined, false])
    expect(ran.json.kept).toEqual(expect.arrayContaining(['identity', 'store']))
    expect(await readdir(programs)).toEqual(['node_modules'])
    expect(await readdir(join(terminal.folder, 'bin'))).toEqual([])
    const none = await run('update')
    expect([none.code, codeOf(none)]).toEqual([1, 'service/none'])
    const again = await provision()
    expect(again.json).toMatchObject({ event: 'provisioned', nodeId })
    const gone = await run('uninstall', '--delete-keys')
    expect(gone.json.kept).toEqual([])
  }, 120_000)
})
