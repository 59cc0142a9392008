// The folder of an experiment: what is planned, in plan.json, from which every run follows, and where
// everything else lies. `run --out` and `plan --out` write it; resume, merge, compare, report and
// runs of a manifest read it.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { Failure } from '../../src/core/failure.ts'
import { version } from '../version.ts'
import { findDataFile } from './data-files.ts'
import { makeResultsFolder, reasonOf, writeWhole } from './files.ts'
import { findModule } from './modules.ts'

// Only types: the simulator itself is loaded when a command needs it.
export type Plan = import('../../src/sim/experiment/scenario.ts').Plan
export type RunSpec = import('../../src/sim/experiment/scenario.ts').RunSpec

/** A run of a plan with the name of its file: the digest of everything that its result depends on. */
export interface PlannedRun {
  readonly run: RunSpec
  readonly fingerprint: string
}

/** A plan in its folder. */
export interface PlannedExperiment extends PlanContent {
  readonly folder: string
  /** Of the scenario file, absolute: its graph files and modules are seen from there. */
  readonly base: string
  readonly runs: readonly PlannedRun[]
}

/** What is kept of a plan. */
interface PlanContent {
  /** Of the trustnet that planned it. */
  readonly version: string
  /** With its number of seeds as they shall be run. */
  readonly plan: Plan
  /** Digests of the files that runs read, by the names that the scenario uses. */
  readonly materials: Readonly<Record<string, string>>
}

const planFile = (folder: string): string => join(folder, 'plan.json')
export const runsFolder = (folder: string): string => join(folder, 'runs')
const sha256 = (bytes: string | Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex')

/**
 * Plans a scenario into a folder; writes nothing yet.
 *
 * @param base absolute
 * @throws Failure `experiment/no-data`, `experiment/no-module`, `experiment/unreadable` of files that
 *   runs would read
 */
export async function planned(
  plan: Plan,
  base: string,
  folder: string,
): Promise<PlannedExperiment> {
  const { filesOf, modulesOf } = await import('../../src/sim/experiment/run/run-result.ts')
  const runs = await expanded(plan)
  const modules = new Set(runs.flatMap(modulesOf))
  const materials: Record<string, string> = {}
  for (const file of [...new Set(runs.flatMap(filesOf))].sort()) {
    const path = modules.has(file) ? findModule(file, base) : await findDataFile(file, base)
    materials[file] = await digestOf(path)
  }
  return withRuns({ version: version(), plan, materials }, base, folder)
}

async function digestOf(file: string): Promise<string> {
  try {
    return sha256(await readFile(file))
  } catch (error) {
    throw new Failure('experiment/unreadable', { file, why: reasonOf(error) })
  }
}

async function expanded(plan: Plan): Promise<readonly RunSpec[]> {
  const { runsOf } = await import('../../src/sim/experiment/sweep.ts')
  return runsOf(plan)
}

async function withRuns(
  content: PlanContent,
  base: string,
  folder: string,
): Promise<PlannedExperiment> {
  const { identityOf } = await import('../../src/sim/experiment/run/run-result.ts')
  const runs = (await expanded(content.plan)).map((run) => ({
    run,
    fingerprint: sha256(identityOf(run, content.version, content.materials)).slice(0, 32),
  }))
  return { ...content, folder, base, runs }
}

/** @throws Failure `experiment/unwritable` */
export async function writePlan(experiment: PlannedExperiment): Promise<void> {
  const { folder, version, base, materials, plan } = experiment
  await makeResultsFolder(runsFolder(folder))
  // Relative, so that a folder may be moved together with what it refers to.
  const from = relative(resolve(folder), base) || '.'
  const content = { schemaVersion: 1, version, base: from, materials, plan }
  await writeWhole(planFile(folder), `${JSON.stringify(content, null, 2)}\n`)
}

/** @throws Failure `experiment/no-plan` */
export async function readPlan(folder: string): Promise<PlannedExperiment> {
  let read: PlanContent & { readonly schemaVersion: unknown; readonly base: string }
  try {
    read = JSON.parse(await readFile(planFile(folder), 'utf8'))
  } catch (error) {
    throw new Failure('experiment/no-plan', { folder, why: `plan.json: ${reasonOf(error)}` })
  }
  if (read.schemaVersion !== 1)
    throw new Failure('experiment/no-plan', { folder, why: 'its plan.json is of another form' })
  const { version, materials, plan, base } = read
  return withRuns({ version, materials, plan }, resolve(folder, base), folder)
}

/** The folder that a manifest lies in. */
export const folderOfManifest = (manifest: string): string => dirname(resolve(manifest))
