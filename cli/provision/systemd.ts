// The service under systemd: three unit files and systemctl.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { homedir, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { Failure } from '../../src/core/failure.ts'
import type { Manager } from './manager.ts'
import { runProgram } from './run-program.ts'
import type { Service } from './service.ts'
import { nodeUnit, updateTimer, updateUnit } from './units.ts'

const node = 'trustnet.service'
const timer = 'trustnet-update.timer'

function unitFolder({ manager }: Service): string {
  if (manager === 'systemd') return '/etc/systemd/system'
  const { XDG_CONFIG_HOME: xdg } = process.env
  return join(xdg && isAbsolute(xdg) ? xdg : join(homedir(), '.config'), 'systemd', 'user')
}

const unitsOf = (service: Service): ReadonlyMap<string, string> =>
  new Map([
    [node, nodeUnit(service)],
    ...(service.autoUpdate
      ? ([
          ['trustnet-update.service', updateUnit(service)],
          [timer, updateTimer],
        ] as const)
      : []),
  ])

const everyUnit = [node, 'trustnet-update.service', timer]

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
  const units = unitsOf(service)
  let changed = false
  for (const name of everyUnit) {
    const file = join(folder, name)
    const wanted = units.get(name)
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
  for (const name of [timer, node])
    await systemctl(service, 'disable', '--now', name).catch(() => {})
  for (const name of everyUnit) await rm(join(unitFolder(service), name), { force: true })
  await systemctl(service, 'daemon-reload')
}

export const systemd: Manager = {
  install,
  remove,
  isRunning: async (service) =>
    systemctl(service, 'is-active', '--quiet', node).then(
      () => true,
      () => false,
    ),
  start: async (service) => void (await systemctl(service, 'start', node)),
  restart: async (service) => void (await systemctl(service, 'restart', node)),
  stop: async (service) => void (await systemctl(service, 'stop', node)),
}
