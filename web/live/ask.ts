// Asks the node that serves this page. The calls, their types and paths are those of the API's own
// table; a failure keeps the node's sentence and code.
import { type AnswerOf, type AskedOf, type CallName, endpoints } from '../../src/api/endpoints.ts'
import { requestOf } from '../../src/api/request-of.ts'
import { tokenNow } from './token.ts'

/** What the node refused, or that it cannot be reached (`unreachable`). */
export class Refusal extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

export type Asked<N extends CallName> = AskedOf<N> & object extends never ? object : AskedOf<N>

/** @throws Refusal */
export async function ask<N extends CallName>(
  name: N,
  asked: Asked<N>,
  signal?: AbortSignal,
): Promise<AnswerOf<N>> {
  const { method, path, body } = requestOf(
    endpoints[name],
    asked as Readonly<Record<string, unknown>>,
  )
  const response = await request(path, {
    method,
    ...(body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }),
    ...(signal === undefined ? {} : { signal }),
  })
  return (await response.json()) as AnswerOf<N>
}

/** The answer to a request with the token. @throws Refusal */
export async function request(path: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, {
      ...init,
      headers: { ...init.headers, authorization: `Bearer ${tokenNow()}` },
    })
  } catch (error) {
    if (init.signal?.aborted === true) throw error
    throw new Refusal('unreachable', 'The node does not answer. Does it still run?')
  }
  if (response.ok) return response
  throw await refusalIn(response)
}

async function refusalIn(response: Response): Promise<Refusal> {
  try {
    const { code, detail } = (await response.json()) as { code: string; detail: string }
    return new Refusal(code, detail)
  } catch {
    return new Refusal('unreachable', `The node answered with status ${response.status}.`)
  }
}
