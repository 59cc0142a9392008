// The endpoints as a table for docs/api.md.
import type { Endpoint } from './endpoint.ts'
import { endpoints } from './endpoints.ts'

const who = { open: 'anybody', local: 'this machine, or the token', token: 'the token' } as const

/** Rows of Markdown, one endpoint each. */
export function endpointsTable(): string {
  const rows = (Object.entries(endpoints) as [string, Endpoint][]).map(
    ([name, { method, path, access, says }]) =>
      `| \`${method} ${path}\` | \`${name}\` | ${who[access]} | ${says} |`,
  )
  return ['| endpoint | in the client | wants | what it does |', '|---|---|---|---|', ...rows].join(
    '\n',
  )
}
