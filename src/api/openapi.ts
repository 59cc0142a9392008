// The OpenAPI 3.1 document of the node API, derived from the declarations: nobody writes it, so it
// cannot be wrong about them. TypeBox schemas are JSON Schema, which OpenAPI 3.1 takes as it is.
import type { TSchema } from 'typebox'
import { Type } from 'typebox'
import type { Endpoint } from './endpoint.ts'
import { type EndpointName, endpoints, pathFields } from './endpoints.ts'
import { examples } from './examples.ts'
import { problemType } from './problem.ts'
import { answerSchema, askSchema } from './schemas.ts'

type Json = { readonly [name: string]: unknown }

interface Fields {
  readonly properties: Readonly<Record<string, TSchema & { readonly description?: string }>>
  readonly required?: readonly string[]
}

const Problem = Type.Object({
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String({ description: 'stable, such as peer/unknown' }),
  detail: Type.String({ description: 'what went wrong, why, and how to mend it' }),
  hint: Type.String({ description: 'how to mend it' }),
  facts: Type.Object({}, { additionalProperties: true }),
})

const about = `The API of a running trustnet node. It listens on loopback. Reading what the network
knows is open to programs of the node's machine; everything else wants the bearer token from
\`api.json\` in the node's home, which is new at every start.`.replaceAll('\n', ' ')

/** The document, as plain JSON. */
export function openApi(): Json {
  const all = Object.entries(endpoints) as [EndpointName, Endpoint][]
  const paths: Record<string, Record<string, Json>> = {}
  for (const [name, endpoint] of all) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operation(name, endpoint) }
  }
  const answers = [...new Set(all.map(([, { answer }]) => answer))].sort()
  const document = {
    openapi: '3.1.0',
    info: { title: 'trustnet node API', version: '1', description: about },
    servers: [{ url: '/', description: 'this node' }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        ...Object.fromEntries(answers.map((name) => [name, answerSchema(name)])),
        Problem,
      },
    },
  }
  return JSON.parse(JSON.stringify(document)) as Json
}

function operation(name: EndpointName, endpoint: Endpoint): Json {
  const [, first, second] = endpoint.path.split('/')
  const { access } = endpoint
  return {
    operationId: name,
    summary: endpoint.says,
    tags: [first === 'v1' ? second : 'operation'],
    security: [...(access === 'token' ? [] : [{}]), ...(access === 'open' ? [] : [{ token: [] }])],
    ...asked(name, endpoint),
    responses: {
      200: { description: endpoint.says, content: answered(name, endpoint) },
      ...(endpoint.holds === undefined
        ? {}
        : {
            503: {
              description: `The same, where \`${endpoint.holds}\` is false.`,
              content: answered(name, endpoint),
            },
          }),
      default: {
        description: 'It cannot be done, and why.',
        content: { [problemType]: { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function answered(name: EndpointName, { answer, stream, text }: Endpoint): Json {
  const type = stream ? 'text/event-stream' : text ? 'text/plain' : 'application/json'
  const schema = { $ref: `#/components/schemas/${answer}` }
  return { [type]: { schema, example: examples[name].answer } }
}

/** Fields of path and query as parameters, the rest as the body. */
function asked(name: EndpointName, { method, path, asks }: Endpoint): Json {
  if (asks === undefined) return {}
  const schema = askSchema(asks) as unknown as Fields
  const inPath = pathFields(path)
  const example = examples[name].asked as Readonly<Record<string, unknown>>
  const given = Object.entries(schema.properties).filter(
    ([field]) => method === 'GET' || inPath.includes(field),
  )
  const parameters = given.map(([field, one]) => ({
    name: field,
    in: inPath.includes(field) ? 'path' : 'query',
    required: inPath.includes(field) || (schema.required ?? []).includes(field),
    schema: one,
    ...(example[field] === undefined ? {} : { example: example[field] }),
    ...(one.description === undefined ? {} : { description: one.description }),
  }))
  if (method === 'GET') return { parameters }
  return {
    parameters,
    requestBody: { required: true, content: { 'application/json': { schema, example } } },
  }
}
