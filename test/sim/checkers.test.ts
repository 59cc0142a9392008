// The judges themselves: they must accept the truth and see each kind of lie.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeId, RingKey } from '../../src/core/id.ts'
import {
  checkVetoes,
  deliveryChecker,
  type LeafView,
  ringFaults,
  trueRoot,
} from '../../src/sim/checkers.ts'
import { World } from '../../src/sim/world.ts'
import { node, type Said, type Say, Talker } from './toy-machines.ts'

const ids = [1, 2, 3, 4, 5, 6].map(node)
const view = (id: number, left: number[], right: number[]): LeafView => ({
  nodeId: node(id),
  left: left.map(node),
  right: right.map(node),
})
const truth = [
  view(1, [6, 5], [2, 3]),
  view(2, [1, 6], [3, 4]),
  view(3, [2, 1], [4, 5]),
  view(4, [3, 2], [5, 6]),
  view(5, [4, 3], [6, 1]),
  view(6, [5, 4], [1, 2]),
]
const faultsWith = (wrong: LeafView): string[] =>
  ringFaults(
    truth.map((right) => (right.nodeId === wrong.nodeId ? wrong : right)),
    ids,
    2,
  )

describe('the ring', () => {
  test('is consistent when every side holds the nearest in order', () => {
    expect(ringFaults(truth, ids, 2)).toEqual([])
  })

  test.each([
    ['a neighbour is missing', view(3, [2, 1], [4]), /right: lacks \[.*5\], has \[\]/],
    ['a neighbour is dead', view(3, [2, 9], [4, 5]), /left: lacks \[.*1\], has \[.*9\]/],
    ['sides are out of order', view(3, [1, 2], [4, 5]), /left: is not in order/],
    ['one stands twice', view(3, [2, 1, 1], [4, 5]), /left: names a node twice/],
  ])('is faulty when %s', (_what, wrong, sentence) => {
    const faults = faultsWith(wrong)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(sentence)
  })

  test('is faulty when a live node shows nothing or a dead one something', () => {
    expect(ringFaults(truth.slice(1), ids, 2)).toEqual([`${node(1)} shows no view`])
    expect(ringFaults(truth, ids.slice(0, 5), 2)).toContain(
      `${node(6)} shows a view but is not live`,
    )
  })

  test('of one has empty sides, of three everybody on both', () => {
    expect(ringFaults([view(1, [], [])], [node(1)], 16)).toEqual([])
    const three = [view(1, [3, 2], [2, 3]), view(2, [1, 3], [3, 1]), view(3, [2, 1], [1, 2])]
    expect(ringFaults(three, ids.slice(0, 3), 16)).toEqual([])
  })
})

describe('the root of a key', () => {
  const key = (text: string): RingKey => text.padStart(32, '0') as RingKey

  test('is the nearest either way round, ties to the smaller id', () => {
    const nodes = [key('10'), key('20'), `${'f'.repeat(31)}e`] as NodeId[]
    expect(trueRoot(nodes, key('17'))).toBe(nodes[0])
    expect(trueRoot(nodes, key('18'))).toBe(nodes[0])
    expect(trueRoot(nodes, key('19'))).toBe(nodes[1])
    // Nine away on either side of zero: the tie goes to the smaller id, not the smaller step.
    expect(trueRoot(nodes, key('7'))).toBe(nodes[0])
    expect(trueRoot(nodes, key('6'))).toBe(nodes[2])
    expect(trueRoot([], key('1'))).toBeUndefined()
  })

  test('does not depend on the order of the nodes', () => {
    const position = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n })
    fc.assert(
      fc.property(fc.array(position, { minLength: 1, maxLength: 8 }), position, (nodes, target) => {
        const list = nodes.map((n) => n.toString(16).padStart(32, '0') as NodeId)
        const at = target.toString(16).padStart(32, '0') as RingKey
        expect(trueRoot(list.toReversed(), at)).toBe(trueRoot(list, at))
      }),
    )
  })

  test('is where the delivery checker wants a message', () => {
    const world = talkers()
    const checker = deliveryChecker(world)
    checker.delivered(node(2), key('2'))
    world.crash(node(2))
    expect(() => checker.delivered(node(2), key('2'))).toThrow(/its root is 0+1 \(seed 1/)
    expect(checker.count).toBe(2)
  })
})

function talkers(): World<Said, Say, Talker> {
  const world = new World<Said, Say, Talker>({ seed: 1, boot: () => new Talker() })
  for (const id of ids) world.add(id)
  return world
}

test('the veto checker watches messages too when asked', () => {
  const world = talkers()
  const vetoed = new Set<string>()
  checkVetoes(world, (rater, peer) => vetoed.has(`${rater}>${peer}`), { messages: true })
  const hello = { say: 'hello', to: node(2) }
  world.command(node(1), hello)
  world.runFor(1000)
  vetoed.add(`${node(1)}>${node(2)}`)
  world.command(node(1), hello)
  expect(() => world.runFor(1000)).toThrow(/sent to .*, which it vetoes/)
  vetoed.clear()
  vetoed.add(`${node(2)}>${node(1)}`)
  world.command(node(1), hello)
  expect(() => world.runFor(1000)).toThrow(/heard from .*, which it vetoes/)
})
