// The service under systemd: three unit files and systemctl.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { xdgFolder } from '../../src/api/xdg-folder.ts'
import { Failure } from '../../src/core/failure.ts'
import type { Manager } from './manager.ts'
import { runProgram } from './run-program.ts'
import type { Service } from './service.ts'
import { nodeUnit, systemdVersionIn, updateTimer, updateUnit } from './units.ts'

const nodeOf = ({ unit }: Service): string => `${unit}.service`
const updaterOf = ({ unit }: Service): string => `${unit}-update.service`
const timerOf = ({ unit }: Service): string => `${unit}-update.timer`

function unitFolder({ manager }: Service): string {
  if (manager === 'systemd') return '/etc/systemd/system'
  return join(xdgFolder('config'), 'systemd', 'user')
}

/** Every unit of a service; undefined is one that is not to be. */
const unitsOf = (
  service: Service,
  systemdVersion: number,
): ReadonlyMap<string, string | undefined> =>
  new Map([
    [nodeOf(service), nodeUnit(service, systemdVersion)],
    [updaterOf(service), service.autoUpdate ? updateUnit(service) : undefined],
    [timerOf(service), service.autoUpdate ? updateTimer : undefined],
  ])

/** systemd's version; 0 where it does not tell. */
async function versionOfSystemd(): Promise<number> {
  const { out } = await runProgram('systemctl', ['--version'], { timeoutMs: 10_000 })
  return systemdVersionIn(out)
}

async function systemctl(service: Service, ...words: string[]): Promise<string> {
  const args = [...(service.manager === 'systemd-user' ? ['--user'] : []), ...words]
  const ended = await runProgram('systemctl', args, { timeoutMs: 180_000 })
  if (ended.code !== 0)
    throw new Failure('service/command-failed', {
      command: `systemctl ${args.join(' ')}`,
      why: ended.why,
    })
  return ended.out
}

async function install(service: Service): Promise<boolean> {
  const folder = unitFolder(service)
  await mkdir(folder, { recursive: true })
  const [node, timer] = [nodeOf(service), timerOf(service)]
  let changed = false
  for (const [name, wanted] of unitsOf(service, await versionOfSystemd())) {
    const file = join(folder, name)
    const there = await readFile(file, 'utf8').catch(() => undefined)
    if (there === wanted) continue
    changed = true
    if (wanted === undefined) await rm(file, { force: true })
    else await writeFile(file, wanted, { mode: 0o644 })
  }
  if (changed) await systemctl(service, 'daemon-reload')
  await systemctl(service, 'enable', node, ...(service.autoUpdate ? [timer] : []))
  if (service.autoUpdate) await systemctl(service, 'start', timer)
  // A user's services end with his last session unless he lingers.
  if (service.manager === 'systemd-user')
    await runProgram('loginctl', ['enable-linger', userInfo().username])
  return changed
}

async function remove(service: Service): Promise<void> {
  for (const name of [timerOf(service), nodeOf(service)])
    await systemctl(service, 'disable', '--now', name).catch(() => {})
  for (const name of [nodeOf(service), updaterOf(service), timerOf(service)])
    await rm(join(unitFolder(service), name), { force: true })
  await systemctl(service, 'daemon-reload')
}

export const systemd: Manager = {
  install,
  remove,
  isRunning: async (service) =>
    systemctl(service, 'is-active', '--quiet', nodeOf(service)).then(
      () => true,
      () => false,
    ),
  start: async (service) => void (await systemctl(service, 'start', nodeOf(service))),
  restart: async (service) => void (await systemctl(service, 'restart', nodeOf(service))),
  stop: async (service) => void (await systemctl(service, 'stop', nodeOf(service))),
}
