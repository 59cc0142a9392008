// Asks the node that serves this page. The calls, their types and paths are those of the API's own
// table; a failure keeps the node's sentence and code.
import type { Endpoint } from '../../src/api/endpoint.ts'
import {
  type AnswerOf,
  type AskedOf,
  type CallName,
  endpoints,
  pathFields,
} from '../../src/api/endpoints.ts'
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
  const endpoint: Endpoint = endpoints[name]
  const inBody = endpoint.method === 'POST'
  const { path, rest } = placed(endpoint.path, asked as Readonly<Record<string, unknown>>)
  const response = await request(`${path}${inBody ? '' : queryOf(rest)}`, {
    method: endpoint.method,
    ...(inBody
      ? { body: JSON.stringify(rest), headers: { 'content-type': 'application/json' } }
      : {}),
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

/** Fields that stand in the path, and the rest. */
function placed(path: string, asked: Readonly<Record<string, unknown>>) {
  const fields = pathFields(path)
  return {
    path: path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(asked[name]))),
    rest: Object.fromEntries(Object.entries(asked).filter(([name]) => !fields.includes(name))),
  }
}

function queryOf(asked: object): string {
  const given = Object.entries(asked).filter(([, value]) => value !== undefined)
  if (given.length === 0) return ''
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}
