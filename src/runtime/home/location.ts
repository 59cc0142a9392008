// Where a node's home folder is: --home, else TRUSTNET_HOME, else `trustnet` in the XDG data
// directory. One folder holds all that a node is, so that it can be backed up, moved and inspected
// as one thing.
import { join, resolve } from 'node:path'
import { type Environment, xdgFolder } from '../../api/xdg-folder.ts'

export interface HomeLocation {
  /** Absolute. */
  readonly folder: string
  /** Where the answer came from, for `config show --origin`. */
  readonly origin: 'flag' | 'environment' | 'default'
}

/**
 * The home folder to use.
 *
 * @param flag the value of --home; relative paths are read from the working directory
 * @param environment usually process.env; empty variables count as unset, and a relative
 *   XDG_DATA_HOME is ignored, as the XDG base directory specification asks
 */
export function locateHome(
  flag: string | undefined,
  environment: Environment = process.env,
): HomeLocation {
  if (flag !== undefined && flag !== '') return { folder: resolve(flag), origin: 'flag' }
  const named = environment.TRUSTNET_HOME
  if (named !== undefined && named !== '') return { folder: resolve(named), origin: 'environment' }
  return { folder: join(xdgFolder('data', environment), 'trustnet'), origin: 'default' }
}
