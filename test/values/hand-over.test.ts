// A node that leaves hands its values over: in a network, where every value has its eight copies as soon as
// it is gone, and as one machine among peers that ask, have it all, or say nothing.
import { describe, expect, test } from 'vitest'
import { byNearness } from '../../overlay/values/candidates.ts'
import {
  handOverMsMax,
  handOverQuietMs,
  holdersWanted,
  offeredMax,
  repairedPerSliceMax,
} from '../../overlay/values/limits.ts'
import type { Offered } from '../../overlay/values/message.ts'
import { contentValue, type VerifiedValue } from '../../overlay/values/value.ts'
import { utf8 } from '../../src/core/bytes.ts'
import type { NodeId, RingKey } from '../../src/core/id.ts'
import { holds, ScriptedValues } from './scripted.ts'
import { later, peers } from './some-values.ts'
import { ValueNetwork } from './value-network.ts'

describe('in a network', () => {
  /** How many copies each value has just after a node is gone, before any repair looked. */
  const copiesAfter = (seed: number, leave: boolean): number[] => {
    const network = ValueNetwork.of({ seed, nodes: 20 })
    const values = network.putMany(60)
    const copies = (): number[] => [...values.keys()].map((key) => network.holdersOf(key).length)
    expect(Math.min(...copies())).toBe(holdersWanted)
    const leaver = network.ids[7]!
    const held = [...values.keys()].filter((key) => network.holdersOf(key).includes(leaver))
    expect(held.length).toBeGreaterThan(5)
    if (leave) {
      const [answer] = network.ask([[leaver, { command: 'hand-over' }]], handOverMsMax + 50)
      expect(answer).toMatchObject({ ok: true })
    }
    network.world.stop(leaver)
    network.world.runFor(300)
    expect(network.world.live()).not.toContain(leaver)
    return copies()
  }

  test.each([11, 12])(
    'every value has its eight copies at once, and would not have (seed %i)',
    (seed) => {
      expect(Math.min(...copiesAfter(seed, true))).toBe(holdersWanted)
      expect(Math.min(...copiesAfter(seed, false))).toBe(holdersWanted - 1)
    },
  )

  test('who has nobody to give to goes at once', () => {
    const network = ValueNetwork.of({ seed: 13, nodes: 5 })
    network.putMany(10)
    const [answer] = network.ask([[network.ids[2]!, { command: 'hand-over' }]], 50)
    expect(answer).toEqual({ ok: true, value: { offered: 0, asked: 0 } })
  })
})

describe('one machine', () => {
  /** Values of which the node is a holder. */
  const ownedBy = (node: ScriptedValues, count: number): VerifiedValue[] => {
    const own: VerifiedValue[] = []
    for (let i = 0; own.length < count; i++) {
      const value = contentValue(utf8(`value ${i}`), later + 600_000)
      if (nearest(node, value.key).slice(0, holdersWanted).includes(node.self.id)) own.push(value)
    }
    return own
  }

  const nearest = (node: ScriptedValues, key: RingKey): NodeId[] =>
    byNearness(key, [node.self.id, ...peers.map(({ id }) => id)])

  /** The ninth: who takes this node's place. */
  const successor = (node: ScriptedValues, key: RingKey): NodeId =>
    nearest(node, key)[holdersWanted]!

  const offers = (node: ScriptedValues): (readonly [NodeId, readonly Offered[]])[] =>
    node.sent.flatMap(({ to, message }) =>
      message.say === 'offer' ? [[to, message.values] as const] : [],
    )

  const filled = (values: (node: ScriptedValues) => VerifiedValue[]) => {
    const node = new ScriptedValues(peers)
    const held = values(node)
    for (const [i, value] of held.entries())
      node.says(peers[i % peers.length]!.id, { say: 'store', nonce: 1, value })
    expect(node.machine.counts().values).toBe(held.length)
    node.sent.length = 0
    return { node, held }
  }

  const asks = (node: ScriptedValues, from: NodeId, key: RingKey): void =>
    node.input({
      on: 'message',
      from,
      message: { say: 'find', nonce: 9, key, wantsValue: true },
    })

  test('offers each value to who takes its place and to nobody else, and is done when all are fetched', () => {
    const { node, held } = filled((one) => ownedBy(one, 20))
    const id = node.command({ command: 'hand-over' })
    const offered = offers(node).flatMap(([to, values]) => values.map(({ key }) => `${to} ${key}`))
    expect(offered.toSorted()).toEqual(
      held.map(({ key }) => `${successor(node, key)} ${key}`).toSorted(),
    )
    expect(node.answers.has(id)).toBe(false)
    for (const { key } of held) asks(node, successor(node, key), key)
    expect(node.answers.get(id)).toEqual({ ok: true, value: { offered: 20, asked: 20 } })
    const given = node.sent.filter(({ message }) => message.say === 'found' && message.value)
    expect(given).toHaveLength(20)
  })

  test('waits a moment for who has it already, and takes nothing on any more', () => {
    const { node } = filled((one) => ownedBy(one, 3))
    const id = node.command({ command: 'hand-over' })
    const other = contentValue(utf8('offered to one that leaves'), later + 600_000)
    node.script = holds([other])
    node.says(peers[3]!.id, { say: 'offer', values: [{ key: other.key, digest: '0'.repeat(16) }] })
    expect(node.asked(other.key)).toEqual([])
    node.run(handOverQuietMs - 1)
    expect(node.answers.has(id)).toBe(false)
    node.run(1)
    expect(node.answers.get(id)).toEqual({ ok: true, value: { offered: 3, asked: 0 } })
  })

  test('goes on slice by slice: a peer is offered more when it has asked for what it was offered', () => {
    const { node } = filled((one) => ownedBy(one, 1_000))
    const id = node.command({ command: 'hand-over' })
    const count = () => offers(node).flatMap(([, values]) => values).length
    expect(count()).toBe(repairedPerSliceMax)
    node.run(100)
    const before = offers(node)
    expect(new Set(before.map(([to]) => to)).size).toBe(before.length)
    for (let taken = 0; taken < offers(node).length; taken++) {
      const [to, values] = offers(node)[taken]!
      expect(values.length).toBeLessThanOrEqual(offeredMax)
      for (const { key } of values) asks(node, to, key)
    }
    const all = { offered: 1_000, asked: 1_000 }
    expect(node.answers.get(id)).toEqual({ ok: true, value: all })
  })

  test('goes when its time is over, whoever still asks', () => {
    const { node } = filled((one) => ownedBy(one, 300))
    const id = node.command({ command: 'hand-over' })
    node.run(1)
    const begun = node.now
    // A value every hundred milliseconds keeps it from being quiet.
    for (const [to, values] of offers(node))
      for (const { key } of values) {
        if (node.answers.has(id)) break
        asks(node, to, key)
        node.run(100)
      }
    expect(node.answers.get(id)).toMatchObject({ ok: true })
    expect(node.now - begun).toBeLessThanOrEqual(handOverMsMax + 100)
  })

  test('does not wait for who is gone', () => {
    const { node, held } = filled((one) => ownedBy(one, 1))
    const id = node.command({ command: 'hand-over' })
    node.input({ on: 'dropped', peer: successor(node, held[0]!.key), why: 'closed' })
    expect(node.answers.get(id)).toEqual({ ok: true, value: { offered: 1, asked: 0 } })
  })
})
