// The world in virtual time: one seed, one run; timers, clocks, pauses, commands, leaving.
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import { constantLatency, pairLatency, uniformLatency } from '../../src/sim/latency.ts'
import { churn } from '../../src/sim/scenario.ts'
import { SimulationError } from '../../src/sim/simulation-error.ts'
import { World } from '../../src/sim/world.ts'
import { drop, silence } from '../../src/sim/wrappers.ts'
import { Gossip, node, type Rumour, type Said, type Say, Talker } from './toy-machines.ts'

const [a, b] = [node(1), node(2)]

function pair(): World<Said, Say, Talker> {
  const world = new World<Said, Say, Talker>({
    seed: 7,
    boot: () => new Talker(),
    network: { latency: constantLatency(10) },
  })
  for (const id of [a, b]) world.add(id)
  return world
}

function gossip(seed: number, watch = false): World<Rumour, number, Gossip> {
  const peers: NodeId[] = Array.from({ length: 100 }, (_, i) => node(i + 1))
  const world = new World<Rumour, number, Gossip>({
    seed,
    boot: (_id, _store, nodeSeed) => new Gossip(peers, nodeSeed),
    network: { latency: uniformLatency(5, 150), loss: 0.05 },
    digestOf: ({ number, hops }) => number * 64 + hops,
  })
  if (watch) world.observe('delivered', () => undefined)
  for (const id of peers) world.add(id)
  return world
}

/** A run with everything in it: rumours, churn, a partition, a pause, a skewed clock. */
function busyRun(seed: number, watch = false): World<Rumour, number, Gossip> {
  const world = gossip(seed, watch)
  churn(world, { leavesPerSecond: 2, joinsPerSecond: 2, until: 20_000, returning: 1 })
  const first = world.live()[0]!
  world.command(first, 1)
  world.at(2000, () => world.partition(world.nodes().slice(0, 50)))
  world.at(5000, () => world.heal())
  world.at(6000, () => world.skew(first, { offset: 500, rate: 1.1 }))
  world.runFor(30_000)
  return world
}

describe('determinism', () => {
  test('the same scenario and seed give the same events, watched or not', () => {
    const runs = [busyRun(1), busyRun(1), busyRun(1, true)]
    expect(new Set(runs.map((world) => world.digest)).size).toBe(1)
    expect(runs[1]!.statistics).toEqual(runs[0]!.statistics)
    expect(runs[0]!.statistics.delivered).toBeGreaterThan(1000)
    expect(runs[0]!.now).toBe(30_000)
  })

  test('another seed gives other events', () => {
    expect(new Set([1, 2, 3, 4].map((seed) => busyRun(seed).digest)).size).toBe(4)
  })

  test('running in pieces is running in one', () => {
    const pieces = gossip(5)
    pieces.command(node(1), 9)
    for (let i = 0; i < 100; i++) pieces.runFor(50)
    const whole = gossip(5)
    whole.command(node(1), 9)
    whole.runFor(5000)
    expect(pieces.digest).toBe(whole.digest)
  })

  test('a partition keeps a rumour on its side until it heals', () => {
    const world = gossip(3)
    const side = world.nodes().slice(0, 50)
    world.partition(side)
    world.command(node(1), 1)
    world.runFor(20_000)
    const knowing = (): NodeId[] => world.live().filter((id) => world.nodeOf(id).known.has(1))
    expect(knowing()).toEqual(side)
    world.heal()
    world.runUntil(() => knowing().length === 100, 120_000, { what: 'the whole world knows' })
  })
})

describe('timers', () => {
  test('fire at their time, move when set again, and not at all when cancelled', () => {
    const world = pair()
    for (const [set, after] of [
      ['later', 100],
      ['sooner', 100],
      ['gone', 100],
      ['steady', 100],
    ] as const)
      world.command(a, { set, after })
    world.runFor(50)
    world.command(a, { set: 'later', after: 100 })
    world.command(a, { set: 'sooner', after: 10 })
    world.command(a, { unset: 'gone' })
    world.runFor(1000)
    expect(world.nodeOf(a).heard).toEqual(['60 ! sooner', '100 ! steady', '150 ! later'])
  })

  test('set again after they were cancelled fire once', () => {
    const world = pair()
    world.command(a, { set: 'x', after: 100 })
    world.command(a, { unset: 'x' })
    world.command(a, { set: 'x', after: 200 })
    world.runFor(1000)
    expect(world.nodeOf(a).heard).toEqual(['200 ! x'])
  })

  test('moved back a thousand times wait as one event', () => {
    const world = pair()
    for (let i = 0; i < 1000; i++) world.at(i, () => world.command(a, { set: 'idle', after: 5000 }))
    world.runFor(999)
    world.runFor(100_000)
    expect(world.nodeOf(a).heard).toEqual(['5999 ! idle'])
    expect(world.statistics.queuePeak).toBeLessThan(1010)
  })

  test('of the same time fire in the order in which they were last set', () => {
    const world = pair()
    world.command(a, { set: 'x', after: 50 })
    world.command(a, { set: 'y', after: 50 })
    world.command(a, { set: 'x', after: 50 })
    world.runFor(100)
    expect(world.nodeOf(a).heard).toEqual(['50 ! y', '50 ! x'])
  })

  test('do not outlive a crash', () => {
    const world = pair()
    world.command(a, { set: 'x', after: 100 })
    world.runFor(50)
    world.crash(a)
    world.restart(a)
    world.runFor(1000)
    expect(world.nodeOf(a).heard).toEqual([])
  })

  test('without an end or a sense fail the run', () => {
    const world = pair()
    world.command(a, { set: 'x', after: Number.NaN })
    expect(() => world.runFor(1)).toThrow(/timer 'x' to NaN/)
  })
})

describe('clocks', () => {
  test('may be ahead and may drift, for what a node sees and for its timers', () => {
    const world = pair()
    world.skew(a, { offset: 1000, rate: 2 })
    world.command(a, { set: 'x', after: 100 })
    world.runFor(200)
    expect(world.nodeOf(a).heard).toEqual(['1100 ! x'])
    expect([world.clockOf(a), world.clockOf(b)]).toEqual([1400, 200])
  })

  test('show whole milliseconds, and a timer never sees a time before its due', () => {
    const world = pair()
    world.runFor(0.7)
    for (let i = 1; i < 200; i++) {
      world.skew(a, { rate: 1 + i / 1000 })
      const due = world.clockOf(a) + 10
      world.command(a, { set: `${due}`, after: 10 })
      world.runFor(33.3)
    }
    for (const line of world.nodeOf(a).heard) {
      const [now, , due] = line.split(' ')
      expect(Number(now)).toBeGreaterThanOrEqual(Number(due))
      expect(Number(now)).toBeLessThanOrEqual(Number(due) + 1)
    }
    expect(world.nodeOf(a).heard).toHaveLength(199)
  })
})

describe('a paused process', () => {
  test('gets its messages and late timers in order when it goes on', () => {
    const world = pair()
    world.command(a, { say: 'before', to: b })
    world.command(b, { set: 'x', after: 150 })
    world.runFor(100)
    world.pause(b)
    world.command(a, { say: 'one', to: b })
    world.runFor(100)
    world.command(a, { say: 'two', to: b })
    world.runFor(800)
    expect(world.nodeOf(b).heard).toHaveLength(2)
    world.resume(b)
    world.runFor(1)
    expect(world.nodeOf(b).heard.slice(2)).toEqual(['1000 1: one', '1000 ! x', '1000 1: two'])
  })

  test('lets a dial time out when it sleeps too long', () => {
    const world = pair()
    world.pause(b)
    world.command(a, { say: 'hello', to: b })
    world.runFor(4000)
    world.resume(b)
    world.runFor(4000)
    expect(world.nodeOf(a).heard).toEqual(['3000 - 2 unreachable'])
    expect(world.nodeOf(b).heard).toEqual([])
  })
})

describe('leaving', () => {
  test('a node that stops says its last words, closes its links, and is down', () => {
    const world = pair()
    world.command(a, { say: 'hello', to: b })
    world.runFor(100)
    world.nodeOf(a).vetoed.add(b)
    world.stop(a)
    world.runFor(100)
    expect(world.nodeOf(b).heard.slice(2)).toEqual(['110 1: bye', '110 - 1 closed'])
    expect(world.isLive(a)).toBe(false)
    expect(() => world.nodeOf(a)).toThrow('not running')
    world.restart(a)
    expect(world.live()).toEqual([a, b])
  })
})

describe('commands', () => {
  test('are answered on their handle', () => {
    const world = gossip(1)
    const handle = world.command(node(1), 5)
    expect(handle.answered).toBe(false)
    world.runUntil(() => handle.answered, 1000)
    expect(handle.answer).toEqual({ ok: true, value: null })
    expect(handle.answeredAt).toBe(world.now)
  })

  test('of a node that is down fail the scenario', () => {
    const world = pair()
    world.crash(a)
    expect(() => world.command(a, { unset: 'x' })).toThrow('is not running')
  })
})

describe('a run that fails', () => {
  test('says what did not come, the seed and the virtual time', () => {
    const world = pair()
    world.runFor(100)
    const run = (): void => world.runUntil(() => false, 500, { what: 'peace' })
    expect(run).toThrow(SimulationError)
    expect(run).toThrow(/^peace did not come within 500 ms.*nothing is left.*seed 7, virtual time/)
  })

  test('names the node whose machine threw, and on what', () => {
    const world = pair()
    world.wrap(a, () => ({
      step: () => {
        throw new Error('broken')
      },
      refuses: () => false,
    }))
    world.command(a, { unset: 'x' })
    expect(() => world.runFor(1)).toThrow(/threw on 'command': Error: broken \(seed 7/)
  })
})

describe('wrappers', () => {
  test('act from their trigger on, survive a restart, and come off', () => {
    const world = pair()
    const say = (text: string): void => {
      world.command(a, { say: text, to: b })
      world.runFor(100)
    }
    world.wrap(a, silence(), 150)
    say('one')
    say('two: sent at 100')
    say('three')
    world.crash(a, { resets: true })
    world.restart(a)
    world.runFor(100)
    say('four')
    world.unwrap(a)
    say('five')
    const said = world.nodeOf(b).heard.filter((line) => line.includes(': '))
    expect(said.map((line) => line.split(': ')[1])).toEqual(['one', 'two', 'five'])
  })

  test('drop what a predicate picks, in or out', () => {
    const world = pair()
    world.wrap(
      b,
      drop(({ text }, from, way) => way === 'in' && from === a && text === 'secret'),
    )
    for (const text of ['open', 'secret', 'open']) world.command(a, { say: text, to: b })
    world.runFor(100)
    expect(world.nodeOf(b).heard.slice(1)).toEqual(['30 1: open', '30 1: open'])
  })
})

test('a pair keeps its latency, the same both ways, and differs from other pairs', () => {
  const latency = pairLatency(10, 100, 3)
  const world = pair()
  const samples = Array.from({ length: 100 }, (_, i) => latency(i, i + 1, world.random))
  expect(samples).toEqual(samples.map((_, i) => latency(i + 1, i, world.random)))
  expect(new Set(samples).size).toBe(100)
  expect(samples.every((sample) => sample >= 10 && sample < 100)).toBe(true)
})
