// The user's own modules in a scenario: which ones it names, and at which line what is wrong with each
// is told. Their options are judged as those that are shipped are by the part itself.
import { Failure } from '../../core/failure.ts'
import { type Located, plainOf } from './read-scenario-text.ts'
import { fieldOf, type Problems, shown, unknownField } from './read-scenario-value.ts'
import { isOwnModule, type OwnPart, type Parts } from './schema-options.ts'

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
    readonly module: OwnPart | Failure | undefined
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

/** What a part says of its options, told at the line of the option that it names; true where nothing is wrong. */
export function judged(
  located: Located,
  part: OwnPart,
  options: object,
  path: string,
  problems: Problems,
): boolean {
  const wrong = saidOf(part, { ...part.defaults, ...options })
  if (wrong === undefined) return true
  const option = optionIn(wrong, Object.keys(part.defaults))
  const found = option === undefined ? undefined : fieldIn(located, option)
  const cited = found === undefined ? '' : `${shown(found)} cannot stand here: `
  problems.add(
    ...[found?.at ?? located.at, option === undefined ? path : fieldOf(path, option)],
    cited + sentence(wrong),
  )
  return false
}

/** A module of the user's own may throw instead of saying it. */
function saidOf(part: OwnPart, options: object): string | undefined {
  try {
    return part.check?.(options as never)
  } catch (error) {
    return `Its check throws: ${(error as Error).message}`
  }
}

/** The option that a complaint names first: its line is the one to show. */
const optionIn = (wrong: string, options: readonly string[]): string | undefined =>
  wrong.split(/[^\w-]+/).find((word) => options.includes(word))

const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`)
