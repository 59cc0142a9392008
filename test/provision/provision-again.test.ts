// `provision` given again, under a systemd that is a script here: it notes what it is asked, and says that
// the service runs.
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { provisionHost } from '../../cli/provision/host.ts'
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

const provision = () =>
  provisionHost(
    {
      ...{ home: served.home, from: 'here', programs: undefined, registry: undefined },
      ...{ manager: 'systemd-user', 'auto-update': false, within: 0.1, join: undefined },
      ...{ listen: undefined, overlay: undefined, owner: 'ada', 'api-port': undefined },
    },
    silent,
  )

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
