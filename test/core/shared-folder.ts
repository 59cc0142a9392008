// Where the public vectors and data sets lie that tests read when they are there: `../shared`,
// seen from the project's root. The tests that need them say so when they are not.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = join(dirname(fileURLToPath(import.meta.url)), '..', '..')

/** The absolute path of something in ../shared; undefined, with a printed reason, when it is absent. */
export function sharedPath(path: string): string | undefined {
  const full = join(projectRoot, '..', 'shared', path)
  if (existsSync(full)) return full
  console.log(`skipped: ${full} is not on this machine`)
  return undefined
}

export const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'))
