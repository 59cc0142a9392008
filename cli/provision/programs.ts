// The programs of a service: every installation in a folder of its own, and `current`, a link that is
// swapped in one step. So neither an update nor a second installation of the same version touches what
// runs, and going back is a swap as well.
//
//     <programs>/versions/0.1.0/node_modules/trustnet/…
//     <programs>/versions/0.1.0~1/…                      the same version, installed again
//     <programs>/current → versions/0.1.0~1
//     <programs>/updater → versions/0.1.0~1              the one that updates: the last one seen healthy
//     <programs>/node/24.21.0/node                       a copy of Node, where the service needs one (own-node.ts)
//     <programs>/home                                    the home of the node whose programs they are
//     <programs>/lock                                    while somebody installs or updates
import { existsSync } from 'node:fs'
import { readdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Environment, xdgFolder } from '../../src/api/xdg-folder.ts'
import { Failure } from '../../src/core/failure.ts'
import { readService, type Service } from './service.ts'
import { compareVersions } from './versions.ts'

/** Those before the current one that are kept: the one to go back to, and one more. */
const olderKept = 2

/** Where programs of a unit go: a system's own place for root, else the XDG data folder. */
export const programsFolder = (
  unit: string,
  environment: Environment = process.env,
  isRoot: boolean = process.getuid?.() === 0,
): string =>
  isRoot ? join('/opt', unit) : join(xdgFolder('data', environment), `${unit}-programs`)

const versionsFolder = (programs: string): string => join(programs, 'versions')

/** The folder of an installation. */
export const installationFolder = (programs: string, installation: string): string =>
  join(versionsFolder(programs), installation)

/** The package within the folder of an installation. */
export const packageIn = (folder: string): string => join(folder, 'node_modules', 'trustnet')

/** The binary of the installation that is current. */
export const currentEntry = (programs: string): string =>
  join(packageIn(join(programs, 'current')), 'cli', 'bin.js')

/** The binary of one installation. */
export const entryOf = (programs: string, installation: string): string =>
  join(packageIn(installationFolder(programs, installation)), 'cli', 'bin.js')

/**
 * How Node runs the updates that nobody asks for. Not by the current program, where another one was seen
 * healthy last: a release that cannot run must not be what goes back from it.
 */
export function updateArguments({ entry, home, programs }: Service): readonly string[] {
  const updater =
    programs === null ? entry : join(packageIn(join(programs, 'updater')), 'cli', 'bin.js')
  return [existsSync(updater) ? updater : entry, 'update', '--home', home, '--automatic']
}

export const isInstalled = (programs: string, installation: string): boolean =>
  existsSync(entryOf(programs, installation))

/** The version of an installation; `~` stands in no version. */
export const versionOf = (installation: string): string => installation.split('~', 1)[0]!

/** A name for one more installation of a version. */
export function freshInstallation(programs: string, version: string): string {
  for (let again = 0; ; again++) {
    const name = again === 0 ? version : `${version}~${again}`
    if (!existsSync(installationFolder(programs, name))) return name
  }
}

/** The installation that is current; undefined where there is none. */
export const currentInstallation = (programs: string): Promise<string | undefined> =>
  linked(programs, 'current')

/** The installation that updates; undefined where none was seen healthy yet. */
export const updaterInstallation = (programs: string): Promise<string | undefined> =>
  linked(programs, 'updater')

async function linked(programs: string, link: string): Promise<string | undefined> {
  try {
    return basename(await readlink(join(programs, link)))
  } catch {
    return undefined
  }
}

/** The version that is current; undefined where none is installed. */
export async function currentVersion(programs: string): Promise<string | undefined> {
  const installation = await currentInstallation(programs)
  return installation === undefined ? undefined : versionOf(installation)
}

/** Makes an installation the current one, in one step. */
export const makeCurrent = (programs: string, installation: string): Promise<void> =>
  link(programs, 'current', installation)

/** Makes an installation the one that updates, in one step. */
export const makeUpdater = (programs: string, installation: string): Promise<void> =>
  link(programs, 'updater', installation)

async function link(programs: string, name: string, installation: string): Promise<void> {
  const beside = join(programs, `.${name}-${process.pid}`)
  await rm(beside, { force: true })
  await symlink(join('versions', installation), beside)
  await rename(beside, join(programs, name))
}

/** Drops old installations: those to keep, the one that updates, and the newest of the others, stay. */
export async function pruneVersions(programs: string, keep: readonly string[]): Promise<void> {
  const names = (await readdir(versionsFolder(programs))).filter((name) => !name.startsWith('.'))
  const kept = [...keep, await updaterInstallation(programs)]
  const old = names.filter((name) => !kept.includes(name)).sort(compareInstallations)
  for (const name of old.slice(0, Math.max(0, old.length - olderKept)))
    await rm(installationFolder(programs, name), { recursive: true, force: true })
}

const againOf = (installation: string): number => Number(installation.split('~')[1] ?? 0)
const compareInstallations = (a: string, b: string): number =>
  compareVersions(versionOf(a), versionOf(b)) || againOf(a) - againOf(b)

/** Held while programs are installed, swapped or removed. */
export interface HeldPrograms {
  release(): Promise<void>
}

/**
 * Takes a folder of programs for the node of a home; made when it is not there.
 *
 * @throws Failure `service/busy`, `service/programs-of-another`, `service/programs-unusable`
 */
export async function holdPrograms(programs: string, home: string): Promise<HeldPrograms> {
  const { makeFolder } = await import('../../src/runtime/home/atomic-file.ts')
  const { lockHome } = await import('../../src/runtime/home/lock.ts')
  const lock = await makeFolder(versionsFolder(programs), undefined, 0o755)
    .then(() => lockHome(programs))
    .catch((error: Error & Partial<Failure>) => {
      const { code, facts, message: why } = error
      if (code === 'home/locked')
        throw new Failure('service/busy', { programs, pid: (facts as { pid: number }).pid })
      throw new Failure('service/programs-unusable', { programs, why })
    })
  try {
    const other = await otherOwner(programs, home)
    if (other !== undefined)
      throw new Failure('service/programs-of-another', { programs, home: other })
    await writeFile(join(programs, 'home'), `${home}\n`)
    return lock
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** Another home whose service runs these programs still. */
async function otherOwner(programs: string, home: string): Promise<string | undefined> {
  const said = await readFile(join(programs, 'home'), 'utf8').catch(() => '')
  const other = said.trimEnd()
  if (other === '' || other === home) return undefined
  const service = await readService(other).catch(() => 'malformed' as const)
  const isTheirs = service === 'malformed' || service?.programs === programs
  return isTheirs ? other : undefined
}

/** Removes what stands there of this file's making; what else lies in the folder stays. */
export async function removePrograms(programs: string): Promise<void> {
  for (const name of ['versions', 'current', 'updater', 'node', 'home'])
    await rm(join(programs, name), { recursive: true, force: true })
}
