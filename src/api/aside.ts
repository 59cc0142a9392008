// A part of the server that is made when somebody asks for it: few look at the documentation or the
// dashboard of a node, and their libraries would take part of every start. It is a server of its own
// without a port; requests are handed to it and its answers handed back.
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { bareCompilers } from './bare-compilers.ts'
import { madeOnce } from './made-once.ts'

/** Hands a request to the server that `make` fills, made at the first one. */
export function aside(
  make: (server: FastifyInstance) => Promise<void>,
): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> {
  const serverMade = madeOnce(async (): Promise<FastifyInstance> => {
    const server = fastify({ exposeHeadRoutes: false, schemaController: bareCompilers })
    await make(server)
    await server.ready()
    return server
  })
  return async ({ url, headers }, reply) => {
    const server = await serverMade()
    const answer = await server.inject({ method: 'GET', url, headers: asked(headers) })
    // The outer server tells it as it tells every other.
    if (answer.statusCode === 404) return reply.callNotFound()
    for (const [name, value] of Object.entries(answer.headers))
      if (value !== undefined && !ofTheConnection.has(name)) reply.header(name, value)
    return reply.code(answer.statusCode).send(answer.rawPayload)
  }
}

/** Headers that say something of one connection, or that the outer server writes itself. */
const ofTheConnection = new Set(['connection', 'content-length', 'date', 'keep-alive'])

/** Of a request, what an answer may depend on: whether the browser has it already. */
const asked = (headers: FastifyRequest['headers']): Record<string, string> =>
  Object.fromEntries(
    ['if-none-match', 'if-modified-since'].flatMap((name) => {
      const value = headers[name]
      return typeof value === 'string' ? [[name, value]] : []
    }),
  )
