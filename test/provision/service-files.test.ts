// What a service keeps on disk: whose home it is, who may write in it, which programs are whose, and
// what its log says. No service is started here.
import { chown, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Child } from '../../cli/devnet/child.ts'
import { showKey } from '../../cli/keys/transfer.ts'
import { bytesOfLog, lastComplaint } from '../../cli/provision/health.ts'
import {
  currentVersion,
  entryOf,
  freshInstallation,
  holdPrograms,
  isInstalled,
  makeCurrent,
  makeUpdater,
  programsFolder,
  pruneVersions,
  updateArguments,
} from '../../cli/provision/programs.ts'
import { readService, type Service, unitFor, writeService } from '../../cli/provision/service.ts'
import { uninstall } from '../../cli/provision/uninstall.ts'
import { serviceHome } from '../../cli/provision/which-service.ts'
import { keepSetting } from '../../cli/settings.ts'
import { foundWith } from '../../src/runtime/home/founding.ts'
import { openHome } from '../../src/runtime/home/home.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trustnet-service-'))
  vi.stubEnv('TRUSTNET_ETC', at('etc'))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(folder, { recursive: true, force: true })
})
const at = (...names: string[]): string => join(folder, ...names)

const serviceAt = (home: string, programs: string | null = null): Service => ({
  ...{ schemaVersion: 1, manager: 'supervisor', home, unit: 'trustnet', programs },
  ...{ node: process.execPath, entry: 'run.js', arguments: [], autoUpdate: false },
  ...{ registry: null, refused: [] },
})

const silent = {
  step: <T>(_: string, act: () => Promise<T>): Promise<T> => act(),
  told: () => {},
}

describe('the home that is meant', () => {
  test('is the one named, then that of the user’s service, then that of the machine’s', async () => {
    vi.stubEnv('XDG_DATA_HOME', at('data'))
    vi.stubEnv('TRUSTNET_HOME', '')
    const own = at('data', 'trustnet')
    const machines = at('machine')
    expect(await serviceHome(undefined, machines)).toBe(own)
    await writeService(serviceAt(machines))
    expect(await serviceHome(undefined, machines)).toBe(machines)
    expect(await serviceHome(at('named'), machines)).toBe(at('named'))
    await writeService(serviceAt(own))
    expect(await serviceHome(undefined, machines)).toBe(own)
  })

  test('gets what root writes in it for its own user', async () => {
    if (process.getuid?.() !== 0) return console.log('skipped: only root writes for others')
    const home = at('home')
    await mkdir(home)
    await chown(home, 4_321, 4_322)
    await keepSetting(home, 'owner', 'ada')
    await writeService(serviceAt(home))
    const { peerId } = await showKey(home)
    const name = 'friends'
    expect(await foundWith({ home, members: [], name, parameters: {} })).toMatchObject({ peerId })
    const names = ['settings.json', 'service', 'service/service.json', 'identity', 'genesis.json']
    // Held, and so left by a command of root's that is killed.
    await using _held = await openHome(home)
    expect(await readdir(home)).toHaveLength(6)
    for (const name of [...names, 'store', 'lock']) {
      const { uid, gid } = await stat(join(home, name))
      expect([name, uid, gid]).toEqual([name, 4_321, 4_322])
    }
  })
})

describe('a second node', () => {
  test('has a unit and programs of its own', () => {
    const units = [unitFor('/srv/a', true), unitFor('/srv/a', false), unitFor('/srv/b', false)]
    expect(units[0]).toBe('trustnet')
    expect(new Set(units).size).toBe(3)
    const [first, second] = units.map((unit) => programsFolder(unit, { HOME: '/srv/u' }, false))
    expect(first).toBe('/srv/u/.local/share/trustnet-programs')
    expect(second).toMatch(/share\/trustnet-[0-9a-f]{8}-programs$/)
    expect(programsFolder('trustnet', {}, true)).toBe('/opt/trustnet')
  })

  test('is refused the programs of the first, until that one is gone', async () => {
    const programs = at('programs')
    const held = await holdPrograms(programs, at('first'))
    await expect(holdPrograms(programs, at('first'))).rejects.toMatchObject({
      ...{ code: 'service/busy', exitCode: 5, facts: { pid: process.pid } },
    })
    await held.release()
    await writeService(serviceAt(at('first'), programs))
    await expect(holdPrograms(programs, at('second'))).rejects.toMatchObject({
      ...{ code: 'service/programs-of-another', facts: { home: at('first') } },
    })
    await rm(at('first'), { recursive: true })
    await (await holdPrograms(programs, at('second'))).release()
    expect(await readFile(join(programs, 'home'), 'utf8')).toBe(`${at('second')}\n`)
  })
})

describe('an installation', () => {
  const place = async (programs: string, name: string): Promise<string> => {
    const entry = entryOf(programs, name)
    await mkdir(dirname(entry), { recursive: true })
    await writeFile(entry, name)
    return entry
  }

  test('of a version that is there already lies beside it', async () => {
    const programs = at('programs')
    await place(programs, '1.2.0')
    await makeCurrent(programs, '1.2.0')
    const again = freshInstallation(programs, '1.2.0')
    const entry = await place(programs, again)
    await makeCurrent(programs, again)
    expect([again, await currentVersion(programs)]).toEqual(['1.2.0~1', '1.2.0'])
    expect([isInstalled(programs, '1.2.0'), await readFile(entry, 'utf8')]).toEqual([true, again])
    expect(freshInstallation(programs, '1.2.0')).toBe('1.2.0~2')
  })

  test('is dropped when it is old, the oldest first', async () => {
    const programs = at('programs')
    for (const name of ['1.2.0', '1.10.0', '1.10.0~1', '1.10.0~2', '1.10.0~10', '1.9.0'])
      await place(programs, name)
    await pruneVersions(programs, ['1.9.0', '1.10.0~10'])
    const left = await readdir(join(programs, 'versions'))
    expect(left.sort()).toEqual(['1.10.0~1', '1.10.0~10', '1.10.0~2', '1.9.0'])
  })

  test('that was seen healthy last is what updates, and is never dropped', async () => {
    const programs = at('programs')
    const entry = join(programs, 'current', 'bin.js')
    const service = { ...serviceAt(at('home'), programs), entry }
    const updates = ['update', '--home', at('home'), '--automatic']
    for (const name of ['1.0.0', '1.1.0', '1.2.0', '1.3.0']) await place(programs, name)
    expect(updateArguments(service)).toEqual([entry, ...updates])
    await makeUpdater(programs, '1.0.0')
    await makeCurrent(programs, '1.3.0')
    await pruneVersions(programs, ['1.3.0'])
    const [updater, ...words] = updateArguments(service)
    expect([await readFile(updater!, 'utf8'), words]).toEqual(['1.0.0', updates])
  })
})

test('an update that was begun stands in the service until it is decided', async () => {
  const service = serviceAt(at('home'), at('programs'))
  const trying = { from: '1.0.0', to: '1.1.0', peers: true, heightMin: 7, within: 300 }
  await writeService({ ...service, trying })
  expect((await readService(at('home')))!.trying).toEqual(trying)
  await writeService(service)
  expect(await readService(at('home'))).toEqual(service)
  // As versions wrote it that did not note the time.
  const { within: _, ...older } = trying
  await writeService({ ...service, trying: older })
  expect((await readService(at('home')))!.trying).toEqual(older)
  for (const wrong of [{ to: 7 }, { within: 'long' }]) {
    await writeService({ ...service, trying: { ...trying, ...wrong } as never })
    await expect(readService(at('home'))).rejects.toMatchObject({ code: 'service/malformed' })
  }
})

describe('uninstalling', () => {
  test('under a node that somebody else runs there is refused, and takes nothing away', async () => {
    const home = at('home')
    const programs = at('programs')
    await writeService(serviceAt(home, programs))
    await mkdir(join(programs, 'versions', '1.0.0'), { recursive: true })
    const flags = { home, 'delete-data': true, 'delete-keys': true }
    const running = await openHome(home)
    await expect(uninstall(flags, silent)).rejects.toMatchObject({
      ...{ code: 'home/locked', exitCode: 5 },
    })
    expect(await readService(home)).toBeDefined()
    expect(await readdir(join(programs, 'versions'))).toEqual(['1.0.0'])
    expect(await readdir(home)).toContain('store')
    await running.close()
    expect(await uninstall(flags, silent)).toEqual({ event: 'uninstalled', home, kept: [] })
    expect(await readdir(folder)).toEqual([])
  })
})

test('what a node complained of before this start is not told again', async () => {
  const log = at('node.log')
  const complaint = (message: string): string =>
    `${JSON.stringify({ schemaVersion: 1, error: { code: 'x', message } })}\n`
  await writeFile(log, `{"level":30}\n${complaint('of yesterday')}`)
  const before = await bytesOfLog(log)
  expect(await lastComplaint(log, before)).toBeUndefined()
  await writeFile(log, `${complaint('one')}${complaint('two')}{"schemaVersion":1,"error":{"cut\n`, {
    flag: 'a',
  })
  expect(await lastComplaint(log, before)).toBe('two')
  // The log was begun anew in between.
  await writeFile(log, complaint('short'))
  expect(await lastComplaint(log, before)).toBe('short')
  expect(await lastComplaint(at('none'), 0)).toBeUndefined()
})

test('a devnet’s nodes do not take over the settings of whoever starts it', async () => {
  vi.stubEnv('TRUSTNET_OWNER', 'ada')
  vi.stubEnv('TRUSTNET_HOME', at('home'))
  const names = 'Object.keys(process.env).filter((name) => name.startsWith("TRUSTNET_"))'
  const started = Child.start({
    ...{ name: 'n1', home: at('n1'), args: [], startTimeoutMs: 30_000 },
    entry: ['-e', `console.error(JSON.stringify(${names}))`],
  })
  await expect(started).rejects.toMatchObject({ code: 'devnet/node-failed', facts: { why: '[]' } })
})
