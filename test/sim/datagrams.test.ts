// What is not a stream: datagram faults, a bandwidth cap, and the checker of vetoes over links.
import { describe, expect, test } from 'vitest'
import { checkVetoes } from '../../src/sim/checkers.ts'
import { constantLatency } from '../../src/sim/latency.ts'
import type { NetworkOptions } from '../../src/sim/network.ts'
import { World } from '../../src/sim/world.ts'
import { node, type Said, type Say, Talker } from './toy-machines.ts'

const [a, b, c] = [node(1), node(2), node(3)]

function talkers(network: Partial<NetworkOptions> = {}, seed = 1): World<Said, Say, Talker> {
  const world = new World<Said, Say, Talker>({
    seed,
    boot: () => new Talker(),
    network: { latency: constantLatency(10), ...network },
  })
  for (const id of [a, b, c]) world.add(id)
  return world
}
const heard = (world: World<Said, Say, Talker>, id = b): readonly string[] => world.nodeOf(id).heard

describe('datagrams', () => {
  const count = (network: NetworkOptions['datagram']): readonly string[] => {
    const world = talkers({ datagram: network })
    for (let i = 0; i < 1000; i++) world.at(i, () => world.command(a, { say: `${i}`, to: b }))
    world.runFor(10_000)
    return heard(world)
      .filter((line) => line.includes(':'))
      .map((line) => line.split(': ')[1]!)
  }
  const none = { drop: 0, duplicate: 0, reorder: 0, reorderMs: 0 }

  test('without faults arrive once and in order', () => {
    expect(count(none)).toEqual(Array.from({ length: 1000 }, (_, i) => `${i}`))
  })

  test('are dropped, doubled and overtaken as often as asked', () => {
    const dropped = 1000 - count({ ...none, drop: 0.2 }).length
    expect(dropped).toBeGreaterThan(140)
    expect(dropped).toBeLessThan(260)
    const doubled = count({ ...none, duplicate: 0.2 }).length - 1000
    expect(doubled).toBeGreaterThan(140)
    expect(doubled).toBeLessThan(260)
    const late = count({ ...none, reorder: 0.2, reorderMs: 500 })
    expect(new Set(late).size).toBe(1000)
    expect(late).not.toEqual(Array.from({ length: 1000 }, (_, i) => `${i}`))
  })
})

test('a bandwidth cap spreads a burst', () => {
  const world = new World<Said, Say, Talker>({
    seed: 1,
    boot: () => new Talker(),
    network: { latency: constantLatency(10), bandwidth: 1000 },
    sizeOf: () => 100,
  })
  for (const id of [a, b]) world.add(id)
  for (const text of ['1', '2', '3']) world.command(a, { say: text, to: b })
  world.runFor(1000)
  expect(heard(world).slice(1)).toEqual(['130 1: 1', '230 1: 2', '330 1: 3'])
  expect(world.statistics.bytes).toBe(300)
})

test('the veto checker sees a link that a broken gate let through', () => {
  const world = talkers()
  const checked = checkVetoes(world, (rater, peer) => rater === c && peer === a)
  world.command(a, { say: 'fine', to: b })
  world.runFor(100)
  expect(checked.links).toBe(1)
  world.command(a, { say: 'not fine', to: c })
  expect(() => world.runFor(100)).toThrow(/vetoed pair .*seed 1, virtual time 110/)
})
