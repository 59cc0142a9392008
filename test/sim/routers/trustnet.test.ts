// The structural router trustnet: everything arrives where nobody attacks, whatever people think of
// each other; floods of Sybils and droppers are withstood; what an origin cannot know, it does not use.
import { describe, expect, it } from 'vitest'
import type { Measurement } from '../../../src/sim/experiment/measurement.ts'
import { registryOf, routerOf } from '../../../src/sim/experiment/registry.ts'
import type { RouterSpec, Scenario } from '../../../src/sim/experiment/scenario.ts'
import { runStructural } from '../../../src/sim/experiment/structural.ts'
import { noFile, scenarioOf } from '../experiment/scenarios.ts'

const registry = registryOf()

function measure(given: Partial<Scenario>, router: RouterSpec = { name: 'trustnet' }, seed = 1) {
  const scenario = scenarioOf(given)
  const spec = { index: 0, scenario, router, params: {}, seed }
  return runStructural(spec, { registry, readGraphFile: noFile })
}

const success = ({ endings, lookups }: Measurement): number => (endings.delivered ?? 0) / lookups

const meanHops = ({ hops }: Measurement): number => {
  const delivered = hops.reduce((sum, count) => sum + count, 0)
  return hops.reduce((sum, count, hop) => sum + count * hop, 0) / delivered
}

const holmeKim = (nodes: number, degree = 20) =>
  ({ kind: 'holme-kim', nodes, degree, triads: 0.5 }) as const
const flood = (attackEdgesPerHonest: number, sybilsPerHonest = 9) => ({
  ...{ kind: 'sybil', sybilsPerHonest, attackEdgesPerHonest, behaviour: 'misroute' },
})
const workload = (lookups: number) =>
  ({ lookups, keys: { kind: 'uniform' }, sources: 'honest' }) as const

const graphs: Readonly<Record<string, Scenario['graph']>> = {
  'four people': { kind: 'complete', nodes: 4 },
  'ten people': { kind: 'complete', nodes: 10 },
  'fifty people': { kind: 'complete', nodes: 50 },
  'one person': { kind: 'complete', nodes: 1 },
  strangers: { kind: 'none', nodes: 200 },
  'two parts that do not know each other': {
    ...{ kind: 'stochastic-blocks', nodes: 200, degree: 10, blocks: 2, between: 0 },
  },
  'a chain of neighbours': { kind: 'ring', nodes: 300, degree: 2 },
  'a small world': { kind: 'watts-strogatz', nodes: 300, degree: 10, rewired: 0.05 },
  'friends of friends': holmeKim(400),
}

describe('without an attack', () => {
  for (const [name, graph] of Object.entries(graphs))
    for (const negative of [0.05, 0.5, 1])
      it(`everything arrives among ${name}, ${100 * negative}% of the ratings negative`, () => {
        const ratings = { kind: 'uniform', low: 0.2, high: 1, negative } as const
        const measured = measure({ graph, ratings })
        expect(measured.endings).toEqual({ delivered: 200 })
      })

  it('takes at most 1.1 times the hops of Pastry, with friends and among strangers', () => {
    for (const graph of [holmeKim(600), { kind: 'none', nodes: 600 } as const]) {
      const own = measure({ graph, workload: workload(600) })
      const pastry = measure({ graph, workload: workload(600) }, { name: 'pastry' })
      expect(meanHops(own)).toBeLessThanOrEqual(1.1 * meanHops(pastry))
    }
  })
})

describe('under attack', () => {
  it('nine Sybils for each person change next to nothing', () => {
    const given = { graph: holmeKim(600), attack: flood(0.1), workload: workload(200) }
    const plain = { name: 'trustnet', fallback: 0 }
    expect(success(measure(given, { ...plain, routes: 4 }))).toBeGreaterThanOrEqual(0.98)
    expect(success(measure(given, { ...plain, routes: 16 }))).toBeGreaterThanOrEqual(0.99)
    expect(success(measure(given, { name: 'pastry' }))).toBeLessThanOrEqual(0.05)
  })

  it('more routes get past more droppers', () => {
    const attack = { kind: 'droppers', fraction: 0.3, noticed: 0.5 }
    const given = { graph: holmeKim(600), attack, workload: workload(200) }
    const by = (routes: number) =>
      success(measure(given, { name: 'trustnet', routes, fallback: 0 }))
    expect(by(1)).toBeLessThan(by(4))
    expect(by(4)).toBeGreaterThanOrEqual(0.93)
    expect(by(16)).toBeGreaterThanOrEqual(0.98)
  })

  it('reading the lists of trusted nodes is what carries it', () => {
    const given = { graph: holmeKim(800, 10), attack: flood(1, 4), workload: workload(200) }
    const plain = { name: 'trustnet', fallback: 0, listSize: 64 }
    const whole = success(measure(given, plain))
    expect(success(measure(given, { ...plain, lookAhead: false }))).toBeLessThan(whole - 0.1)
  })

  it('asking one route after another costs a fraction of the messages and reaches as much', () => {
    const given = { graph: holmeKim(600), attack: flood(0.1), workload: workload(200) }
    const together = measure(given, { name: 'trustnet', routes: 16 })
    const adaptive = measure(given, { name: 'trustnet', routes: 16, adaptive: true })
    expect(success(adaptive)).toBe(success(together))
    expect(adaptive.messages).toBeLessThan(0.2 * together.messages)
  })

  it('delivering onward finds roots that the last hop of a tight circle does not know', () => {
    const graph = { kind: 'watts-strogatz', nodes: 600, degree: 10, rewired: 0.05 } as const
    const plain = { name: 'trustnet', fallback: 0, routes: 4 }
    const by = (options: object) =>
      success(measure({ graph, workload: workload(200) }, { ...plain, ...options }))
    expect(by({ onward: 3 })).toBeGreaterThan(by({ onward: 0 }) + 0.1)
    expect(by({ onward: 3, walkLength: 0 })).toBeGreaterThan(by({ onward: 3 }))
  })

  it('slander costs the slanderers their place where hostile ratings are not followed', () => {
    const attack = { kind: 'slander', fraction: 0.3 }
    const given = { graph: holmeKim(600), attack, workload: workload(200) }
    const by = (skipHostile: boolean) =>
      success(measure(given, { name: 'trustnet', routes: 4, fallback: 0, skipHostile }))
    expect(by(false)).toBeLessThan(0.95)
    expect(by(true)).toBeGreaterThanOrEqual(0.99)
  })

  it('names the root of most random keys by votes alone, and counts wrong names as failures', () => {
    const given = { graph: holmeKim(600), attack: flood(0.1, 1), workload: workload(200) }
    const measured = measure(given, { name: 'trustnet', routes: 16, verify: 'vote' })
    expect(success(measured)).toBeGreaterThan(0.6)
    const { delivered = 0, ...failures } = measured.endings
    expect(Object.values(failures).reduce((sum, count) => sum + count, delivered)).toBe(200)
  })

  it('measures the same again from the same seed', () => {
    const given = { graph: holmeKim(300), attack: flood(0.3, 2), workload: workload(100) }
    expect(measure(given)).toEqual(measure(given))
    expect(measure(given, { name: 'trustnet' }, 2)).not.toEqual(measure(given))
  })
})

describe('options', () => {
  it('that make no sense are refused with a sentence', () => {
    for (const wrong of [{ routes: 0 }, { lists: 'guesses' }, { onlyAbove: 1 }, { verify: 'hope' }])
      expect(() => routerOf({ name: 'trustnet', ...wrong }, registry)).toThrow(/meant/)
  })

  it('each leave a router that works where nobody attacks', () => {
    const lessons: readonly object[] = [
      ...[{ lookAhead: false }, { lists: 'capped-sum' }, { onlyAbove: 0.6 }, { routes: 1 }],
      ...[{ trustedLastMile: false }, { equivocation: true }, { witnesses: 1 }, { slot: 'random' }],
      ...[{ strong: true }, { backOut: 30 }, { networkSize: 'people' }, { scoreBy: 'walks' }],
      { networkSize: 'own' },
      { alternatives: 3, registered: 0, buildAll: true },
      ...[{ walkLength: 0 }, { onward: 0 }, { beside: false }, { skipHostile: true }],
    ]
    for (const lesson of lessons) {
      const measured = measure({ workload: workload(60) }, { name: 'trustnet', ...lesson })
      expect(measured.endings).toEqual({ delivered: 60 })
    }
  })
})
