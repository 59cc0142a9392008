// Routers and attacks of a scenario, read by the options that each of them documents, and the rules
// that bind several fields.

import type { Failure } from '../../core/failure.ts'
import { didYouMean } from '../../core/near-words.ts'
import type { PartOptions } from './part-options.ts'
import { judged, ownPartOf } from './read-scenario-modules.ts'
import type { Setting } from './read-scenario-set.ts'
import type { At, Located } from './read-scenario-text.ts'
import {
  fieldOf,
  oneOf,
  type Problems,
  readObject,
  shown,
  unknownField,
} from './read-scenario-value.ts'
import { several } from './registry.ts'
import type { AttackSpec, GraphSpec, RatingsSpec, RouterSpec, WorkloadSpec } from './scenario.ts'
import { isOwnModule, type Part, type Parts, partSchema } from './schema-options.ts'

/** Undefined where problems were told. */
export function routersOf(
  located: Located | undefined,
  above: At,
  { routers, own }: Parts,
  problems: Problems,
): readonly RouterSpec[] | undefined {
  const names = routers.map(({ name }) => name)
  const choice: Choice = { tag: 'name', parts: routers, own: own?.routers }
  if (located === undefined)
    return problems.add(above, 'routers', `It is missing: a list with ${names.join(', ')}.`)
  if (located.is !== 'list' || located.items.length === 0)
    return problems.add(
      ...[located.at, 'routers'],
      `${located.is === 'list' ? 'The list is empty' : `${shown(located)} is no list`}: write [ … ] with ${names.join(', ')}.`,
    )
  const before = problems.list.length
  const read = located.items.map((item, i) => partOf(item, choice, fieldOf('routers', i), problems))
  const seen = new Map<string, number>()
  read.forEach((router, i) => {
    const text = JSON.stringify(router)
    const same = seen.get(text)
    if (router !== undefined && same !== undefined)
      problems.add(
        ...[located.items[i]!.at, fieldOf('routers', i)],
        `It is the same as routers.${same}: leave one out, or give them different options.`,
      )
    seen.set(text, i)
  })
  return problems.list.length > before ? undefined : (read as unknown as readonly RouterSpec[])
}

/** Undefined where problems were told. */
export function attackOf(
  located: Located | undefined,
  above: At,
  { attacks, own }: Parts,
  problems: Problems,
): AttackSpec | undefined {
  const none: Located = { is: 'scalar', at: above, value: 'none' }
  const choice: Choice = { tag: 'kind', parts: attacks, own: own?.attacks, more: [several] }
  return attackAt(located ?? none, 'attack', choice, problems) as AttackSpec | undefined
}

/** One attack, or `{ kind: all, of: [ … ] }`: several at once. */
function attackAt(
  located: Located,
  path: string,
  choice: Choice,
  problems: Problems,
): Record<string, unknown> | undefined {
  const kind = located.is === 'mapping' ? located.entries.get('kind')?.value : undefined
  if (located.is !== 'mapping' || kind?.is !== 'scalar' || kind.value !== several)
    return partOf(located, choice, path, problems)
  const fields = ['kind', 'of']
  for (const [name, { at }] of located.entries)
    if (!fields.includes(name)) problems.add(at, fieldOf(path, name), unknownField(name, fields))
  const of = located.entries.get('of')?.value
  if (of?.is !== 'list' || of.items.length === 0)
    return problems.add(
      ...[of?.at ?? located.at, fieldOf(path, 'of')],
      'It is missing: a list of attacks, each with its kind.',
    )
  const read = of.items.map((item, i) =>
    attackAt(item, fieldOf(fieldOf(path, 'of'), i), choice, problems),
  )
  return { kind: several, of: read }
}

/** What may be named: those that are shipped, words with a meaning of their own, the user's own that were loaded. */
interface Choice {
  readonly tag: 'name' | 'kind'
  readonly parts: readonly Part[]
  readonly more?: readonly string[]
  readonly own: ReadonlyMap<string, PartOptions | Failure> | undefined
}

/** A router or an attack: a bare name, or a mapping with its options. */
function partOf(
  located: Located,
  { tag, parts, own, more = [] }: Choice,
  path: string,
  problems: Problems,
): Record<string, unknown> | undefined {
  const known = [...parts.map(({ name }) => name), ...more]
  const named =
    located.is === 'mapping' ? located.entries.get(tag)?.value : (located as Located | undefined)
  if (named === undefined)
    return problems.add(located.at, fieldOf(path, tag), `It is missing: ${oneOf(known)}.`)
  const name = named.is === 'scalar' ? named.value : null
  if (typeof name === 'string' && isOwnModule(name))
    return ownPartOf(located, { tag, name, at: named.at, module: own?.get(name) }, path, problems)
  const part = parts.find((one) => one.name === name)
  if (part === undefined)
    return problems.add(
      ...[named.at, fieldOf(path, tag)],
      `${shown(named)} is none of them.${didYouMean(String(name), known)} It takes ${oneOf(known)}, or a module of your own such as ./my-part.js.`,
    )
  const whole: Located =
    located.is === 'mapping'
      ? located
      : {
          ...{ is: 'mapping', at: located.at },
          entries: new Map([[tag, { at: located.at, value: located }]]),
        }
  const before = problems.list.length
  const read = readObject(partSchema(tag, part), whole, path, problems)
  if (read === undefined || problems.list.length > before) return undefined
  // null stands for "worked out from the network": the part sees no such option.
  const spec = Object.fromEntries(Object.entries(read).filter(([, value]) => value !== null))
  const { [tag]: _, ...options } = spec
  return judged(located, part, options, path, problems) ? spec : undefined
}

export function checkGraph(graph: GraphSpec, at: At, problems: Problems): void {
  if (graph.kind === 'stochastic-blocks' && graph.blocks > graph.nodes)
    problems.add(
      ...[at, 'graph.blocks'],
      `${graph.blocks} communities are more than the ${graph.nodes} people: it takes a whole number from 1 to ${graph.nodes}.`,
    )
}

/** As the readers of trustchain/rating-file ask: signed values decide nothing before they are mapped. */
export function checkFormat(graph: GraphSpec, at: At, problems: Problems): void {
  if (graph.kind !== 'file') return
  if (graph.format === 'snap-signed' && graph.map === undefined)
    problems.add(
      ...[at, 'graph.map'],
      'It is missing: values of snap-signed run from -10 to 10 and the mapping decides the outcome; it takes linear, half or sign:0.8.',
    )
  if (graph.overlay !== undefined && graph.format !== 'csv')
    problems.add(at, 'graph.overlay', `${graph.format} has no overlays: leave it out.`)
  if ((graph.format === 'snap' || graph.format === 'metis') && graph.map !== undefined)
    problems.add(
      ...[at, 'graph.map'],
      `${graph.format} has no values to map: leave it out, and give the edges their rating with weight.`,
    )
}

/** Of a file nobody knows yet how many people it has, nor of any graph which of them will be honest. */
export function checkSources(
  graph: GraphSpec,
  { sources }: WorkloadSpec,
  at: At,
  problems: Problems,
): void {
  if (graph.kind !== 'file' && sources !== 'honest' && sources >= graph.nodes)
    problems.add(
      ...[at, 'workload.sources'],
      `There is no person ${sources} in a graph of ${graph.nodes}: it takes honest, or a whole number from 0 to ${graph.nodes - 1}.`,
    )
}

export function checkRatings(ratings: RatingsSpec, at: At, problems: Problems): void {
  if (ratings.kind === 'uniform' && ratings.low > ratings.high)
    problems.add(
      ...[at, 'ratings.low'],
      `${ratings.low} is above high: it takes a number above 0 and up to ${ratings.high}.`,
    )
}

/** A field inside what is swept cannot be set: every point would replace it. */
export function checkSets(
  settings: readonly Setting[],
  sweep: Readonly<Record<string, unknown>>,
  problems: Problems,
): void {
  for (const { path, at } of settings) {
    const whole = Object.keys(sweep).find((swept) => path.join('.').startsWith(`${swept}.`))
    if (whole !== undefined)
      problems.add(
        ...[at, path.join('.')],
        `The sweep replaces ${whole} in every point: set sweep.${whole}, or ${whole} as a whole.`,
      )
  }
}
