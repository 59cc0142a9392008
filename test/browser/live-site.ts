// A dashboard of a devnet's node, opened in the browser, with what its claims are judged by.
import type { BrowserContext, Page } from 'playwright-core'
import type { ApiClient } from '../../src/api/client.ts'
import type { Claims } from './claims.ts'

export interface LiveSite {
  readonly claims: Claims
  readonly context: BrowserContext
  readonly page: Page
  /** Of the node whose dashboard it is, and of another one. */
  readonly api: ApiClient
  readonly other: ApiClient
  /** Node ids by name. */
  readonly ids: ReadonlyMap<string, string>
}
