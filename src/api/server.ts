// The node's HTTP server, made from the table in endpoints.ts. It listens on loopback; every endpoint
// but /healthz wants the bearer token. A web page of another site can make a browser send requests to
// loopback, even under a name of its own that it points here (DNS rebinding), so a request with a
// foreign Host or Origin is refused and no CORS header is ever sent.
import { createHash, timingSafeEqual } from 'node:crypto'
import fastify, { type FastifyError, type FastifyInstance, type FastifyRequest } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { TLocalizedValidationError } from 'typebox/error'
import { Value } from 'typebox/value'
import { Failure } from '../core/failure.ts'
import * as asks from './asks.ts'
import * as chainShapes from './chain-shapes.ts'
import { type CallName, type Endpoint, endpoints } from './endpoints.ts'
import { serveEvents } from './event-server.ts'
import { type Handlers, handlersOf } from './handlers.ts'
import { problemOf, statusOf } from './problem.ts'
import type { NodeService } from './service.ts'
import * as shapes from './shapes.ts'

const askSchemas = { ...asks }
const answerSchemas = { ...shapes, ...chainShapes }

/** A send of the largest payload in base64, with room for its names. */
export const requestBytesMax = 65_536

export interface ServerOptions {
  /** @default '127.0.0.1' */
  readonly host?: string
  /** 0 takes a free one. */
  readonly port: number
  readonly token: string
  /**
   * Check every answer against its schema and fail on a difference: for tests.
   * @default false
   */
  readonly checkAnswers?: boolean
}

export interface ApiServer {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string
  readonly port: number
  /** Ends event streams and idle connections too. */
  close(): Promise<void>
}

/**
 * Starts to serve a node. Resolves when it listens.
 *
 * @throws Failure `api/port-taken`
 */
export async function startApi(service: NodeService, options: ServerOptions): Promise<ApiServer> {
  const host = options.host ?? '127.0.0.1'
  const server = fastify({ bodyLimit: requestBytesMax, forceCloseConnections: true })
  server.setValidatorCompiler(({ schema, httpPart }) => validator(schema as TSchema, httpPart))
  server.setSerializerCompiler(() => JSON.stringify)
  server.setErrorHandler((error: FastifyError, _request, reply) => {
    const failure = failureBehind(error)
    return reply.status(statusOf(failure.code)).send(problemOf(failure))
  })
  server.setNotFoundHandler(({ method, url }) => {
    throw new Failure('api/no-such-endpoint', { method, path: url })
  })
  // The port is known once it listens; nothing can ask before.
  const guard = { hosts: new Set<string>(), token: digest(options.token) }
  server.addHook('onRequest', async (request) => admit(request, guard))
  addEndpoints(server, service, options.checkAnswers ?? false)
  try {
    await server.listen({ host, port: options.port })
  } catch (error) {
    await server.close()
    throw new Failure('api/port-taken', { port: options.port, why: (error as Error).message })
  }
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  const name = host.includes(':') ? `[${host}]` : host
  for (const own of [name, 'localhost', '127.0.0.1', '[::1]']) guard.hosts.add(`${own}:${port}`)
  return { url: `http://${name}:${port}`, port, close: () => server.close() }
}

function addEndpoints(server: FastifyInstance, service: NodeService, check: boolean): void {
  const handlers = handlersOf(service)
  for (const [name, endpoint] of Object.entries(endpoints) as [CallName, Endpoint][]) {
    const { method, path: url, token } = endpoint
    const schema = {
      summary: endpoint.says,
      ...(endpoint.query === undefined ? {} : { querystring: askSchemas[endpoint.query] }),
      ...(endpoint.body === undefined ? {} : { body: askSchemas[endpoint.body] }),
      response: { 200: answerSchemas[endpoint.answer] },
    }
    const common = { method, url, schema, config: { token } }
    if (endpoint.stream === true) {
      server.route({
        ...common,
        handler: (request, reply) => {
          reply.hijack()
          serveEvents(service, reply.raw, (request.query as { kinds?: string }).kinds)
        },
      })
      continue
    }
    const handle = handlers[name] as (asked: unknown) => ReturnType<Handlers[CallName]>
    server.route({
      ...common,
      handler: async ({ query, body }) => {
        const answer = await handle(endpoint.body === undefined ? query : body)
        if (check) assertShape(answerSchemas[endpoint.answer], answer, url)
        return answer
      },
    })
  }
}

const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest()

/** Lets a request in, or throws. Routes that do not exist want the token too. */
function admit(
  request: FastifyRequest,
  guard: { readonly hosts: ReadonlySet<string>; readonly token: Uint8Array },
): void {
  const { host = '', origin, authorization = '' } = request.headers
  if (!guard.hosts.has(host)) throw new Failure('api/host-refused', { host })
  if (origin !== undefined && !guard.hosts.has(origin.replace(/^https?:\/\//, '')))
    throw new Failure('api/host-refused', { host: origin })
  const { token = true } = request.routeOptions.config as { token?: boolean }
  if (!token) return
  const shown = /^Bearer (.+)$/.exec(authorization)?.[1] ?? ''
  if (!timingSafeEqual(digest(shown), guard.token)) throw new Failure('api/token-refused', {})
}

/** Queries come as text and are converted; bodies are JSON and taken as they are. */
function validator(schema: TSchema, part: string | undefined) {
  const compiled = Compile(schema)
  return (given: unknown) => {
    const value = part === 'body' ? given : Value.Convert(schema, given)
    if (compiled.Check(value)) return { value }
    return { error: new Failure('api/bad-request', { why: complaint(compiled.Errors(value)) }) }
  }
}

/** The first thing that does not match, by the field's name. */
function complaint(errors: readonly TLocalizedValidationError[]): string {
  const [first] = errors
  const field = first?.instancePath.replace(/^\//, '').replaceAll('/', '.') ?? ''
  if (first?.keyword === 'boolean') return `it has no field ${field}`
  return `${field} ${first?.message ?? 'does not match'}`.trim()
}

function assertShape(schema: TSchema, answer: unknown, url: string): void {
  const [first] = Value.Errors(schema, answer)
  if (first === undefined) return
  throw new Error(
    `the answer of ${url} is not of its shape: ${first.instancePath} ${first.message}`,
  )
}

function failureBehind(error: FastifyError): Failure {
  if (error instanceof Failure) return error
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Failure('api/too-large', { bytesMax: requestBytesMax })
  if ((error.statusCode ?? 500) < 500) return new Failure('api/bad-request', { why: error.message })
  return new Failure('api/internal', { why: error.message })
}
