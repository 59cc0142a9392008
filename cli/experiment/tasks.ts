// Runs made ready: which files they read and what memory they will take. A graph file that cannot be
// read is told here, before anything runs.
import { open, readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { gzipMagicBytes, isGzip } from '../../src/core/gzip.ts'
import { findDataFile } from './data-files.ts'
import { moduleLoader } from './modules.ts'
import type { PlannedExperiment, PlannedRun, RunSpec } from './plan-file.ts'
import type { Task } from './pool.ts'

type GraphSpec = RunSpec['scenario']['graph']
type FileGraph = Extract<GraphSpec, { readonly kind: 'file' }>

/** A file up to this size is read to see how large its network is; a larger one is guessed by its size. */
const countedBytesMax = 64 * 2 ** 20

/** A NodeMachine with its tables, queues and timers: 240 KiB were seen at 1,000 nodes of degree 20. */
const bytesPerWholeNode = 300 * 2 ** 10

/** @throws Failure `experiment/no-data`, `no-module`, `bad-module`, `cannot-run`, and those of a graph file */
export async function tasksOf(
  { base }: Pick<PlannedExperiment, 'base'>,
  runs: readonly PlannedRun[],
): Promise<Task[]> {
  const { amountOf, estimateRunBytes } = await import('../../src/sim/experiment/estimate.ts')
  const { registryFor } = await import('../../src/sim/experiment/own-parts.ts')
  const load = moduleLoader(base)
  const sized = new Map<string, Promise<SizedFile>>()
  const tasks: Task[] = []
  const sizeOf = (graph: GraphSpec): Promise<SizedFile> => {
    const key = JSON.stringify(graph)
    const known = sized.get(key)
    if (known !== undefined) return known
    const size = graph.kind === 'file' ? sizedFile(graph, base) : Promise.resolve(generated(graph))
    sized.set(key, size)
    return size
  }
  for (const { run, fingerprint } of runs) {
    if (run.scenario.engine === 'protocol') {
      const { checkPlayable } = await import('../../src/sim/experiment/protocol/terms.ts')
      checkPlayable(run)
    }
    const registry = await registryFor(run, load)
    const { path, like, fileBytes } = await sizeOf(run.scenario.graph)
    const alike = { ...run, scenario: { ...run.scenario, graph: like } }
    const whole = run.scenario.engine === 'protocol' ? bytesPerWholeNode : 0
    const { nodes } = amountOf(alike, registry, fileBytes)
    const bytes = Math.ceil(estimateRunBytes(alike, registry, fileBytes) + whole * nodes)
    tasks.push({ run, fingerprint, bytes, graphFile: path })
  }
  return tasks
}

const generated = (like: GraphSpec): SizedFile => ({ path: undefined, like, fileBytes: 0 })

interface SizedFile {
  readonly path: string | undefined
  /** A graph that takes as much: a generated one where the people of the file were counted. */
  readonly like: GraphSpec
  readonly fileBytes: number
}

async function sizedFile(graph: FileGraph, base: string): Promise<SizedFile> {
  const path = await findDataFile(graph.file, base)
  const fileBytes = await unpackedSize(path)
  if (fileBytes > countedBytesMax) return { path, like: graph, fileBytes }
  const { peopleOfFile } = await import('../../src/sim/experiment/graphs/people-of.ts')
  const packed = await readFile(path)
  const { people, columns } = peopleOfFile(graph, isGzip(packed) ? gunzipSync(packed) : packed)
  const degree = Math.ceil(columns.count / people)
  return { path, like: { kind: 'barabasi-albert', nodes: people, degree }, fileBytes: 0 }
}

/** Bytes of a file, unpacked: gzip writes them behind its data, modulo 2^32 (RFC 1952, 2.3.1). */
async function unpackedSize(file: string): Promise<number> {
  const handle = await open(file)
  try {
    const { size } = await handle.stat()
    const head = Buffer.alloc(gzipMagicBytes)
    await handle.read(head, 0, head.length, 0)
    if (!isGzip(head)) return size
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, size - 4)
    return buffer.readUInt32LE()
  } finally {
    await handle.close()
  }
}
