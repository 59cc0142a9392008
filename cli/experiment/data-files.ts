// Is the file of a scenario's graph there? Asked by `experiment validate`, and told with how to get it.
import { statSync } from 'node:fs'
import { Failure } from '../../src/core/failure.ts'
import { projectFolder } from './project-folder.ts'

type Plan = import('../../src/sim/experiment/scenario.ts').Plan
type GraphSpec = import('../../src/sim/experiment/scenario.ts').GraphSpec

/**
 * The path of a graph file.
 *
 * @param base the folder of the scenario
 * @param place finds where the scenario names it, for the complaint
 * @throws Failure `experiment/no-data` when it is nowhere; of a known data set it says how to get it
 */
export async function findDataFile(
  file: string,
  base: string,
  place?: () => Promise<string | undefined>,
): Promise<string> {
  const { foldersOf, placesOf, sourceOf } = await import('../../src/sim/experiment/data-sets.ts')
  const places = placesOf(file, base, projectFolder)
  const found = places.find(isFile)
  if (found !== undefined) return found
  throw new Failure('experiment/no-data', {
    ...{ file, source: sourceOf(file), tried: foldersOf(places), at: await place?.() },
  })
}

/** Of a path that cannot be looked at, being too long or a link to itself, nobody can read a graph. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Every graph file that a plan reads, as the scenario names it. */
export async function dataFilesOf(plan: Plan): Promise<readonly string[]> {
  const { pointsOf } = await import('../../src/sim/experiment/sweep.ts')
  const graphs = pointsOf(plan).map(({ scenario }): GraphSpec => scenario.graph)
  return [...new Set(graphs.flatMap((graph) => (graph.kind === 'file' ? [graph.file] : [])))]
}
