// One join, measured: members over the homes of a chain, in processes of their own, and a fresh node
// that joins them through an invite over libp2p on loopback.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { MadeChain } from './make-chain.ts'
import type { Reached, WorkerUsage } from './node-worker.ts'
import { Worker } from './worker.ts'

export interface Joined extends Reached {
  /** From the first block told to the last. */
  readonly blocksPerSecond: number
  readonly joiner: WorkerUsage
  /** Spent while the joiner joined. */
  readonly servers: readonly WorkerUsage[]
  readonly joinerHome: string
}

export interface JoinPlan {
  readonly chain: MadeChain
  /** The members that run: so many of the homes that hold the chain. */
  readonly servers: number
  /** Where the joiner's home is made. */
  readonly folder: string
  /** The members go on by so many blocks before anybody joins. @default 0 */
  readonly above?: number
  /** Flags of Node.js for the joiner. */
  readonly execArgv?: readonly string[]
}

export async function joinChain({
  chain,
  servers,
  folder,
  above = 0,
  execArgv,
}: JoinPlan): Promise<Joined> {
  await using stack = new AsyncDisposableStack()
  const workers: Worker[] = []
  let invite: string | null = null
  for (const home of chain.homes.slice(0, servers)) {
    const worker = stack.use(new Worker())
    const own: string = await worker.ask<string>({ ask: 'start', home, invite })
    invite ??= own
    workers.push(worker)
  }
  await Promise.all(
    workers.map((worker) => worker.ask({ ask: 'reach', height: chain.height + above })),
  )
  const usages = () =>
    Promise.all(workers.map((worker) => worker.ask<WorkerUsage>({ ask: 'usage' })))
  const before = await usages()
  const joinerHome = join(folder, 'joiner')
  await mkdir(joinerHome, { recursive: true })
  const joiner = stack.use(new Worker(execArgv))
  await joiner.ask({ ask: 'start', home: joinerHome, invite })
  const reached = await joiner.ask<Reached>({ ask: 'reach', height: chain.height })
  const after = await usages()
  return {
    ...{ ...reached, joinerHome },
    blocksPerSecond:
      ((reached.height - reached.firstHeight) * 1_000) / (reached.lastAt - reached.firstAt),
    joiner: await joiner.ask<WorkerUsage>({ ask: 'usage' }),
    servers: after.map(({ cpuSeconds, peakBytes }, i) => ({
      ...{ peakBytes, cpuSeconds: cpuSeconds - before[i]!.cpuSeconds },
    })),
  }
}
