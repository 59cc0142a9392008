// Lookups under `trustnet` that go by the global table alone: the second try after silence, and what is
// asked again by somebody who checked the first answer.
import { describe, expect, it } from 'vitest'
import type { RouteMessage } from '../../routing/message.ts'
import { lookupDefaults } from '../../routing/trustnet/options.ts'
import { rootOf } from './naive-ring.ts'
import { keys, type Meddle } from './pump.ts'
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
      expect(seen.every(({ phase }) => phase === 'global' || phase === 'leaf-set')).toBe(true)
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
      expect(again.every(({ phase }) => phase === 'global' || phase === 'leaf-set')).toBe(true)
      expect(firstHops(tries).size).toBeGreaterThan(0)
      // The eighth ran beside the trusted routes.
      const attempts = new Set(again.map(({ attempt }) => attempt))
      expect(attempts.size).toBe(lookupDefaults.fallback - 1)
    }
  })
})
