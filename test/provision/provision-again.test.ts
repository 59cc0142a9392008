// `provision` given again, under a systemd that is a script here: it notes what it is asked, and says that
// the service runs.
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ProvisionFlags } from '../../cli/provision/flags.ts'
import { plannedService, provisionHost } from '../../cli/provision/host.ts'
import { readService, writeService } from '../../cli/provision/service.ts'
import type { Steps } from '../../cli/provision/steps.ts'
import { renderProvisioned } from '../../cli/render/service.ts'
import { MemoryNode } from '../api/memory-node.ts'
import { Terminal } from '../cli/terminal.ts'

const asked = 'asked'
const silent = {
  step: <T>(_: string, act: () => Promise<T>): Promise<T> => act(),
  told: () => {},
}

let terminal: Terminal
let served: Awaited<ReturnType<Terminal['serve']>>

beforeEach(async () => {
  terminal = await Terminal.open()
  const programs = join(terminal.folder, 'bin')
  await mkdir(programs)
  for (const name of ['systemctl', 'loginctl']) {
    const file = join(programs, name)
    await writeFile(file, `#!/bin/sh\necho "$@" >> '${join(terminal.folder, asked)}'\n`)
    await chmod(file, 0o755)
  }
  vi.stubEnv('PATH', [programs, process.env.PATH].join(delimiter))
  vi.stubEnv('XDG_CONFIG_HOME', join(terminal.folder, 'config'))
  served = await terminal.serve(new MemoryNode(['self']), 'home')
})

afterEach(async () => {
  await served.close()
  await terminal.close()
  vi.unstubAllEnvs()
})

const asGiven: ProvisionFlags = {
  ...{ home: undefined, from: undefined, programs: undefined, registry: undefined, anew: false },
  // In a folder of the test's own, never among the machine's programs.
  get bin() {
    return join(terminal.folder, 'commands')
  },
  ...{ manager: undefined, 'auto-update': undefined, within: 0.1, join: undefined },
  ...{ listen: undefined, overlay: undefined, owner: undefined, 'api-port': undefined },
}

const provision = (flags: Partial<ProvisionFlags> = {}, steps: Steps = silent) =>
  provisionHost(
    {
      ...{ ...asGiven, home: served.home, from: 'here', manager: 'systemd-user' },
      ...{ 'auto-update': false, owner: 'ada', ...flags },
    },
    steps,
  )

/** Provisions with nothing but these flags. @returns the service as it is then, and what was told of it */
async function provisionedWith(flags: Partial<ProvisionFlags>) {
  const told: string[] = []
  const telling: Steps = {
    ...silent,
    step: async (name, act) => {
      const done = await act()
      if (name === 'service') told.push(done.says)
      return done
    },
  }
  const none = { owner: undefined, 'auto-update': undefined }
  // It answers as the process before, which is told as well.
  await provision({ ...none, ...flags }, telling).catch(() => {})
  return { service: (await readService(served.home))!, says: told[0] }
}

/** Was a restart asked for since the last look? */
async function restarts(): Promise<boolean> {
  const file = join(terminal.folder, asked)
  const said = await readFile(file, 'utf8')
  await rm(file)
  return said.includes(' restart ')
}

test('the node is restarted where its service or its unit changed, and else left alone', async () => {
  // The process that answers here outlives its restart, which is told as well.
  const again = { code: 'service/not-healthy' }
  await expect(provision()).rejects.toMatchObject(again)
  expect(await restarts()).toBe(true)
  expect(await provision()).toMatchObject({ changed: false })
  expect(await restarts()).toBe(false)
  const [unit] = (await readFile(join(served.home, 'service', 'service.json'), 'utf8')).match(
    /trustnet-[0-9a-f]{8}/,
  )!
  const file = join(terminal.folder, 'config', 'systemd', 'user', `${unit}.service`)
  // As an older version of this program wrote it.
  await writeFile(file, (await readFile(file, 'utf8')).replace('WatchdogSec=120\n', ''))
  await expect(provision()).rejects.toMatchObject(again)
  expect(await restarts()).toBe(true)
  expect(await readFile(file, 'utf8')).toContain('WatchdogSec=120\n')
})

test('a flag that is not given again stays as it was, and what stays is told', async () => {
  const listen = '/ip4/127.0.0.1/tcp/45671'
  const registry = 'http://127.0.0.1:9/'
  await provisionedWith({ owner: 'a', listen: [listen], 'api-port': 45_672, overlay: ['x', 'y'] })
  const named = await provisionedWith({ registry })
  expect(named.says).toContain(`new: --registry ${registry}`)
  const { service, says } = await provisionedWith({ owner: 'b' })
  expect(service.arguments).toEqual([
    ...['--overlay', 'x', '--overlay', 'y', '--listen', listen],
    ...['--owner', 'b', '--api-port', '45672'],
  ])
  expect(service.registry).toBe(registry)
  for (const part of [
    `keeps --listen ${listen}`,
    'keeps --api-port 45672',
    '--owner b instead of a',
  ])
    expect(says).toContain(part)
  const less = await provisionedWith({ anew: true, owner: 'b' })
  expect([less.service.arguments, less.service.registry]).toEqual([['--owner', 'b'], null])
  expect(less.says).toContain(`without --listen ${listen}`)
})

test('updates that were turned off stay off, and those that were on stay on', async () => {
  const programs = join(terminal.folder, 'programs')
  for (const autoUpdate of [false, true]) {
    await provisionedWith({})
    // As it is where a program was installed: nothing is installed in this test.
    const before = {
      ...(await readService(served.home))!,
      programs,
      autoUpdate,
      registry: 'http://127.0.0.1:9/',
    }
    await writeService(before)
    const flags = { ...asGiven, home: served.home, owner: 'b' }
    expect(await plannedService(flags)).toMatchObject({ autoUpdate, programs })
  }
})

test('the manager that keeps the node running stays', async () => {
  await provisionedWith({})
  await writeService({ ...(await readService(served.home))!, manager: 'supervisor' })
  expect(await plannedService({ ...asGiven, home: served.home })).toMatchObject({
    manager: 'supervisor',
  })
})

test('people are told that the node listens on loopback alone, and which command runs it', async () => {
  await provision().catch(() => {})
  const found = await provision()
  const { command, remarks } = found
  expect(command).toBe(join(terminal.folder, 'commands', 'trustnet'))
  expect(remarks).toEqual([
    expect.stringMatching(/loopback alone.*--listen \/ip4\/0\.0\.0\.0\/tcp\/4001/),
    expect.stringContaining(join(terminal.folder, 'commands')),
  ])
  expect(renderProvisioned(found)).toContain(command)
  vi.stubEnv('PATH', [join(terminal.folder, 'commands'), process.env.PATH].join(delimiter))
  expect((await provision()).remarks).toHaveLength(1)
})
