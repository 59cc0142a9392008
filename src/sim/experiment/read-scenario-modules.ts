// The user's own modules in a scenario: which ones it names, and at which line what is wrong with each
// is told. Their options are judged as those that are shipped are by the part itself.
import { Failure } from '../../core/failure.ts'
import { flawsOf, type PartOptions } from './part-options.ts'
import { type Located, plainOf } from './read-scenario-text.ts'
import { fieldOf, type Problems, shown, unknownField } from './read-scenario-value.ts'
import { isOwnModule, type Parts } from './schema-options.ts'

/** Modules that a scenario names, each once, by what it takes them for. */
export interface NamedModules {
  readonly routers: readonly string[]
  readonly attacks: readonly string[]
  readonly metrics: readonly string[]
}

export const fieldIn = (located: Located, name: string): Located | undefined =>
  located.is === 'mapping' ? located.entries.get(name)?.value : undefined

/** What a scenario names, its sweep included; what is no name is left to its reader. */
export function modulesIn(located: Located): NamedModules {
  const sweep = fieldIn(located, 'sweep')
  const swept = [...(sweep?.is === 'mapping' ? sweep.entries : [])].flatMap(([path, { value }]) =>
    /^attack(\.of(\.\d+)?)*$/.test(path) ? namesIn(value, 'kind') : [],
  )
  const own = (names: readonly string[]): string[] => [...new Set(names.filter(isOwnModule))]
  return {
    routers: own(namesIn(fieldIn(located, 'routers'), 'name')),
    attacks: own([...namesIn(fieldIn(located, 'attack'), 'kind'), ...swept]),
    metrics: own(namesIn(fieldIn(located, 'metrics'), 'name')),
  }
}

/** Bare names, the names of mappings, and those inside lists. */
function namesIn(located: Located | undefined, tag: 'name' | 'kind'): readonly string[] {
  if (located === undefined) return []
  if (located.is === 'scalar') return typeof located.value === 'string' ? [located.value] : []
  if (located.is === 'list') return located.items.flatMap((item) => namesIn(item, tag))
  return [...namesIn(fieldIn(located, tag), tag), ...namesIn(fieldIn(located, 'of'), tag)]
}

/** A module of the user's own, as it is: nobody but itself knows what its options mean. */
export function ownPartOf(
  located: Located,
  own: {
    readonly tag: 'name' | 'kind'
    readonly name: string
    /** Where its name stands. */
    readonly at: string
    /** What was loaded; undefined where nothing was. */
    readonly module: PartOptions | Failure | undefined
  },
  path: string,
  problems: Problems,
): Record<string, unknown> | undefined {
  const { tag, name, module } = own
  const spec =
    located.is === 'mapping' ? (plainOf(located) as Record<string, unknown>) : { [tag]: name }
  if (module === undefined) return spec
  if (module instanceof Failure) return problems.add(own.at, fieldOf(path, tag), module.message)
  const { [tag]: _, ...options } = spec
  const known = Object.keys(module.defaults)
  const strangers = Object.keys(options).filter((option) => !known.includes(option))
  for (const option of strangers)
    problems.add(
      located.is === 'mapping' ? located.entries.get(option)!.at : located.at,
      ...[fieldOf(path, option), unknownField(option, known)],
    )
  if (strangers.length > 0) return undefined
  return judged(located, module, options, path, problems) ? spec : undefined
}

/** Metrics that could not be loaded. */
export function checkMetrics(located: Located | undefined, { own }: Parts, problems: Problems) {
  if (own === undefined || located?.is !== 'list') return
  located.items.forEach((item, i) => {
    const metric = item.is === 'scalar' ? own.metrics.get(String(item.value)) : undefined
    if (metric instanceof Failure) problems.add(item.at, fieldOf('metrics', i), metric.message)
  })
}

/** What is wrong with options, each told at the line of the option that it names; true where nothing is. */
export function judged(
  located: Located,
  part: PartOptions,
  options: object,
  path: string,
  problems: Problems,
): boolean {
  const flaws = flawsIn(part, { ...part.defaults, ...options })
  for (const flaw of flaws) {
    const option = optionIn(flaw, Object.keys(part.defaults))
    const found = option === undefined ? undefined : fieldIn(located, option)
    const cited = found === undefined ? '' : `${shown(found)} cannot stand here: `
    problems.add(
      ...[found?.at ?? located.at, option === undefined ? path : fieldOf(path, option)],
      cited + flaw,
    )
  }
  return flaws.length === 0
}

/** A module of the user's own may throw instead of saying it. */
function flawsIn(part: PartOptions, options: object): readonly string[] {
  try {
    return flawsOf(part, options)
  } catch (error) {
    return [`Its check throws: ${(error as Error).message}.`]
  }
}

/** The option that a complaint names first: its line is the one to show. */
const optionIn = (flaw: string, options: readonly string[]): string | undefined =>
  flaw.split(/[^\w-]+/).find((word) => options.includes(word))
