// Lookups under `trustnet` that go by the global table alone: the second try after silence, and what is
// asked again by somebody who checked the first answer.
import { describe, expect, it } from 'vitest'
import type { LookupAnswer, RouteMessage } from '../../routing/message.ts'
import { lookupDefaults } from '../../routing/trustnet/options.ts'
import { hopsMax } from '../../src/core/limits.ts'
import { byNearness, leafSetOf, rootOf } from './naive-ring.ts'
import { keys, type Meddle, thin } from './pump.ts'
import { trusting } from './trusting.ts'

/** Everything that was sent as a route, and the first hops of the origin. */
function watched(then: (message: RouteMessage) => boolean = () => true) {
  const seen: RouteMessage[] = []
  const meddle: Meddle = (_from, _to, message) => {
    if (message.say !== 'route') return message
    seen.push(message)
    return then(message) ? message : undefined
  }
  const firstHops = (from: number) =>
    new Set(
      seen
        .filter(({ attempt, trace }) => attempt >= from && trace.length === 1)
        .map(({ trace }) => trace[0]!.to),
    )
  return { seen, meddle, firstHops }
}

describe('a lookup with fallback', () => {
  it('takes no trusted route and goes over distinct first hops to the root', () => {
    for (const key of keys(3)) {
      const { seen, meddle, firstHops } = watched()
      const pump = trusting(60, 8, 0, meddle)
      const origin = pump.ids.find((id) => id !== rootOf(pump.ids, key))!
      const order = { command: 'lookup', key, overlay: 'social', fallback: true } as const
      expect(pump.run(origin, order)).toMatchObject({
        ok: true,
        value: { root: rootOf(pump.ids, key) },
      })
      expect(seen.some(({ phase }) => phase === 'overlay')).toBe(false)
      expect(firstHops(0).size).toBeGreaterThan(1)
      expect(firstHops(0).size).toBeLessThanOrEqual(lookupDefaults.fallback)
      expect(new Set(seen.map(({ attempt }) => attempt)).size).toBe(lookupDefaults.fallback)
    }
  })
})

describe('a lookup that nobody answered for half its time', () => {
  it('is tried again by global routes over other first hops', () => {
    for (const key of keys(3)) {
      // Four trusted routes and the one beside them.
      const tries = lookupDefaults.routes + 1
      const { seen, meddle, firstHops } = watched(({ attempt }) => attempt >= tries)
      const pump = trusting(60, 8, 0, meddle)
      const origin = pump.ids.find((id) => id !== rootOf(pump.ids, key))!
      const { root, ms } = pump.lookup(origin, key, lookupDefaults.routes)
      expect(root).toBe(rootOf(pump.ids, key))
      expect(ms).toBeGreaterThanOrEqual(5_000)
      const again = seen.filter(({ attempt }) => attempt >= tries)
      expect(again.some(({ phase }) => phase === 'overlay')).toBe(false)
      expect(firstHops(tries).size).toBeGreaterThan(0)
      // The first ran beside the trusted routes.
      const attempts = new Set(again.map(({ attempt }) => attempt))
      expect(attempts.size).toBe(lookupDefaults.fallback - 1)
    }
  })

  it('is tried again over the same first hops where there are no others', () => {
    for (const size of [2, 3, 4]) {
      const pump = trusting(size, size - 2, 1)
      const origin = pump.ids.at(-1)!
      const key = keys(20).find((one) => rootOf(pump.ids, one) !== origin)!
      // It gives receipts, so nobody is passed by; whoever trusts nobody has plain routes at first.
      pump.meddle = (_from, _to, message) =>
        message.say === 'result' && pump.now < 5_000 ? undefined : message
      const { root, ms } = pump.lookup(origin, key, lookupDefaults.routes)
      expect(root).toBe(rootOf(pump.ids, key))
      expect(ms).toBeGreaterThanOrEqual(5_000)
    }
  })
})

describe('the last hop of a fallback route', () => {
  const order = (key: string) =>
    ({ command: 'lookup', key, overlay: 'social', fallback: true }) as const

  it('delivers to the eight of its leaves nearest to the key, but on the first route', () => {
    for (const key of keys(6)) {
      const { seen, meddle } = watched()
      const pump = trusting(200, 8, 1, meddle)
      thin(pump, 20)
      const origin = pump.ids.at(-1)!
      expect(pump.run(origin, order(key))).toMatchObject({ value: { root: rootOf(pump.ids, key) } })
      const last = seen.filter(({ phase }) => phase === 'final')
      expect(last.length).toBeGreaterThan(0)
      expect(seen.filter(({ attempt }) => attempt === 0).some((one) => one.around)).toBe(false)
      expect(last.every(({ attempt, around }) => attempt > 0 && around)).toBe(true)
      for (const attempt of new Set(last.map((one) => one.attempt))) {
        const ways = last.filter((one) => one.attempt === attempt).map(({ trace }) => trace)
        const by = ways[0]!.at(-2)!.to
        const { left, right } = leafSetOf(pump.ids, by, 16)
        const nearest = byNearness([...new Set([by, ...left, ...right])], key).slice(0, 8)
        expect(new Set([by, ...ways.map((way) => way.at(-1)!.to)])).toEqual(
          new Set([by, ...nearest]),
        )
      }
    }
  })

  it('goes on without the eight where none of them answers, and the first route finds the root', () => {
    for (const key of keys(6)) {
      const { meddle } = watched(({ phase }) => phase !== 'final')
      const pump = trusting(200, 8, 1, meddle)
      thin(pump, 20)
      expect(pump.run(pump.ids.at(-1)!, order(key))).toMatchObject({
        value: { root: rootOf(pump.ids, key) },
      })
    }
  })

  it('stays among the leaf sets where none of the eight answers a route that came by them', () => {
    const came = new Map<string, RouteMessage['phase']>()
    const wentOn: (RouteMessage['phase'] | undefined)[] = []
    const wayOf = ({ routeId, attempt }: RouteMessage, trace: RouteMessage['trace']) =>
      [routeId, attempt, ...trace.map(({ to }) => to)].join(' ')
    const { meddle } = watched((message) => {
      const { phase, trace } = message
      if (phase === 'final') return false
      const before = came.get(wayOf(message, trace.slice(0, -1)))
      if (before === 'leaf-set') wentOn.push(phase)
      came.set(wayOf(message, trace), phase)
      return true
    })
    const pump = trusting(20, 8, 1, meddle)
    for (const key of keys(3)) pump.run(pump.ids.at(-1)!, order(key))
    expect(wentOn.length).toBeGreaterThan(0)
    expect(new Set(wentOn)).toEqual(new Set(['leaf-set']))
  })

  it('passes the eight by where all of them refuse, instead of asking them again at every hop', () => {
    for (const size of [60, 150]) {
      const pump = trusting(size, 8, 1)
      thin(pump, 20)
      const [key] = keys(1)
      const origin = pump.ids.at(-1)!
      const near = byNearness(pump.ids, key!).filter((id) => id !== origin)
      const refuse = near.slice(0, lookupDefaults.fallbackTo)
      const asked = new Map<string, number>()
      pump.refuses = (to, message) => {
        if (message.say !== 'route' || !refuse.includes(to)) return false
        if (message.phase === 'final') {
          const way = `${message.attempt} to ${to}`
          asked.set(way, (asked.get(way) ?? 0) + 1)
        }
        return true
      }
      expect(pump.run(origin, order(key!))).toMatchObject({ value: { root: near[8] } })
      expect(Math.max(...asked.values())).toBeLessThanOrEqual(2)
    }
  })

  it('is a dead end where the way is as long as ways may be', () => {
    const pump = trusting(60, 8)
    const [key] = keys(1)
    const [, , , at, ...far] = byNearness(pump.ids, key!)
    const said: string[] = []
    pump.meddle = (from, _to, message) => {
      if (from === at) said.push(message.say)
      return message
    }
    const way = [...far.slice(-hopsMax + 1), at!]
    const route: RouteMessage = {
      ...{ say: 'route', routeId: '0011223344556677', attempt: 1, key: key!, overlay: 'social' },
      ...{ phase: 'global', origin: far[0]!, visited: [], data: null, around: true },
      trace: way.map((to) => ({ to, by: 'global', prefix: 0, trust: 0 })),
    }
    pump.inject(way.at(-2)!, at!, route)
    pump.settle()
    expect(said).toEqual(['receipt', 'failed'])
  })

  it('finds the nearest of those that serve, where nobody trusts the asker and the nearest of all drops', () => {
    const foundBy = (fallbackTo: number): number => {
      let found = 0
      for (const key of keys(8)) {
        const pump = trusting(100, 8, 1, undefined, 20_000, { fallbackTo })
        const [first, ...others] = byNearness(pump.ids.slice(0, -1), key)
        const drops = new Set([first!, ...others.filter((_, i) => i % 10 > 6)])
        // Receipts go out: nobody is taken for dead.
        pump.meddle = (from, _, message) =>
          message.say === 'receipt' || !drops.has(from) ? message : undefined
        const answer = pump.run(pump.ids.at(-1)!, order(key))
        const roots = answer.ok ? (answer.value as LookupAnswer).roots : []
        if (roots.some(({ nodeId }) => nodeId === others[0])) found++
      }
      return found
    }
    expect([foundBy(1), foundBy(lookupDefaults.fallbackTo)]).toEqual([0, 8])
  })
})
