// Scenario helpers: joins, crashes of a share, churn; and how fast the world turns.
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import { churn, crashShare, joinStaggered, poissonGap } from '../../src/sim/scenario.ts'
import { World } from '../../src/sim/world.ts'
import { node, Pinger, type Said, type Say, Talker } from './toy-machines.ts'

const talkers = (seed: number): World<Said, Say, Talker> =>
  new World<Said, Say, Talker>({ seed, boot: () => new Talker() })

test('spawned nodes have distinct ids that follow from the seed', () => {
  expect(talkers(1).spawn(1000)).toEqual(talkers(1).spawn(1000))
  expect(new Set([...talkers(1).spawn(1000), ...talkers(2).spawn(1000)]).size).toBe(2000)
})

test('staggered joins come one by one', () => {
  const world = talkers(1)
  const ids = [1, 2, 3].map(node)
  joinStaggered(world, ids, 100)
  expect(world.live()).toEqual(ids.slice(0, 1))
  world.runFor(150)
  expect(world.live()).toEqual(ids.slice(0, 2))
  world.runFor(150)
  expect(world.live()).toEqual(ids)
})

test('a share of the nodes crashes at once, never the spared', () => {
  const world = talkers(1)
  const ids = world.spawn(100)
  const spare = ids.slice(0, 60)
  const hit = crashShare(world, 0.2, { spare })
  expect(hit).toHaveLength(20)
  expect(world.live()).toHaveLength(80)
  expect(spare.every((id) => world.isLive(id))).toBe(true)
})

describe('churn', () => {
  test('leaves and joins at the asked rates, of both kinds, and ends', () => {
    const world = talkers(3)
    const spare = world.spawn(200).slice(0, 10)
    const seen = { started: 0, crashed: 0, stopped: 0, again: 0 }
    world.observe('started', ({ incarnation }) => {
      seen.started++
      if (incarnation > 1) seen.again++
    })
    world.observe('crashed', () => seen.crashed++)
    world.observe('stopped', () => seen.stopped++)
    churn(world, { leavesPerSecond: 5, joinsPerSecond: 5, until: 100_000, spare })
    world.runFor(200_000)
    for (const count of [seen.started, seen.crashed + seen.stopped]) {
      expect(count).toBeGreaterThan(420)
      expect(count).toBeLessThan(580)
    }
    for (const count of [seen.crashed, seen.stopped, seen.again]) expect(count).toBeGreaterThan(180)
    expect(spare.every((id) => world.isLive(id))).toBe(true)
    expect(world.idle).toBe(true)
  })

  test('has exponential gaps', () => {
    expect(poissonGap(0, 2)).toBeCloseTo(0, 9)
    expect(poissonGap(1 - Math.exp(-1), 2)).toBeCloseTo(500, 9)
  })
})

test('1,000 nodes on 8,000 links turn at 100,000 events a second or more', () => {
  const ids: NodeId[] = Array.from({ length: 1000 }, (_, i) => node(i + 1))
  const world = new World<'ping' | 'pong'>({
    seed: 1,
    boot: (id) =>
      new Pinger(Array.from({ length: 8 }, (_, k) => ids[(ids.indexOf(id) + k + 1) % 1000]!)),
  })
  joinStaggered(world, ids, 1)
  world.runFor(5000)
  const before = { ...world.statistics }
  const started = performance.now()
  world.runFor(60_000)
  const seconds = (performance.now() - started) / 1000
  const events = world.statistics.events - before.events
  console.log(
    `${events} events in ${seconds.toFixed(2)} s: ${Math.round(events / seconds)} a second, ` +
      `peak queue ${world.statistics.queuePeak}`,
  )
  expect(world.statistics.links).toBe(before.links)
  expect(events).toBeGreaterThan(1_000_000)
  // A third of what is aimed at on a quiet machine: tests of other files run beside this one.
  expect(events / seconds).toBeGreaterThan(100_000)
})
