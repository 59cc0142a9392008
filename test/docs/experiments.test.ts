// What docs/experiments.md shows runs: its scenario is read, its router, attack and metric work.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { scenarioOf } from '../../cli/experiment/scenario.ts'
import { registryFor } from '../../src/sim/experiment/own-parts.ts'
import { runStructural } from '../../src/sim/experiment/structural.ts'
import { runsOf } from '../../src/sim/experiment/sweep.ts'

const text = readFileSync(join(import.meta.dirname, '../../docs/experiments.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'trustnet-docs-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Each block that names itself in its first line becomes a file. */
for (const [, body, name] of text.matchAll(/```\w+\n((?:\/\/|#) (\w+\.(?:js|yaml))\n[\s\S]*?)```/g))
  writeFileSync(join(folder, name!), body!)

test("the router, the attack and the metric of the reader's own measure something", async () => {
  const { plan } = await scenarioOf(join(folder, 'mine.yaml'), { set: [], seeds: 1 })
  const runs = runsOf(plan)
  expect(runs.map(({ router }) => router.name)).toEqual(['./friends.js', 'pastry'])
  for (const run of runs) {
    const load = (name: string) => import(pathToFileURL(join(folder, name)).href)
    const registry = await registryFor(run, load)
    const { endings, contamination, lookups, more } = runStructural(run, {
      registry,
      readGraphFile: () => new Uint8Array(),
    })
    expect(Object.values(endings).reduce((all, count) => all + count, 0)).toBe(lookups)
    expect(endings.delivered).toBeGreaterThan(0)
    expect(endings.delivered).toBeLessThan(lookups)
    expect(more?.served).toBeGreaterThan(0)
    expect(more?.served).toBeLessThan(1)
    expect(contamination.table).toBeGreaterThanOrEqual(0)
  }
})

test('the scenario that explains scenarios is one', async () => {
  const [, body] = text.match(/```yaml\n(title:[\s\S]*?)```/)!
  writeFileSync(join(folder, 'shown.yaml'), body!)
  const { plan } = await scenarioOf(join(folder, 'shown.yaml'), { set: [], seeds: 1 })
  expect(plan.sweep).toEqual({ 'attack.attackEdgesPerHonest': [0.1, 0.3, 1] })
  expect(runsOf(plan)).toHaveLength(3 * 3)
})
