// What is asked of an endpoint as the parts of an HTTP request: for every client, the dashboard's too.
import type { Endpoint } from './endpoint.ts'
import { pathFields } from './endpoints.ts'

type Fields = Readonly<Record<string, unknown>>

export interface RequestParts {
  readonly method: string
  /** With the query. */
  readonly path: string
  /** JSON. */
  readonly body?: string
}

/** Fields of the path go into the path, the rest into the query (GET) or the body. */
export function requestOf({ method, path }: Endpoint, asked: Fields = {}): RequestParts {
  const inPath = pathFields(path)
  const at = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(asked[name])))
  const rest = Object.entries(asked).filter(
    ([name, value]) => !inPath.includes(name) && value !== undefined,
  )
  if (method !== 'GET') return { method, path: at, body: JSON.stringify(Object.fromEntries(rest)) }
  const query = rest.map(([name, value]): [string, string] => [name, String(value)])
  return { method, path: query.length === 0 ? at : `${at}?${new URLSearchParams(query)}` }
}
