// `experiment run`: from a scenario to its results. What is done is left alone, what is missing runs
// on the workers, then the tables are written. Ctrl-C and a failing run lose nothing that finished.
import { setMaxListeners } from 'node:events'
import { resolve } from 'node:path'
import { Failure } from '../../src/core/failure.ts'
import { interruptedExit, releaseInterrupt } from '../interrupt.ts'
import { refuseTooLarge, remarkOnMemory } from './memory.ts'
import {
  type Plan,
  type PlannedExperiment,
  type PlannedRun,
  planned,
  writePlan,
} from './plan-file.ts'
import { runPool, type Task } from './pool.ts'
import { Progress } from './progress.ts'
import { type Results, writeResults } from './results.ts'
import { finishedIn, writeRun } from './run-files.ts'
import { writeSetting } from './setting.ts'
import { tasksOf } from './tasks.ts'

export interface RunOptions {
  readonly workers: number
  /** Bytes that all runs at one time may take. */
  readonly budgetBytes: number
  /** Is it right that some runs are done already? */
  readonly resume: boolean
  readonly withReport: boolean
}

/** A run that failed, with a sentence. */
interface FailedRun {
  readonly run: string
  readonly why: string
}

/** How it ended. */
export type Ended =
  | ({ readonly is: 'finished' } & Results)
  | { readonly is: 'interrupted'; readonly finished: number; readonly runs: number }

/**
 * @throws Failure `experiment/results-there`, `experiment/too-large`, `experiment/runs-failed`,
 *   `experiment/unwritable`
 */
export async function runExperiment(
  plan: Plan,
  base: string,
  folder: string,
  options: RunOptions,
): Promise<Ended> {
  const experiment = await planned(plan, resolve(base), folder)
  const done = await finishedIn(folder)
  if (done.size > 0 && !options.resume)
    throw new Failure('experiment/results-there', { folder, finished: done.size })
  const tasks = await tasksOf(experiment, missingOf(experiment, done))
  refuseTooLarge(tasks, options.budgetBytes)
  await writePlan(experiment)
  await writeSetting(experiment)
  const failed = await runTasks(experiment, tasks, options)
  // Who interrupts wants to be rid of it: drawing takes a second or two.
  const results = await writeResults(experiment, options.withReport && failed !== 'interrupted')
  if (failed === 'interrupted')
    return { is: 'interrupted', finished: results.results.length, runs: experiment.runs.length }
  refuseFailed(failed, tasks.length)
  return { is: 'finished', ...results }
}

/** Runs that have no result yet; of several that are the same run, one. */
export function missingOf(
  { runs }: Pick<PlannedExperiment, 'runs'>,
  done: ReadonlySet<string>,
): PlannedRun[] {
  const known = new Set(done)
  return runs.filter(({ fingerprint }) => {
    const isNew = !known.has(fingerprint)
    known.add(fingerprint)
    return isNew
  })
}

export function refuseFailed(failed: readonly FailedRun[], runs: number): void {
  const [first] = failed
  if (first === undefined) return
  throw new Failure('experiment/runs-failed', { failed: failed.length, runs, ...first })
}

/** Runs the tasks and keeps each result as it comes. */
export async function runTasks(
  { folder, base }: Pick<PlannedExperiment, 'folder' | 'base'>,
  tasks: readonly Task[],
  { workers, budgetBytes }: Pick<RunOptions, 'workers' | 'budgetBytes'>,
): Promise<readonly FailedRun[] | 'interrupted'> {
  if (tasks.length === 0) return []
  const failed: FailedRun[] = []
  const work = tasks.reduce((all, { bytes }) => all + bytes, 0)
  const progress = new Progress(tasks.length, work)
  const remark = remarkOnMemory(tasks, workers, budgetBytes)
  if (remark !== undefined) progress.remark(remark)
  const interrupt = new AbortController()
  setMaxListeners(0, interrupt.signal)
  const release = onInterrupt(() => interrupt.abort())
  try {
    await runPool(
      tasks,
      { workers, budgetBytes, base },
      {
        underWay(task, share) {
          progress.underWay(task.run.index, share * task.bytes)
        },
        async finished(task, measurement) {
          await writeRun(folder, task, measurement)
          progress.ended(task.run.index, task.bytes, true)
        },
        failed(task, why) {
          failed.push({ run: nameOf(task), why })
          progress.remark(`${nameOf(task)} failed: ${why}`)
          progress.ended(task.run.index, task.bytes, false)
        },
      },
      interrupt.signal,
    )
  } finally {
    release()
    progress.close()
  }
  return interrupt.signal.aborted ? 'interrupted' : failed
}

const nameOf = ({ run }: Task): string => `run ${run.index} (${run.router.name}, seed ${run.seed})`

/** The first signal asks to end, the second ends at once. */
function onInterrupt(end: () => void): () => void {
  releaseInterrupt()
  let asked = false
  const heard = (): void => {
    if (asked) process.exit(interruptedExit)
    asked = true
    end()
  }
  const signals = ['SIGINT', 'SIGTERM'] as const
  for (const signal of signals) process.on(signal, heard)
  return () => {
    for (const signal of signals) process.off(signal, heard)
  }
}
