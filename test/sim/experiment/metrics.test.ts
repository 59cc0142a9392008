// Figures beside the fixed ones: those that every run has where they say something, and a user's own.
import { describe, expect, test } from 'vitest'
import type { Metric } from '../../../src/sim/experiment/metric.ts'
import { registryOf } from '../../../src/sim/experiment/registry.ts'
import type { Scenario } from '../../../src/sim/experiment/scenario.ts'
import { runStructural } from '../../../src/sim/experiment/structural.ts'
import { honest } from '../../../src/sim/experiment/world.ts'
import { noFile, omniscient, runOf, scenarioOf, stage } from './scenarios.ts'

function figures(given: Partial<Scenario>, metrics: Readonly<Record<string, Metric>> = {}) {
  const registry = registryOf({ routers: { omniscient: omniscient([]) }, metrics })
  return runStructural(runOf('omniscient', given), { registry, readGraphFile: noFile }).more
}

describe('distrust', () => {
  test('is right about everybody where everybody noticed, and of nobody where nobody did', () => {
    const ratings = { kind: 'constant', value: 0.8, negative: 0 } as const
    const noticed = (share: number) =>
      figures({ ratings, attack: { kind: 'droppers', noticed: share } })
    expect(noticed(1)).toMatchObject({ distrustFalsePositives: 0, distrustFalseNegatives: 0 })
    expect(noticed(0)).toMatchObject({ distrustFalsePositives: 0, distrustFalseNegatives: 1 })
  })

  test('is not measured where there is nobody to distrust', () => {
    expect(figures({})).toBeUndefined()
  })
})

test('people whom nobody honest trusts, or who trust nobody, are counted apart', () => {
  // Half of all turned: of ten friends each, some people keep none.
  const attack = { kind: 'droppers', fraction: 0.9, noticed: 0 }
  const given = { graph: { kind: 'ring', nodes: 200, degree: 2 }, attack } as const
  const { world } = stage(attack, given)
  const people = [...Array(200).keys()].filter((node) => world.kinds[node] === honest)
  const tied = people.filter((node) =>
    people.some((other) => world.ratings.rating(node, other) > 0),
  )
  const trusted = people.filter((node) =>
    people.some((other) => world.ratings.rating(other, node) > 0),
  )
  const both = tied.filter((node) => trusted.includes(node)).length
  expect(figures(given)?.isolatedPeople).toBeCloseTo(1 - both / people.length, 10)
  expect(figures(given)?.isolatedSuccess).toBeGreaterThanOrEqual(0)
})

test('success is shown tenth by tenth where an attack comes late', () => {
  const more = figures({
    attack: { kind: 'droppers', fraction: 0.9, from: 100 },
    workload: { ...scenarioOf().workload, lookups: 200 },
  })
  const tenths = Array.from({ length: 10 }, (_, i) => more![`successOfTenth${i + 1}`]!)
  // The omniscient router meets the nearest of all: an enemy, whatever it does.
  expect(tenths.every((share) => share < 0.5)).toBe(true)
  expect(figures({ attack: { kind: 'droppers' } })).not.toHaveProperty('successOfTenth1')
})

test("a metric of the user's own sees every lookup, and its figures stand with the others", () => {
  const odd: Metric = {
    name: 'odd',
    about: 'share of keys that are odd',
    begin({ world }) {
      let count = 0
      return {
        lookup: (_origin, key) => {
          count += key[3]! & 1
        },
        figures: () => ({ odd: count / 200, people: world.people }),
      }
    },
  }
  const more = figures({ metrics: ['./odd.js'] }, { './odd.js': odd })
  expect(more?.people).toBe(300)
  expect(more?.odd).toBeCloseTo(0.5, 0)
  expect(() => figures({ metrics: ['./even.js'] }, { './odd.js': odd })).toThrow(
    'metrics: there is no "./even.js"',
  )
})
