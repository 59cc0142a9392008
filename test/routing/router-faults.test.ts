// The router machine among peers that lose, drop, lie, misroute or have died.
import { describe, expect, it } from 'vitest'
import type { RoutingMessage } from '../../routing/message.ts'
import type { NodeId } from '../../src/core/id.ts'
import { hopsMax } from '../../src/core/limits.ts'
import { seededRandom } from '../../src/core/random.ts'
import { byNearness, rootOf } from './naive-ring.ts'
import { keys, Pump, pairsOf, thin } from './pump.ts'

describe('a node that does not answer', () => {
  it('is passed by: the next alternative is tried and the experience is told', () => {
    const pump = new Pump({ size: 120, seed: 7 })
    thin(pump, 40)
    const [origin] = pump.ids
    const key = keys(30).find((one) => pump.lookup(origin!, one).hops.length >= 2)!
    const [first] = pump.lookup(origin!, key).hops
    pump.meddle = (_from, to, message) => (to === first!.to ? undefined : message)
    pump.notes.length = 0
    const answer = pump.lookup(origin!, key)
    expect(answer.root).toBe(rootOf(pump.ids, key))
    expect(answer.hops[0]?.to).not.toBe(first!.to)
    expect(answer.ms).toBeGreaterThanOrEqual(1_000)
    expect(answer.ms).toBeLessThan(3_000)
    const dropped = pump.notes.filter(
      ({ note }) => note.note === 'experience' && note.saw === 'dropped',
    )
    expect(dropped.map(({ at, note }) => [at, note.note === 'experience' && note.peer])).toEqual([
      [origin, first!.to],
    ])
  })

  it('is passed by at once when its link drops, and its keys go to the next nearest', () => {
    const pump = new Pump({ size: 60, seed: 8 })
    const key = keys(1)[0]!
    const root = rootOf(pump.ids, key)
    pump.dead.add(root)
    const alive = pump.ids.filter((id) => id !== root)
    for (const origin of alive.slice(0, 20)) {
      const answer = pump.lookup(origin, key)
      expect(answer.root).toBe(rootOf(alive, key))
      expect(answer.ms).toBeLessThan(500)
    }
  })

  it('is asked a second time in the last mile, where nobody else is the root', () => {
    const pump = new Pump({ size: 20, seed: 9 })
    const key = keys(1)[0]!
    const root = rootOf(pump.ids, key)
    const origin = pump.ids.find((id) => id !== root)!
    let lost = 0
    pump.meddle = (_from, to, message) =>
      to === root && message.say === 'route' && lost++ === 0 ? undefined : message
    expect(pump.lookup(origin, key).root).toBe(root)
    expect(lost).toBe(2)
  })

  it('does not lose the lookup when it received the message and died with it', () => {
    const pump = new Pump({ size: 120, seed: 10 })
    thin(pump, 40)
    const [origin] = pump.ids
    const key = keys(30).find((one) => pump.lookup(origin!, one).hops.length >= 2)!
    const [first] = pump.lookup(origin!, key).hops
    pump.meddle = (from, _to, message) =>
      from === first!.to && message.say !== 'receipt' ? undefined : message
    const answer = pump.lookup(origin!, key)
    expect(answer.root).toBe(rootOf(pump.ids, key))
    expect(answer.ms).toBeGreaterThanOrEqual(5_000)
    expect(answer.hops[0]?.to).not.toBe(first!.to)
  })

  it('is not thought dead because it refuses or is busy: its position stays', () => {
    const pump = new Pump({ size: 20, seed: 11 })
    const key = keys(1)[0]!
    const root = rootOf(pump.ids, key)
    const origin = pump.ids.find((id) => id !== root)!
    pump.meddle = (from, to, message) =>
      from === origin && to === root && message.say === 'route' ? undefined : message
    const command = pump.command(origin, { command: 'lookup', key, overlay: 'social' })
    pump.drop(origin, root, 'refused')
    pump.settle()
    expect(command).toBe(1)
    expect(pump.lookup(origin, key).root).not.toBe(undefined)
    const detours = pump.log.filter((line) => line.includes(`→ ${pump.name(root)} route`))
    expect(detours.some((line) => !line.includes(`${pump.name(origin)} →`))).toBe(true)
  })
})

describe('a vetoed root that has died unseen', () => {
  it('is doubted when the neighbours say that its keys are ours', () => {
    const key = keys(1)[0]!
    const { ids } = new Pump({ size: 20, seed: 22 })
    const [root, next] = byNearness(ids, key) as [NodeId, NodeId]
    const barred = (a: NodeId, b: NodeId) => [a, b].includes(root) && [a, b].includes(next)
    const pump = new Pump({ size: 20, seed: 22, barred })
    pump.dead.add(root)
    for (const id of ids) if (id !== next) pump.states.get(id)!.forget(root)
    for (const origin of ids.filter((id) => id !== root)) {
      const answer = pump.lookup(origin, key)
      expect(answer.root).toBe(next)
      expect(answer.ms).toBeLessThan(200)
    }
    expect(pump.log.some((line) => line.includes('failed had-it'))).toBe(true)
  })
})

describe('a lookup that cannot succeed', () => {
  it('is answered with a timeout after its whole time', () => {
    const pump = new Pump({
      size: 20,
      seed: 12,
      meddle: (_f, _t, m) => (m.say === 'result' ? undefined : m),
    })
    const key = keys(1)[0]!
    const origin = pump.ids.find((id) => id !== rootOf(pump.ids, key))!
    const answer = pump.run(origin, { command: 'lookup', key, overlay: 'social' })
    expect(answer).toEqual({ ok: false, code: 'route/timeout', facts: { key, ms: 10_000 } })
  })

  it('is answered after one more try when nobody may be spoken to', () => {
    const pump = new Pump({ size: 5, seed: 13, barred: () => true })
    const key = pump.ids[0]!
    const answer = pump.run(pump.ids[3]!, { command: 'lookup', key, overlay: 'social' })
    expect(answer).toMatchObject({ ok: false, code: 'route/undeliverable', facts: { key } })
    expect(pump.sent).toBe(0)
  })

  it('is refused with the reason when the command is wrong', () => {
    const pump = new Pump({ size: 2, seed: 14 })
    const [node] = pump.ids
    const lookup = { command: 'lookup', key: 'k', overlay: 'social' } as const
    const code = (command: Parameters<Pump['run']>[1]) => {
      const answer = pump.run(node!, command)
      return answer.ok ? 'ok' : answer.code
    }
    expect(code({ ...lookup, overlay: 'nowhere' })).toBe('overlay/unknown')
    expect(code({ ...lookup, routes: 17 })).toBe('route/routes-out-of-range')
    const bytes = new Uint8Array(40_000)
    expect(code({ ...lookup, command: 'send', bytes })).toBe('route/payload-too-large')
  })
})

describe('a bad network', () => {
  it('leaves no lookup unanswered, none answered wrongly, and nothing behind', () => {
    let answered = 0
    for (const loss of [2, 10, 50, 90]) {
      const random = seededRandom(loss)
      const pump = new Pump({ size: 80, seed: loss, barred: pairsOf(0.05, loss) })
      thin(pump, 30)
      pump.meddle = (_from, _to, message) => (random.below(100) < loss ? undefined : message)
      for (const [i, key] of keys(60).entries()) {
        const origin = pump.ids[i]!
        const answer = pump.run(origin, {
          command: 'lookup',
          key,
          overlay: 'social',
          routes: 1 + (i % 3),
        })
        if (!answer.ok) expect(answer.code).toMatch(/^route\/(timeout|undeliverable)$/)
        else answered++
        // With one message in fifty lost, a retry always gets through; a lost root is another matter.
        if (loss === 2)
          expect(answer).toMatchObject({ ok: true, value: { root: rootOf(pump.ids, key) } })
      }
      for (const router of pump.routers.values())
        expect(router.counts()).toMatchObject({
          passes: 0,
          pending: 0,
          misaddressed: 0,
          unproven: 0,
        })
    }
    expect(answered).toBeGreaterThan(120)
  })
})

describe('lying and misrouting peers', () => {
  const result = (message: RoutingMessage) => message.say === 'result'

  it('cannot name another root, nor alter a signature: the origin tries other first hops', () => {
    const pump = new Pump({ size: 120, seed: 17 })
    thin(pump, 40)
    const [origin] = pump.ids
    const key = keys(30).find((one) => pump.lookup(origin!, one).hops.length >= 2)!
    const liar = pump.lookup(origin!, key).hops[0]!.to
    pump.meddle = (from, _to, message) =>
      from === liar && message.say === 'result'
        ? { ...message, signature: message.signature.map((byte) => byte ^ 1) }
        : message
    const answer = pump.lookup(origin!, key)
    expect(answer.root).toBe(rootOf(pump.ids, key))
    expect(answer.hops[0]?.to).not.toBe(liar)
    expect(pump.routers.get(origin!)!.counts().unproven).toBe(1)
  })

  it('cannot send a message round in circles: it ends within hopsMax', () => {
    const pump = new Pump({ size: 40, seed: 18 })
    // Every second node hands routes to a random node instead, however far from the key.
    const random = seededRandom(1)
    const astray = new Set(pump.ids.filter((_, i) => i % 2 === 0))
    for (const id of astray) {
      const state = pump.states.get(id)!
      state.next = () => ({
        go: 'forward',
        to: random.pick(pump.ids.filter((x) => x !== id))!,
        by: 'global',
        phase: 'global',
        prefix: 0,
        trust: 0,
      })
    }
    for (const key of keys(20)) {
      const before = pump.sent
      pump.run(pump.ids[1]!, { command: 'lookup', key, overlay: 'social' })
      expect(pump.sent - before).toBeLessThan(40 * 4 * 2 * 4 * hopsMax)
    }
    pump.settle()
    for (const router of pump.routers.values())
      expect(router.counts()).toMatchObject({ passes: 0, pending: 0 })
  })

  it('are ignored and counted when they answer what nobody asked', () => {
    const pump = new Pump({ size: 4, seed: 19 })
    const [a, b, c] = pump.ids as [NodeId, NodeId, NodeId]
    const ids = { routeId: '0011223344556677', attempt: 0 }
    pump.inject(b, a, { say: 'receipt', ...ids })
    pump.inject(b, a, { say: 'failed', ...ids, why: 'stuck', visited: [] })
    const nothing = new Uint8Array(64)
    pump.inject(b, a, {
      say: 'result',
      ...ids,
      rootKey: nothing.slice(32),
      signature: nothing,
      trace: [],
      messages: 0,
    })
    const hop = { to: a, by: 'global', prefix: 0, trust: 0 } as const
    const route = {
      say: 'route',
      ...ids,
      key: c,
      overlay: 'social',
      phase: 'global',
      origin: c,
      trace: [hop],
      visited: [],
      data: null,
    } as const
    pump.inject(b, a, route)
    pump.inject(c, a, { ...route, trace: [{ ...hop, to: b }] })
    expect(pump.sent).toBe(0)
    expect(pump.routers.get(a)!.counts()).toMatchObject({ unasked: 3, misaddressed: 2, passes: 0 })
  })

  it('get the same answer again for the same route, which is not walked twice', () => {
    const pump = new Pump({ size: 10, seed: 20 })
    const [a, b] = pump.ids as [NodeId, NodeId]
    const hop = { to: a, by: 'global', prefix: 0, trust: 0 } as const
    const route = {
      say: 'route',
      routeId: '0011223344556677',
      attempt: 0,
      key: a,
      overlay: 'social',
      phase: 'global',
      origin: b,
      trace: [hop],
      visited: [],
      data: Uint8Array.of(1),
    } as const
    const said: RoutingMessage[] = []
    pump.meddle = (from, _to, message) => {
      if (from === a) said.push(message)
      return message
    }
    pump.inject(b, a, route)
    pump.inject(b, a, route)
    expect(said.map(({ say }) => say)).toEqual(['receipt', 'result', 'receipt', 'result'])
    expect(said.filter(result)[0]).toEqual(said.filter(result)[1])
    expect(pump.notes.filter(({ note }) => note.note === 'delivered')).toHaveLength(1)
  })
})
