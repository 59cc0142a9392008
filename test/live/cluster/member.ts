// A process of a cluster: one whole node with its own home, RocksDB and libp2p, driven over the process
// channel by the tests and by bench:consensus. It reports every block that it applied, with the time on the
// machine's monotonic clock, which all processes share.

import { Session } from 'node:inspector/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parseInvite } from '../../../src/core/invite.ts'
import type { RunningNode } from '../../../src/runtime/running-node.ts'
import { startNode } from '../../../src/runtime/running-node.ts'

/** What the cluster asks of a member; every ask is answered by its number. */
export type MemberAsk =
  | {
      readonly ask: 'start'
      readonly home: string
      readonly invite: string | null
      /** Node id → address that is dialled instead of what the peer names. */
      readonly dialThrough: Readonly<Record<string, string>>
      readonly timing?: Readonly<Record<string, number>>
    }
  | { readonly ask: 'submit'; readonly transactions: readonly Uint8Array[] }
  | { readonly ask: 'state' }
  | { readonly ask: 'usage' }
  | { readonly ask: 'memory' }
  | { readonly ask: 'profile'; readonly ms: number }
  | { readonly ask: 'stop' }

export interface MemberState {
  readonly nodeId: string
  readonly invite: string
  readonly port: number
  readonly height: number
  readonly stateHash: string
  readonly committee: number
  readonly links: number
  /** Of the last block. */
  readonly blockTime: number
}

export interface Usage {
  readonly cpuSeconds: number
  readonly peakBytes: number
}

/** After garbage was collected, in bytes. */
export interface Memory {
  /** Objects and buffers that something still refers to. */
  readonly held: number
  readonly resident: number
}

/** What a member says unasked. */
export type MemberSays =
  | {
      readonly say: 'block'
      readonly height: number
      readonly blockId: string
      readonly round: number
      /** First 16 hex digits of each transaction's hash. */
      readonly transactions: readonly string[]
      /** Nanoseconds of the monotonic clock, in milliseconds. */
      readonly at: number
    }
  | { readonly say: 'refused'; readonly why: string }

let node: RunningNode | undefined
const say = (what: MemberSays): void => void process.send?.(what)

/** Said on standard error, which the cluster shows when TRUSTNET_CLUSTER_LOG is set. */
const troubles = new Set(['lost', 'connected', 'disconnected', 'misbehaved', 'refused'])

/** Milliseconds of the machine's monotonic clock. */
const clock = (): number => Number(process.hrtime.bigint()) / 1e6

async function start(ask: Extract<MemberAsk, { ask: 'start' }>): Promise<MemberState> {
  node = await startNode({
    home: ask.home,
    ...(ask.invite === null ? {} : { join: parseInvite(ask.invite) }),
    ...(ask.timing === undefined ? {} : { timing: ask.timing }),
    dialThrough: (peer, addresses) => {
      const through = ask.dialThrough[peer]
      return through === undefined ? addresses : [through]
    },
    log: (level, what, facts) => {
      if (level !== 'info') process.stderr.write(`${level} ${what} ${JSON.stringify(facts)}\n`)
    },
  })
  node.watch((event) => {
    if (troubles.has(event.event))
      process.stderr.write(`${Date.now()} ${process.pid} ${JSON.stringify(event)}\n`)
    if (event.event !== 'finalized') return
    say({
      ...{ say: 'block', height: event.block.header.height, blockId: event.block.id },
      ...{ round: event.commit.round, at: clock() },
      transactions: event.block.transactions.map(({ hash }) => hash.slice(0, 16)),
    })
  })
  return state()
}

function state(): MemberState {
  const { ledger } = node!.machine
  const [address = ''] = node!.transport.addresses()
  return {
    nodeId: node!.nodeId,
    invite: node!.invite,
    port: Number(/tcp\/(\d+)/.exec(address)?.[1] ?? 0),
    height: ledger!.height,
    stateHash: ledger!.stateHash,
    committee: ledger!.committee.size,
    links: node!.machine.links.size,
    blockTime: ledger!.time,
  }
}

function submit(transactions: readonly Uint8Array[]): number {
  for (const transaction of transactions)
    void node!
      .command({ command: 'submit', transaction: new Uint8Array(transaction) })
      .then((answer) => {
        if (!answer.ok) say({ say: 'refused', why: answer.code })
      })
  return transactions.length
}

/** What the main thread does for so long. */
async function profiled(ms: number): Promise<unknown> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.start')
  await delay(ms)
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  return profile
}

async function perform(ask: MemberAsk): Promise<unknown> {
  switch (ask.ask) {
    case 'start':
      return start(ask)
    case 'submit':
      return submit(ask.transactions)
    case 'state':
      return state()
    case 'usage': {
      const { user, system } = process.cpuUsage()
      const peakBytes = process.resourceUsage().maxRSS * 1_024
      return { cpuSeconds: (user + system) / 1e6, peakBytes } satisfies Usage
    }
    case 'memory': {
      setFlagsFromString('--expose-gc')
      runInNewContext('gc')()
      const { heapUsed, external, rss } = process.memoryUsage()
      return { held: heapUsed + external, resident: rss } satisfies Memory
    }
    case 'profile':
      return profiled(ask.ms)
    case 'stop':
      await node?.stop()
      return null
  }
}

process.on('message', ({ id, ask }: { id: number; ask: MemberAsk }) => {
  perform(ask).then(
    (answer) => process.send?.({ id, answer }),
    (error: unknown) => process.send?.({ id, error: String((error as Error).stack ?? error) }),
  )
})
// A member does not outlive whoever drives it.
process.on('disconnect', () => process.exit(0))
