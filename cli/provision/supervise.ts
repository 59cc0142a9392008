// The supervisor's process: lock, log, signals, and the daily update where it is wanted.
import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { releaseInterrupt } from '../interrupt.ts'
import { RotatingLog } from '../serve/rotating-log.ts'
import { Supervisor } from '../serve/supervisor.ts'
import { updateArguments } from './programs.ts'
import { logFile, type Service, serviceFolder, serviceOf, startArguments } from './service.ts'

const dayMs = 24 * 3_600_000

/**
 * Supervises the node of a home until it is asked to stop.
 *
 * @returns the exit code
 * @throws Failure `service/none`, `home/locked` when a supervisor runs already
 */
export async function supervise(
  homeFlag: string | undefined,
  line: (answer: object) => void,
): Promise<number> {
  const { locateHome } = await import('../../src/runtime/home/location.ts')
  const { lockHome } = await import('../../src/runtime/home/lock.ts')
  const home = locateHome(homeFlag).folder
  const service = await serviceOf(home)
  const lock = await lockHome(serviceFolder(home))
  const log = new RotatingLog(logFile(home))
  const supervisor = new Supervisor({
    start: async () => {
      const service = await serviceOf(home)
      return {
        node: service.node,
        arguments: [...startArguments(service), '--stop-with-stdin', '--json'],
      }
    },
    log: (text) => log.write(text),
    serving: (_, pid) => line({ event: 'serving', pid }),
  })
  releaseInterrupt()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => supervisor.stop())
  process.on('SIGHUP', () => supervisor.restart())
  const updates = updateDaily(home, log)
  // The machine went down in the middle of an update: it is not left to the next day.
  if (service.trying !== undefined) update(service, log)
  try {
    return await supervisor.run()
  } finally {
    clearTimeout(updates.timer)
    log.close()
    await lock.release()
  }
}

/** As the timer under systemd: once a day, not all nodes at the same hour. */
function updateDaily(home: string, log: RotatingLog): { timer?: NodeJS.Timeout } {
  const updates: { timer?: NodeJS.Timeout } = {}
  const plan = (): void => {
    updates.timer = setTimeout(
      async () => {
        plan()
        await serviceOf(home).then(
          (service) => update(service, log),
          () => {},
        )
      },
      dayMs / 2 + randomInt(dayMs / 2),
    )
    updates.timer.unref()
  }
  plan()
  return updates
}

function update(service: Service, log: RotatingLog): void {
  if (!service.autoUpdate && service.trying === undefined) return
  const child = spawn(service.node, [...updateArguments(service), '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  child.on('error', () => {})
  child.stdout.on('data', (bytes: Uint8Array) => log.write(bytes))
  child.stderr.on('data', (bytes: Uint8Array) => log.write(bytes))
}
