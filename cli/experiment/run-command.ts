// What `experiment run` and `experiment merge` do with their arguments, and what they answer.
import { join, resolve } from 'node:path'
import { Failure } from '../../src/core/failure.ts'
import { report } from '../base-command.ts'
import { interruptedExit } from '../interrupt.ts'
import { memoryBudget } from './memory.ts'
import { folderOfManifest, readPlan } from './plan-file.ts'
import { renderSummary } from './render.ts'
import { type Results, writeResults } from './results.ts'
import { runExperiment } from './run-experiment.ts'
import { runOfManifest } from './run-manifest.ts'
import { scenarioOf } from './scenario.ts'

type SummaryLine = import('../../src/sim/experiment/run/summary.ts').SummaryLine

/** The flags of `experiment run`. */
export interface RunFlags {
  readonly set: readonly string[]
  readonly seeds: number | undefined
  readonly workers: number
  readonly out: string | undefined
  readonly resume: boolean
  readonly memory: number | undefined
  readonly report: boolean
  readonly manifest: string | undefined
  readonly index: number | undefined
  readonly json: boolean
}

/** What is printed: as JSON, or as text for people. */
export interface Answered {
  readonly answer: object
  readonly text: string
}

/** The contract of `experiment run --json`. */
interface RunAnswer {
  readonly runs: number
  readonly out: string
  readonly summary: readonly SummaryLine[]
}

/**
 * @returns undefined where the user interrupted it, which is said and is the exit code
 * @throws Failure of the scenario, or as runExperiment
 */
export async function runFromCommandLine(
  scenario: string | undefined,
  flags: RunFlags,
): Promise<Answered | undefined> {
  const budgetBytes = memoryBudget(flags.memory)
  if (flags.manifest !== undefined) return ofManifest(flags, scenario, budgetBytes)
  if (scenario === undefined)
    throw new Failure('cli/usage', {
      why: 'It needs a preset or a scenario file, or --manifest with --index.',
      command: 'experiment run',
    })
  const { plan, base } = await scenarioOf(scenario, flags)
  const folder = flags.out ?? join('results', plan.scenario.name)
  const { workers, resume, report: withReport } = flags
  const ended = await runExperiment(plan, base, folder, {
    workers,
    resume,
    withReport,
    budgetBytes,
  })
  if (ended.is === 'finished') return answerOf(ended, folder)
  const { finished, runs } = ended
  return interrupted(
    flags.json,
    `${finished} of ${runs} runs are kept in ${folder}, --resume goes on.`,
  )
}

async function ofManifest(
  flags: RunFlags,
  scenario: string | undefined,
  budgetBytes: number,
): Promise<Answered | undefined> {
  const [manifest, index] = [flags.manifest!, flags.index!]
  if (scenario !== undefined)
    throw new Failure('cli/usage', {
      why: 'The manifest says what to run: leave the scenario out.',
      command: 'experiment run',
    })
  const folder = folderOfManifest(manifest)
  const done = await runOfManifest(folder, index, budgetBytes)
  if (done === 'interrupted') return interrupted(flags.json, `run ${index} is not done.`)
  const text = done === 'was done' ? `Run ${index} was done already.` : `Run ${index} is done.`
  return { answer: { run: index, out: folder, skipped: done === 'was done' }, text }
}

/** Says what is kept, and ends as every interrupted command does. */
function interrupted(json: boolean, why: string): undefined {
  const exitCode = interruptedExit
  report({ code: 'cli/interrupted', message: `Interrupted: ${why}`, exitCode }, json)
  process.exitCode = exitCode
}

async function answerOf({ results, summary }: Results, folder: string): Promise<Answered> {
  const { summaryLine } = await import('../../src/sim/experiment/run/summary.ts')
  const answer: RunAnswer = {
    ...{ runs: results.length, out: folder },
    summary: summary.map(summaryLine),
  }
  return { answer, text: renderSummary(summary, resolve(folder)) }
}

/** @throws Failure `experiment/no-plan`; `experiment/unfinished` once the tables are written */
export async function mergeResults(folder: string, withReport: boolean): Promise<Answered> {
  const experiment = await readPlan(folder)
  const results = await writeResults(experiment, withReport)
  if (results.missing > 0)
    throw new Failure('experiment/unfinished', {
      ...{ folder, missing: results.missing },
      runs: experiment.runs.length,
    })
  return answerOf(results, folder)
}
