// How this command line is run by Node, from dist/ as from the sources.
import { join } from 'node:path'
import { built, root } from '../version.ts'

/** The program that runs now. */
export const ownEntry = built ? join(root, 'cli', 'bin.js') : join(root, 'cli', 'run.ts')
