// The runs of a plan: their order is what resume, manifests and job arrays count on.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readPlan } from '../../../src/sim/experiment/read-scenario.ts'
import { registryOf } from '../../../src/sim/experiment/registry.ts'
import type { AttackSpec, Plan, RunSpec } from '../../../src/sim/experiment/scenario.ts'
import { partsOf } from '../../../src/sim/experiment/schema-options.ts'
import { pointsOf, runsOf, valueIn } from '../../../src/sim/experiment/sweep.ts'

const parts = partsOf(registryOf())
const base = readPlan(
  'graph: holme-kim\nrouters: [pastry, kademlia, s-kademlia]\nattack: droppers',
  {
    ...{ file: 'mine.yaml', name: 'mine', parts },
  },
)

/** Written without any of the code it checks: three loops, values put in place by hand. */
function naive(plan: Plan, seeds: number): RunSpec[] {
  const runs: RunSpec[] = []
  const { 'attack.fraction': fractions, 'graph.nodes': nodes } = plan.sweep
  for (const fraction of fractions ?? [undefined])
    for (const count of nodes ?? [undefined])
      for (const router of plan.scenario.routers)
        for (let seed = 0; seed < seeds; seed++) {
          const { graph, attack } = plan.scenario
          runs.push({
            index: runs.length,
            scenario: {
              ...plan.scenario,
              graph: (count === undefined ? graph : { ...graph, nodes: count }) as typeof graph,
              attack: fraction === undefined ? attack : { ...attack, fraction },
            },
            router,
            params: {
              ...(fraction === undefined ? {} : { 'attack.fraction': fraction }),
              ...(count === undefined ? {} : { 'graph.nodes': count }),
            },
            seed: plan.scenario.seed + seed,
          })
        }
  return runs
}

const values = (value: fc.Arbitrary<number>) =>
  fc.option(fc.uniqueArray(value, { minLength: 1, maxLength: 4 }), { nil: undefined })

test('are point × router × seed, as nested loops would list them', () => {
  fc.assert(
    fc.property(
      values(fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10)),
      values(fc.integer({ min: 1, max: 1_000 })),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(1_000),
      (fractions, nodes, seeds, routers, seed) => {
        const plan: Plan = {
          ...base,
          scenario: { ...base.scenario, seed, routers: base.scenario.routers.slice(0, routers) },
          sweep: {
            ...(fractions === undefined ? {} : { 'attack.fraction': fractions }),
            ...(nodes === undefined ? {} : { 'graph.nodes': nodes }),
          },
          seeds,
        }
        expect(runsOf(plan)).toEqual(naive(plan, seeds))
        expect(runsOf(plan, 2)).toEqual(naive(plan, 2))
      },
    ),
    { numRuns: 60 },
  )
})

test('of a sweep over whole attacks and graphs bring the defaults of each', () => {
  const text = `graph: ring
routers: [pastry]
sweep:
  graph: [complete, { kind: ring, nodes: 30 }]
  attack: [none, { kind: droppers, fraction: 0.1 }]
`
  const plan = readPlan(text, { file: 'mine.yaml', name: 'mine', parts })
  const points = pointsOf(plan)
  expect(points.map(({ scenario }) => [scenario.graph.kind, scenario.attack.kind])).toEqual([
    ...[
      ['complete', 'none'],
      ['complete', 'droppers'],
      ['ring', 'none'],
      ['ring', 'droppers'],
    ],
  ])
  expect(points[3]!.scenario).toMatchObject({
    graph: { nodes: 30, degree: 20 },
    attack: { fraction: 0.1, noticed: 0.5, behaviour: 'drop' },
  })
  expect(points[3]!.params).toEqual({
    graph: points[3]!.scenario.graph,
    attack: points[3]!.scenario.attack,
  })
  expect(valueIn(points[3]!.scenario, 'attack.fraction')).toBe(0.1)
})

test('of a sweep over one of several attacks leave the list of them a list', () => {
  const text = `graph: ring
routers: [pastry]
attack: { kind: all, of: [slander, { kind: droppers, fraction: 0.1 }] }
sweep: { attack.of.1.fraction: [0.2, 0.3] }
`
  const plan = readPlan(text, { file: 'mine.yaml', name: 'mine', parts })
  const kinds = ['slander', 'droppers']
  for (const [i, { scenario }] of pointsOf(plan).entries()) {
    const attacks = scenario.attack.of as readonly AttackSpec[]
    expect(Array.isArray(attacks)).toBe(true)
    expect(attacks.map(({ kind }) => kind)).toEqual(kinds)
    expect(attacks[1]).toEqual({
      ...(plan.scenario.attack.of as readonly AttackSpec[])[1],
      fraction: [0.2, 0.3][i],
    })
  }
})
