// Reads what is asked of an endpoint. The schemas and the library that checks against them take a
// third of a node's start: they are loaded when the first request has something in it to check.
import { Failure } from '../core/failure.ts'
import type { AskName } from './endpoint.ts'
import { madeOnce } from './made-once.ts'

export interface Given {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

type Read = (given: Given) => unknown

/**
 * A reader for one endpoint. The body counts only where the endpoint takes one.
 *
 * @param asks undefined: nothing is asked, and any field is one too many
 * @returns rejects with Failure `api/bad-request`
 */
export function readerFor(
  asks: AskName | undefined,
  hasBody: boolean,
): (given: Given) => Promise<unknown> {
  if (asks === undefined) return async (given) => readNothing(given)
  const reader = madeOnce(() => loadReader(asks, hasBody))
  return async (given) => (await reader())(given)
}

async function loadReader(asks: AskName, hasBody: boolean): Promise<Read> {
  const [{ readerOf }, { askSchema }] = await Promise.all([
    import('./asked.ts'),
    import('./schemas.ts'),
  ])
  return readerOf(askSchema(asks), hasBody)
}

function readNothing({ params, query }: Given): object {
  const [field] = Object.keys({ ...(params as object), ...(query as object) })
  if (field === undefined) return {}
  throw new Failure('api/bad-request', { why: `it has no field ${field}` })
}
