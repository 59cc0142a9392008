// Puts the report of an experiment beside its results: report.html and plots/. The folder's own files
// are named in it with their digests, so that readers can tell whether they have the same numbers.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeResultsFolder, writeWhole } from './files.ts'
import type { PlannedExperiment } from './plan-file.ts'
import type { RunResult } from './run-files.ts'
import { versionsOf } from './setting.ts'

type NamedFile = import('../../src/sim/experiment/report/input.ts').NamedFile

/** What a results folder holds besides the report, in the order in which the report names it. */
const known: readonly (readonly [name: string, about: string])[] = [
  ['results.csv', 'one row a run: what was varied, and everything measured'],
  ['results.parquet', 'the same table for pandas, DuckDB or R'],
  ['summary.json', 'means and intervals of each router at each point'],
  ['scenario.yaml', 'the scenario with every default written out; running it gives these results'],
  ['plan.json', 'the same as the program keeps it, for --resume and merge'],
  ['versions.json', 'what it was run with'],
]

/** Files written, relative to the folder. */
export async function writeReport(
  { folder, plan, runs, materials }: PlannedExperiment,
  results: readonly RunResult[],
): Promise<readonly string[]> {
  const { reportFiles } = await import('../../src/sim/experiment/report/report.ts')
  const { scenarioText } = await import('../../src/sim/experiment/scenario-text.ts')
  const files = await reportFiles({
    ...{ plan, results, materials, planned: runs.length },
    scenarioText: scenarioText(plan),
    versions: await recordedVersions(folder),
    files: await namedFiles(folder),
  })
  await makeResultsFolder(join(folder, 'plots'))
  for (const [name, text] of Object.entries(files)) await writeWhole(join(folder, name), text)
  return Object.keys(files)
}

/** The versions that the results were made with; ours where none were recorded. */
async function recordedVersions(folder: string): Promise<Record<string, string>> {
  try {
    const read = JSON.parse(await readFile(join(folder, 'versions.json'), 'utf8')) as object
    const { schemaVersion: _, ...versions } = read as Record<string, string>
    return versions
  } catch {
    return versionsOf()
  }
}

/** These are the same wherever the experiment ran; the others name paths and machines. */
const isReproducible = (name: string): boolean => /^(results|summary|scenario)\./.test(name)

async function namedFiles(folder: string): Promise<readonly NamedFile[]> {
  const files: NamedFile[] = []
  for (const [name, about] of known) {
    const content = await readFile(join(folder, name)).catch(() => undefined)
    if (content === undefined) continue
    const sha256 = createHash('sha256').update(content).digest('hex')
    files.push({ name, about, sha256: isReproducible(name) ? sha256 : undefined })
  }
  return files
}
