// Disks and crashes: what left a node is backed by what it had persisted; the rest the scenario
// may lose or tear.
import { describe, expect, test } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { seededRandom } from '../../src/core/random.ts'
import { checkPromises } from '../../src/sim/checkers.ts'
import { DurableStore } from '../../src/sim/durable-store.ts'
import { constantLatency } from '../../src/sim/latency.ts'
import type { Wrapper } from '../../src/sim/simulated-node.ts'
import { World } from '../../src/sim/world.ts'
import type { CrashOptions } from '../../src/sim/world-options.ts'
import { type Count, Counter, node } from './toy-machines.ts'

const [a, b] = [node(1), node(2)]
type CountCommand = 'count' | 'count quietly'
type Counters = World<Count, CountCommand, Counter>

function counters(persistLatencyMs = 0, seed = 1): Counters {
  const world: Counters = new World<Count, CountCommand, Counter>({
    seed,
    boot: (id, store) => new Counter(id === a ? b : a, store),
    network: { latency: constantLatency(10) },
    persistLatencyMs,
  })
  for (const id of [a, b]) world.add(id)
  return world
}

/** Counts let out must be on disk. */
const checkCounts = (world: Counters): void =>
  checkPromises(world, (_node, letOut, durable) => {
    const claimed =
      letOut.do === 'send' ? letOut.message.count : letOut.answer.ok ? letOut.answer.value : 0
    const kept = durable.get('count')?.[0] ?? 0
    return Number(claimed) > kept ? `count ${claimed}, on disk ${kept}` : undefined
  })

describe('without a sync latency', () => {
  test('what was answered or sent survives any crash', () => {
    const world = counters()
    checkCounts(world)
    const handle = world.command(a, 'count')
    world.runUntil(() => handle.answered, 10)
    world.crash(a)
    expect([...world.storeOf(a)]).toEqual([['count', Uint8Array.of(1)]])
    world.restart(a)
    expect(world.nodeOf(a).count).toBe(1)
  })

  test.each([
    ['lost', [1]],
    ['kept', [4]],
  ] as const)('trailing writes that nobody heard of are %s as asked', (unsynced, counts) => {
    const world = counters()
    world.command(a, 'count')
    for (let i = 0; i < 3; i++) world.command(a, 'count quietly')
    world.runFor(5)
    world.crash(a, { unsynced })
    world.restart(a)
    expect(counts).toContain(world.nodeOf(a).count)
  })

  test('trailing writes tear between batches, somewhere, by the seed', () => {
    const tornAt = (seed: number): number => {
      const world = counters(0, seed)
      world.command(a, 'count')
      for (let i = 0; i < 3; i++) world.command(a, 'count quietly')
      world.runFor(5)
      world.crash(a, { unsynced: 'torn' })
      world.restart(a)
      return world.nodeOf(a).count
    }
    const seen = Array.from({ length: 60 }, (_, seed) => tornAt(seed))
    expect([...new Set(seen)].sort()).toEqual([1, 2, 3, 4])
    expect(seen).toEqual(Array.from({ length: 60 }, (_, seed) => tornAt(seed)))
  })

  test('writes become durable by themselves after a while', () => {
    const world = counters()
    world.command(a, 'count quietly')
    world.runFor(20)
    world.crash(a, { unsynced: 'lost' })
    expect(world.storeOf(a).size).toBe(1)
  })
})

describe('with a sync latency', () => {
  test('sends and answers leave in order, each when what came before is durable', () => {
    const world = counters(30)
    checkCounts(world)
    const first = world.command(a, 'count')
    world.runFor(10)
    const [second, third] = [world.command(a, 'count'), world.command(a, 'count')]
    world.runFor(1000)
    // The second sync begins when the first ends, and takes in both later writes.
    expect([first, second, third].map((handle) => handle.answeredAt)).toEqual([30, 60, 60])
    expect(world.nodeOf(b).heard.get(a)).toBe(3)
  })

  test.each([{ unsynced: 'lost' }, { unsynced: 'torn' }] as CrashOptions[])(
    'a crash at any moment never takes back what got out: %o',
    (options) => {
      for (let seed = 0; seed < 200; seed++) {
        const world = counters(7, seed)
        checkCounts(world)
        let acknowledged = 0
        world.observe('answered', ({ answer }) => {
          acknowledged = answer.ok ? Number(answer.value) : acknowledged
        })
        for (let i = 0; i < 5; i++)
          world.at(world.random.below(60), () => world.command(a, 'count'))
        world.runFor(world.random.below(80))
        world.crash(a, options)
        world.restart(a)
        expect(world.nodeOf(a).count).toBeGreaterThanOrEqual(acknowledged)
        world.runFor(1000)
        expect(world.nodeOf(a).count).toBeGreaterThanOrEqual(world.nodeOf(b).heard.get(a) ?? 0)
      }
    },
  )

  test('a node that stops waits for its disk first', () => {
    const world = counters(30)
    const handle = world.command(a, 'count')
    world.stop(a)
    world.runFor(10)
    expect(world.isLive(a)).toBe(true)
    world.runFor(100)
    expect([world.isLive(a), handle.answered, world.storeOf(a).size]).toEqual([false, true, 1])
  })
})

test('a node that sends before it persists is caught', () => {
  const hasty: Wrapper<Count, CountCommand> = (inner) => ({
    step: (input, now) =>
      inner
        .step(input, now)
        .toSorted((x, y) => Number(x.do === 'persist') - Number(y.do === 'persist')),
    refuses: (peer) => inner.refuses(peer),
  })
  for (const latency of [0, 30]) {
    const world = counters(latency)
    checkCounts(world)
    world.wrap(a, hasty)
    world.command(a, 'count')
    expect(() => world.runFor(1000)).toThrow(/had not persisted: count 1, on disk 0 \(seed 1/)
  }
})

test('a node can be crashed between two effects of one step', () => {
  const world = counters()
  world.observe('effect', ({ node: at, effect }) => {
    if (effect.do === 'send') world.crash(at, { unsynced: 'torn' })
  })
  const handle = world.command(a, 'count')
  world.runFor(1000)
  expect([handle.answered, world.isLive(a), world.statistics.sent]).toEqual([false, false, 0])
})

test('a node can be crashed between two things that waited for one sync', () => {
  const world = counters(30)
  const first = world.command(a, 'count')
  world.runFor(10)
  const [second, third] = [world.command(a, 'count'), world.command(a, 'count')]
  world.observe('leaving', ({ node: at, effect }) => {
    if (effect.do === 'answer' && effect.command === second.id) world.crash(at)
  })
  world.runFor(1000)
  // Both later counts were synced together; the node died as the first of them got out.
  expect([first, second, third].map(({ answered }) => answered)).toEqual([true, false, false])
  expect(world.storeOf(a).get('count')).toEqual(Uint8Array.of(3))
})

test('what was under way to a process does not reach its next life', () => {
  const world = counters()
  const handle = world.command(a, 'count')
  world.crash(a)
  world.restart(a)
  world.runFor(1000)
  expect([handle.answered, world.nodeOf(a).count]).toEqual([false, 0])
})

test('a store keeps its own bytes, deletes by null, and lists by key', () => {
  const store = new DurableStore()
  const value = utf8('one')
  store.persist([{ key: 'b', value }], 0)
  value.fill(0)
  store.persist(
    [
      { key: 'a', value: utf8('two') },
      { key: 'c', value: utf8('three') },
    ],
    1,
  )
  store.persist([{ key: 'c', value: null }], 2)
  store.syncUntil(1)
  expect([...store.contents().keys()]).toEqual(['a', 'b', 'c'])
  store.crash('kept', seededRandom(1))
  expect([...store.contents()]).toEqual([
    ['a', utf8('two')],
    ['b', utf8('one')],
  ])
})
