// What one live node knows: checked against a naive rebuild after any sequence of events.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { distnet, pastry, policies, type RoutingPolicy } from '../../routing/policy.ts'
import { RoutingState } from '../../routing/routing-state.ts'
import type { NodeId, RingKey } from '../../src/core/id.ts'
import { ONE } from '../../src/core/trust.ts'
import { anyId, byNearness, leafSetOf, sharedDigits } from './naive-ring.ts'

/** Opinions that a test changes as it goes. */
class World {
  readonly trust = new Map<NodeId, number>()
  readonly rtt = new Map<NodeId, number>()
  readonly barred = new Set<NodeId>()

  state(self: NodeId, policy: RoutingPolicy, candidatesMax?: number): RoutingState {
    const trust = (node: NodeId): number => this.trust.get(node) ?? 0
    const ports = {
      trust: (_overlay: string, node: NodeId) => trust(node),
      aggregate: trust,
      barred: (node: NodeId) => this.barred.has(node),
      rttMs: (node: NodeId) => this.rtt.get(node),
    }
    return new RoutingState(self, policy, ['social'], ports, candidatesMax)
  }
}

/** An id with these leading digits. */
const id = (digits: string): NodeId => digits.padEnd(32, '0') as NodeId
const social = ['social']
const slotOf = (self: NodeId, node: NodeId) => {
  const row = sharedDigits(self, node)
  return `${row}/${Number.parseInt(node[row]!, 16)}`
}

type Act =
  | { readonly act: 'learn'; readonly node: number; readonly member: boolean }
  | { readonly act: 'forget'; readonly node: number }
  | { readonly act: 'trust'; readonly node: number; readonly value: number }
  | { readonly act: 'bar'; readonly node: number }

const node = fc.nat(59)
const anyAct: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ act: fc.constant('learn' as const), node, member: fc.boolean() }),
  },
  fc.record({ act: fc.constant('forget' as const), node }),
  fc.record({ act: fc.constant('trust' as const), node, value: fc.nat(3).map((n) => n * 200_000) }),
  fc.record({ act: fc.constant('bar' as const), node }),
)

describe('the routing state', () => {
  it('is what a naive rebuild would make of everything it was told', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anyId, { minLength: 61, maxLength: 61 }),
        fc.array(anyAct, { maxLength: 150 }),
        ([self, ...ids], acts) => {
          const world = new World()
          const state = world.state(self!, distnet)
          const members = new Map<NodeId, boolean>()
          for (const act of acts) {
            const nodeId = ids[act.node]!
            if (act.act === 'trust') world.trust.set(nodeId, act.value)
            if (act.act === 'bar' && !world.barred.delete(nodeId)) world.barred.add(nodeId)
            if (act.act === 'learn') members.set(nodeId, act.member)
            if (act.act === 'forget') members.delete(nodeId)
            if (act.act === 'learn') state.learn({ nodeId, overlays: act.member ? social : [] })
            else if (act.act === 'forget') state.forget(nodeId)
            else state.reconsider(nodeId)
            expectAnew(state, world)
          }
          const known = [...members.keys()]
          expect(state.known()).toEqual(known.toSorted())
          expect(state.leafSet()).toEqual(leafSetOf([...known, self!], self!, 16))
          expectBest(state, world, known, 'global')
          expectBest(
            state,
            world,
            known.filter((one) => members.get(one)),
            'social',
          )
          const open = known.filter((one) => !world.barred.has(one))
          expect(state.nearest(ids[0]!, 8)).toEqual(
            byNearness([...open, self!], ids[0]!).slice(0, 8),
          )
        },
      ),
      { numRuns: 150 },
    )
  })

  it('never changes anything by asking whether a node is wanted', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyId, { minLength: 45, maxLength: 60 }), ([self, ...ids]) => {
        const world = new World()
        const state = world.state(self!, pastry)
        for (const nodeId of ids) {
          const before = state.inspect('social')
          const wanted = state.wants({ nodeId, overlays: social })
          expect(state.inspect('social')).toEqual(before)
          expect(state.knows(nodeId)).toBe(false)
          state.learn({ nodeId, overlays: social })
          expect(state.isNeighbour(nodeId)).toBe(wanted)
        }
      }),
      { numRuns: 40 },
    )
  })

  it('remembers only so many nodes, and none the less every leaf', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyId, { minLength: 300, maxLength: 300 }), ([self, ...ids]) => {
        const state = new World().state(self!, pastry, 100)
        for (const nodeId of ids) state.learn({ nodeId, overlays: social })
        expect(state.known().length).toBeLessThanOrEqual(133)
        expect(state.leafSet()).toEqual(leafSetOf([self!, ...ids], self!, 16))
      }),
      { numRuns: 20 },
    )
  })

  it('gives up nobody who is seated by trust, however many strangers come', () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyId, { minLength: 300, maxLength: 300 }), ([self, ...ids]) => {
        const state = new World().state(self!, policies.trustnet, 100)
        const friends = ids.splice(0, 5)
        const sides = { left: [], right: [] }
        state.trust('social', {
          ...{ self: self!, nodes: 6, isWhole: false, trusted: sides, any: sides },
          entries: friends.map((one) => ({ id: one, score: 1, first: one })),
          slots: friends.map((one) => ({
            row: 0,
            column: Number.parseInt(one[0]!, 16),
            ids: [one],
          })),
        })
        const [first, ...later] = [...ids.slice(0, 60), ...friends, ...ids.slice(60)]
        state.learn({ nodeId: first!, overlays: social })
        for (const nodeId of later) {
          state.learn({ nodeId, overlays: social })
          expect(state.neighbours().filter((one) => !state.knows(one))).toEqual([])
        }
        expect(friends.filter((one) => !state.isNeighbour(one))).toEqual([])
      }),
      { numRuns: 20 },
    )
  })
})

describe('a slot under distnet', () => {
  const self = id('0')

  it('is swapped from a random node to a trusted one and on to a more trusted one', () => {
    const world = new World()
    const state = world.state(self, distnet)
    const [first, second, third] = [id('a1'), id('a2'), id('a3')] as const
    world.trust.set(second, 0.28 * ONE).set(third, 0.7 * ONE)
    const holder = () =>
      state.inspect('social').rows.find(({ table }) => table === 'overlay:social')
    state.learn({ nodeId: first, overlays: social })
    expect(holder()).toMatchObject({ nodeId: first, why: 'random', trust: 0, displaced: null })
    state.learn({ nodeId: second, overlays: social })
    expect(holder()).toMatchObject({ nodeId: second, why: 'trust', trust: 0.28, displaced: first })
    state.learn({ nodeId: third, overlays: social })
    expect(holder()).toMatchObject({ nodeId: third, why: 'trust', trust: 0.7, displaced: second })
  })

  it('goes to the nearer of two equally trusted nodes once both round trips are known', () => {
    const world = new World()
    const state = world.state(self, distnet)
    const [far, near] = [id('a1'), id('a2')]
    for (const nodeId of [far, near]) state.learn({ nodeId, overlays: social })
    world.rtt.set(near, 5)
    state.reconsider(near)
    expect(state.tableEntries('global')[0]?.nodeId).toBe(far)
    world.rtt.set(far, 50)
    state.reconsider(near)
    expect(state.inspect('social').rows[0]).toMatchObject({ nodeId: near, why: 'nearer', rttMs: 5 })
  })

  it('is lost by a veto in any overlay, while the leaf position stays', () => {
    const world = new World()
    const state = world.state(self, distnet)
    const [vetoed, other] = [id('a1'), id('a2')]
    for (const nodeId of [vetoed, other]) state.learn({ nodeId, overlays: social })
    world.barred.add(vetoed)
    expect(state.isNeighbour(vetoed)).toBe(true)
    state.reconsider(vetoed)
    expect(state.tableEntries('global').map(({ nodeId }) => nodeId)).toEqual([other])
    expect(state.leafSet().left).toContain(vetoed)
    expect(state.neighbours()).toEqual([other])
    expect(state.inspect('social').leafSet.filter(({ barred }) => barred)).toHaveLength(2)
  })

  it('in the overlay holds members only', () => {
    const state = new World().state(self, distnet)
    state.learn({ nodeId: id('a1'), overlays: ['measured'] })
    state.learn({ nodeId: id('b1'), overlays: ['social', 'measured'] })
    expect(state.tableEntries('social').map(({ nodeId }) => nodeId)).toEqual([id('b1')])
    expect(state.tableEntries('global')).toHaveLength(2)
  })
})

describe('a veto', () => {
  it('does not change which node is the root: a detour leads there', () => {
    const world = new World()
    const state = world.state(id('0'), distnet)
    for (const digits of ['30', '40', '42', '50'])
      state.learn({ nodeId: id(digits), overlays: social })
    const key = id('41') as RingKey
    const standing = (nodeId: NodeId) => (world.barred.has(nodeId) ? 'shut' : 'open')
    world.barred.add(id('40'))
    const hop = state.next(key, 'social', 'overlay', standing)
    expect(state.leafRoot(key, standing)).toBe(id('40'))
    expect(hop).toMatchObject({ go: 'forward', to: id('42'), phase: 'leaf-set' })
  })
})

/** What is remembered between changes is what the places say now. */
function expectAnew(state: RoutingState, world: World): void {
  const { left, right } = state.leafSet()
  const leaves = [...new Set([...left, ...right])]
  const slots = [...state.tableEntries('global'), ...state.tableEntries('social')]
  const open = leaves.filter((one) => !world.barred.has(one))
  const neighbours = new Set([...slots.map(({ nodeId }) => nodeId), ...open])
  expect(state.leaves()).toEqual(leaves)
  expect(state.neighbours()).toEqual([...neighbours].sort())
}

/** Every slot is held by one of the most trusted eligible nodes; vacant only where there is none. */
function expectBest(
  state: RoutingState,
  world: World,
  eligible: readonly NodeId[],
  table: string,
): void {
  const trust = (one: NodeId): number => world.trust.get(one) ?? 0
  const best = new Map<string, number>()
  for (const one of eligible) {
    if (world.barred.has(one)) continue
    const slot = slotOf(state.self, one)
    best.set(slot, Math.max(best.get(slot) ?? 0, trust(one)))
  }
  const held = state
    .tableEntries(table)
    .map(({ row, column, nodeId }) => [`${row}/${column}`, trust(nodeId)])
  expect(Object.fromEntries(held)).toEqual(Object.fromEntries(best))
}
