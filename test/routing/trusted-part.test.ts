// Routers under the policy `trustnet` in virtual time: by trusted lists, to several trusted leaves at
// the end, and by the global tables where nobody trusted answers.
import { describe, expect, it } from 'vitest'
import type { RoutingMessage } from '../../routing/message.ts'
import { receiptPrefix } from '../../routing/pass.ts'
import type { NodeId } from '../../src/core/id.ts'
import { rootOf } from './naive-ring.ts'
import { keys, Pump } from './pump.ts'
import { trusting } from './trusting.ts'

const told = (pump: Pump): NodeId[] =>
  pump.notes.filter(({ note }) => note.note === 'delivered').map(({ at }) => at)

describe('a lookup by the trusted part', () => {
  it('names the nearest node from everywhere, with everybody who was delivered to', () => {
    for (const size of [2, 4, 10, 33, 60]) {
      const pump = trusting(size, 8)
      for (const [i, key] of keys(6).entries()) {
        const origin = pump.ids[i % size]!
        const { root, roots, answered, agreeing } = pump.lookup(origin, key, 4)
        expect(root).toBe(rootOf(pump.ids, key))
        expect(roots[0]!.nodeId).toBe(root)
        expect(agreeing).toBeGreaterThan(answered / 2)
      }
    }
  })

  it('takes four routes and one by the global tables unless told otherwise', () => {
    const pump = trusting(60, 8)
    const answer = pump.run(pump.ids[3]!, { command: 'lookup', key: 'a key', overlay: 'social' })
    expect(answer).toMatchObject({ ok: true, value: { answered: 5 } })
  })

  it('for the id of a node is over when that node has signed', () => {
    const pump = trusting(60, 8)
    for (const id of pump.ids.slice(0, 12)) {
      const { root, ms } = pump.lookup(pump.ids[50]!, id, 4)
      expect(root).toBe(id)
      expect(ms).toBeLessThan(200)
    }
  })

  it('finds a root that nobody rated, though it does not take it for the root', () => {
    const pump = trusting(60, 8, 6)
    for (const stranger of pump.ids.slice(54)) {
      const key = `${stranger.slice(0, 31)}${stranger[31] === '0' ? '1' : '0'}`
      // Of a single trusted route too: the plain one beside it has no say.
      for (const routes of [1, 4]) {
        const { root, roots } = pump.lookup(pump.ids[5]!, key, routes)
        expect(roots[0]).toMatchObject({ nodeId: stranger, routes: 1 })
        expect(root).not.toBe(stranger)
      }
    }
  })

  it('of a node that trusts nobody goes by the global tables', () => {
    const pump = trusting(60, 8, 6)
    for (const key of keys(20))
      expect(pump.lookup(pump.ids[57]!, key, 1).hops.every(({ by }) => by !== 'final')).toBe(true)
  })
})

describe('a lookup whose leaves all answered', () => {
  it('leaves no timer behind that waits for them', () => {
    const pump = trusting(60, 8, 0, undefined, 20_000, { beside: false })
    for (const key of keys(6)) pump.lookup(pump.ids[40]!, key, 4)
    expect(pump.fired.filter((timer) => timer.startsWith(receiptPrefix))).toEqual([])
  })
})

describe('bytes sent by the trusted part', () => {
  it('reach several leaves, and the root alone tells its user, once', () => {
    const pump = trusting(60, 8)
    for (const key of keys(6)) {
      const order = { command: 'send', key, overlay: 'social', bytes: new Uint8Array(3) } as const
      const answer = pump.run(pump.ids[40]!, order)
      expect(answer.ok).toBe(true)
      expect(told(pump)).toEqual([rootOf(pump.ids, key)])
      pump.notes.length = 0
    }
  })

  it('reach a root that nobody trusts by the global tables', () => {
    const pump = trusting(60, 8, 6)
    const [stranger] = pump.ids.slice(54)
    const order = { key: stranger!, overlay: 'social', bytes: new Uint8Array(3) }
    expect(pump.run(pump.ids[5]!, { command: 'send', ...order }).ok).toBe(true)
    expect(told(pump)).toContain(stranger)
  })
})

describe('at the last hop', () => {
  it('silent leaves are waited for a second, and the others’ answers count', () => {
    const silent = new Set<NodeId>()
    const pump = trusting(60, 8, 0, (_from, to, message) =>
      message.say === 'route' && silent.has(to) ? undefined : message,
    )
    for (const key of keys(6)) {
      silent.clear()
      silent.add(rootOf(pump.ids, key))
      const origin = pump.ids.find((id) => !silent.has(id))!
      const rest = pump.ids.filter((id) => !silent.has(id))
      const { roots, ms } = pump.lookup(origin, key, 4)
      expect(roots.map(({ nodeId }) => nodeId)).toContain(rootOf(rest, key))
      expect(ms).toBeGreaterThanOrEqual(1_000)
    }
  })

  it('where nobody answers the message goes on by the global tables', () => {
    const pump = trusting(60, 8, 0, (_from, _to, message) =>
      message.say === 'route' && message.phase === 'final' ? undefined : message,
    )
    for (const key of keys(6)) {
      const { roots } = pump.lookup(pump.ids[9]!, key, 4)
      expect(roots.map(({ nodeId }) => nodeId)).toContain(rootOf(pump.ids, key))
    }
  })

  it('who signs wrongly is not named, and spoils nothing for the others', () => {
    const forged = (message: RoutingMessage): RoutingMessage =>
      message.say === 'result' && message.trace.at(-1)?.by === 'final'
        ? { ...message, signature: new Uint8Array(64) }
        : message
    let liar: NodeId | undefined
    const pump = trusting(60, 8, 0, (from, _to, message) =>
      from === liar ? forged(message) : message,
    )
    for (const key of keys(6)) {
      liar = rootOf(pump.ids, key)
      const rest = pump.ids.filter((id) => id !== liar)
      const { roots } = pump.lookup(rest[20]!, key, 4)
      expect(roots.map(({ nodeId }) => nodeId)).toContain(rootOf(rest, key))
    }
  })
})

describe('a message of the last hop', () => {
  const bytes = Uint8Array.of(1)
  const final = (routeId: string, from: NodeId, to: NodeId): RoutingMessage => ({
    ...{ say: 'route', routeId, attempt: 0, key: to, overlay: 'social', phase: 'final' },
    ...{ origin: from, visited: [], data: bytes },
    trace: [{ to, by: 'final', prefix: 0, trust: 0 }],
  })
  const routeIds = (count: number) =>
    Array.from({ length: count }, (_, i) => i.toString(16).padStart(16, '0'))

  it('is nothing to a node whose policy has no such hop: it signs no root', () => {
    const pump = new Pump({ size: 4, seed: 3 })
    const [from, to] = pump.ids as [NodeId, NodeId]
    pump.inject(from, to, final('0011223344556677', from, to))
    expect(pump.sent).toBe(0)
    expect(pump.routers.get(to)!.counts()).toMatchObject({ misaddressed: 1, told: 0 })
  })

  it('is told once, remembered within a bound, and forgotten when no origin waits any more', () => {
    const pump = trusting(10, 5, 0, undefined, 32)
    const [from, to] = pump.ids as [NodeId, NodeId]
    for (const routeId of routeIds(100)) {
      pump.inject(from, to, final(routeId, from, to))
      pump.inject(from, to, final(routeId, from, to))
    }
    expect(told(pump)).toHaveLength(100)
    expect(pump.routers.get(to)!.counts()).toMatchObject({ told: 32 })
    pump.settle()
    expect(pump.routers.get(to)!.counts()).toMatchObject({ told: 0 })
  })

  it('that is refused leaves the root its keys: the global tables find the way to it', () => {
    const pump = trusting(60, 8)
    pump.refuses = (_to, message) => message.say === 'route' && message.phase === 'final'
    for (const key of keys(6)) {
      const root = rootOf(pump.ids, key)
      const farAway = pump.ids[(pump.ids.indexOf(root) + 30) % 60]!
      expect(pump.lookup(farAway, key, 1).roots.map(({ nodeId }) => nodeId)).toContain(root)
    }
  })
})
