// Values in a simulated network of whole nodes: put, read back, read after crashes, repaired, replaced.
import { expect, test } from 'vitest'
import { holdersWanted } from '../../overlay/values/limits.ts'
import { utf8, utf8Text } from '../../src/core/bytes.ts'
import { contentKeyOf, namedKeyOf } from '../../src/core/value-key.ts'
import { crashShare } from '../../src/sim/scenario.ts'
import { ValueNetwork } from './value-network.ts'

test('a node alone keeps its own values', () => {
  const network = ValueNetwork.of({ seed: 1, nodes: 1 })
  const [only] = network.ids
  const { key, holders, quorum } = network.put(only!, utf8('hello'))
  expect([key, holders, quorum]).toEqual([contentKeyOf(utf8('hello')), [only], 1])
  expect(utf8Text(network.get(only!, key).bytes)).toBe('hello')
})

test('a value lies on eight nodes and is read by every other', () => {
  const network = ValueNetwork.of({ seed: 2, nodes: 20 })
  const put = network.put(network.ids[0]!, utf8('hello'))
  expect(put).toMatchObject({ kind: 'content', quorum: 5, refused: {} })
  expect(put.holders).toHaveLength(holdersWanted)
  expect(network.holdersOf(put.key).toSorted()).toEqual(put.holders.toSorted())
  for (const id of network.ids) expect(utf8Text(network.get(id, put.key).bytes)).toBe('hello')
})

test('of a signed value everybody reads the newest, also after its author forgot the sequence', () => {
  const network = ValueNetwork.of({ seed: 3, nodes: 12 })
  const [author, reader] = network.ids
  const key = namedKeyOf(network.keyOf(author!), 'profile')
  const first = network.put(author!, utf8('old'), 'profile')
  const second = network.put(author!, utf8('new'), 'profile')
  expect(second.sequence).toBeGreaterThan(first.sequence!)
  expect(network.get(reader!, key)).toMatchObject({
    ...{ kind: 'signed', author, name: 'profile', sequence: second.sequence },
    bytes: utf8('new'),
  })
  network.world.crash(author!)
  network.world.restart(author!)
  // The clock of the new run is eight minutes behind.
  network.world.skew(author!, { offset: -500_000 })
  network.world.runFor(20_000)
  const third = network.put(author!, utf8('newest'), 'profile')
  expect(third.sequence).toBeGreaterThan(second.sequence!)
  expect(utf8Text(network.get(reader!, key).bytes)).toBe('newest')
})

test('what nobody put is said to be missing, after everybody near was asked', () => {
  const network = ValueNetwork.of({ seed: 4, nodes: 12 })
  const key = contentKeyOf(utf8('never put'))
  const [answer] = network.ask([[network.ids[0]!, { command: 'get-value', key }]])
  expect(answer).toEqual({
    ...{ ok: false, code: 'value/not-found', facts: { key, asked: 11, answered: 11 } },
  })
})

test('values outlive a crash of a fifth of the nodes at once, and are copied anew', () => {
  const network = ValueNetwork.of({ seed: 5, nodes: 15 })
  const values = network.putMany(40)
  crashShare(network.world, 0.2)
  expect(network.missing(values)).toEqual([])
  network.world.runFor(120_000)
  const copies = [...values.keys()].map((key) => network.holdersOf(key).length)
  expect(Math.min(...copies)).toBeGreaterThanOrEqual(holdersWanted)
  expect(network.missing(values)).toEqual([])
})

test('the same seed gives the same run to the last byte', () => {
  const run = (): string => {
    const network = ValueNetwork.of({ seed: 6, nodes: 10 })
    const values = network.putMany(20)
    crashShare(network.world, 0.2)
    network.missing(values)
    network.world.runFor(60_000)
    return network.world.digest
  }
  const digest = run()
  expect(run()).toBe(digest)
})
