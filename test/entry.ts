// The command line that tests start, and what `import 'trustnet'` gives to the programs that they start:
// the sources, or under `npm test`, which builds first, the compiled code.
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

const entryOf = (folder: string, name: string): string =>
  process.env.TRUSTNET_BUILT === '1'
    ? join(root, 'dist', folder, `${name}.js`)
    : join(root, folder, `${name}.ts`)

export const commandLineEntry = entryOf('cli', 'run')
export const packageEntry = entryOf('src', 'index')
