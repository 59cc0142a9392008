// When a values machine ticks: a network of thousands of nodes that hold nothing must cost nothing.
import { describe, expect, test } from 'vitest'
import { ScriptedValues } from './scripted.ts'
import { peers, signed, value } from './some-values.ts'

describe('a holder', () => {
  test('sets no timer while it holds nothing and nobody asks it for anything', () => {
    const node = new ScriptedValues(peers)
    expect(node.waiting).toEqual([])
    node.input({ on: 'connected', peer: peers[0]!.id })
    node.run(600_000)
    expect(node.waiting).toEqual([])
  })

  test('ticks from the first value on until the last has expired', () => {
    const node = new ScriptedValues(peers)
    node.run(1_000)
    node.says(peers[1]!.id, { say: 'store', nonce: 1, value: signed(2) })
    expect(node.waiting).toEqual(['values/tick'])
    node.run(45_000)
    expect(node.waiting).toEqual(['values/tick'])
    expect(node.sent.map(({ message }) => message.say)).toContain('offer')
    node.run(75_000)
    expect([node.stored.size, node.waiting]).toEqual([0, []])
    // And again from the next one.
    node.says(peers[1]!.id, {
      say: 'store',
      nonce: 2,
      value: signed(3, peers[0], node.now + 9_000),
    })
    expect(node.waiting).toEqual(['values/tick'])
  })

  test('offers its first value at the next tick, whatever it was asked before', () => {
    const node = new ScriptedValues(peers)
    node.says(peers[0]!.id, { say: 'find', nonce: 1, key: value.key, wantsValue: true })
    node.run(5_500)
    node.says(peers[1]!.id, { say: 'store', nonce: 2, value: signed(2) })
    node.run(5_000)
    expect(node.sent.map(({ message }) => message.say)).toContain('offer')
  })

  test('ticks from the start on where an earlier run left it values', () => {
    const before = new ScriptedValues(peers)
    before.says(peers[1]!.id, { say: 'store', nonce: 1, value: signed(2) })
    const node = new ScriptedValues(peers, { stored: [...before.stored] })
    expect(node.waiting).toEqual(['values/tick'])
  })

  test('ticks after a question until the share of its asker is whole again', () => {
    const node = new ScriptedValues(peers)
    node.says(peers[0]!.id, { say: 'find', nonce: 1, key: value.key, wantsValue: true })
    expect(node.waiting).toEqual(['values/tick'])
    node.run(11_000)
    expect(node.waiting).toEqual([])
  })
})
