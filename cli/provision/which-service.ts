// Which home a command means that needs no running node (its service, its key, its settings): the one
// named, else the default home where a service is set up, else the machine's own service, else the
// default home.

import { readService } from './service.ts'
import { systemHome } from './system-home.ts'

/** @param machines the home of the machine's own service */
export async function serviceHome(
  flag: string | undefined,
  machines: string = systemHome,
): Promise<string> {
  const { locateHome } = await import('../../src/runtime/home/location.ts')
  const { folder, origin } = locateHome(flag)
  if (origin !== 'default' || (await readService(folder)) !== undefined) return folder
  const service = await readService(machines).catch(() => undefined)
  return service === undefined ? folder : machines
}
