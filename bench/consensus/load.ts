// Open-loop load on a cluster: ratings leave at their time whatever became of those before, and each is
// followed until every member has applied it.
import { setTimeout as delay } from 'node:timers/promises'
import type { Cluster } from '../../test/live/cluster/cluster.ts'
import { progress } from '../report.ts'
import type { Offered } from './authors.ts'

export interface LoadResult {
  readonly offered: number
  /** Milliseconds from injection to application on all members, ascending. */
  readonly latencies: readonly number[]
  /** Never applied on every member within the patience after the end. */
  readonly lost: number
  readonly seconds: number
  readonly blocks: number
  /** Rate at which ratings became final on all, over the span from the first injection to the last application. */
  readonly committedPerSecond: number
}

/** Ratings leave in bursts of this many milliseconds' worth. */
const tickMs = 10

/** How often the state of the run is said. */
const saidEveryMs = 10_000

/** How long the last ones may take. */
const patienceMs = 30_000

const clock = (): number => Number(process.hrtime.bigint()) / 1e6

interface Pending {
  readonly at: number
  /** The member that it was submitted to. */
  readonly via: number
  readonly missing: Set<number>
}

export async function offer(
  cluster: Cluster,
  make: () => Offered,
  { rate, seconds, members }: { rate: number; seconds: number; members: readonly number[] },
): Promise<LoadResult> {
  const pending = new Map<string, Pending>()
  const latencies: number[] = []
  const blocks = new Set<number>()
  let lastApplied = 0
  let failedRounds = 0
  let said = 0
  const stop = cluster.record.onBlock((member, block) => {
    if (!blocks.has(block.height) && block.round > 0) failedRounds++
    blocks.add(block.height)
    for (const name of block.transactions) {
      const one = pending.get(name)
      if (one === undefined || !one.missing.delete(member) || one.missing.size > 0) continue
      pending.delete(name)
      latencies.push(block.at - one.at)
      lastApplied = Math.max(lastApplied, block.at)
    }
  })
  const begun = clock()
  let offered = 0
  while (clock() - begun < seconds * 1_000) {
    if (clock() - begun > said * saidEveryMs) {
      const oldest = pending.values().next().value
      const waits = oldest === undefined ? 0 : clock() - oldest.at
      const by = members.map((m) => [...pending.values()].filter(({ via }) => via === m).length)
      progress(
        `${said++ * (saidEveryMs / 1_000)} s: ${latencies.length} final, ${pending.size} under way (by member ${by.join(', ')}), the oldest since ${Math.round(waits)} ms, ${blocks.size} blocks, ${failedRounds} of them in a later round`,
      )
    }
    const due = Math.min(Math.floor(((clock() - begun) / 1_000) * rate) + 1, rate * seconds)
    const bursts = new Map<number, Uint8Array[]>()
    for (; offered < due; offered++) {
      const { name, author, transaction } = make()
      const member = members[author % members.length]!
      const burst = bursts.get(member) ?? []
      burst.push(transaction)
      bursts.set(member, burst)
      pending.set(name, { at: clock(), via: member, missing: new Set(members) })
    }
    for (const [member, transactions] of bursts)
      await cluster.members[member]!.ask({ ask: 'submit', transactions })
    await delay(tickMs)
  }
  const deadline = clock() + patienceMs
  while (pending.size > 0 && clock() < deadline) await delay(tickMs)
  stop()
  const span = Math.max(lastApplied - begun, 1) / 1_000
  return {
    ...{ offered, lost: pending.size, blocks: blocks.size },
    latencies: latencies.toSorted((a, b) => a - b),
    seconds: span,
    committedPerSecond: latencies.length / span,
  }
}

export const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN
