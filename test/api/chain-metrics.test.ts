// What the metrics count of a chain: blocks, the time between them, and whether this node's vote is in
// the commits while it has a seat.
import { beforeEach, describe, expect, test } from 'vitest'
import type { NodeEvent } from '../../src/node/node-ports.ts'
import { ChainMetrics } from '../../src/runtime/metrics/chain-metrics.ts'
import { MetricRegistry } from '../../src/runtime/metrics/registry.ts'
import { member } from './members.ts'
import { MemoryChain } from './memory-chain.ts'

type Finalized = Extract<NodeEvent, { event: 'finalized' }>

const names = ['self', 'bob', 'carol', 'dave']
let registry: MetricRegistry
let chain: MemoryChain
let metrics: ChainMetrics

function begin(seats: number, first = 'self'): void {
  const members = [first, ...names.filter((name) => name !== first)].map(member)
  chain = new MemoryChain(members, seats)
  registry = new MetricRegistry()
  metrics = new ChainMetrics(registry, chain.ledger, member('self').nodeId)
}

beforeEach(() => begin(4))

/** The next block; `absent` did not sign the commit of the one before, as this block has it. */
function next(at: number, absent?: string): void {
  const event: Finalized = chain.apply()
  const { block } = event
  const votes = block.lastCommit?.votes.filter(({ voter }) => voter !== member(absent ?? '').nodeId)
  const lastCommit = block.lastCommit && { ...block.lastCommit, votes: votes ?? [] }
  metrics.saw({ ...event, block: { ...block, lastCommit } }, at)
}

async function value(series: string): Promise<number> {
  const line = (await registry.text()).split('\n').find((one) => one.startsWith(`${series} `))
  return Number(line?.split(' ').at(-1))
}

describe('votes', () => {
  test('of this node are signed or missed, as the next block has the commit', async () => {
    next(0)
    next(100)
    next(200, 'self')
    next(300, 'bob')
    expect(await value('trustnet_blocks_total')).toBe(4)
    expect(await value('trustnet_votes_signed_total')).toBe(2)
    expect(await value('trustnet_votes_missed_total')).toBe(1)
  })

  test('are nobody’s to miss without a seat', async () => {
    begin(2, 'dave')
    metrics = new ChainMetrics(registry, chain.ledger, member('carol').nodeId)
    for (let at = 0; at < 400; at += 100) next(at)
    expect(await value('trustnet_votes_signed_total')).toBe(0)
    expect(await value('trustnet_votes_missed_total')).toBe(0)
  })

  test('count again from the second block after a snapshot', async () => {
    next(0)
    metrics.saw({ event: 'restored', height: 1 }, 10)
    next(20, 'self')
    expect(await value('trustnet_votes_missed_total')).toBe(0)
    next(30, 'self')
    expect(await value('trustnet_votes_missed_total')).toBe(1)
  })
})

test('the time between blocks is what this node saw', async () => {
  next(1_000)
  next(1_400)
  expect(await value('trustnet_block_interval_seconds_count')).toBe(1)
  expect(await value('trustnet_block_interval_seconds_sum')).toBeCloseTo(0.4)
  expect(await value('trustnet_block_interval_seconds_bucket{le="0.25"}')).toBe(0)
  expect(await value('trustnet_block_interval_seconds_bucket{le="0.5"}')).toBe(1)
})

test('a round is counted once, at its beginning', async () => {
  for (const step of ['propose', 'prevote', 'precommit'] as const)
    metrics.saw({ event: 'entered', height: 1, round: 0, step }, 0)
  metrics.saw({ event: 'entered', height: 1, round: 1, step: 'propose' }, 0)
  expect(await value('trustnet_rounds_total')).toBe(2)
})
