// What `experiment report` does with a folder, and what it answers.
import { join } from 'node:path'
import { Failure } from '../../src/core/failure.ts'
import { readPlan } from './plan-file.ts'
import { readResults } from './run-files.ts'
import { writeReport } from './write-report.ts'

export interface Reported {
  readonly report: string
  /** Runs that the report shows, of how many planned. */
  readonly runs: number
  readonly planned: number
  /** Relative to the folder. */
  readonly files: readonly string[]
}

/**
 * A folder of which only some runs are done gets a report that says so.
 *
 * @throws Failure `experiment/no-plan`, `experiment/unfinished` where no run is done
 */
export async function reportOn(folder: string): Promise<Reported> {
  const experiment = await readPlan(folder)
  const results = await readResults(experiment)
  const runs = experiment.runs.length
  if (results.length === 0)
    throw new Failure('experiment/unfinished', { folder, missing: runs, runs })
  const files = await writeReport(experiment, results)
  return { report: join(folder, 'report.html'), runs: results.length, planned: runs, files }
}
