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
import { isHonest } from '../../src/sim/experiment/world.ts'
import { stageOf } from '../../src/sim/experiment/world-of.ts'

const text = readFileSync(join(import.meta.dirname, '../../docs/experiments.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'trustnet-docs-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Each block that names itself in its first line becomes a file. */
for (const [, body, name] of text.matchAll(/```\w+\n((?:\/\/|#) (\w+\.(?:js|yaml))\n[\s\S]*?)```/g))
  writeFileSync(join(folder, name!), body!)

/** Counts anew what the metric of the text counts: lookups that each asker made, and how many arrived. */
const tally = `export default {
  name: 'tally',
  about: 'lookups by asker',
  begin() {
    const counts = {}
    return {
      lookup(origin, key, number, trueRoot, outcome) {
        counts['asked' + origin] = (counts['asked' + origin] ?? 0) + 1
        counts['arrived' + origin] = (counts['arrived' + origin] ?? 0) + (outcome.ending === 'delivered')
      },
      figures: () => counts,
    }
  },
}`

async function measured(router: string) {
  writeFileSync(join(folder, 'tally.js'), tally)
  const set = ['metrics=[./served.js, ./tally.js]']
  const { plan } = await scenarioOf(join(folder, 'mine.yaml'), { set, seeds: 1 })
  const run = runsOf(plan).find(({ router: { name } }) => name === router)!
  const load = (name: string) => import(pathToFileURL(join(folder, name)).href)
  const registry = await registryFor(run, load)
  const readGraphFile = () => new Uint8Array()
  const { world } = stageOf(run.scenario, run.seed, registry, readGraphFile)
  return { world, ...runStructural(run, { registry, readGraphFile }) }
}

test('the scenario of one’s own parts runs both routers', async () => {
  const { plan } = await scenarioOf(join(folder, 'mine.yaml'), { set: [], seeds: 1 })
  expect(runsOf(plan).map(({ router }) => router.name)).toEqual(['./friends.js', 'pastry'])
})

test("the router of the reader's own goes over friends alone, and keeps nothing else", async () => {
  const { world, endings, contamination, bytesPerNode } = await measured('./friends.js')
  // Nobody rates a twin, so that none is on the way: a message arrives or finds no way on.
  const { delivered = 0, lost = 0 } = endings
  expect(delivered + lost).toBe(100)
  expect(delivered).toBeGreaterThan(0)
  expect(lost).toBeGreaterThan(delivered)
  expect(contamination).toEqual({ table: 0 })
  let friends = 0
  world.ratings.forEach((author, _subject, value) => {
    if (isHonest(world, author) && value >= 500_000) friends++
  })
  expect(bytesPerNode).toBeCloseTo((4 * friends) / world.people, 9)
})

test("the attack of the reader's own puts a silent twin right beside about half of the people", async () => {
  const { world, endings, contamination } = await measured('pastry')
  const twins = world.size - world.people
  expect(twins / world.people).toBeCloseTo(0.5, 1)
  const { words } = world.ring
  for (let node = world.people; node < world.size; node++) {
    const isBeside = (person: number) =>
      words[4 * person] === words[4 * node] && words[4 * person + 1]! + 1 === words[4 * node + 1]
    expect([...Array(world.people).keys()].filter(isBeside)).toHaveLength(1)
  }
  // Silence is all that they do: nothing is lost or lied about.
  const { delivered = 0, dropped = 0 } = endings
  expect(delivered + dropped).toBe(100)
  // One of three nodes is a twin, the last hop goes to it in one case of four, and others lie on the way.
  expect(delivered / 100).toBeGreaterThan(0.35)
  expect(delivered / 100).toBeLessThan(0.65)
  expect(contamination.table).toBeCloseTo(twins / world.size, 1)
})

test("the metric of the reader's own is the share of askers whose lookups all arrived", async () => {
  for (const router of ['./friends.js', 'pastry']) {
    const { more = {} } = await measured(router)
    const askers = Object.keys(more).filter((name) => /^asked\d+$/.test(name))
    const served = askers.filter((name) => more[name.replace('asked', 'arrived')] === more[name])
    expect(askers.length).toBeGreaterThan(50)
    expect(more.served).toBeCloseTo(served.length / askers.length, 9)
  }
})

test('the scenario that explains scenarios is one', async () => {
  const [, body] = text.match(/```yaml\n(title:[\s\S]*?)```/)!
  writeFileSync(join(folder, 'shown.yaml'), body!)
  const { plan } = await scenarioOf(join(folder, 'shown.yaml'), { set: [], seeds: 1 })
  expect(plan.scenario.routers.map(({ name, routes }) => [name, routes])).toEqual([
    ['pastry', 1],
    ['trustnet', 4],
    ['trustnet', 16],
  ])
  expect(plan.sweep).toEqual({ 'attack.attackEdgesPerHonest': [0.1, 0.3, 1] })
  expect(runsOf(plan)).toHaveLength(3 * 3)
})
