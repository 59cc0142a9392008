// Schemas of routers and attacks, derived from the defaults that each of them documents: an option
// added to a router is at once known to the reader, to `experiment show` and to the JSON schema.
import type { Bounds } from '../../core/bounds.ts'
import type { Failure } from '../../core/failure.ts'
import type { PartOptions } from './part-options.ts'
import type { Schema } from './read-scenario-value.ts'
import { type Registry, several } from './registry.ts'

/** A router or an attack as far as scenario files are concerned. */
export interface Part extends PartOptions {
  readonly name: string
  readonly about: string
}

/** All that scenario files may name. */
export interface Parts {
  readonly routers: readonly Part[]
  readonly attacks: readonly Part[]
  /** The user's own modules as far as they were loaded: what was not is believed until it runs. */
  readonly own?: OwnModules | undefined
}

/** By the name that a scenario uses: what a module has as default export, or why it cannot be used. */
export interface OwnModules {
  readonly routers: ReadonlyMap<string, PartOptions | Failure>
  readonly attacks: ReadonlyMap<string, PartOptions | Failure>
  readonly metrics: ReadonlyMap<string, object>
}

const ownModule: Schema = {
  type: 'string',
  pattern: '^\\.{0,2}/.+\\.(js|mjs|ts)$',
  description: 'a module of your own, such as ./my-router.js',
}

/** Is this the name of a module of the user's own, whose options nobody knows here? */
export const isOwnModule = (name: string): boolean => new RegExp(ownModule.pattern!).test(name)

/** The schema of one option by its default, and by the words or the bounds that it takes. */
function optionSchema(
  value: unknown,
  words: readonly string[] | undefined,
  bounds: Bounds | undefined,
): Schema {
  if (words !== undefined) return { anyOf: words.map((word) => ({ const: word })), default: value }
  if (bounds !== undefined) return { ...bounds, default: value }
  switch (typeof value) {
    case 'boolean':
      return { type: 'boolean', default: value }
    case 'number':
      // JSON knows no infinity; `null` stands for "no bound".
      return Number.isFinite(value)
        ? { type: 'number', default: value }
        : { anyOf: [{ type: 'number' }, { type: 'null' }], default: null }
    case 'string':
      return { type: 'string', default: value }
    default:
      return Array.isArray(value)
        ? { type: 'array', items: anyScalar, default: value }
        : { ...anyScalar, default: null }
  }
}

/** Of an option whose default is "worked out from the network": null until somebody gives it. */
const anyScalar: Schema = {
  anyOf: [{ type: 'number' }, { type: 'string' }, { type: 'boolean' }, { type: 'null' }],
}

/** `{ <tag>: name, …options }`. */
export function partSchema(tag: 'name' | 'kind', part: Part): Schema {
  const options = Object.entries(part.defaults).map(
    ([name, value]) =>
      [name, optionSchema(value, part.words?.[name], part.bounds?.[name])] as const,
  )
  return {
    type: 'object',
    description: part.about,
    properties: { [tag]: { const: part.name }, ...Object.fromEntries(options) },
    required: [tag],
    additionalProperties: false,
  }
}

const ownSchema = (tag: 'name' | 'kind'): Schema => ({
  type: 'object',
  properties: { [tag]: ownModule },
  required: [tag],
  additionalProperties: true,
})

/** The published schemas of `routers` and `attack`. */
export const routersSchema = ({ routers }: Parts): Schema => ({
  ...{ type: 'array', minItems: 1, description: 'who is compared' },
  items: {
    anyOf: [...routers.map((part) => partSchema('name', part)), ownModule, ownSchema('name')],
  },
})

export function attackSchema({ attacks }: Parts): Schema {
  const one = [...attacks.map((part) => partSchema('kind', part)), ownModule, ownSchema('kind')]
  return {
    anyOf: [
      ...one,
      {
        ...{ type: 'object', description: 'several at once' },
        properties: {
          kind: { const: several },
          of: { type: 'array', minItems: 1, items: { anyOf: one } },
        },
        ...{ required: ['kind', 'of'], additionalProperties: false },
      },
    ],
    description: 'what the enemies do',
    default: { kind: 'none' },
  }
}

/** What is shipped, and a user's own parts that were loaded. */
export const partsOf = ({ routers, attacks }: Registry): Parts => ({
  routers: [...routers].map(([name, router]) => ({ ...fieldsOf(router), name })),
  attacks: [...attacks].map(([name, attack]) => ({ ...fieldsOf(attack), name })),
})

const fieldsOf = (part: Part): Omit<Part, 'name'> => {
  const { about, defaults, words, bounds } = part
  return { about, defaults, words, bounds, check: (options) => part.check?.(options) }
}
