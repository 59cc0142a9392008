// Whom systemd runs the node of the machine's service as, and whether that user comes to its files: a Node
// below /root or in somebody's closed home is found by root alone, and the unit would fail with 203/EXEC.
import type { Stats } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Failure } from '../../src/core/failure.ts'
import type { Service } from './service.ts'
import { systemHome } from './system-home.ts'

/** By number; undefined: a user made for the service (DynamicUser), who is nobody to any file. */
type Runner = { readonly uid: number; readonly gid: number } | undefined

const statOf = (path: string): Promise<Stats | undefined> => stat(path).catch(() => undefined)

/**
 * Whose home it is, or is to be: the owner of the folder, or of the nearest one above that is there.
 *
 * @returns undefined where that is root
 */
export async function userOfHome(home: string): Promise<Runner> {
  const there = await statOf(home)
  if (there === undefined) return dirname(home) === home ? undefined : userOfHome(dirname(home))
  return there.uid === 0 ? undefined : { uid: there.uid, gid: there.gid }
}

/**
 * Root without its capabilities is a user as any other, who owns what is root's.
 *
 * @returns undefined where the service runs as whoever provisions it: what he runs he may run
 */
const runnerOf = (service: Pick<Service, 'manager' | 'home' | 'user'>) =>
  service.manager === 'systemd'
    ? { runner: service.home === systemHome ? undefined : (service.user ?? { uid: 0, gid: 0 }) }
    : undefined

const [pass, read] = [0o1, 0o4]

function may({ mode, uid, gid }: Stats, runner: Runner, wanted: number): boolean {
  const shift = uid === runner?.uid ? 6 : gid === runner?.gid ? 3 : 0
  return ((mode >> shift) & wanted) === wanted
}

/** The first folder above a path that keeps the runner out; undefined where none does. */
async function closedAbove(path: string, runner: Runner): Promise<string | undefined> {
  const above = dirname(path)
  if (above === path) return undefined
  const closed = await closedAbove(above, runner)
  if (closed !== undefined) return closed
  const there = await statOf(above)
  return there === undefined || may(there, runner, pass) ? undefined : above
}

/** What keeps the runner from reading a file or folder; undefined where nothing does, or it is not there. */
async function barrier(path: string, runner: Runner): Promise<string | undefined> {
  // Also where a link leads.
  const real = await realpath(path).catch(() => path)
  const closed = (await closedAbove(path, runner)) ?? (await closedAbove(real, runner))
  if (closed !== undefined) return closed
  const there = await statOf(real)
  return there === undefined || may(there, runner, read) ? undefined : path
}

/** Can whoever runs this service read that file? */
export async function canReach(
  service: Pick<Service, 'manager' | 'home' | 'user'>,
  file: string,
): Promise<boolean> {
  const found = runnerOf(service)
  return found === undefined || (await barrier(file, found.runner)) === undefined
}

/**
 * Refuses a service that systemd could not start: Node, program or home are closed to whoever runs it.
 *
 * @throws Failure `service/out-of-reach`
 */
export async function judgeReach(service: Service): Promise<void> {
  const found = runnerOf(service)
  if (found === undefined) return
  const { node, entry, home } = service
  const { runner } = found
  for (const file of [node, entry, ...(home === systemHome ? [] : [home])]) {
    const by = await barrier(file, runner)
    if (by !== undefined)
      throw new Failure('service/out-of-reach', { file, by, uid: runner?.uid ?? null })
  }
}
