// The tables of an experiment, from the files of its runs: results.csv, results.parquet,
// summary.json and the report. Written again from nothing whenever runs were added, so that it does
// not matter in which order, by how many workers or on how many machines they ran.
import { join } from 'node:path'
import { writeWhole } from './files.ts'
import { parquetOf } from './parquet.ts'
import type { PlannedExperiment } from './plan-file.ts'
import { type RunResult, readResults } from './run-files.ts'
import { writeReport } from './write-report.ts'

export type GroupSummary = import('../../src/sim/experiment/run/summary.ts').GroupSummary

export interface Results {
  readonly results: readonly RunResult[]
  readonly summary: readonly GroupSummary[]
  /** Runs of the plan that are not done. */
  readonly missing: number
}

/** Writes the tables and the report of what is done. */
export async function writeResults(
  experiment: PlannedExperiment,
  withReport: boolean,
): Promise<Results> {
  const { folder, runs } = experiment
  const { tableOf } = await import('../../src/sim/experiment/run/result-table.ts')
  const { csvOf } = await import('../../src/sim/experiment/run/csv.ts')
  const { summarize } = await import('../../src/sim/experiment/run/summary.ts')
  const results = await readResults(experiment)
  const table = tableOf(
    runs.map(({ run }) => run),
    results,
  )
  const summary = summarize(results)
  const write = (name: string, content: string | Uint8Array): Promise<void> =>
    writeWhole(join(folder, name), content)
  await write('results.csv', csvOf(table))
  await write('results.parquet', parquetOf(table))
  await write('summary.json', summaryText(experiment, results.length, summary))
  if (withReport && results.length > 0) await writeReport(experiment, results)
  return { results, summary, missing: runs.length - results.length }
}

function summaryText(
  { plan, runs }: PlannedExperiment,
  finished: number,
  summary: readonly GroupSummary[],
): string {
  const { title, about, scenario } = plan
  const head = { schemaVersion: 1, name: scenario.name, title, about }
  return `${JSON.stringify({ ...head, runs: finished, planned: runs.length, summary }, null, 2)}\n`
}
