// The service under trustnet's own supervisor: a process apart (`trustnet node supervise`) that holds
// the lock in the home's service folder. SIGHUP makes it start the node anew, SIGTERM ends both.
import { spawn } from 'node:child_process'
import { mkdirSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { isProcess } from '../../src/api/connection-file.ts'
import { Failure } from '../../src/core/failure.ts'
import { withoutSettings } from '../settings.ts'
import type { Manager } from './manager.ts'
import { logFile, type Service, serviceFolder } from './service.ts'

const askEveryMs = 50
const startWithinMs = 30_000
const stopWithinMs = 30_000

/** The supervisor that runs for a home; undefined when none does. */
export async function supervisorOf(home: string): Promise<number | undefined> {
  const { isRunning } = await import('../../src/runtime/home/process-mark.ts')
  try {
    const file = join(serviceFolder(home), 'lock')
    const mark = JSON.parse(await readFile(file, 'utf8')) as Parameters<typeof isRunning>[0] & {
      readonly pid: number
    }
    return isRunning(mark) ? mark.pid : undefined
  } catch {
    return undefined
  }
}

async function start(service: Service): Promise<void> {
  const { home } = service
  if ((await supervisorOf(home)) !== undefined) return
  const file = logFile(home)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const log = openSync(file, 'a', 0o600)
  const child = spawn(
    service.node,
    [service.entry, 'node', 'supervise', '--home', home],
    // Outlives this process and its terminal; the settings of whoever sits at that are not the service’s.
    { detached: true, stdio: ['ignore', log, log], cwd: home, env: withoutSettings(process.env) },
  )
  child.unref()
  let ended = false
  child.once('exit', () => {
    ended = true
  })
  child.once('error', () => {
    ended = true
  })
  const until = performance.now() + startWithinMs
  while ((await supervisorOf(home)) === undefined) {
    if (ended || performance.now() > until)
      throw new Failure('service/no-supervisor', { home, log: file })
    await delay(askEveryMs)
  }
}

async function stop({ home }: Service): Promise<void> {
  const pid = await supervisorOf(home)
  if (pid === undefined) return
  process.kill(pid, 'SIGTERM')
  const until = performance.now() + stopWithinMs
  // Its lock goes first, its last words to the log after that.
  while (isProcess(pid)) {
    if (performance.now() > until)
      throw new Failure('service/command-failed', {
        command: `kill ${pid}`,
        why: `the supervisor still runs after ${stopWithinMs / 1_000} s`,
      })
    await delay(askEveryMs)
  }
}

export const supervised: Manager = {
  // It reads service.json, which `provision` has written; there is nothing else to install.
  install: async () => false,
  isRunning: async ({ home }) => (await supervisorOf(home)) !== undefined,
  start,
  stop,
  remove: stop,
  async restart(service) {
    const pid = await supervisorOf(service.home)
    if (pid === undefined) await start(service)
    else process.kill(pid, 'SIGHUP')
  },
}
