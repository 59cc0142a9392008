// Where this package lies: its presets, and the data beside it.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// cli/experiment/project-folder.ts in the sources, dist/cli/experiment/project-folder.js when built.
const here = fileURLToPath(import.meta.url)

export const projectFolder = join(
  dirname(here),
  here.endsWith('.js') ? join('..', '..', '..') : join('..', '..'),
)
