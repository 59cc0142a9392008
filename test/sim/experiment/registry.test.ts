// What is shipped by name: every router runs under every attack, and each accepts its own defaults.
import { describe, expect, test } from 'vitest'
import { flawsOf } from '../../../src/sim/experiment/part-options.ts'
import { registryOf } from '../../../src/sim/experiment/registry.ts'
import { runOnStage } from '../../../src/sim/experiment/structural.ts'
import { noFile, runOf, stage } from './scenarios.ts'

const registry = registryOf()
const parts = { registry, readGraphFile: noFile }
const given = {
  graph: { kind: 'holme-kim', nodes: 40, degree: 8, triads: 0.5 },
  workload: { lookups: 8, keys: { kind: 'uniform' }, sources: 'honest' },
} as const

test('every part goes by its own name, says what it is, and accepts its defaults', () => {
  for (const [name, part] of [...registry.routers, ...registry.attacks]) {
    expect(part.name).toBe(name)
    expect(part.about.length).toBeGreaterThan(20)
    expect([name, flawsOf(part, part.defaults)]).toEqual([name, []])
    // Nobody can know what an option takes that says neither words nor bounds: the schema tells editors.
    const { defaults, words = {}, bounds = {} } = part
    for (const [option, value] of Object.entries(defaults))
      if (typeof value !== 'boolean')
        expect([name, option, option in (typeof value === 'string' ? words : bounds)]).toEqual([
          ...[name, option, true],
        ])
  }
})

describe.each([...registry.attacks.keys()])('under %s', (kind) => {
  const scenario = { ...given, attack: { kind } }
  const built = stage(scenario.attack, given)

  test('every router runs, and every lookup ends somehow', () => {
    for (const name of registry.routers.keys()) {
      const { endings, messages } = runOnStage(runOf(name, scenario), built, parts)
      const total = Object.values(endings).reduce((a, b) => a + b, 0)
      expect([name, total]).toEqual([name, 8])
      expect([name, messages >= 0]).toEqual([name, true])
      if (kind === 'none' && !['sprout', 'whanau'].includes(name))
        expect([name, endings]).toEqual([name, { delivered: 8 }])
    }
  })
})
