// `experiment plan`: the folder that a cluster works through.
import { chmod } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Failure } from '../../src/core/failure.ts'
import { makeResultsFolder, writeWhole } from './files.ts'
import { planned, writePlan } from './plan-file.ts'
import { finishedIn } from './run-files.ts'
import { scenarioOf } from './scenario.ts'
import { writeSetting } from './setting.ts'
import { tasksOf } from './tasks.ts'

export interface PlanFlags {
  readonly set: readonly string[]
  readonly seeds: number | undefined
  readonly out: string
}

export interface PlannedAnswer {
  readonly runs: number
  readonly out: string
  readonly manifest: string
  /** Of the largest run, bytes. */
  readonly memoryBytes: number
}

/** @throws Failure of the scenario, `experiment/results-there`, `experiment/unwritable` */
export async function planExperiment(scenario: string, flags: PlanFlags): Promise<PlannedAnswer> {
  const { plan, base } = await scenarioOf(scenario, flags)
  const folder = flags.out
  const finished = (await finishedIn(folder)).size
  if (finished > 0) throw new Failure('experiment/results-there', { folder, finished })
  const experiment = await planned(plan, resolve(base), folder)
  const tasks = await tasksOf(experiment, experiment.runs)
  await writePlan(experiment)
  await writeSetting(experiment)
  const scripts = await import('../../src/sim/experiment/run/cluster-scripts.ts')
  const manifest = join(folder, 'manifest.csv')
  await writeWhole(manifest, scripts.manifestOf(tasks))
  await writeWhole(join(folder, 'job.sbatch'), scripts.slurmScript(tasks, plan.scenario.name))
  await writeWhole(join(folder, 'parallel.sh'), scripts.parallelScript(tasks))
  await chmod(join(folder, 'parallel.sh'), 0o755)
  // Slurm does not make the folder of a job's output, and the job then fails without a word.
  await makeResultsFolder(join(folder, 'logs'))
  const memoryBytes = tasks.reduce((most, { bytes }) => Math.max(most, bytes), 0)
  return { runs: tasks.length, out: folder, manifest, memoryBytes }
}

export const renderPlanned = ({ runs, out, manifest, memoryBytes }: PlannedAnswer): string =>
  `${runs} runs in ${manifest}, each up to about ${Math.ceil(memoryBytes / 2 ** 20)} MiB.

Slurm:         cd ${out} && sbatch job.sbatch
GNU parallel:  ${join(out, 'parallel.sh')}
One run:       trustnet experiment run --manifest ${manifest} --index 0
The tables:    trustnet experiment merge ${out}`
