// The leaves of a last hop deliver on, to whom they know nearer to the key: a root in a circle of its own
// is found, and nobody who only heard of it is believed to name it.
import { describe, expect, it } from 'vitest'
import {
  onwardWitnessesMax,
  type ResultMessage,
  type RoutingMessage,
} from '../../routing/message.ts'
import type { LookupOptions } from '../../routing/trustnet/options.ts'
import { type NodeId, nodeIdOf, type PublicKey } from '../../src/core/id.ts'
import { seededRandom } from '../../src/core/random.ts'
import { byNearness } from './naive-ring.ts'
import { keys, type Meddle, type Pump } from './pump.ts'
import { hide, seatOnlyAsLeaves, trusting } from './trusting.ts'

/** Messages by trusted routes alone: global ones find every root. */
const trustedOnly: Meddle = (_from, _to, message) =>
  message.say === 'route' && (message.phase === 'global' || message.phase === 'leaf-set')
    ? undefined
    : message

const network = (meddle: Meddle = trustedOnly, lookups: Partial<LookupOptions> = {}): Pump =>
  trusting(60, 8, 0, meddle, 20_000, { beside: false, ...lookups })

/** The nearest to a key, and somebody who is far from it. */
const nearestTo = (pump: Pump, key: string): { near: readonly NodeId[]; far: NodeId } => {
  const near = byNearness(pump.ids, key)
  return { near, far: near.at(-1)! }
}

/** A key next to the id of a node. */
const besideOf = (node: NodeId): string =>
  `${node.slice(0, 31)}${node[31] === '0' ? '1' : (Number.parseInt(node[31]!, 16) - 1).toString(16)}`

const finals = (message: RoutingMessage): number =>
  message.say === 'route' ? message.trace.filter(({ by }) => by === 'final').length : 0

describe('a root that only a leaf of the last hop knows', () => {
  it('proves that it has the message, and no route names it', () => {
    for (const key of keys(3)) {
      const pump = network()
      const { near, far } = nearestTo(pump, key)
      const [root, friend] = near as [NodeId, NodeId]
      hide(pump, root, friend)
      seatOnlyAsLeaves(pump, friend)
      const { root: named, roots } = pump.lookup(far, key, 4)
      expect(named).toBe(friend)
      expect(roots[0]).toMatchObject({ nodeId: root, routes: 0 })
      expect(roots[0]!.hops).toBe(roots[1]!.hops + 1)
    }
  })

  it('is found over several that know one each', () => {
    for (const key of keys(3)) {
      const pump = network()
      const { near, far } = nearestTo(pump, key)
      const [root, first, second] = near as [NodeId, NodeId, NodeId]
      hide(pump, root, first)
      hide(pump, first, second, root)
      seatOnlyAsLeaves(pump, first, second)
      const { roots } = pump.lookup(far, key, 4)
      expect(roots.slice(0, 2).map(({ nodeId }) => nodeId)).toEqual([root, first])
      expect(roots[0]!.hops).toBe(roots[1]!.hops + 1)
    }
  })

  it('is not found where nobody delivers on', () => {
    for (const key of keys(3)) {
      const pump = network(trustedOnly, { onward: 0 })
      const { near, far } = nearestTo(pump, key)
      hide(pump, near[0]!, near[1]!)
      seatOnlyAsLeaves(pump, near[1]!)
      const { roots } = pump.lookup(far, key, 4)
      expect(roots.map(({ nodeId }) => nodeId)).not.toContain(near[0])
    }
  })

  it('gets the bytes that are sent to its key, and tells its user once', () => {
    for (const key of keys(3)) {
      const pump = network()
      const { near, far } = nearestTo(pump, key)
      hide(pump, near[0]!, near[1]!)
      seatOnlyAsLeaves(pump, near[1]!)
      const bytes = Uint8Array.of(7)
      const answer = pump.run(far, { command: 'send', key, overlay: 'social', bytes })
      expect(answer.ok).toBe(true)
      expect(pump.notes.filter(({ note }) => note.note === 'delivered')).toMatchObject([
        { at: near[0], note: { key } },
      ])
    }
  })
})

describe('one that delivers on', () => {
  it('and waits for a silent one does not hold up what the others found', () => {
    for (const key of keys(3)) {
      const pump = network()
      const { near, far } = nearestTo(pump, key)
      const [silent, friend] = near as [NodeId, NodeId]
      hide(pump, silent, friend)
      seatOnlyAsLeaves(pump, friend)
      pump.meddle = (from, to, message) =>
        message.say === 'route' && to === silent ? undefined : trustedOnly(from, to, message)
      const { root, roots, ms } = pump.lookup(far, key, 4)
      expect(root).toBe(friend)
      expect(roots.length).toBeGreaterThanOrEqual(8)
      // A leaf has a second, and one that delivers on has half as long again.
      expect(ms).toBeLessThan(1_700)
    }
  })

  it('adds a few names at most, and none of them becomes the root', () => {
    const random = seededRandom(5)
    const invented = Array.from({ length: 31 }, () => ({
      ...{ rootKey: random.bytes(32) as PublicKey, signature: random.bytes(64) },
      ...{ trusted: true, beyond: 0 },
    }))
    let liar: NodeId | undefined
    const lying = (message: RoutingMessage): RoutingMessage =>
      message.say === 'result'
        ? ({ ...message, others: invented } satisfies ResultMessage)
        : message
    for (const key of keys(3)) {
      const pump = network((from, to, message) =>
        trustedOnly(from, to, from === liar ? lying(message) : message),
      )
      const { near, far } = nearestTo(pump, key)
      liar = near[0]!
      seatOnlyAsLeaves(pump, liar)
      const { root, roots } = pump.lookup(far, key, 4)
      expect(root).toBe(liar)
      expect(roots.every(({ nodeId }) => pump.ids.includes(nodeId))).toBe(true)
      const { unproven } = pump.routers.get(far)!.counts()
      expect(unproven).toBeGreaterThan(0)
      expect(unproven).toBeLessThanOrEqual(4 * onwardWitnessesMax)
    }
  })

  it('does not keep the root from being heard, though it names it first with a signature of its own making', () => {
    // Of a node's own id that node's word ends the lookup: hearsay must not.
    for (const keyOf of [(root: NodeId): string => root, besideOf]) {
      const keyOfNode = new Map<NodeId, PublicKey>()
      let liar: NodeId | undefined
      let root: NodeId | undefined
      const pump = network((from, to, message) => {
        if (message.say === 'result') keyOfNode.set(nodeIdOf(message.rootKey), message.rootKey)
        if (message.say !== 'result' || from !== liar) return trustedOnly(from, to, message)
        const forged = { rootKey: keyOfNode.get(root!)!, signature: new Uint8Array(64) }
        return { ...message, others: [{ ...forged, trusted: true, beyond: 0 }] }
      })
      for (const node of [5, 25, 45].map((place) => pump.ids[place]!)) {
        const key = keyOf(node)
        const { near, far } = nearestTo(pump, key)
        expect(near[0]).toBe(node)
        pump.lookup(far, key, 4)
        // Who knows it has to ask first, and the liar answers at once.
        hide(pump, node, near[1]!)
        seatOnlyAsLeaves(pump, near[1]!)
        root = node
        liar = near[2]!
        const { roots } = pump.lookup(far, key, 4)
        expect(roots[0]).toMatchObject({ nodeId: node, routes: 0 })
        expect(pump.routers.get(far)!.counts().unproven).toBeGreaterThan(0)
        liar = undefined
      }
    }
  })

  it('costs nothing where nobody is nearer', () => {
    let deepest = 0
    const pump = trusting(20, 10, 0, (_from, _to, message) => {
      deepest = Math.max(deepest, finals(message))
      return message
    })
    for (const key of keys(20)) pump.lookup(pump.ids[3]!, key, 4)
    expect(deepest).toBe(1)
  })
})
