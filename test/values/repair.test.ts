// Repair of one values machine: what it offers, what it asks for, and what liars and the greedy among
// those that offer can make it do.
import { describe, expect, test } from 'vitest'
import { byNearness } from '../../overlay/values/candidates.ts'
import {
  brokenOfferMs,
  offeredMax,
  offerMissesMax,
  pullsMax,
  pullsPerPeerMax,
  pullsWaitingMax,
  repairedPerSliceMax,
  unansweredRestMs,
} from '../../overlay/values/limits.ts'
import { Repair } from '../../overlay/values/repair.ts'
import { contentValue, digestOf, type VerifiedValue } from '../../overlay/values/value.ts'
import { hex, utf8 } from '../../src/core/bytes.ts'
import type { NodeId, RingKey } from '../../src/core/id.ts'
import { holds, ScriptedValues } from './scripted.ts'
import { later, peers, signed, value } from './some-values.ts'

const offerOf = (...values: readonly VerifiedValue[]) =>
  ({
    say: 'offer',
    values: values.map((one) => ({ key: one.key, digest: digestOf(one) })),
  }) as const

const madeUp = (count: number, bytes = 20): VerifiedValue[] =>
  Array.from({ length: count }, (_, i) =>
    contentValue(utf8(`made up ${i}`.padEnd(bytes)), later + 600_000),
  )

describe('repair', () => {
  test('asks the next that offers where the first is silent', () => {
    const node = new ScriptedValues(peers)
    const [silent, helpful] = peers
    node.script = (to, message) => (to === silent!.id ? undefined : holds([value])(to, message))
    node.says(silent!.id, offerOf(value))
    node.says(helpful!.id, offerOf(value))
    expect(node.asked(value.key)).toEqual([silent!.id])
    node.run(3_500)
    expect(node.asked(value.key)).toEqual([silent!.id, helpful!.id])
    expect([...node.stored.keys()]).toEqual([`value/${value.key}`])
    expect(node.machine.counts()).toMatchObject({ values: 1, asks: 0, repairs: 0 })
  })

  test('keeps bounded what a crowd offers, and asks of one peer only so many at a time', () => {
    const node = new ScriptedValues([])
    const offer = offerOf(...madeUp(offeredMax))
    const crowd = Array.from(
      { length: pullsWaitingMax / offeredMax + 40 },
      (_, i) => hex(new Uint8Array(16).fill(i % 256).fill(i >> 8, 15)) as NodeId,
    )
    for (const id of crowd) node.says(id, offer)
    expect(crowd.length * offeredMax).toBeGreaterThan(pullsWaitingMax + pullsMax)
    const { asks, repairs } = node.machine.counts()
    expect([asks, repairs]).toEqual([pullsMax, pullsWaitingMax + pullsMax])
    const toFirst = node.sent.filter(({ to }) => to === crowd[0])
    expect(toFirst).toHaveLength(pullsPerPeerMax)
  })

  test('is not held up by peers that offer what they do not have', () => {
    const node = new ScriptedValues(peers)
    const lies = offerOf(...madeUp(200))
    const liars = peers.slice(0, 11).map(({ id }) => id)
    const honest = peers[11]!.id
    node.script = (to, message) => (to === honest ? holds([value])(to, message) : undefined)
    for (let second = 0; second < 30; second++) {
      for (const liar of liars) node.says(liar, lies)
      if (second === 10) node.says(honest, offerOf(value))
      node.run(1_000)
    }
    expect(node.machine.shelf.get(value.key, node.now)).toEqual(value)
    const wasted = node.sent.filter(({ to, message }) => message.say === 'find' && to !== honest)
    expect(wasted.length).toBeLessThanOrEqual(11 * 8)
  })

  test('asks on of a peer that once lacked what it offered, and for a while not of one that often did', () => {
    const node = new ScriptedValues(peers)
    const { id } = peers[0]!
    const gone = madeUp(offerMissesMax + 1)
    node.script = holds([value])
    node.says(id, offerOf(gone[0]!))
    node.says(id, offerOf(value))
    expect(node.machine.shelf.get(value.key, node.now)).toEqual(value)
    // What it delivered is to its credit.
    for (const one of gone.slice(1)) node.says(id, offerOf(one))
    const other = contentValue(utf8('another'), later + 600_000)
    node.script = holds([other])
    node.says(id, offerOf(other))
    expect(node.asked(other.key)).toEqual([])
    node.run(brokenOfferMs)
    node.says(id, offerOf(other))
    expect(node.asked(other.key)).toEqual([id])
  })

  test('holds nothing against a peer that is out of reach or has too much to do', () => {
    const node = new ScriptedValues(peers)
    const { id } = peers[0]!
    for (const one of madeUp(offerMissesMax)) {
      node.says(id, offerOf(one))
      node.input({ on: 'dropped', peer: id, why: 'unreachable' })
      node.run(unansweredRestMs)
    }
    node.script = (_to, message) =>
      message.say === 'find'
        ? { say: 'refused', nonce: message.nonce, why: 'quota', newer: undefined }
        : undefined
    for (const one of madeUp(offerMissesMax)) {
      node.says(id, offerOf(one))
      node.run(unansweredRestMs)
    }
    node.script = holds([value])
    node.says(id, offerOf(value))
    expect(node.machine.shelf.get(value.key, node.now)).toEqual(value)
  })

  test('does not ask for what there is no room for', () => {
    const node = new ScriptedValues(peers, { bounds: { valuesMax: 1 } })
    node.command({ command: 'put-value', bytes: utf8('the only one') })
    node.run(20_000)
    node.sent.length = 0
    node.says(peers[0]!.id, offerOf(value))
    expect(node.sent).toEqual([])
  })

  test('asks once in a while for what was refused, whoever offers it', () => {
    const node = new ScriptedValues(peers)
    node.says(peers[1]!.id, { say: 'store', nonce: 1, value: signed(2) })
    node.script = holds([signed(1)])
    node.says(peers[2]!.id, offerOf(signed(1)))
    node.says(peers[2]!.id, offerOf(signed(1)))
    node.says(peers[3]!.id, offerOf(signed(1)))
    expect(node.asked(signed(1).key)).toEqual([peers[2]!.id])
    // The newer one of another author's hand is asked for all the same.
    node.script = holds([signed(3)])
    node.says(peers[3]!.id, offerOf(signed(3)))
    expect(node.machine.shelf.get(signed(3).key, node.now)).toEqual(signed(3))
  })

  test('gives a peer whose share of bytes is used up a minute, and asks others meanwhile', () => {
    const node = new ScriptedValues(peers, { bounds: { bytesPerMinuteMax: 1_000 } })
    const [greedy, other] = peers
    const many = madeUp(40, 300)
    node.script = holds(many)
    node.says(greedy!.id, offerOf(...many))
    expect(node.machine.counts().values).toBe(3)
    const before = node.sent.length
    expect(before).toBeLessThanOrEqual(3 + pullsPerPeerMax)
    node.says(greedy!.id, offerOf(...many))
    expect(node.sent.length).toBe(before)
    node.says(other!.id, offerOf(...many))
    expect(node.machine.counts().values).toBe(6)
    node.run(60_000)
    node.says(greedy!.id, offerOf(...many))
    expect(node.machine.counts().values).toBe(9)
  })

  test('offers what it holds when its leaf set changes, to the holders alone', () => {
    const node = new ScriptedValues(peers)
    node.says(peers[0]!.id, { say: 'store', nonce: 1, value })
    node.run(6_000)
    node.sent.length = 0
    node.run(20_000)
    expect(node.sent).toEqual([])
    node.leaves = [peers[5]!.id]
    node.run(6_000)
    const nearest = byNearness(value.key, [node.self.id, ...peers.map(({ id }) => id)]).slice(0, 8)
    const told = node.sent.map(({ to }) => to)
    expect(told.toSorted()).toEqual(nearest.filter((id) => id !== node.self.id).toSorted())
  })

  test('comes to what is held however much of what was held has gone', () => {
    let held: readonly RingKey[] = []
    let tick = 0
    const offered: number[] = []
    const repair = new Repair(
      {
        self: peers[0]!.id,
        keys: () => held,
        digest: (key) => (held.includes(key) ? 'a'.repeat(16) : undefined),
        holders: () => [peers[1]!.id],
        wants: () => true,
        // The leaf set changes all the time.
        leaves: () => [`${tick}` as NodeId],
        send: (_to, message) => offered.push(message.say === 'offer' ? message.values.length : 0),
        pull: () => {},
      },
      60_000,
    )
    // At every tick others are held than before, and more than a slice takes.
    for (tick = 1; tick <= 10; tick++) {
      held = Array.from({ length: 2 * repairedPerSliceMax }, (_, i) => `${tick}/${i}` as RingKey)
      repair.tick(tick * 5_000)
    }
    expect(offered).toEqual(Array(10).fill(repairedPerSliceMax))
  })
})
