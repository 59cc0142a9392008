// Links as real streams behave: dials and their gates, order, cuts, resets, silence.
import { describe, expect, test } from 'vitest'
import { constantLatency, uniformLatency } from '../../src/sim/latency.ts'
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

describe('a dial', () => {
  test('opens a link that both sides hear of, and carries what waited', () => {
    const world = talkers()
    world.command(a, { say: 'one', to: b })
    world.command(a, { say: 'two', to: b })
    world.runFor(100)
    expect(heard(world)).toEqual(['10 + 1', '30 1: one', '30 1: two'])
    expect(heard(world, a)).toEqual(['20 + 2'])
    expect(world.statistics.links).toBe(1)
  })

  test('refused by the target costs the dialler a round trip', () => {
    const world = talkers()
    world.nodeOf(b).vetoed.add(a)
    world.command(a, { say: 'hello', to: b })
    world.runFor(100)
    expect(heard(world, a)).toEqual(['20 - 2 refused'])
    expect(heard(world)).toEqual([])
  })

  test('refused by the own gate never leaves the node', () => {
    const world = talkers()
    world.nodeOf(a).vetoed.add(b)
    world.command(a, { say: 'hello', to: b })
    world.runFor(100)
    expect(heard(world, a)).toEqual(['0 - 2 refused'])
  })

  test('asks the dialler again when the target answers', () => {
    const world = talkers()
    world.command(a, { say: 'hello', to: b })
    world.at(15, () => world.nodeOf(a).vetoed.add(b))
    world.runFor(100)
    expect(heard(world, a)).toEqual(['20 - 2 refused'])
    expect(heard(world)).toEqual(['10 + 1', '30 - 1 closed'])
  })

  test('is refused when the dialler changes its mind before it arrives', () => {
    const world = talkers()
    world.command(a, { say: 'hello', to: b })
    world.at(5, () => world.nodeOf(a).vetoed.add(b))
    world.runFor(100)
    expect(heard(world, a)).toEqual(['20 - 2 refused'])
    expect(heard(world)).toEqual([])
    expect(world.statistics.links).toBe(0)
  })

  test('to the dead, the unknown, the cut off or oneself is unreachable', () => {
    const world = talkers()
    world.crash(b)
    world.partition([c])
    for (const to of [a, b, c, node(99)]) world.command(a, { say: 'hello', to })
    world.runFor(5000)
    expect(heard(world, a)).toEqual([
      '0 - 1 unreachable',
      '3000 - 2 unreachable',
      '3000 - 3 unreachable',
      '3000 - 99 unreachable',
    ])
  })

  test('from both sides at once makes one link and loses nothing', () => {
    for (let seed = 0; seed < 50; seed++) {
      const world = talkers({ latency: uniformLatency(1, 100) }, seed)
      world.command(a, { say: 'from a', to: b })
      world.at(seed, () => {
        world.command(b, { say: 'from b', to: a })
        world.command(b, { say: 'again', to: a })
      })
      world.runFor(5000)
      expect(world.statistics.links).toBe(1)
      expect(heard(world, a).filter((line) => line.includes('2:'))).toHaveLength(2)
      expect(heard(world, a).filter((line) => line.includes('+'))).toHaveLength(1)
      expect(heard(world).filter((line) => line.includes('1: from a'))).toHaveLength(1)
    }
  })
})

describe('an open link', () => {
  test.each([0, 0.3])('keeps order under jitter and loss of %f', (loss) => {
    const world = talkers({ latency: uniformLatency(1, 200), loss })
    for (let i = 0; i < 200; i++) world.at(i * 3, () => world.command(a, { say: `${i}`, to: b }))
    world.runFor(120_000)
    const said = heard(world).filter((line) => line.includes(':'))
    expect(said.map((line) => line.split(': ')[1])).toEqual(
      Array.from({ length: 200 }, (_, i) => `${i}`),
    )
  })

  test('is given up when every segment is lost', () => {
    const world = talkers({ loss: 1 })
    world.command(a, { say: 'hello', to: b })
    world.runFor(60_000)
    expect(heard(world, a)).toEqual(['3000 - 2 unreachable'])
  })

  test('that broke under loss carries nothing out of order, and both sides learn of its end', () => {
    const world = talkers()
    world.command(a, { say: 'before', to: b })
    world.runFor(100)
    world.changeNetwork({ loss: 1 })
    world.command(a, { say: 'lost', to: b })
    world.runFor(0)
    world.changeNetwork({ loss: 0 })
    world.command(a, { say: 'behind the lost', to: b })
    world.runFor(20_000)
    expect(heard(world, a)).toEqual(['20 + 2', '15100 - 2 closed'])
    expect(heard(world)).toHaveLength(2)
    world.command(b, { say: 'are you there?', to: a })
    world.runFor(100)
    expect(heard(world).slice(2)).toEqual(['20120 - 1 closed'])
  })

  test('closes for both, behind the last message, when one hangs up', () => {
    const world = talkers()
    world.command(a, { say: 'hello', to: b })
    world.runFor(100)
    world.command(a, { say: 'last', to: b })
    world.command(a, { hangUp: b })
    world.runFor(100)
    expect(heard(world)).toEqual(['10 + 1', '30 1: hello', '110 1: last', '110 - 1 closed'])
    expect(heard(world, a)).toEqual(['20 + 2'])
  })

  test('can be hung up and dialled anew at once', () => {
    const world = talkers()
    world.command(a, { say: 'one', to: b })
    world.runFor(100)
    world.command(a, { hangUp: b })
    world.command(a, { say: 'two', to: b })
    world.runFor(100)
    expect(heard(world).slice(2)).toEqual(['110 - 1 closed', '110 + 1', '130 1: two'])
  })

  test('holds messages during a partition and gives them over when it heals', () => {
    const world = talkers()
    world.command(a, { say: 'before', to: b })
    world.runFor(100)
    world.command(a, { say: 'in flight', to: b })
    world.runFor(5)
    world.partition([a], [b])
    world.command(a, { say: 'held', to: b })
    world.runFor(5000)
    world.heal()
    world.command(a, { say: 'after', to: b })
    world.runFor(60_000)
    expect(heard(world).slice(2)).toEqual(['5115 1: in flight', '5115 1: held', '5115 1: after'])
    expect(heard(world, a)).toEqual(['20 + 2'])
  })

  test('is given up by each side that waits too long for an acknowledgement', () => {
    const world = talkers()
    world.command(a, { say: 'before', to: b })
    world.runFor(100)
    world.partition([a])
    world.command(a, { say: 'lost', to: b })
    world.runFor(30_000)
    expect(heard(world, a)).toEqual(['20 + 2', '15100 - 2 closed'])
    expect(heard(world)).toHaveLength(2)
    world.heal()
    world.runFor(100)
    expect(heard(world).slice(2)).toEqual(['30110 1: lost', '30110 - 1 closed'])
  })

  test('carries one way under an asymmetric cut until acknowledgements are missed', () => {
    const world = talkers()
    world.command(a, { say: 'before', to: b })
    world.runFor(100)
    world.cut([b], [a])
    world.command(a, { say: 'one way', to: b })
    world.command(b, { say: 'not this way', to: a })
    world.runFor(20_000)
    expect(heard(world).slice(2)).toEqual(['110 1: one way', '15100 - 1 closed'])
    expect(heard(world, a)).toEqual(['20 + 2', '15100 - 2 closed'])
  })

  test('is reset at once when a killed process resets its peers', () => {
    const world = talkers()
    world.command(a, { say: 'hello', to: b })
    world.runFor(100)
    world.crash(b, { resets: true })
    world.runFor(1000)
    expect(heard(world, a)).toEqual(['20 + 2', '150 - 2 closed'])
  })

  test('to a host that vanished is silent until a send goes unanswered', () => {
    const world = talkers()
    world.command(a, { say: 'hello', to: b })
    world.runFor(100)
    world.crash(b)
    world.runFor(60_000)
    expect(heard(world, a)).toEqual(['20 + 2'])
    world.command(a, { say: 'still there?', to: b })
    world.runFor(60_000)
    expect(heard(world, a)).toEqual(['20 + 2', '75110 - 2 closed'])
  })

  test('with something unacknowledged is reset as soon as the host is back', () => {
    const world = talkers()
    world.command(a, { say: 'hello', to: b })
    world.runFor(100)
    world.crash(b)
    world.command(a, { say: 'still there?', to: b })
    world.runFor(900)
    world.restart(b)
    world.runFor(100)
    expect(heard(world, a)).toEqual(['20 + 2', '1010 - 2 closed'])
  })

  test('does not carry on what a crashed sender had held back by a cut', () => {
    const world = talkers()
    world.command(a, { say: 'hello', to: b })
    world.runFor(100)
    world.command(a, { say: 'in flight', to: b })
    world.runFor(5)
    world.partition([a])
    world.command(a, { say: 'held', to: b })
    world.runFor(1)
    world.crash(a)
    world.runFor(100)
    world.heal()
    world.runFor(60_000)
    expect(heard(world)).toHaveLength(2)
  })

  test('to a host that vanished and came back is reset by the first send', () => {
    const world = talkers()
    world.command(a, { say: 'hello', to: b })
    world.runFor(100)
    world.crash(b)
    world.restart(b)
    world.command(a, { say: 'still there?', to: b })
    world.runFor(1000)
    expect(heard(world, a)).toEqual(['20 + 2', '120 - 2 closed'])
    expect(heard(world)).toEqual([])
  })

  test('is replaced when the peer that came back dials first', () => {
    const world = talkers()
    world.command(a, { say: 'hello', to: b })
    world.runFor(100)
    world.crash(b)
    world.restart(b)
    world.command(b, { say: 'I am back', to: a })
    world.runFor(1000)
    expect(heard(world, a).slice(1)).toEqual(['110 - 2 closed', '110 + 2', '130 2: I am back'])
  })
})
