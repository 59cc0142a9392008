// Puts every endpoint of the table in endpoints.ts onto the server.
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Endpoint } from './endpoint.ts'
import { type CallName, endpoints } from './endpoints.ts'
import type { EventServer } from './event-server.ts'
import type { Handlers } from './handlers.ts'
import { readerFor } from './reader.ts'

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
const textType = 'text/plain; version=0.0.4; charset=utf-8'

export interface RouteParts {
  readonly handlers: Handlers
  readonly events: EventServer
  readonly isOwner: (headers: IncomingHttpHeaders) => boolean
  /** Check every answer against its schema: for tests. */
  readonly checkAnswers: boolean
}

export function addRoutes(server: FastifyInstance, parts: RouteParts): void {
  for (const [name, endpoint] of Object.entries(endpoints) as [CallName, Endpoint][])
    if (endpoint.stream === true) addStream(server, endpoint, parts)
    else addCall(server, name, endpoint, parts)
}

const routeOf = ({ method, path, access, cost = 1 }: Endpoint) => ({
  ...{ method, url: path },
  config: { access, cost },
})

function addCall(
  server: FastifyInstance,
  name: CallName,
  endpoint: Endpoint,
  { handlers, checkAnswers }: RouteParts,
): void {
  const read = readerFor(endpoint.asks, takesBody(endpoint))
  const handle = handlers[name] as (asked: unknown) => unknown
  server.route({
    ...routeOf(endpoint),
    handler: async ({ params, query, body }, reply) => {
      const answer = await handle(await read({ params, query, body }))
      if (checkAnswers) await assertAnswer(endpoint, answer)
      if (endpoint.text === true) reply.type(textType)
      if (fails(endpoint, answer)) reply.code(503)
      return answer
    },
  })
}

async function assertAnswer({ answer: shape, path }: Endpoint, answer: unknown): Promise<void> {
  const [{ assertShape }, { answerSchema }] = await Promise.all([
    import('./asked.ts'),
    import('./schemas.ts'),
  ])
  assertShape(answerSchema(shape), answer, path)
}

const takesBody = ({ method, asks }: Endpoint): boolean => method !== 'GET' && asks !== undefined

const fails = ({ holds }: Endpoint, answer: unknown): boolean =>
  holds !== undefined && (answer as Readonly<Record<string, unknown>>)[holds] === false

function addStream(
  server: FastifyInstance,
  endpoint: Endpoint,
  { events, isOwner }: RouteParts,
): void {
  const read = readerFor(endpoint.asks, false)
  server.route({
    ...routeOf(endpoint),
    handler: async ({ params, query, body, headers }, reply) => {
      const { kinds } = (await read({ params, query, body })) as { readonly kinds?: string }
      const wants = events.accept(kinds, isOwner(headers))
      reply.hijack()
      events.serve(reply.raw, reply.getHeaders() as OutgoingHttpHeaders, wants)
    },
  })
}
