// The command line that tests start: the sources, or under `npm test`, which builds first, the
// compiled code.
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

export const commandLineEntry =
  process.env.TRUSTNET_BUILT === '1'
    ? join(root, 'dist', 'cli', 'run.js')
    : join(root, 'cli', 'run.ts')
