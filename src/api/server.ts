// The node's HTTP server, made from the table in endpoints.ts. It listens on loopback; admission.ts
// says who is let in, bounds.ts how much one client may cost.
import type { Socket } from 'node:net'
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from 'fastify'
import { Failure } from '../core/failure.ts'
import { whyNotListening } from '../core/listen-reasons.ts'
import { Admission } from './admission.ts'
import { bareCompilers } from './bare-compilers.ts'
import { type ApiBounds, defaultApiBounds } from './bounds.ts'
import { boundConnections } from './connections.ts'
import type { Access } from './endpoint.ts'
import { EventServer } from './event-server.ts'
import { handlersOf } from './handlers.ts'
import { addPages, type Pages } from './pages.ts'
import { problemOf, problemType, statusOf } from './problem.ts'
import { addRoutes } from './routes.ts'
import type { NodeService } from './service.ts'

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
  readonly bounds?: Partial<ApiBounds>
  /** What is served beside the endpoints. @default the documentation at /docs */
  readonly pages?: Pages
  /** Told of every request that was answered: for metrics. `path` is the declared one, '' of others. */
  readonly observe?: (path: string, status: number, ms: number) => void
}

export interface ApiServer {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string
  readonly port: number
  /** Connections that are open, and listeners to events. */
  readonly load: { readonly connections: number; readonly listeners: number }
  /** Ends event streams and idle connections too. */
  close(): Promise<void>
}

/** The longest name in a path: an owner's, percent-encoded, and a PeerId fit easily. */
const pathFieldCharsMax = 1_024

/** On every answer: nothing of it is for other sites, frames or guesses about its type. */
const commonHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
}

/**
 * Starts to serve a node. Resolves when it listens.
 *
 * @throws Failure `api/port-taken`
 */
export async function startApi(service: NodeService, options: ServerOptions): Promise<ApiServer> {
  const host = options.host ?? '127.0.0.1'
  const bounds = { ...defaultApiBounds, ...options.bounds }
  const server = bare(bounds)
  const admission = new Admission(options.token, bounds)
  const events = new EventServer(service, bounds)
  const owners = new WeakSet<Socket>()
  const connections = boundConnections(server.server, bounds, {
    listens: (socket) => events.holds(socket),
    isOwner: (socket) => owners.has(socket),
  })
  admitAll(server, admission, owners)
  if (options.observe !== undefined) observeAll(server, options.observe)
  addRoutes(server, {
    ...{ handlers: handlersOf(service), events, checkAnswers: options.checkAnswers ?? false },
    isOwner: (headers) => admission.isOwner(headers),
  })
  await addPages(server, options.pages)
  try {
    await server.listen({ host, port: options.port })
  } catch (error) {
    await server.close()
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === undefined ? message : whyNotListening(code)
    throw new Failure('api/port-taken', { port: options.port, why })
  }
  const address = server.server.address()
  const port = typeof address === 'object' && address !== null ? address.port : options.port
  const name = host.includes(':') ? `[${host}]` : host
  for (const own of [name, 'localhost', '127.0.0.1', '[::1]']) admission.hosts.add(`${own}:${port}`)
  return {
    ...{ url: `http://${name}:${port}`, port, close: () => server.close() },
    get load() {
      return { connections: connections.open, listeners: events.listeners }
    },
  }
}

/** The server with its bounds, without routes. */
function bare(bounds: ApiBounds): FastifyInstance {
  const server = fastify({
    bodyLimit: bounds.requestBytesMax,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    schemaController: bareCompilers,
    keepAliveTimeout: bounds.idleMsMax,
    requestTimeout: bounds.requestMsMax,
    routerOptions: { maxParamLength: pathFieldCharsMax },
    http: {
      headersTimeout: bounds.headersMsMax,
      connectionsCheckingInterval: bounds.sweepMs,
      maxHeaderSize: bounds.headerBytesMax,
    },
    clientErrorHandler: (error, socket) => refuseBroken(error, socket, bounds),
    // A path that cannot be read reaches no hook.
    frameworkErrors: (error, _request, reply) => {
      reply.headers(commonHeaders)
      tell(reply, failureBehind(error, bounds))
    },
  })
  server.setSerializerCompiler(() => JSON.stringify)
  server.setErrorHandler((error: FastifyError, _request, reply) => {
    const failure = failureBehind(error, bounds)
    // Who asks too much has to come again; who may not come in keeps no connection.
    if (statusOf(failure.code) === 429) reply.headers({ 'retry-after': '1', connection: 'close' })
    return tell(reply, failure)
  })
  server.setNotFoundHandler(({ method, url }) => {
    throw new Failure('api/no-such-endpoint', { method, path: url })
  })
  return server
}

const tell = (reply: FastifyReply, failure: Failure): FastifyReply =>
  reply
    .status(statusOf(failure.code))
    .type(problemType)
    .send(JSON.stringify(problemOf(failure)))

/** Every request passes the guard, those for routes that do not exist too. */
function admitAll(server: FastifyInstance, admission: Admission, owners: WeakSet<Socket>): void {
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(commonHeaders)
    const { method, headers, routeOptions, socket } = request
    const { access = 'token', cost = 1 } = routeOptions.config as {
      readonly access?: Access
      readonly cost?: number
    }
    try {
      const asked = { method, headers, access, cost, address: socket.remoteAddress }
      if (admission.admit(asked)) owners.add(socket)
      done()
    } catch (error) {
      done(error as Error)
    }
  })
}

function observeAll(server: FastifyInstance, observe: NonNullable<ServerOptions['observe']>): void {
  server.addHook('onResponse', (request, reply, done) => {
    observe(request.routeOptions.url ?? '', reply.statusCode, reply.elapsedTime)
    done()
  })
}

/** What is no HTTP, too long or too slow never becomes a request; the connection ends with a problem. */
function refuseBroken(
  error: Error & { readonly code?: string },
  socket: Socket,
  bounds: ApiBounds,
): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const failure =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? new Failure('api/too-slow', { seconds: bounds.requestMsMax / 1_000 })
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? new Failure('api/too-large', { bytesMax: bounds.headerBytesMax })
        : new Failure('api/bad-request', { why: 'it is no HTTP/1.1' })
  const problem = problemOf(failure)
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    `content-type: ${problemType}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

function failureBehind(error: FastifyError, bounds: ApiBounds): Failure {
  if (error instanceof Failure) return error
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Failure('api/too-large', { bytesMax: bounds.requestBytesMax })
  if ((error.statusCode ?? 500) < 500) return new Failure('api/bad-request', { why: error.message })
  return new Failure('api/internal', { why: error.message })
}
