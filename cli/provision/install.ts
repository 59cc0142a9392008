// Installs programs with npm, and remembers of each what it was installed from and the integrity of
// the package: by the first the same command again does nothing, by the second `update` tells the
// registry's trustnet from another project's of that name.
import { createHash } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, isAbsolute, join, relative } from 'node:path'
import { Failure } from '../../src/core/failure.ts'
import { root } from '../version.ts'
import {
  currentInstallation,
  freshInstallation,
  installationFolder,
  isInstalled,
  packageIn,
} from './programs.ts'
import { runProgram } from './run-program.ts'

/** Within the folder of an installation. */
const sourceFile = '.installed-from'
const integrityFile = '.integrity'

const textIn = (...file: string[]): Promise<string | undefined> =>
  readFile(join(...file), 'utf8').catch(() => undefined)

/** What tells one source from another: the bytes of a packed file, the words of anything else. */
export async function sourceOf(from: string): Promise<string> {
  const bytes = await readFile(from).catch(() => undefined)
  return bytes === undefined ? from : `sha256 ${createHash('sha256').update(bytes).digest('hex')}`
}

/** Is the current installation just this? Words mean one thing for good only when they name a version. */
export async function isCurrent(programs: string, source: string): Promise<boolean> {
  const current = await currentInstallation(programs)
  if (current === undefined || !/^sha256 |@\d+\.\d+\.\d+/.test(source)) return false
  const there = await textIn(installationFolder(programs, current), sourceFile)
  return there === source && isInstalled(programs, current)
}

/** The integrity (`sha512-…`) of the package that was installed; undefined where nothing tells. */
export const integrityOf = (programs: string, installation: string): Promise<string | undefined> =>
  textIn(installationFolder(programs, installation), integrityFile)

/** The integrity of the program that runs now, where npm installed it from a registry. */
export async function ownIntegrity(): Promise<string | undefined> {
  const modules = dirname(root)
  if (basename(modules) !== 'node_modules') return undefined
  return (await textIn(dirname(modules), integrityFile)) ?? (await npmsIntegrity(modules))
}

/** What npm itself noted of the package in the hidden lockfile of a node_modules. */
async function npmsIntegrity(modules: string): Promise<string | undefined> {
  try {
    const lock = JSON.parse((await textIn(modules, '.package-lock.json')) ?? '{}') as {
      readonly packages?: Readonly<Record<string, { readonly integrity?: unknown }>>
    }
    const said = lock.packages?.['node_modules/trustnet']?.integrity
    return typeof said === 'string' ? said : undefined
  } catch {
    return undefined
  }
}

export interface InstallOptions {
  readonly programs: string
  /** What npm understands: a version at the registry, a packed file, a folder. */
  readonly from: string
  readonly registry: string | null
  /** Of the package as it was published, where `from` is this program packed anew. @default what npm notes */
  readonly integrity?: string | undefined
}

/**
 * Installs a version beside the others, without making it current. Packages' own scripts do not run:
 * nothing here needs them, and they would run as whoever provisions. The caller holds the programs.
 *
 * @returns the name of the installation
 * @throws Failure `service/install-failed`
 */
export async function installVersion(options: InstallOptions): Promise<string> {
  const { programs, from, registry } = options
  const versions = join(programs, 'versions')
  // Left by an installation that was killed.
  for (const name of await readdir(versions))
    if (name.startsWith('.new-')) await rm(join(versions, name), { recursive: true, force: true })
  const fresh = await mkdtemp(join(versions, '.new-'))
  // Whoever runs the service reads what whoever provisions installs.
  const mask = process.umask(0o022)
  try {
    const ended = await runProgram('npm', [
      ...['install', '--prefix', fresh, '--ignore-scripts', '--omit=dev', '--no-audit'],
      ...['--no-fund', '--no-package-lock', '--loglevel=error'],
      ...(registry === null ? [] : [`--registry=${registry}`]),
      from,
    ])
    const why = ended.code === 0 ? undefined : ended.why
    if (why !== undefined) throw new Failure('service/install-failed', { what: from, why })
    const installation = freshInstallation(programs, await versionIn(packageIn(fresh), from))
    await writeFile(join(fresh, sourceFile), await sourceOf(from))
    const integrity = options.integrity ?? (await npmsIntegrity(dirname(packageIn(fresh))))
    if (integrity !== undefined) await writeFile(join(fresh, integrityFile), integrity)
    // mkdtemp's folder is its owner's alone; the service may run as somebody else.
    await chmod(fresh, 0o755)
    await rename(fresh, installationFolder(programs, installation))
    return installation
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    throw error
  } finally {
    process.umask(mask)
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

/** The installation of the running program, where it runs from this folder of programs. */
export function ownInstallation(programs: string): string | undefined {
  const away = relative(join(programs, 'versions'), root)
  return away === '' || away.startsWith('..') || isAbsolute(away)
    ? undefined
    : away.split('/', 1)[0]
}
