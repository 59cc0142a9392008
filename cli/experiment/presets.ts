// Scenarios by name or by file: the presets that are shipped as YAML in experiments/, scenario files
// of the user's own, and where they look for graph files and modules.
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { Failure } from '../../src/core/failure.ts'
import { dataFilesOf, findDataFile } from './data-files.ts'
import { moduleLoader } from './modules.ts'
import { projectFolder } from './project-folder.ts'

type Plan = import('../../src/sim/experiment/scenario.ts').Plan
type Registry = import('../../src/sim/experiment/registry.ts').Registry

const presetFolder = join(projectFolder, 'experiments')

/** A scenario as read, and the folder from which its graph file and its modules are seen. */
export interface LoadedScenario {
  readonly plan: Plan
  /** Absolute. */
  readonly base: string
}

export interface LoadOptions {
  /** `--set` values as typed. */
  readonly set?: readonly string[]
  /** Routers and attacks that scenarios may name. @default those that are shipped */
  readonly registry?: Registry
  /** Are the user's own modules loaded, so that what is wrong with them is told at its line? @default false */
  readonly modules?: boolean
  /** Are the graph's files looked for, so that one that is missing is told at its line? @default false */
  readonly graphs?: boolean
}

/** Names of the presets, sorted. */
export async function presetNames(): Promise<readonly string[]> {
  const files = await readdir(presetFolder)
  return files
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -'.yaml'.length))
    .sort()
}

/**
 * A preset by its name, or a scenario file by its path. A preset's graph files and modules are seen
 * from the working directory.
 *
 * @throws Failure `experiment/unknown-preset`, `experiment/unreadable`, `experiment/broken-scenario`,
 *   `experiment/bad-set`, `experiment/no-data` where graphs are looked for
 */
export async function loadScenario(
  named: string,
  { set = [], registry, modules = false, graphs = false }: LoadOptions = {},
): Promise<LoadedScenario> {
  const names = await presetNames()
  const isPreset = names.includes(named)
  if (!isPreset && !existsSync(named)) return refuse(named, names)
  const path = isPreset ? join(presetFolder, `${named}.yaml`) : named
  const text = await textOf(path)
  const { readPlan } = await import('../../src/sim/experiment/read-scenario.ts')
  const { partsOf } = await import('../../src/sim/experiment/schema-options.ts')
  const { registryOf } = await import('../../src/sim/experiment/registry.ts')
  const base = isPreset ? process.cwd() : resolve(dirname(named))
  const file = isPreset ? `preset ${named}` : named
  const own = modules ? await modulesOf(text, { file, set }, base) : undefined
  const plan = readPlan(text, {
    ...{ file, set },
    name: isPreset ? named : basename(named, extname(named)),
    parts: { ...partsOf(registry ?? registryOf()), own },
  })
  if (graphs) await checkDataFiles(plan, base, text, { file, set })
  return { plan, base }
}

/** A file that is not there is told where the scenario names it. */
async function checkDataFiles(plan: Plan, base: string, text: string, read: Text): Promise<void> {
  for (const file of await dataFilesOf(plan))
    await findDataFile(file, base, async () => {
      const { graphFileAt } = await import('../../src/sim/experiment/read-scenario.ts')
      const found = graphFileAt(text, read, file)
      return found && `${read.file}, ${found.at}: ${found.path}`
    })
}

/** How complaints name a text, and what `--set` changes in it. */
interface Text {
  readonly file: string
  readonly set: readonly string[]
}

async function modulesOf(text: string, read: Text, base: string) {
  const { modulesNamed } = await import('../../src/sim/experiment/read-scenario.ts')
  const { ownModules } = await import('../../src/sim/experiment/own-parts.ts')
  return ownModules(modulesNamed(text, read), moduleLoader(base))
}

async function refuse(name: string, known: readonly string[]): Promise<never> {
  const { nearWords } = await import('../../src/core/near-words.ts')
  // Who writes a path meant a file; who writes a word meant a preset.
  if (/[./\\]/.test(name))
    throw new Failure('experiment/unreadable', { file: name, why: 'there is no such file' })
  throw new Failure('experiment/unknown-preset', { name, known, near: nearWords(name, known) })
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why =
      code === 'EISDIR' ? 'it is a folder' : code === 'EACCES' ? 'it may not be read' : message
    throw new Failure('experiment/unreadable', { file, why })
  }
}
