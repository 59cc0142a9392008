// `devnet up` from the first process to the last: prints events, keeps routing while it runs, and
// ends all nodes whatever ends it (time, Ctrl-C, a failure, the death of this process).
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { releaseInterrupt } from '../interrupt.ts'
import { plannedAdversaries } from './adversaries.ts'
import { Devnet, type DevnetEvent } from './devnet.ts'
import { judgeRatings, plannedRatings } from './ratings.ts'
import { Screen } from './screen.ts'

/** The flags of `devnet up`. */
export interface DevnetFlags {
  readonly nodes: number
  readonly overlay: readonly string[]
  readonly ratings: string
  readonly policy: string
  readonly router: string
  readonly adversary: readonly string[]
  readonly for: number | undefined
  readonly 'exit-when-ready': boolean
  readonly 'ready-within': number
  readonly json: boolean
}

/** Between two lookups of the demonstration. */
const routeEveryMs = 2_000

export async function runDevnet(flags: DevnetFlags): Promise<void> {
  const names = Array.from({ length: flags.nodes }, (_, i) => `n${i + 1}`)
  // Said here once, and not by each of the nodes.
  const { overlaysOf } = await import('../../src/runtime/overlays.ts')
  const overlays = (await overlaysOf(flags.overlay)).map(({ name, makePolicy }) => ({
    name,
    manual: makePolicy({ ownRating: () => undefined }).manual,
  }))
  const ratings = await plannedRatings(flags.ratings, names, overlays[0]!.name)
  judgeRatings(ratings, overlays)
  const adversaries = await plannedAdversaries(flags.adversary, names)
  const screen = !flags.json && process.stdout.isTTY ? new Screen() : undefined
  const tell = (event: DevnetEvent): void => {
    if (screen !== undefined) screen.show(event)
    else process.stdout.write(`${JSON.stringify({ schemaVersion: 1, ...event })}\n`)
  }
  const ended = Promise.withResolvers<void>()
  const devnet = new Devnet(
    {
      ...{ nodes: flags.nodes, overlays: flags.overlay, policy: flags.policy },
      ...{ router: flags.router, readyWithinSeconds: flags['ready-within'] },
      ...{ adversaries, entry: [...process.execArgv, commandLineEntry()] },
    },
    tell,
  )
  endOnSignals(devnet, ended.resolve)
  if (flags.for !== undefined) setTimeout(ended.resolve, flags.for * 1_000).unref()
  try {
    await devnet.up(ratings)
    if (!flags['exit-when-ready'] && !devnet.isStopping) {
      screen?.watch(devnet)
      await keepRouting(devnet, ended.promise)
    }
  } catch (error) {
    // What fails because we were told to stop is no failure.
    if (!devnet.isStopping) throw error
  } finally {
    await devnet.stop()
    screen?.close()
    tell({ event: 'summary', ...devnet.summary() })
  }
}

/** cli/run.ts in the sources, dist/cli/run.js when built. */
const commandLineEntry = (): string => {
  const here = fileURLToPath(import.meta.url)
  return fileURLToPath(new URL(here.endsWith('.ts') ? '../run.ts' : '../run.js', import.meta.url))
}

async function keepRouting(devnet: Devnet, ended: Promise<void>): Promise<void> {
  const isOver = ended.then(() => 'over' as const)
  for (;;) {
    await devnet.routeOnce(randomBytes(16).toString('hex'))
    await devnet.lookAtHeight()
    const pause = Promise.withResolvers<'go on'>()
    const timer = setTimeout(() => pause.resolve('go on'), routeEveryMs)
    const next = await Promise.race([isOver, pause.promise])
    clearTimeout(timer)
    if (next === 'over') return
  }
}

/** The first signal ends the devnet gracefully, the second at once: the nodes then see their input close. */
function endOnSignals(devnet: Devnet, end: () => void): void {
  releaseInterrupt()
  let asked = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (asked) process.exit(130)
      asked = true
      process.exitCode = signal === 'SIGINT' ? 130 : 0
      end()
      void devnet.stop()
    })
}
