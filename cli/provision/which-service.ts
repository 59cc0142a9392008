// Which home's service a command means: the one named, else the default home's, else the machine's.
import { systemHome } from '../home.ts'
import { readService } from './service.ts'

export async function serviceHome(flag: string | undefined): Promise<string> {
  const { locateHome } = await import('../../src/runtime/home/location.ts')
  const { folder, origin } = locateHome(flag)
  if (origin !== 'default' || (await readService(folder)) !== undefined) return folder
  const machines = await readService(systemHome).catch(() => undefined)
  return machines === undefined ? folder : systemHome
}
