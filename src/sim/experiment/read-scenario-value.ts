// Reads a tree by a JSON schema, as far as scenarios need schemas: objects with defaults, tagged
// unions, literals, numbers with bounds, lists. Unlike a general validator it writes defaults in,
// knows the line of every value, and says of each mistake which values are allowed.
import { type Bounds, boundsInWords, isWithin } from '../../core/bounds.ts'
import type { ScenarioProblem } from '../../core/failures-of-experiments.ts'
import { didYouMean } from '../../core/near-words.ts'
import { type At, type Located, locatedOf } from './read-scenario-text.ts'

/** The part of JSON schema (2020-12) that is understood here; TypeBox's schemas are of this form. */
export interface Schema {
  readonly type?: string
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly minItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly pattern?: string
  readonly description?: string
  readonly default?: unknown
}

/** Collects what is wrong; reading goes on, so that one run names every mistake. */
export class Problems {
  readonly list: ScenarioProblem[] = []

  add(at: At, path: string, why: string): undefined {
    this.list.push({ at, path, why })
    return undefined
  }
}

/** Names of properties that say which form of an object this is: `kind: sybil`, `name: pastry`. */
const tags = ['kind', 'name'] as const

export const fieldOf = (path: string, name: string | number): string =>
  path === '' ? String(name) : `${path}.${name}`

/** The value with every default written in; undefined, with the problems told, where it is wrong. */
export function readValue(
  schema: Schema,
  located: Located,
  path: string,
  problems: Problems,
): unknown {
  if (schema.anyOf !== undefined) return readUnion(schema.anyOf, located, path, problems)
  if (schema.type === 'object') return readObject(schema, located, path, problems)
  if (schema.type === 'array') return readList(schema, located, path, problems)
  if (located.is === 'scalar' && fits(schema, located.value)) return located.value
  return problems.add(located.at, path, `${shown(located)} cannot stand here: ${wanted([schema])}.`)
}

function readList(schema: Schema, located: Located, path: string, problems: Problems): unknown {
  if (located.is !== 'list')
    return problems.add(located.at, path, `${shown(located)} is no list: write [ … ].`)
  if (located.items.length < (schema.minItems ?? 0))
    return problems.add(located.at, path, 'The list is empty: name at least one.')
  return located.items.map((item, i) => readValue(schema.items!, item, fieldOf(path, i), problems))
}

export function readObject(
  schema: Schema,
  located: Located,
  path: string,
  problems: Problems,
): Record<string, unknown> | undefined {
  const { properties = {}, required = [], additionalProperties } = schema
  const names = Object.keys(properties)
  if (located.is !== 'mapping')
    return problems.add(
      located.at,
      path,
      `${shown(located)} is no mapping: write { ${names[0] ?? 'name'}: … } with ${listed(names)}.`,
    )
  const read: Record<string, unknown> = {}
  // In the order of the schema, whatever the order of the text: two texts that mean the same read the same.
  for (const [name, property] of Object.entries(properties)) {
    const found = located.entries.get(name)
    if (found !== undefined && isNull(found.value, property))
      problems.add(
        ...[found.value.at, fieldOf(path, name)],
        `It has no value: ${wanted([property])}${required.includes(name) ? '' : ', or leave the field out'}.`,
      )
    else if (found !== undefined)
      read[name] = readValue(property, found.value, fieldOf(path, name), problems)
    else if (property.default !== undefined)
      // Read, not copied: a default names what matters, its own fields have defaults again.
      read[name] = readValue(
        ...[property, locatedOf(property.default, located.at), fieldOf(path, name), problems],
      )
    else if (required.includes(name))
      problems.add(located.at, fieldOf(path, name), `It is missing: ${wanted([property])}.`)
  }
  const replaced = tags.some((tag) => isSet(located.entries.get(tag)?.at))
  for (const [name, { at, value }] of located.entries) {
    if (Object.hasOwn(properties, name)) continue
    // `--set attack.kind=sybil` leaves behind what the file said of another kind.
    if (replaced && !isSet(at)) continue
    if (additionalProperties === false || additionalProperties === undefined)
      problems.add(at, fieldOf(path, name), unknownField(name, names))
    else if (additionalProperties !== true)
      read[name] = readValue(additionalProperties, value, fieldOf(path, name), problems)
  }
  return read
}

const isSet = (at: At | undefined): boolean => at?.startsWith('--set ') === true

/** `~`, nothing behind the colon, or what JSON makes of NaN: a value went missing, unless the schema knows null. */
const isNull = (value: Located, schema: Schema): boolean =>
  value.is === 'scalar' && value.value === null && !fits(schema, null)

export const unknownField = (name: string, known: readonly string[]): string =>
  `There is no such field.${didYouMean(name, known)} ${
    known.length === 0 ? 'None is allowed here' : `Allowed are ${listed(known)}`
  }.`

/** The tag that tells these forms apart, with the forms by its value; undefined when none does. */
export function tagged(forms: readonly Schema[]) {
  for (const tag of tags) {
    const byName = new Map<string, Schema>()
    for (const form of forms) {
      const value = form.properties?.[tag]?.const
      if (form.type === 'object' && typeof value === 'string') byName.set(value, form)
    }
    if (byName.size > 0) return { tag, byName }
  }
  return undefined
}

function readUnion(
  forms: readonly Schema[],
  located: Located,
  path: string,
  problems: Problems,
): unknown {
  if (located.is === 'scalar' && forms.some((form) => fits(form, located.value)))
    return located.value
  const tagging = tagged(forms)
  const list = forms.find(({ type }) => type === 'array')
  if (located.is === 'list' && list !== undefined) return readList(list, located, path, problems)
  if (tagging === undefined || located.is === 'list')
    return problems.add(located.at, path, `${shown(located)} cannot stand here: ${wanted(forms)}.`)
  const { tag, byName } = tagging
  const named = located.is === 'scalar' ? located : located.entries.get(tag)?.value
  const known = [...byName.keys()]
  if (named === undefined)
    return problems.add(located.at, fieldOf(path, tag), `It is missing: ${oneOf(known)}.`)
  const name = named.is === 'scalar' ? named.value : null
  const form = typeof name === 'string' ? byName.get(name) : undefined
  if (form === undefined)
    return problems.add(
      ...[named.at, fieldOf(path, tag)],
      `${shown(named)} is none of them.${didYouMean(String(name), known)} It takes ${oneOf(known)}.`,
    )
  // `attack: none` says the same as `attack: { kind: none }`.
  const whole: Located =
    located.is === 'mapping'
      ? located
      : {
          ...{ is: 'mapping', at: located.at },
          entries: new Map([[tag, { at: located.at, value: located }]]),
        }
  return readObject(form, whole, path, problems)
}

/** Is this scalar what a schema without parts asks for? */
function fits(schema: Schema, value: unknown): boolean {
  if (schema.anyOf !== undefined) return schema.anyOf.some((form) => fits(form, value))
  if (schema.const !== undefined) return schema.const === value
  switch (schema.type) {
    case 'null':
      return value === null
    case 'boolean':
      return typeof value === 'boolean'
    case 'string':
      return (
        typeof value === 'string' &&
        (schema.pattern === undefined || new RegExp(schema.pattern).test(value))
      )
    case 'number':
    case 'integer':
      return isWithin(value, schema as Bounds)
    default:
      return false
  }
}

/** What is allowed, as the end of a sentence. */
export function wanted(forms: readonly Schema[]): string {
  const flat = forms.flatMap((form) => form.anyOf ?? [form])
  const words = flat.filter(({ const: word }) => word !== undefined).map(({ const: word }) => word)
  const tagging = tagged(flat)
  const choices = [
    ...(words.length === 0 ? [] : [oneOf(words.map(String))]),
    ...flat.filter((form) => form.const === undefined && form.type !== 'object').map(phrase),
    ...(tagging === undefined
      ? flat.filter(({ type }) => type === 'object').map(phrase)
      : [`{ ${tagging.tag}: … } with ${tagging.tag} ${oneOf([...tagging.byName.keys()])}`]),
  ]
  return `it takes ${choices.join(', or ')}`
}

function phrase(schema: Schema): string {
  const { type, description, pattern } = schema
  if (type === 'null') return 'null'
  if (type === 'boolean') return 'true or false'
  if (type === 'array') return 'a list'
  if (type === 'object') return 'a mapping'
  if (type === 'string') return pattern === undefined ? 'a text' : (description ?? 'a text')
  return boundsInWords(schema as Bounds)
}

const listed = (words: readonly string[]): string => words.join(', ')
export const oneOf = (words: readonly string[]): string =>
  words.length === 1 ? words[0]! : `one of ${listed(words)}`

/** The value as a complaint cites it. */
export function shown(located: Located): string {
  if (located.is === 'mapping') return 'A mapping'
  if (located.is === 'list') return 'A list'
  const { value } = located
  // JSON knows neither infinity nor what is no number: YAML writes them like this.
  if (typeof value === 'number' && !Number.isFinite(value))
    return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}
