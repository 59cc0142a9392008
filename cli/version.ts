// Where this program lies, and which one it is.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// This file is cli/version.ts in the sources and dist/cli/version.js when built.
const here = fileURLToPath(import.meta.url)
export const built = here.endsWith('.js')
export const root = join(dirname(here), built ? join('..', '..') : '..')

export const version = (): string =>
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version
