// The command `trustnet` on a provisioned host: a script in a folder of programs that runs the service's own
// program, whichever is current, with the service's own Node. Never over anything that is not of this making.
import { chmod, lstat, readFile, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import type { Environment } from '../../src/api/xdg-folder.ts'
import { readService, type Service } from './service.ts'
import { shellQuoted } from './shell-quoted.ts'

/** Where the command of a service goes: for everybody where root provisions, else for the user. */
export const commandFolder = (
  environment: Environment = process.env,
  isRoot: boolean = process.getuid?.() === 0,
): string => (isRoot ? '/usr/local/bin' : join(environment.HOME || homedir(), '.local', 'bin'))

/** The file in such a folder. */
export const commandIn = (folder: string): string => join(folder, 'trustnet')

const mark = '# Made by trustnet provision, for the node in '

function scriptOf({ node, entry, home, updatesBy }: Service): string {
  // npm, with which `update` installs, lies beside the Node that was copied.
  const path = updatesBy === undefined ? '' : `PATH="$PATH":${shellQuoted(dirname(updatesBy))} `
  const words = [node, entry].map(shellQuoted).join(' ')
  return `#!/bin/sh\n${mark}${home}\n${path}exec ${words} "$@"\n`
}

/** What stands there; '' where it cannot be read, a link that leads nowhere too, undefined where nothing does. */
async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch {
    return lstat(file).then(
      () => '',
      (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? undefined : ''),
    )
  }
}

/** For the node of which home a file was made; undefined of any other file. */
function homeIn(text: string): string | undefined {
  const second = text.split('\n', 2)[1]
  return second?.startsWith(mark) ? second.slice(mark.length) : undefined
}

/** What came of the command of a service. */
export interface MadeCommand {
  /** The file; null where it could not be made. */
  readonly command: string | null
  /** What people should know of it; '' where there is nothing. */
  readonly remark: string
}

/**
 * Makes the command of a service. Where it cannot be made the service runs all the same.
 *
 * @param path the folders in which shells look for commands
 */
export async function makeCommand(
  service: Service & { readonly command: string },
  path: string = process.env.PATH ?? '',
): Promise<MadeCommand> {
  const { command } = service
  const why = await placed(service).catch((error: Error) => error.message)
  if (why !== undefined) {
    const runs = [service.node, service.entry].map(shellQuoted).join(' ')
    return { command: null, remark: `No ${command} was made (${why}): '${runs}' runs the program.` }
  }
  const folder = dirname(command)
  const isFound = path.split(delimiter).includes(folder)
  return { command, remark: isFound ? '' : `${folder} is not in PATH: add it, or run ${command}.` }
}

/** @returns why it stays as it is; undefined when it is there */
async function placed(
  service: Service & { readonly command: string },
): Promise<string | undefined> {
  const { command, home } = service
  const there = await textOf(command)
  const other = there === undefined ? home : homeIn(there)
  if (other === undefined) return 'something else is there'
  if (other !== home) {
    const its = await readService(other).catch(() => undefined)
    if (its?.command === command) return `it is that of the node in ${other}`
  }
  const script = scriptOf(service)
  if (there === script) return undefined
  const { makeFolder, writeAtomically } = await import('../../src/runtime/home/atomic-file.ts')
  await makeFolder(dirname(command), undefined, 0o755)
  await writeAtomically(command, script, 0o755)
  await chmod(command, 0o755)
  return undefined
}

/** Takes the command of a service away; another program of that name, and another node's, stay. */
export async function removeCommand({ command, home }: Service): Promise<void> {
  if (command === undefined) return
  const there = await textOf(command)
  if (there !== undefined && homeIn(there) === home) await rm(command, { force: true })
}
