// The schema of scenario files as a JSON schema document, for editors and for generators in other
// languages: what the reader accepts, its shorthands included.
import { type Schema, tagged } from './read-scenario-value.ts'
import { planFields, Sweep, scenarioFields } from './schema.ts'
import { attackSchema, type Parts, routersSchema } from './schema-options.ts'

/** It names a folder of results. */
const named = {
  type: 'string',
  pattern: '^[^/\\\\\\s.][^/\\\\]{0,63}$',
  description: 'a name of at most 64 characters without / and not beginning with a dot',
}

/** Fields of the whole file, in the order in which `experiment show` writes them. */
export const fileFields = (parts: Parts): Readonly<Record<string, Schema>> => {
  const { graph, ratings, ids, workload, engine, metrics, seed } = scenarioFields
  const { title, about, seeds } = planFields
  return {
    ...{ name: named, title, about, graph, ratings, ids },
    ...{ routers: routersSchema(parts), attack: attackSchema(parts) },
    ...{ workload, engine, metrics, seed, seeds, sweep: Sweep },
  } as unknown as Readonly<Record<string, Schema>>
}

/** JSON schema, draft 2020-12. */
export const publishedSchema = (parts: Parts): object => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'A routing experiment of trustnet',
  ...withShorthands({
    type: 'object',
    properties: fileFields(parts),
    required: ['graph', 'routers'],
    additionalProperties: false,
  }),
})

/** `attack: none` beside `attack: { kind: none }`, wherever the other fields have defaults. */
function withShorthands(schema: Schema): Schema {
  const { anyOf, items, properties } = schema
  // A plain copy: TypeBox's own marks are not for readers.
  const copy = JSON.parse(JSON.stringify(schema)) as Schema
  const inside = {
    ...(items === undefined ? {} : { items: withShorthands(items) }),
    ...(properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, field]) => [name, withShorthands(field)]),
          ),
        }),
  }
  if (anyOf === undefined) return { ...copy, ...inside }
  const tagging = tagged(anyOf)
  const bare = [...(tagging?.byName ?? [])]
    .filter(([, { required = [] }]) => required.every((name) => name === tagging!.tag))
    .map(([name]) => ({ const: name }))
  return { ...copy, ...inside, anyOf: [...bare, ...anyOf.map(withShorthands)] }
}
