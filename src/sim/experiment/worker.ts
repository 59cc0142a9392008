// The worker entry of experiments: a thread that runs one run after another as it is handed them. It
// alone in the simulator touches files: it reads graph files and loads a user's own modules, both
// seen from the scenario file's folder.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parentPort } from 'node:worker_threads'
import { gunzipSync } from 'node:zlib'
import { Failure } from '../../core/failure.ts'
import { isGzip } from '../../core/gzip.ts'
import type { Measurement } from './measurement.ts'
import { type LoadModule, registryFor } from './own-parts.ts'
import type { RunSpec } from './scenario.ts'

/** What a worker is handed: a run, and where the files lie that it reads. */
export interface WorkerTask {
  readonly run: RunSpec
  /** Folder of the scenario file, absolute: modules are seen from there. */
  readonly base: string
  /** Path of the graph's file, where the scenario names one. */
  readonly graphFile: string | undefined
}

/** What it answers on each run: how far it is, then what came of it. */
export type WorkerAnswer =
  | { readonly is: 'under way'; readonly share: number }
  | { readonly is: 'measured'; readonly measurement: Measurement }
  | { readonly is: 'failed'; readonly why: string }

/** Share of the lookups between two words on how far it is. */
const tellEvery = 0.02

/** Loads modules from beside the scenario file. */
const moduleLoader =
  (base: string): LoadModule =>
  (name) =>
    import(pathToFileURL(resolve(base, name)).href)

/** Bytes of a graph file, unpacked where gzip packed them. */
function readGraph(file: string): Uint8Array {
  try {
    const bytes = readFileSync(file)
    return isGzip(bytes) ? gunzipSync(bytes) : bytes
  } catch (error) {
    throw new Failure('experiment/unreadable', { file, why: (error as Error).message })
  }
}

/** One engine alone is loaded: whole nodes are much code. */
async function engineOf({ scenario }: RunSpec) {
  if (scenario.engine === 'protocol') return (await import('./protocol/protocol.ts')).runProtocol
  return (await import('./structural.ts')).runStructural
}

async function measure(
  { run, base, graphFile }: WorkerTask,
  tell: (answer: WorkerAnswer) => void,
): Promise<Measurement> {
  const { lookups } = run.scenario.workload
  let told = 0
  const registry = await registryFor(run, moduleLoader(base))
  const engine = await engineOf(run)
  return engine(run, {
    registry,
    readGraphFile: ({ file }) => readGraph(graphFile ?? resolve(base, file)),
    onProgress(done) {
      const share = done / lookups
      if (share - told < tellEvery) return
      told = share
      tell({ is: 'under way', share })
    },
  })
}

async function answer(task: WorkerTask, tell: (answer: WorkerAnswer) => void): Promise<void> {
  try {
    tell({ is: 'measured', measurement: await measure(task, tell) })
  } catch (error) {
    tell({ is: 'failed', why: reasonOf(error as Error) })
  }
}

/** A failure says all there is to say; anything else is a fault, and where it is helps. */
const reasonOf = (error: Error): string =>
  error instanceof Failure ? error.message : `${error.message} (${placeOf(error)})`

const placeOf = ({ stack = '' }: Error): string =>
  stack
    .split('\n')
    .find((line) => line.trim().startsWith('at '))
    ?.trim() ?? 'nobody knows where'

parentPort?.on('message', (task: WorkerTask) => {
  void answer(task, (told) => parentPort!.postMessage(told))
})
