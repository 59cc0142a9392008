// The presets: each is right, says what it asks, and comes back the same from its written-out form.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Schema from 'typebox/schema'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { loadScenario, presetNames } from '../../../cli/experiment/presets.ts'
import { readPlan } from '../../../src/sim/experiment/read-scenario.ts'
import { registryOf } from '../../../src/sim/experiment/registry.ts'
import { identityOf } from '../../../src/sim/experiment/run/run-result.ts'
import { scenarioText } from '../../../src/sim/experiment/scenario-text.ts'
import { partsOf } from '../../../src/sim/experiment/schema-options.ts'
import { publishedSchema } from '../../../src/sim/experiment/schema-published.ts'
import { runStructural } from '../../../src/sim/experiment/structural.ts'
import { runsOf } from '../../../src/sim/experiment/sweep.ts'
import { projectRoot } from '../../core/shared-folder.ts'

const names = await presetNames()
const parts = partsOf(registryOf())
const schema = publishedSchema(parts)
const conforms = (value: unknown): boolean => Schema.Check(schema, value)

test('are those that the issue of the experiments names and those of its weak spots, and a quick one', () => {
  expect(names).toEqual(
    expect.arrayContaining([
      ...['ablation', 'breaking-point', 'droppers', 'eclipse-key', 'everyone-fooled', 'flood'],
      ...['flood-degree-10', 'half', 'one-fooled-friend', 'poisoned-join', 'quick', 'real-people'],
      ...['single-route', 'slander', 'slow-mixing', 'sprout-paper', 'naming', 'camouflage'],
    ]),
  )
})

describe.each(names)('%s', (name) => {
  test('is right, and says what it asks', async () => {
    const { plan } = await loadScenario(name)
    expect(plan.scenario.name).toBe(name)
    expect(plan.title).not.toBe(name)
    expect(plan.about.length).toBeGreaterThan(40)
    expect(plan.scenario.routers.length).toBeGreaterThan(1)
    expect(plan.seeds).toBeGreaterThan(1)
  })

  test('comes back the same from its written-out form', async () => {
    const { plan } = await loadScenario(name)
    const again = readPlan(scenarioText(plan), { file: 'shown', name: 'other', parts })
    expect(again).toEqual(plan)
    expect(scenarioText(again)).toBe(scenarioText(plan))
  })

  test('conforms to the published JSON schema, as it is and written out', async () => {
    const { plan } = await loadScenario(name)
    const written = readFileSync(join(projectRoot, 'experiments', `${name}.yaml`), 'utf8')
    expect(conforms(parse(written))).toBe(true)
    expect(conforms(parse(scenarioText(plan)))).toBe(true)
  })
})

test('each runs: every router of its first point, on a small graph', async () => {
  const registry = registryOf()
  const readGraphFile = () => {
    throw new Error('a generated graph reads no file')
  }
  // Presets share routers and attacks: the same run again would tell nothing.
  const done = new Set<string>()
  for (const name of names) {
    const set = ['workload.lookups=5', 'seeds=1', 'graph={kind: holme-kim, nodes: 60, degree: 6}']
    const { plan } = await loadScenario(name, { set })
    for (const run of runsOf(plan).slice(0, plan.scenario.routers.length)) {
      const identity = identityOf(run, '', {})
      if (done.has(identity)) continue
      done.add(identity)
      const { endings } = runStructural(run, { registry, readGraphFile })
      expect(Object.values(endings).reduce((sum, count) => sum + count, 0)).toBe(5)
    }
  }
}, 20_000)

test('the published schema says the words and bounds of options, and refuses what is beyond them', () => {
  const given = (routers: unknown, attack: unknown = 'none') => ({ graph: 'ring', routers, attack })
  expect(conforms(given([{ name: 'trustnet', routes: 64 }]))).toBe(true)
  expect(conforms(given([{ name: 'trustnet', routes: 65 }]))).toBe(false)
  expect(conforms(given([{ name: 'trustnet', routes: 1.5 }]))).toBe(false)
  expect(conforms(given([{ name: 'kademlia', root: 'numeric' }]))).toBe(true)
  expect(conforms(given([{ name: 'kademlia', root: 'nearest' }]))).toBe(false)
  expect(conforms(given(['pastry'], { kind: 'droppers', fraction: 1 }))).toBe(true)
  expect(conforms(given(['pastry'], { kind: 'droppers', fraction: 1.5 }))).toBe(false)
  expect(conforms(given(['pastry'], { kind: 'droppers', behaviour: 'foo' }))).toBe(false)
})

test('the published schema takes the short forms and refuses what the reader refuses', () => {
  const short = { graph: { file: 'a', format: 'csv' }, routers: ['pastry'], attack: 'none' }
  expect(conforms(short)).toBe(true)
  expect(conforms({ ...short, attack: { kind: 'all', of: [{ kind: 'none' }] } })).toBe(true)
  expect(conforms({ ...short, routers: ['./mine.js'] })).toBe(true)
  for (const broken of [
    { routers: ['pastry'] },
    { ...short, routers: [] },
    { ...short, routers: ['pastri'] },
    { ...short, atack: 'none' },
    { ...short, attack: { kind: 'droppers', fractoin: 0.1 } },
    { ...short, graph: { kind: 'ring', nodes: 0 } },
    { ...short, engine: 'warp' },
  ])
    expect(conforms(broken)).toBe(false)
})

test('one that is not there is answered with those that sound like it', async () => {
  await expect(loadScenario('flod')).rejects.toThrow(/"flod" is no preset.* Did you mean flood/)
  await expect(loadScenario('./flood.yaml')).rejects.toThrow(
    /cannot be read \(there is no such file\)/,
  )
})
