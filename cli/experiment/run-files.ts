// One file a finished run, named by the run's fingerprint: what is there need not run again, whoever
// ran it (a worker, an earlier attempt, a task of a cluster).
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../../src/core/failure.ts'
import { reasonOf, writeWhole } from './files.ts'
import { type PlannedExperiment, type PlannedRun, runsFolder } from './plan-file.ts'

export type Measurement = import('../../src/sim/experiment/measurement.ts').Measurement
export type RunResult = import('../../src/sim/experiment/run/run-result.ts').RunResult

const fileOf = (folder: string, fingerprint: string): string =>
  join(runsFolder(folder), `${fingerprint}.json`)

/** Fingerprints of all finished runs in the folder, those of other plans included. */
export async function finishedIn(folder: string): Promise<ReadonlySet<string>> {
  const names = await readdir(runsFolder(folder)).catch(() => [])
  return new Set(
    names.filter((name) => /^[0-9a-f]{32}\.json$/.test(name)).map((name) => name.slice(0, -5)),
  )
}

export async function writeRun(
  folder: string,
  { run, fingerprint }: PlannedRun,
  measurement: Measurement,
): Promise<void> {
  const { router, params, seed } = run
  const content = { schemaVersion: 1, fingerprint, router, params, seed, measurement }
  await writeWhole(fileOf(folder, fingerprint), `${JSON.stringify(content)}\n`)
}

/**
 * The results of all runs of the plan that are done, by index.
 *
 * @throws Failure `experiment/file-damaged`
 */
export async function readResults({ folder, runs }: PlannedExperiment): Promise<RunResult[]> {
  const finished = await finishedIn(folder)
  const results: RunResult[] = []
  for (const { run, fingerprint } of runs)
    if (finished.has(fingerprint))
      results.push({ run, measurement: await readRun(folder, fingerprint) })
  return results
}

async function readRun(folder: string, fingerprint: string): Promise<Measurement> {
  const file = fileOf(folder, fingerprint)
  try {
    const read = JSON.parse(await readFile(file, 'utf8')) as {
      readonly schemaVersion: number
      readonly fingerprint: string
      readonly measurement: Measurement
    }
    if (read.schemaVersion === 1 && read.fingerprint === fingerprint) return read.measurement
    throw new Error('it is of another run')
  } catch (error) {
    throw new Failure('experiment/file-damaged', { file, why: reasonOf(error) })
  }
}
