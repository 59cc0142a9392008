// Trust decides who relays for whom: places at a relay against a naive replay, and the relays that a
// node takes.
import { peerIdFromString } from '@libp2p/peer-id'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../src/core/id.ts'
import { mostTrustedFirst, placeFor } from '../../src/runtime/transport/nat/relay-places.ts'
import { type Relay, Relays } from '../../src/runtime/transport/nat/relays.ts'
import { idOf, peerIdTextOf } from '../runtime/transport-party.ts'

const nodes = Array.from({ length: 10 }, (_, i) => idOf(i + 1))

describe('the places of a relay', () => {
  test('go to the most trusted of all who asked, whatever the order, once all are taken', () => {
    const asked = fc.array(
      fc.record({ node: fc.constantFrom(...nodes), trust: fc.integer({ min: 0, max: 3 }) }),
      { maxLength: 40 },
    )
    fc.assert(
      fc.property(asked, fc.integer({ min: 1, max: 4 }), (asks, placesMax) => {
        // The first word on a node's trust holds for the whole run.
        const trusts = new Map<NodeId, number>()
        for (const { node, trust } of asks) if (!trusts.has(node)) trusts.set(node, trust)
        const trust = (node: NodeId): number => trusts.get(node) ?? 0
        let holders: NodeId[] = []
        for (const { node } of asks) {
          const before = [...holders]
          const place = placeFor(node, holders, placesMax, trust)
          if (place.is === 'taken over') holders = holders.filter((held) => held !== place.from)
          if (place.is !== 'refused' && !holders.includes(node)) holders.push(node)
          expect(holders.length).toBeLessThanOrEqual(placesMax)
          // Nobody is put out for somebody who is trusted no more.
          const out = before.filter((held) => !holders.includes(held))
          for (const gone of out) expect(trust(gone)).toBeLessThan(trust(node))
        }
        // The naive way: of all who ever asked, as trusted a set as any of that size.
        const distinct = [...new Set(asks.map(({ node }) => node))]
        const best = mostTrustedFirst(distinct, trust).slice(0, placesMax)
        const sum = (list: readonly NodeId[]): number =>
          list.reduce((total, node) => total + trust(node), 0)
        expect(sum(holders)).toBe(sum(best))
      }),
    )
  })
})

describe('the relays of a node', () => {
  const relay = (n: number): Relay => ({
    nodeId: idOf(n),
    peerId: peerIdFromString(peerIdTextOf(n)),
    addresses: [`/ip4/11.0.0.${n}/tcp/4001`],
  })
  const through = (n: number): string =>
    `/ip4/11.0.0.${n}/tcp/4001/p2p/${peerIdTextOf(n)}/p2p-circuit`

  /** Relays over offers with the trust that `trusts` names; those in `full` have no place. */
  function relaysWith(trusts: ReadonlyMap<NodeId, number>, full: ReadonlySet<string> = new Set()) {
    const asked: string[] = []
    const released: string[] = []
    let changes = 0
    let answers = (): Promise<void> | void => {}
    const relays = new Relays({
      reserve: async (peer) => {
        asked.push(peer.toString())
        if (full.has(peer.toString())) throw new Error('no place')
        await answers()
      },
      release: (peer) => void released.push(peer.toString()),
      trust: (node) => trusts.get(node) ?? 0,
      changed: () => {
        changes += 1
      },
    })
    /** Every relay takes until the returned function is called. */
    const hold = (): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      answers = () => promise
      return resolve
    }
    return { relays, asked, released, hold, changes: () => changes }
  }

  test('are the two most trusted that have a place', async () => {
    const trusts = new Map([[idOf(1), 1] as const, [idOf(2), 5] as const, [idOf(3), 3] as const])
    const { relays, asked } = relaysWith(trusts, new Set([peerIdTextOf(2)]))
    await relays.seek([relay(1), relay(2), relay(3)])
    expect(relays.addresses()).toEqual([through(3), through(1)])
    // In the order of trust, and nobody more than once.
    expect(asked).toEqual([2, 3, 1].map(peerIdTextOf))
  })

  test('change when one trusted more offers to relay, and when one is gone', async () => {
    const trusts = new Map([[idOf(1), 1] as const, [idOf(2), 5] as const, [idOf(3), 3] as const])
    const { relays, released, changes } = relaysWith(trusts)
    await relays.seek([relay(1), relay(3)])
    expect(relays.addresses()).toEqual([through(3), through(1)])
    await relays.seek([relay(1), relay(2), relay(3)])
    expect(relays.addresses()).toEqual([through(2), through(3)])
    // The place that is named no more is left to somebody else.
    expect(released).toEqual([peerIdTextOf(1)])
    relays.lost(idOf(2))
    expect(relays.addresses()).toEqual([through(3)])
    await relays.seek([relay(1), relay(3)])
    expect(relays.addresses()).toEqual([through(3), through(1)])
    expect(changes()).toBe(4)
    relays.letGo()
    expect(relays.addresses()).toEqual([])
    expect(released).toEqual([1, 2, 3, 1].map(peerIdTextOf))
  })

  test('are better ones each time that trust grows elsewhere, and never more than two', async () => {
    const trusts = new Map<NodeId, number>()
    const { relays, released } = relaysWith(trusts)
    for (let n = 1; n <= 6; n++) {
      trusts.set(idOf(n), n)
      await relays.seek(Array.from({ length: n }, (_, i) => relay(i + 1)))
    }
    expect(relays.addresses()).toEqual([through(6), through(5)])
    expect(released).toEqual([1, 2, 3, 4].map(peerIdTextOf))
  })

  test('are sought among those, too, that offer themselves meanwhile', async () => {
    const { relays, hold } = relaysWith(new Map([[idOf(2), 5] as const]))
    const go = hold()
    const seeking = relays.seek([relay(1)])
    const meanwhile = relays.seek([relay(1), relay(2)])
    go()
    await Promise.all([seeking, meanwhile])
    expect(relays.addresses()).toEqual([through(2), through(1)])
  })

  test('are not held when the answer comes after the need, or after the relay is gone', async () => {
    const { relays, released, hold, changes } = relaysWith(new Map())
    const go = hold()
    const seeking = relays.seek([relay(1)])
    relays.letGo()
    go()
    await seeking
    expect([relays.addresses(), released, changes()]).toEqual([[], [peerIdTextOf(1)], 0])
  })

  test('are kept when the others are trusted no more', async () => {
    const { relays, asked, changes } = relaysWith(new Map())
    await relays.seek([relay(1), relay(2)])
    await relays.seek([relay(1), relay(2), relay(3)])
    expect(asked).toHaveLength(2)
    expect(changes()).toBe(1)
  })
})
