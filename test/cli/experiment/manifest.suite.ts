// Runs of a manifest as tasks of a cluster run them, against the same experiment run at once: in this
// process, on real worker threads and a real disk.
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { compareFolders } from '../../../cli/experiment/compare-folders.ts'
import { planExperiment } from '../../../cli/experiment/plan-experiment.ts'
import { mergeResults } from '../../../cli/experiment/run-command.ts'
import { runExperiment } from '../../../cli/experiment/run-experiment.ts'
import { runOfManifest } from '../../../cli/experiment/run-manifest.ts'
import { scenarioOf } from '../../../cli/experiment/scenario.ts'
import { writeScenario } from './scenarios.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trustnet-manifest-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const budget = 2 ** 32
const flags = { set: [], seeds: undefined }

describe('a manifest', () => {
  test('has a row a run, and its runs merge into the bytes of the whole experiment', async () => {
    const file = await writeScenario(folder, ['./own.js', 'pastry'], { seeds: 1 })
    const [plan, whole] = [join(folder, 'plan'), join(folder, 'whole')]
    const { runs } = await planExperiment(file, { ...flags, out: plan })
    const manifest = (await readFile(join(plan, 'manifest.csv'), 'utf8')).trimEnd().split('\n')
    expect([runs, manifest.length]).toEqual([2, 3])
    expect(manifest[0]).toMatch(/^index,router,seed,(.*,)?memoryMiB,fingerprint$/)
    expect(manifest[2]).toMatch(/^1,pastry,1,(.*,)?\d+,[0-9a-f]{32}$/)

    expect(await runOfManifest(plan, 1, budget)).toBe('done')
    const [name] = await readdir(join(plan, 'runs'))
    const before = await stat(join(plan, 'runs', name!))
    expect(await runOfManifest(plan, 1, budget)).toBe('was done')
    const after = await stat(join(plan, 'runs', name!))
    expect([after.mtimeMs, after.ino]).toEqual([before.mtimeMs, before.ino])
    await expect(mergeResults(plan, false)).rejects.toMatchObject({ code: 'experiment/unfinished' })
    expect(await runOfManifest(plan, 0, budget)).toBe('done')
    await mergeResults(plan, false)

    const { plan: scenario, base } = await scenarioOf(file, flags)
    const options = { workers: 2, budgetBytes: budget, resume: false, withReport: false }
    await runExperiment(scenario, base, whole, options)
    await expect(runExperiment(scenario, base, whole, options)).rejects.toMatchObject({
      code: 'experiment/results-there',
    })
    for (const table of ['results.csv', 'results.parquet', 'summary.json'])
      expect(await readFile(join(plan, table))).toEqual(await readFile(join(whole, table)))
    const { groups } = await compareFolders(plan, whole)
    expect(groups.map(({ success }) => success?.difference.mean)).toEqual([0, 0])
  })

  test('names a run that it does not have, and a folder that has none', async () => {
    const file = await writeScenario(folder, ['pastry'], { seeds: 1 })
    await planExperiment(file, { ...flags, out: join(folder, 'plan') })
    await expect(runOfManifest(join(folder, 'plan'), 1, budget)).rejects.toMatchObject({
      code: 'experiment/no-such-run',
    })
    await expect(runOfManifest(folder, 0, budget)).rejects.toMatchObject({
      code: 'experiment/no-plan',
    })
  })

  test('whose file was damaged names the file and how to go on', async () => {
    const file = await writeScenario(folder, ['pastry'], { seeds: 1 })
    const plan = join(folder, 'plan')
    await planExperiment(file, { ...flags, out: plan })
    const [, row] = (await readFile(join(plan, 'manifest.csv'), 'utf8')).split('\n')
    await writeFile(join(plan, 'runs', `${row!.split(',').at(-1)}.json`), '{"schemaVersion":1')
    await expect(mergeResults(plan, false)).rejects.toMatchObject({
      code: 'experiment/file-damaged',
    })
  })

  test('ends in a failure when its run fails, and leaves nothing behind', async () => {
    const file = await writeScenario(folder, [{ name: './own.js', fails: true }], { seeds: 1 })
    const plan = join(folder, 'plan')
    await planExperiment(file, { ...flags, out: plan })
    await expect(runOfManifest(plan, 0, budget)).rejects.toMatchObject({
      code: 'experiment/runs-failed',
    })
    expect(await readdir(join(plan, 'runs'))).toEqual([])
  })
})

test('a run that cannot fit in memory is refused before anything is written', async () => {
  const file = await writeScenario(folder, ['pastry', { name: './own.js', gibibytes: 5 }])
  const { plan, base } = await scenarioOf(file, flags)
  const options = { workers: 2, budgetBytes: budget, resume: false, withReport: false }
  const out = join(folder, 'out')
  await expect(runExperiment(plan, base, out, options)).rejects.toMatchObject({
    code: 'experiment/too-large',
    facts: { run: 'Run 2 (./own.js, seed 1)', haveBytes: budget },
  })
  expect(existsSync(out)).toBe(false)
})

test('runs that do not fit in memory together run one after the other', async () => {
  const lock = join(folder, 'lock')
  const file = await writeScenario(folder, [{ name: './own.js', gibibytes: 2, lock }])
  const { plan, base } = await scenarioOf(file, flags)
  const options = { workers: 2, budgetBytes: budget, resume: false, withReport: false }
  // A run that finds the lock of another one fails.
  const ended = await runExperiment(plan, base, join(folder, 'out'), options)
  expect(ended).toMatchObject({ is: 'finished', missing: 0 })
})
