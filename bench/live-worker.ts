// A process of the live bench: several whole nodes, each with its own home, store, libp2p and
// identity, driven by the bench over the process channel.

import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import type { LookupAnswer } from '../routing/message.ts'
import { hex } from '../src/core/bytes.ts'
import { ringKeyOf } from '../src/core/id.ts'
import { parseInvite } from '../src/core/invite.ts'
import { parseTrust } from '../src/core/trust.ts'
import { type RunningNode, startNode } from '../src/runtime/running-node.ts'

/** What the bench asks of a worker. */
export type WorkerAsks =
  | { readonly ask: 'start'; readonly count: number; readonly invite: string | null }
  | { readonly ask: 'status' }
  | { readonly ask: 'rate'; readonly subjects: readonly string[]; readonly perNode: number }
  | { readonly ask: 'lookups'; readonly count: number; readonly concurrency: number }
  | { readonly ask: 'kad'; readonly seconds: number; readonly concurrency: number }
  | { readonly ask: 'calm' }
  | { readonly ask: 'stop' }

export interface NodeState {
  readonly nodeId: string
  readonly publicKey: string
  readonly joined: boolean
  readonly leaves: number
  readonly links: number
  readonly held: number
}

export interface LookupReport {
  readonly key: string
  readonly root: string | null
  readonly hops: number
  readonly ms: number
  readonly why: string | null
}

export interface KadReport {
  readonly lookups: number
  /** Not within kad-dht's own ten seconds. */
  readonly failed: number
  readonly seconds: number
}

const nodes: RunningNode[] = []
const [, , homes = ''] = process.argv

/** Runs `task` `count` times, `concurrency` at a time. */
async function pooled<T>(
  count: number,
  concurrency: number,
  task: (i: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < count) {
      const i = next++
      results[i] = await task(i)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, lane))
  return results
}

async function start(count: number, invite: string | null): Promise<{ invite: string }> {
  for (let i = 0; i < count; i++) {
    const joining = invite ?? nodes[0]?.invite
    nodes.push(
      await startNode({
        home: join(homes, String(nodes.length)),
        ...(joining === undefined ? {} : { join: parseInvite(joining) }),
      }),
    )
  }
  return { invite: nodes[0]!.invite }
}

const status = (): NodeState[] =>
  nodes.map((node) => ({
    nodeId: node.nodeId,
    publicKey: hex(node.publicKey),
    joined: node.machine.membership.joined,
    leaves: node.machine.routing.leaves().length,
    links: node.machine.links.size,
    held: node.machine.trustchain.trustchains.entriesHeld,
  }))

async function rate(subjects: readonly string[], perNode: number): Promise<number> {
  let rated = 0
  for (const node of nodes) {
    const own = hex(node.publicKey)
    const others = subjects.filter((subject) => subject !== own)
    for (let i = 0; i < perNode; i++) {
      const subject = others[(rated * 7 + i * 13) % others.length]!
      const answer = await node.command({
        command: 'rate',
        overlay: 'social',
        subject: Uint8Array.from(Buffer.from(subject, 'hex')),
        value: parseTrust('0.9'),
      })
      if (!answer.ok) throw new Error(answer.code)
      rated++
    }
  }
  return rated
}

const lookups = (count: number, concurrency: number): Promise<LookupReport[]> =>
  pooled(count, concurrency, async (i) => {
    const node = nodes[i % nodes.length]!
    const key = ringKeyOf(hex(randomBytes(16)))
    const answer = await node.command({ command: 'lookup', key, overlay: 'social', routes: 1 })
    if (!answer.ok) return { key, root: null, hops: 0, ms: 0, why: answer.code }
    const { root, hops, ms } = answer.value as LookupAnswer
    return { key, root, hops: hops.length, ms, why: null }
  })

async function kad(seconds: number, concurrency: number): Promise<KadReport> {
  const begun = performance.now()
  let done = 0
  let failed = 0
  const lane = async (index: number): Promise<void> => {
    for (let i = index; performance.now() - begun < seconds * 1_000; i += concurrency) {
      const node = nodes[i % nodes.length]!
      const found = await node.transport.closestPeers(randomBytes(32)).catch(() => [])
      if (found.length > 0) done++
      else failed++
    }
  }
  await Promise.all(Array.from({ length: concurrency }, (_, index) => lane(index)))
  return { lookups: done, failed, seconds: (performance.now() - begun) / 1_000 }
}

async function stop(): Promise<void> {
  await Promise.all(nodes.map((node) => node.stop()))
}

/** Waits until the process is mostly idle: what one measurement left behind must not fall to the next. */
async function calm(): Promise<void> {
  for (let looks = 0; looks < 40; looks++) {
    const from = performance.eventLoopUtilization()
    await new Promise((resolve) => setTimeout(resolve, 500))
    if (performance.eventLoopUtilization(from).utilization < 0.2) return
  }
}

async function answer(asked: WorkerAsks): Promise<unknown> {
  switch (asked.ask) {
    case 'start':
      return start(asked.count, asked.invite)
    case 'status':
      return status()
    case 'rate':
      return rate(asked.subjects, asked.perNode)
    case 'lookups':
      return lookups(asked.count, asked.concurrency)
    case 'kad':
      return kad(asked.seconds, asked.concurrency)
    case 'calm':
      return calm()
    case 'stop':
      return stop()
  }
}

process.on('message', (asked: WorkerAsks) => {
  answer(asked).then(
    (value) => {
      process.send?.({ ok: true, value })
      if (asked.ask === 'stop') process.disconnect()
    },
    (error: unknown) => {
      process.send?.({ ok: false, why: error instanceof Error ? error.stack : String(error) })
    },
  )
})
// The bench is gone: so are we.
process.on('disconnect', () => process.exit(0))
