// Two folders of results, compared.
import { Failure } from '../../src/core/failure.ts'
import { readPlan } from './plan-file.ts'
import { type RunResult, readResults } from './run-files.ts'

type Comparison = import('../../src/sim/experiment/run/comparison.ts').Comparison

/** @throws Failure `experiment/no-plan` where a folder has no plan or no finished run */
export async function compareFolders(first: string, second: string): Promise<Comparison> {
  const { compare } = await import('../../src/sim/experiment/run/comparison.ts')
  return compare(await resultsIn(first), await resultsIn(second))
}

async function resultsIn(folder: string): Promise<readonly RunResult[]> {
  const results = await readResults(await readPlan(folder))
  if (results.length > 0) return results
  throw new Failure('experiment/no-plan', { folder, why: 'none of its runs is done' })
}
