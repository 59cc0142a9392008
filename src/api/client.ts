// The typed client of the node API, from the table in endpoints.ts: `await api.rate({peer, value})`.
// It runs wherever there is `fetch`. Failures of the node arrive as the same Failure; a node that is
// not there, or does not answer in time, is one too.
import { Failure } from '../core/failure.ts'
import type { Endpoint } from './endpoint.ts'
import {
  type AnswerOf,
  type AskedOf,
  type CallName,
  type EndpointName,
  endpoints,
} from './endpoints.ts'
import { eventsOf } from './event-stream.ts'
import { failureOf, problemType } from './problem.ts'
import { requestOf } from './request-of.ts'

export interface ClientOptions {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string
  readonly token: string
  /**
   * How long to wait for an answer.
   * @default 30 seconds
   */
  readonly timeoutSeconds?: number
  /** What to say when nobody listens there; the url unless given. */
  readonly home?: string
}

type Call<N extends CallName> =
  AskedOf<N> extends undefined
    ? () => Promise<AnswerOf<N>>
    : (asked: AskedOf<N>) => Promise<AnswerOf<N>>

export type ApiClient = { readonly [N in CallName]: Call<N> } & {
  /** Events from now on, until the signal aborts or the node stops; `kinds` filters. */
  events(
    kinds?: readonly AnswerOf<'events'>['event'][],
    signal?: AbortSignal,
  ): AsyncGenerator<AnswerOf<'events'>, void, void>
}

export function apiClient(options: ClientOptions): ApiClient {
  const calls = Object.fromEntries(
    (Object.entries(endpoints) as [EndpointName, Endpoint][])
      .filter(([, endpoint]) => endpoint.stream === undefined)
      .map(([name, endpoint]) => [
        name,
        (asked?: Readonly<Record<string, unknown>>) => call(options, endpoint, asked),
      ]),
  )
  return {
    ...(calls as unknown as { readonly [N in CallName]: Call<N> }),
    events: (kinds, signal) => events(options, kinds ?? [], signal),
  }
}

async function call(
  options: ClientOptions,
  endpoint: Endpoint,
  asked: Readonly<Record<string, unknown>> | undefined,
): Promise<unknown> {
  const seconds = options.timeoutSeconds ?? 30
  const signal = AbortSignal.timeout(seconds * 1_000)
  try {
    const response = await request(options, endpoint, asked, signal)
    return await bodyOf(options, response, endpoint.text === true)
  } catch (error) {
    throw signal.aborted ? new Failure('api/timeout', { url: options.url, seconds }) : error
  }
}

async function request(
  { url, token, home }: ClientOptions,
  endpoint: Endpoint,
  asked: Readonly<Record<string, unknown>> | undefined,
  signal: AbortSignal,
): Promise<Response> {
  try {
    const { path, method, body } = requestOf(endpoint, asked)
    const headers = { authorization: `Bearer ${token}` }
    return await fetch(`${url}${path}`, {
      ...{ method, signal, headers },
      ...(body === undefined
        ? {}
        : { body, headers: { ...headers, 'content-type': 'application/json' } }),
    })
  } catch (error) {
    if (signal.aborted) throw error
    const code = (error as { cause?: { code?: string } }).cause?.code
    // fetch itself gives up on a silent server after five minutes.
    if (code === 'UND_ERR_HEADERS_TIMEOUT') throw new Failure('api/timeout', { url, seconds: 300 })
    if (code === 'ECONNREFUSED') throw new Failure('node/not-running', { home: home ?? url })
    throw new Failure('api/unreachable', { url, why: code ?? (error as Error).message })
  }
}

async function bodyOf(
  { url }: ClientOptions,
  response: Response,
  isText: boolean,
): Promise<unknown> {
  const text = await textOf(url, response)
  if (isText && response.ok) return text
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new Failure('api/unreachable', { url, why: `status ${response.status} without JSON` })
  }
  // An answer may say no by its status too (/readyz); a problem says so by its type.
  const isProblem = response.headers.get('content-type')?.startsWith(problemType) ?? false
  if (response.ok || (response.status === 503 && !isProblem)) return body
  throw (
    failureOf(response.status, body) ??
    new Failure('api/unreachable', { url, why: `status ${response.status}` })
  )
}

async function textOf(url: string, response: Response): Promise<string> {
  try {
    return await response.text()
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') throw error
    throw new Failure('api/unreachable', { url, why: 'it hung up in the middle of its answer' })
  }
}

async function* events(
  options: ClientOptions,
  kinds: readonly string[],
  signal: AbortSignal = new AbortController().signal,
): AsyncGenerator<AnswerOf<'events'>, void, void> {
  if (signal.aborted) return
  try {
    const asked = kinds.length === 0 ? undefined : { kinds: kinds.join(',') }
    const response = await request(options, endpoints.events, asked, signal)
    if (!response.ok || response.body === null) {
      await bodyOf(options, response, false)
      return
    }
    yield* untilItEnds(eventsOf(response.body))
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** A stream that is cut ends like one that is closed: either way the node is gone. */
async function* untilItEnds(
  stream: AsyncGenerator<unknown, void, void>,
): AsyncGenerator<AnswerOf<'events'>, void, void> {
  try {
    for await (const event of stream) yield event as AnswerOf<'events'>
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
  }
}
