// The programs of a service: every version in a folder of its own, and `current`, a link that is
// swapped in one step. So an update never touches what runs, and going back is a swap as well.
//
//     <programs>/versions/0.1.0/node_modules/trustnet/…
//     <programs>/current → versions/0.1.0
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { basename, isAbsolute, join, relative } from 'node:path'
import { Failure } from '../../src/core/failure.ts'
import { root, version } from '../version.ts'
import { runProgram } from './run-program.ts'

/** Those before the current one that are kept: the one to go back to, and one more. */
const olderKept = 2

/** Where programs go: a system's own place for root, else the XDG data folder. */
export function programsFolder(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  isRoot: boolean = process.getuid?.() === 0,
): string {
  if (isRoot) return '/opt/trustnet'
  const { XDG_DATA_HOME: xdg, HOME } = environment
  const data =
    xdg !== undefined && isAbsolute(xdg) ? xdg : join(HOME || homedir(), '.local', 'share')
  return join(data, 'trustnet-programs')
}

const versionFolder = (programs: string, version: string): string =>
  join(programs, 'versions', version)
const packageIn = (folder: string): string => join(folder, 'node_modules', 'trustnet')

/** The binary of the version that is current. */
export const currentEntry = (programs: string): string =>
  join(packageIn(join(programs, 'current')), 'cli', 'bin.js')

/** The binary of one version. */
export const entryOf = (programs: string, version: string): string =>
  join(packageIn(versionFolder(programs, version)), 'cli', 'bin.js')

/** The version that is current; undefined where none is installed. */
export async function currentVersion(programs: string): Promise<string | undefined> {
  try {
    return basename(await readlink(join(programs, 'current')))
  } catch {
    return undefined
  }
}

/** Makes a version the current one, in one step. */
export async function makeCurrent(programs: string, version: string): Promise<void> {
  const beside = join(programs, `.current-${process.pid}`)
  await rm(beside, { force: true })
  await symlink(join('versions', version), beside)
  await rename(beside, join(programs, 'current'))
}

/** What a version was installed from: the same again needs no second installation. */
const sourceFile = (programs: string, version: string): string =>
  join(versionFolder(programs, version), '.installed-from')

/** What tells one source from another: the bytes of a packed file, the words of anything else. */
export async function sourceOf(from: string): Promise<string> {
  const bytes = await readFile(from).catch(() => undefined)
  return bytes === undefined ? from : `sha256 ${createHash('sha256').update(bytes).digest('hex')}`
}

/** Is the current version just this? Words mean one thing for good only when they name a version. */
export async function isCurrent(programs: string, source: string): Promise<boolean> {
  const current = await currentVersion(programs)
  if (current === undefined || !/^sha256 |@\d+\.\d+\.\d+/.test(source)) return false
  const there = await readFile(sourceFile(programs, current), 'utf8').catch(() => '')
  return there === source && isInstalled(programs, current)
}

export interface InstallOptions {
  readonly programs: string
  /** What npm understands: a version at the registry, a packed file, a folder. */
  readonly from: string
  readonly registry: string | null
}

/**
 * Installs a version beside the others, without making it current. Packages' own scripts do not run:
 * nothing here needs them, and they would run as whoever provisions.
 *
 * @returns its version
 * @throws Failure `service/install-failed`
 */
export async function installVersion({
  programs,
  from,
  registry,
}: InstallOptions): Promise<string> {
  await mkdir(join(programs, 'versions'), { recursive: true, mode: 0o755 })
  const fresh = await mkdtemp(join(programs, 'versions', '.new-'))
  try {
    const ended = await runProgram('npm', [
      ...['install', '--prefix', fresh, '--ignore-scripts', '--omit=dev', '--no-audit'],
      ...['--no-fund', '--no-package-lock', '--loglevel=error'],
      ...(registry === null ? [] : [`--registry=${registry}`]),
      from,
    ])
    const why = ended.code === 0 ? undefined : ended.why
    if (why !== undefined) throw new Failure('service/install-failed', { what: from, why })
    const installed = await versionIn(packageIn(fresh), from)
    const folder = versionFolder(programs, installed)
    await rm(folder, { recursive: true, force: true })
    await rename(fresh, folder)
    // mkdtemp's folder is its owner's alone; the service may run as somebody else.
    await chmod(folder, 0o755)
    await writeFile(sourceFile(programs, installed), await sourceOf(from))
    return installed
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw error
  }
}

async function versionIn(folder: string, what: string): Promise<string> {
  try {
    const said = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
      readonly version: string
    }
    return said.version
  } catch {
    throw new Failure('service/install-failed', { what, why: 'it holds no trustnet' })
  }
}

/**
 * Packs the program that runs now, so that the service gets the very same.
 *
 * @returns the packed file, in a folder of its own in the machine's temporary folder
 * @throws Failure `service/install-failed`
 */
export async function packOwn(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'trustnet-pack-'))
  const ended = await runProgram('npm', [
    ...['pack', root, '--ignore-scripts', '--pack-destination', folder, '--loglevel=error'],
  ])
  const [packed] = await readdir(folder)
  if (ended.code !== 0 || packed === undefined)
    throw new Failure('service/install-failed', { what: root, why: ended.why })
  return join(folder, packed)
}

/** The version of the running program, where it runs from this folder of programs. */
export function ownVersionIn(programs: string): string | undefined {
  const away = relative(join(programs, 'versions'), root)
  return away.startsWith('..') || isAbsolute(away) ? undefined : version()
}

export const isInstalled = (programs: string, version: string): boolean =>
  existsSync(entryOf(programs, version))

/** Drops old versions: the current one, and the newest before it, stay. */
export async function pruneVersions(programs: string, keep: readonly string[]): Promise<void> {
  const folder = join(programs, 'versions')
  const names = (await readdir(folder)).filter((name) => !name.startsWith('.'))
  const { compareVersions } = await import('./versions.ts')
  const old = names.filter((name) => !keep.includes(name)).sort(compareVersions)
  for (const name of old.slice(0, Math.max(0, old.length - olderKept)))
    await rm(join(folder, name), { recursive: true, force: true })
}
