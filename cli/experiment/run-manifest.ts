// One run of a manifest, as a task of a cluster runs it: nothing happens when its result is there,
// its file appears whole or not at all, and the exit code says whether it is there afterwards.
import { Failure } from '../../src/core/failure.ts'
import { version } from '../version.ts'
import { refuseTooLarge } from './memory.ts'
import { readPlan } from './plan-file.ts'
import { refuseFailed, runTasks } from './run-experiment.ts'
import { finishedIn } from './run-files.ts'
import { tasksOf } from './tasks.ts'

/** @throws Failure `experiment/no-plan`, `no-such-run`, `too-large`, `runs-failed` */
export async function runOfManifest(
  folder: string,
  index: number,
  budgetBytes: number,
): Promise<'done' | 'was done' | 'interrupted'> {
  const experiment = await readPlan(folder)
  const { runs } = experiment
  const planned = runs[index]
  if (planned === undefined)
    throw new Failure('experiment/no-such-run', { index, runs: runs.length })
  if (experiment.version !== version())
    throw new Failure('experiment/no-plan', {
      folder,
      why: `trustnet ${experiment.version} planned it and this is ${version()}, plan it again`,
    })
  if ((await finishedIn(folder)).has(planned.fingerprint)) return 'was done'
  const tasks = await tasksOf(experiment, [planned])
  refuseTooLarge(tasks, budgetBytes)
  const failed = await runTasks(experiment, tasks, { workers: 1, budgetBytes })
  if (failed === 'interrupted') return 'interrupted'
  refuseFailed(failed, tasks.length)
  return 'done'
}
