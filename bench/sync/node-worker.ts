// A node in a process of its own, for the measurements of joining: it counts the blocks that it
// applies by itself, since a message a block over the process channel would cost more than the block.
import { parseInvite } from '../../src/core/invite.ts'
import type { RunningNode } from '../../src/runtime/running-node.ts'
import { startNode } from '../../src/runtime/running-node.ts'

export type WorkerAsk =
  /** Answered with the invite. */
  | { readonly ask: 'start'; readonly home: string; readonly invite: string | null }
  /** Answered when the state of this height is there, by blocks or by a snapshot. */
  | { readonly ask: 'reach'; readonly height: number }
  | { readonly ask: 'usage' }
  | { readonly ask: 'stop' }

/** Milliseconds of this process's clock, from the call that started the node. */
export interface Reached {
  readonly height: number
  readonly stateHash: string
  /** When the first blocks were told of, and which height that was. */
  readonly firstAt: number
  readonly firstHeight: number
  readonly lastAt: number
  /** Spent from then on: by all threads, and by the one that applies. */
  readonly cpuSeconds: number
  readonly mainSeconds: number
  /** First link that was up. */
  readonly linkedAt: number
  /** When a snapshot's state was there, and which; null without any. */
  readonly restored: Restored | null
}

export interface Restored {
  readonly at: number
  readonly height: number
  readonly stateHash: string
}

export interface WorkerUsage {
  readonly cpuSeconds: number
  readonly peakBytes: number
}

let node: RunningNode | undefined
let startedAt = 0
let linkedAt = Number.NaN
let first: { readonly at: number; readonly height: number } & Cpu = {
  ...{ at: Number.NaN, height: 0, all: Number.NaN, main: Number.NaN },
}
let restored: Restored | null = null
let wanted: { readonly height: number; readonly resolve: (reached: Reached) => void } | undefined

interface Cpu {
  /** Seconds. */
  readonly all: number
  readonly main: number
}

function cpu(): Cpu {
  const [all, main] = [process.cpuUsage(), process.threadCpuUsage()]
  return { all: (all.user + all.system) / 1e6, main: (main.user + main.system) / 1e6 }
}

const since = (): number => performance.now() - startedAt

async function start(home: string, invite: string | null): Promise<string> {
  startedAt = performance.now()
  node = await startNode({
    home,
    ...(invite === null ? {} : { join: parseInvite(invite) }),
    log: (level, what, facts) => {
      if (level !== 'info') process.stderr.write(`${level} ${what} ${JSON.stringify(facts)}\n`)
    },
  })
  node.watch((event) => {
    if (event.event === 'misbehaved')
      process.stderr.write(`misbehaved ${event.peer} ${event.why} ${Math.round(since())} ms\n`)
    if (event.event === 'connected' && Number.isNaN(linkedAt)) linkedAt = since()
    if (event.event === 'restored')
      restored = {
        ...{ at: since(), height: event.height, stateHash: node!.machine.ledger!.stateHash },
      }
    // What a step applies is told in one go: the ledger is ahead of the first one told.
    if (event.event === 'finalized' && first.height === 0)
      first = { at: since(), height: node!.machine.ledger!.height, ...cpu() }
    look()
  })
  return node.invite
}

function look(): void {
  const { ledger } = node!.machine
  if (wanted === undefined || ledger === undefined || ledger.height < wanted.height) return
  const { resolve } = wanted
  wanted = undefined
  const { all, main } = cpu()
  resolve({
    ...{ height: ledger.height, stateHash: ledger.stateHash, linkedAt, restored },
    ...{ firstAt: first.at, firstHeight: first.height, lastAt: since() },
    ...{ cpuSeconds: all - first.all, mainSeconds: main - first.main },
  })
}

async function perform(ask: WorkerAsk): Promise<unknown> {
  switch (ask.ask) {
    case 'start':
      return start(ask.home, ask.invite)
    case 'reach':
      return new Promise<Reached>((resolve) => {
        wanted = { height: ask.height, resolve }
        look()
      })
    case 'usage': {
      const peakBytes = process.resourceUsage().maxRSS * 1_024
      return { cpuSeconds: cpu().all, peakBytes } satisfies WorkerUsage
    }
    case 'stop':
      await node?.stop()
      return null
  }
}

process.on('message', ({ id, ask }: { id: number; ask: WorkerAsk }) => {
  perform(ask).then(
    (answer) => process.send?.({ id, answer }),
    (error: unknown) => process.send?.({ id, error: String((error as Error).stack ?? error) }),
  )
})
// A worker does not outlive whoever drives it.
process.on('disconnect', () => process.exit(0))
