// Puts every endpoint of the table in endpoints.ts onto the server.
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { assertShape, type Given, readerOf } from './asked.ts'
import type { Endpoint } from './endpoint.ts'
import { type CallName, endpoints } from './endpoints.ts'
import type { EventServer } from './event-server.ts'
import type { Handlers } from './handlers.ts'
import { answerSchema, askSchema } from './schemas.ts'

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
  const read = readerOf(askSchema(endpoint.asks), takesBody(endpoint))
  const handle = handlers[name] as (asked: unknown) => unknown
  server.route({
    ...routeOf(endpoint),
    handler: async ({ params, query, body }, reply) => {
      const answer = await handle(read({ params, query, body }))
      if (checkAnswers) assertShape(answerSchema(endpoint.answer), answer, endpoint.path)
      if (endpoint.text === true) reply.type(textType)
      if (fails(endpoint, answer)) reply.code(503)
      return answer
    },
  })
}

const takesBody = ({ method, asks }: Endpoint): boolean => method === 'POST' && asks !== undefined

const fails = ({ holds }: Endpoint, answer: unknown): boolean =>
  holds !== undefined && (answer as Readonly<Record<string, unknown>>)[holds] === false

function addStream(
  server: FastifyInstance,
  endpoint: Endpoint,
  { events, isOwner }: RouteParts,
): void {
  const read = readerOf(askSchema('AskEvents'), false)
  server.route({
    ...routeOf(endpoint),
    handler: (request, reply) => {
      const { kinds } = read(request as Given) as { readonly kinds?: string }
      const wants = events.accept(kinds, isOwner(request.headers))
      reply.hijack()
      events.serve(reply.raw, reply.getHeaders() as OutgoingHttpHeaders, wants)
    },
  })
}
