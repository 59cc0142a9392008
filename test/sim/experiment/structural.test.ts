// The structural engine: what it measures, that a seed fixes it, and that all routers of a seed meet
// the same world and the same lookups.
import { describe, expect, test } from 'vitest'
import { estimateRunBytes } from '../../../src/sim/experiment/estimate.ts'
import { registryOf } from '../../../src/sim/experiment/registry.ts'
import type { AttackSpec, Scenario } from '../../../src/sim/experiment/scenario.ts'
import { runStructural } from '../../../src/sim/experiment/structural.ts'
import { honest } from '../../../src/sim/experiment/world.ts'
import { stageOf } from '../../../src/sim/experiment/world-of.ts'
import {
  type Asked,
  noFile,
  omniscient,
  registryWith,
  runOf,
  scenarioOf,
  stage,
} from './scenarios.ts'

function asked(given: Partial<Scenario>, seed = 1) {
  const questions: Asked[] = []
  const rejoined: number[][] = []
  const registry = registryWith(omniscient(questions, rejoined))
  const measured = runStructural(runOf('omniscient', given, seed), {
    registry,
    readGraphFile: noFile,
  })
  return { measured, questions, rejoined }
}

describe('a run without an attack', () => {
  test('has honest people only, and as root of a key the nearest of all nodes', () => {
    const { world } = stage({ kind: 'none' })
    expect([...world.kinds].every((kind) => kind === honest)).toBe(true)
    const { measured, questions } = asked({})
    // The omniscient router compares everybody with the key; it found the same.
    expect(measured.endings).toEqual({ delivered: 200 })
    expect(questions.map(({ number }) => number)).toEqual([...Array(200).keys()])
  })

  test('counts hops, messages, state and contamination as the router says', () => {
    const { measured } = asked({})
    expect(measured).toEqual({
      lookups: 200,
      endings: { delivered: 200 },
      hops: [67, 67, 66],
      messages: 2,
      contamination: { table: 0.25 },
      bytesPerNode: 10,
    })
  })
})

test('how unevenly requests lie on honest nodes is told where the router counts them', () => {
  expect(asked({}).measured.gini).toBeUndefined()
  const attack: AttackSpec = { kind: 'droppers', fraction: 0.2 }
  const parts = { registry: registryOf(), readGraphFile: noFile }
  const { gini } = runStructural(runOf('pastry', { attack }), parts)
  expect(gini).toBeGreaterThan(0)
  expect(gini).toBeLessThan(1)
})

test('under attack the root is the nearest honest node, and hops count for delivered lookups', () => {
  const attack: AttackSpec = { kind: 'droppers', fraction: 0.5 }
  const { measured, questions } = asked({ attack })
  const { world } = stage(attack)
  const honestOnes = [...world.kinds.keys()].filter((node) => world.kinds[node] === honest)
  for (const { key, trueRoot } of questions) {
    expect(honestOnes).toContain(trueRoot)
    const words = Uint32Array.from(key)
    expect(honestOnes.filter((node) => world.ring.nearer(node, trueRoot, words))).toEqual([])
  }
  const { delivered = 0, dropped = 0 } = measured.endings
  expect(delivered + dropped).toBe(200)
  expect(delivered / 200).toBeCloseTo(0.5, 0)
  expect(measured.hops.reduce((a, b) => a + b)).toBe(delivered)
})

test('the root is the nearest that any way of honest people leads to, for every router alike', () => {
  const given: Partial<Scenario> = {
    graph: { kind: 'complete', nodes: 12 },
    ratings: { kind: 'uniform', low: 0.2, high: 1, negative: 0.7 },
    attack: { kind: 'droppers', fraction: 0.25, noticed: 0.5 },
  }
  let isCut = false
  for (let seed = 1; seed <= 20; seed++) {
    const { world, honest: people } = stage(given.attack!, given, seed)
    const speaks = (a: number, b: number) =>
      world.ratings.rating(a, b) >= 0 && world.ratings.rating(b, a) >= 0
    for (const { origin, key, trueRoot } of asked(given, seed).questions) {
      const reached = new Set([origin])
      for (const a of reached)
        for (const b of people.nodes) if (a !== b && speaks(a, b)) reached.add(b)
      const words = Uint32Array.from(key)
      const nearest = [...reached].reduce((a, b) => (world.ring.nearer(b, a, words) ? b : a))
      expect({ seed, key, trueRoot }).toEqual({ seed, key, trueRoot: nearest })
      isCut ||= nearest !== people.to(words)
    }
  }
  // Worlds without a cut would prove nothing.
  expect(isCut).toBe(true)
})

test('a router of the reader’s own that does not say what a node keeps is refused before the work', () => {
  const questions: Asked[] = []
  const router = omniscient(questions)
  const silent = {
    ...router,
    build: (...given: Parameters<typeof router.build>) => ({
      ...router.build(...given),
      bytesPerNode: undefined as unknown as number,
    }),
  }
  const parts = { registry: registryWith(silent), readGraphFile: noFile }
  expect(() => runStructural(runOf('omniscient'), parts)).toThrow('gives no bytesPerNode')
  expect(questions).toEqual([])
})

describe('the state of an honest node', () => {
  test.each(['pastry', 'chord', 'sprout', 'kademlia', 'whanau', 'trustnet'])(
    'under %s is not shared out among Sybils that keep none',
    (router) => {
      const parts = { registry: registryOf(), readGraphFile: noFile }
      const workload = { ...scenarioOf().workload, lookups: 20 }
      const bytes = (attack: AttackSpec) =>
        runStructural(runOf(router, { attack, workload }), parts).bytesPerNode
      const flood = { kind: 'sybil', sybilsPerHonest: 4, behaviour: 'drop' }
      expect(bytes(flood)).toBeGreaterThan(0.9 * bytes({ kind: 'none' }))
    },
  )
})

test('no router wins by calling an enemy the root', () => {
  const router = omniscient([])
  const registry = registryWith({
    ...router,
    build(context, options) {
      const built = router.build(context, options)
      return {
        ...built,
        lookup(...lookup) {
          const outcome = built.lookup(...lookup)
          outcome.ending = 'delivered'
          return outcome
        },
      }
    },
  })
  const run = () =>
    runStructural(runOf('omniscient', { attack: { kind: 'droppers', fraction: 0.5 } }), {
      registry,
      readGraphFile: noFile,
    })
  expect(run).toThrow('a lookup is delivered at an honest node')
})

describe('a seed', () => {
  const attack: AttackSpec = { kind: 'sybil', sybilsPerHonest: 2 }

  test.each(['pastry', 'kademlia', 'trustnet'])('fixes a whole run of %s', (router) => {
    const parts = { registry: registryOf(), readGraphFile: noFile }
    const given = {
      attack,
      graph: { kind: 'holme-kim', nodes: 60, degree: 10, triads: 0.5 },
      workload: { ...scenarioOf().workload, lookups: 20 },
    } as const
    const run = (seed: number) => runStructural(runOf(router, given, seed), parts)
    expect(run(1)).toEqual(run(1))
    expect(run(1)).not.toEqual(run(2))
  })

  test('gives every router the same world and lookups, whatever it draws itself', () => {
    const thirsty = (draws: number) => {
      const questions: Asked[] = []
      const router = omniscient(questions)
      const registry = registryWith({
        ...router,
        build(context, options) {
          for (let i = 0; i < draws; i++) context.random.uint32()
          return router.build(context, options)
        },
      })
      runStructural(runOf('omniscient', { attack }), { registry, readGraphFile: noFile })
      return questions
    }
    expect(thirsty(0)).toEqual(thirsty(1000))
  })
})

describe('the workload', () => {
  const workload = scenarioOf().workload

  test('asks from honest people only, or from the one that is named', () => {
    const attack: AttackSpec = { kind: 'droppers', fraction: 0.5 }
    const { world } = stage(attack)
    const { questions } = asked({ attack })
    expect(questions.every(({ origin }) => world.kinds[origin] === honest)).toBe(true)
    expect(new Set(questions.map(({ origin }) => origin)).size).toBeGreaterThan(80)
    const one = asked({ workload: { ...workload, sources: 4 } })
    expect(one.questions.every(({ origin }) => origin === 4)).toBe(true)
    expect(() => asked({ workload: { ...workload, sources: 300 } })).toThrow(
      'workload.sources: node 300 is not an honest person',
    )
    expect(() => asked({ attack: { kind: 'droppers', fraction: 1 } })).toThrow(
      'nobody honest is left',
    )
  })

  test('asks for keys by their popularity where it is Zipf', () => {
    const { questions } = asked({
      workload: { ...workload, lookups: 4000, keys: { kind: 'zipf', exponent: 1, distinct: 50 } },
      graph: { kind: 'none', nodes: 10 },
    })
    const counts = new Map<string, number>()
    for (const { key } of questions) counts.set(key.join(), (counts.get(key.join()) ?? 0) + 1)
    const shares = [...counts.values()].sort((a, b) => b - a).map((count) => count / 4000)
    // 1 / H(50) = 0.222, and half, a third of it.
    for (const [i, share] of [0.222, 0.111, 0.074].entries())
      expect(Math.abs(shares[i]! - share)).toBeLessThan(0.025)
    expect(counts.size).toBeGreaterThan(40)
  })

  test("asks for the attack's target, or some honest person, where the keys are the victim's", () => {
    const victims = { ...workload, keys: { kind: 'victim' } as const }
    const attack: AttackSpec = { kind: 'eclipse', target: 'victim' }
    const { target } = stage(attack)
    const { questions } = asked({ attack, workload: victims })
    expect(new Set(questions.map(({ trueRoot }) => trueRoot))).toEqual(new Set([target!.node]))
    const without = asked({ workload: victims })
    expect(new Set(without.questions.map(({ key }) => key.join())).size).toBe(1)
  })

  test('looks for the same victim whoever asks', () => {
    const victims = { ...workload, keys: { kind: 'victim' } as const }
    const [anybody, one] = [victims, { ...victims, sources: 4 }].map(
      (asking) => asked({ workload: asking }).questions[0]!.key,
    )
    expect(one).toEqual(anybody)
  })
})

test('honest nodes join again, in other orders, as often as the attack says', () => {
  const attack: AttackSpec = { kind: 'poisoned-join', fraction: 0.2, rounds: 3, rejoining: 0.5 }
  const { measured, rejoined } = asked({ attack })
  const { world } = stage(attack)
  expect(rejoined.map((nodes) => nodes.length)).toEqual([120, 120, 120])
  expect(rejoined.flat().every((node) => world.kinds[node] === honest)).toBe(true)
  expect(new Set(rejoined.map((nodes) => nodes.join())).size).toBe(3)
  expect(measured.more).toMatchObject({ rejoinRounds: 3 })
})

test('a world of a file has its people, and its attack', () => {
  const text = 'from,to,value\na,b,0.9\nb,a,0.9\nb,c,0.9\nc,a,0.5\nd,a,1\n'
  const scenario = scenarioOf({
    graph: {
      ...{ kind: 'file', file: 'people.csv', format: 'csv', map: undefined },
      ...{ weight: 0.8, core: true },
    },
    attack: { kind: 'sybil', sybilsPerHonest: 2, attackEdgesPerHonest: 1 },
  })
  const { world } = stageOf(scenario, 1, registryOf(), () => new TextEncoder().encode(text))
  expect(world.people).toBe(3)
  expect(world.size).toBe(9)
})

test('a run says beforehand what it needs: more for more nodes, Sybils and ratings', () => {
  const registry = registryWith(omniscient([]))
  const bytes = (given: Partial<Scenario>) => estimateRunBytes(runOf('omniscient', given), registry)
  const million: Partial<Scenario> = {
    graph: { kind: 'holme-kim', nodes: 1_000_000, degree: 20, triads: 0.5 },
  }
  // Measured: 675 MB while a graph of 20,000,000 ratings is made.
  expect(bytes(million)).toBeGreaterThan(675e6)
  expect(bytes(million)).toBeLessThan(1.5e9)
  const flood: AttackSpec = { kind: 'sybil', sybilsPerHonest: 9 }
  expect(bytes({ ...million, attack: flood })).toBeGreaterThan(6 * bytes(million))
})
