// A scenario file or preset, read: YAML or JSON text and `--set` values become a Plan in which every
// default is written out. What is wrong is told with line, field and allowed values, all of it at once.
import { Failure } from '../../core/failure.ts'
import type { ScenarioProblem } from '../../core/failures-of-experiments.ts'
import { checkEngine } from './read-scenario-engine.ts'
import { checkMetrics, fieldIn, modulesIn, type NamedModules } from './read-scenario-modules.ts'
import {
  attackOf,
  checkFormat,
  checkGraph,
  checkRatings,
  checkSets,
  checkSources,
  routersOf,
} from './read-scenario-parts.ts'
import { parseSetting, type Setting, withSettings } from './read-scenario-set.ts'
import { type At, type Located, locatedOf, parseLocated } from './read-scenario-text.ts'
import { fieldOf, Problems, readObject, type Schema, unknownField } from './read-scenario-value.ts'
import { readSweep } from './read-sweep.ts'
import type { GraphSpec, Plan, RatingsSpec, Scenario } from './scenario.ts'
import type { Parts } from './schema-options.ts'
import { fileFields } from './schema-published.ts'

export interface ReadOptions {
  /** How complaints name the text. */
  readonly file: string
  /** The scenario's name where the text gives none: the preset's, or the file's without its ending. */
  readonly name: string
  /** Routers and attacks that there are. */
  readonly parts: Parts
  /** `--set` values as typed. */
  readonly set?: readonly string[]
}

/**
 * Reads a scenario.
 *
 * @throws Failure `experiment/broken-scenario` with every mistake, `experiment/bad-set`
 */
export function readPlan(text: string, { file, name, parts, set = [] }: ReadOptions): Plan {
  const settings = set.map(parseSetting)
  const written = withDefaults(parseLocated(text, file), fileFields(parts))
  return planOf(withSettings(written, settings), { file, name, parts }, settings)
}

/**
 * The user's own modules that a text names, for whoever loads them before it is read.
 *
 * @throws Failure `experiment/broken-scenario` of a text that is no YAML, `experiment/bad-set`
 */
export const modulesNamed = (
  text: string,
  { file, set }: Required<Pick<ReadOptions, 'file' | 'set'>>,
): NamedModules => modulesIn(withSettings(parseLocated(text, file), set.map(parseSetting)))

/** Where a text, or a `--set`, names this file of a graph. */
export function graphFileAt(
  text: string,
  { file, set }: Required<Pick<ReadOptions, 'file' | 'set'>>,
  named: string,
): { readonly at: At; readonly path: string } | undefined {
  const tree = withSettings(parseLocated(text, file), set.map(parseSetting))
  return (
    fileIn(fieldIn(tree, 'graph'), 'graph', named) ?? fileIn(fieldIn(tree, 'sweep'), 'sweep', named)
  )
}

function fileIn(
  located: Located | undefined,
  path: string,
  named: string,
): ReturnType<typeof graphFileAt> {
  if (located === undefined || located.is === 'scalar') return undefined
  const parts: readonly (readonly [string | number, Located])[] =
    located.is === 'list'
      ? located.items.map((item, i) => [i, item] as const)
      : [...located.entries].map(([name, { value }]) => [name, value] as const)
  for (const [name, part] of parts) {
    const here = fieldOf(path, name)
    if (part.is === 'scalar' && part.value === named && /\.file(\.\d+)?$/.test(here))
      return { at: part.at, path: here }
    const found = fileIn(part, here, named)
    if (found !== undefined) return found
  }
  return undefined
}

/** A scenario that is a value already: of a program, or of a manifest. */
export function planOfValue(value: unknown, options: Omit<ReadOptions, 'set'>): Plan {
  const located = locatedOf(value, 'the scenario')
  return planOf(withDefaults(located, fileFields(options.parts)), options, [])
}

/** Mappings that the text leaves out, so that --set and sweeps can change one field of them. */
function withDefaults(located: Located, fields: Readonly<Record<string, Schema>>): Located {
  if (located.is !== 'mapping') return located
  const entries = new Map(located.entries)
  for (const [name, { default: value }] of Object.entries(fields))
    if (!entries.has(name) && typeof value === 'object' && value !== null && !Array.isArray(value))
      entries.set(name, { at: located.at, value: locatedOf(value, located.at) })
  return { ...located, entries }
}

function planOf(
  located: Located,
  { file, name, parts }: Omit<ReadOptions, 'set'>,
  settings: readonly Setting[],
): Plan {
  const problems = new Problems()
  const plan = readWhole(located, name, parts, problems)
  if (problems.list.length === 0) checkSets(settings, plan!.sweep, problems)
  if (problems.list.length > 0)
    throw new Failure('experiment/broken-scenario', { file, problems: inOrder(problems.list) })
  return plan!
}

/** As they stand in the text; what --set brought comes last. */
function inOrder(problems: readonly ScenarioProblem[]): readonly ScenarioProblem[] {
  const placeOf = ({ at }: ScenarioProblem): number => {
    const [, line, column] = /^line (\d+), column (\d+)$/.exec(at) ?? []
    return line === undefined ? Number.MAX_SAFE_INTEGER : Number(line) * 1e6 + Number(column)
  }
  return problems.toSorted((a, b) => placeOf(a) - placeOf(b))
}

/** Undefined only where problems were told. */
function readWhole(
  located: Located,
  name: string,
  parts: Parts,
  problems: Problems,
): Plan | undefined {
  const fields = fileFields(parts)
  if (located.is !== 'mapping')
    return problems.add(
      located.at,
      '',
      `A scenario is a mapping with ${Object.keys(fields).join(', ')}.`,
    )
  for (const [field, { at }] of located.entries)
    if (!Object.hasOwn(fields, field))
      problems.add(at, field, unknownField(field, Object.keys(fields)))
  const scenario = readScenario(located, name, parts, problems)
  const told = readPart(located, fields, ['title', 'about', 'seeds'], problems)
  // A sweep is judged by what it makes of a scenario that is right without it.
  const sweep =
    problems.list.length > 0 || scenario === undefined
      ? {}
      : readSweep(located, scenario, problems, (point, found) =>
          readScenario(point, name, parts, found),
        )
  if (scenario === undefined || told === undefined || sweep === undefined) return undefined
  const { title, about, seeds } = told as unknown as Plan
  return { title: title === '' ? scenario.name : title, about, scenario, sweep, seeds }
}

/** One scenario without its sweep. */
export function readScenario(
  located: Located,
  name: string,
  parts: Parts,
  problems: Problems,
): Scenario | undefined {
  const fields = fileFields(parts)
  const before = problems.list.length
  const whole = withFileKind(located)
  const plain = ['name', 'graph', 'ratings', 'ids', 'workload', 'engine', 'metrics', 'seed']
  const read = readPart(whole, fields, plain, problems)
  const routers = routersOf(fieldIn(whole, 'routers'), whole.at, parts, problems)
  const attack = attackOf(fieldIn(whole, 'attack'), whole.at, parts, problems)
  checkMetrics(fieldIn(whole, 'metrics'), parts, problems)
  if (problems.list.length > before || read === undefined) return undefined
  const at = (field: string, inside: string): At => {
    const found = fieldIn(whole, field)
    return (found && fieldIn(found, inside)?.at) ?? found?.at ?? whole.at
  }
  checkGraph(read.graph as GraphSpec, at('graph', 'blocks'), problems)
  checkFormat(read.graph as GraphSpec, at('graph', 'map'), problems)
  checkRatings(read.ratings as RatingsSpec, at('ratings', 'low'), problems)
  if (problems.list.length > before) return undefined
  const { graph, ratings, ids, workload, engine, metrics, seed } = read as unknown as Scenario
  checkSources(graph, workload, at('workload', 'sources'), problems)
  const named = typeof read.name === 'string' && read.name !== '' ? read.name : name
  const scenario: Scenario = {
    ...{ name: named, graph, ratings, ids },
    ...{ routers: routers!, attack: attack!, workload, engine, metrics, seed },
  }
  checkEngine(scenario, whole, problems)
  return problems.list.length > before ? undefined : scenario
}

/** Some fields of the file by their schemas. */
function readPart(
  located: Located,
  fields: Readonly<Record<string, Schema>>,
  names: readonly string[],
  problems: Problems,
): Record<string, unknown> | undefined {
  if (located.is !== 'mapping') return undefined
  const entries = new Map([...located.entries].filter(([name]) => names.includes(name)))
  const properties = Object.fromEntries(names.map((name) => [name, fields[name]!]))
  return readObject({ properties, required: ['graph'] }, { ...located, entries }, '', problems)
}

/** `graph: { file: … }` says its kind; a file given by --set replaces the kind of the text. */
function withFileKind(located: Located): Located {
  const graph = located.is === 'mapping' ? located.entries.get('graph') : undefined
  if (located.is !== 'mapping' || graph?.value.is !== 'mapping') return located
  const file = graph.value.entries.get('file')
  const kind = graph.value.entries.get('kind')
  const isSetLater =
    file?.at.startsWith('--set ') === true && kind?.at.startsWith('--set ') !== true
  if (file === undefined || (kind !== undefined && !isSetLater)) return located
  const entries = new Map(graph.value.entries).set('kind', {
    at: file.at,
    value: locatedOf('file', file.at),
  })
  const value: Located = { ...graph.value, entries }
  return { ...located, entries: new Map(located.entries).set('graph', { ...graph, value }) }
}
