// api.json in a node's home: how the command line reaches the node that runs there. Written at every
// start with a new token, readable by its owner alone, removed at a graceful stop.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Failure } from '../core/failure.ts'

export interface Connection {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string
  readonly token: string
  /** The process that serves. */
  readonly pid: number
}

export const connectionFile = (home: string): string => join(home, 'api.json')

/** A fresh bearer token: 256 random bits. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/** Writes api.json whole or not at all, with mode 0600 from its first byte on. */
export async function writeConnection(home: string, connection: Connection): Promise<void> {
  const file = connectionFile(home)
  const beside = `${file}.${process.pid}.tmp`
  try {
    await writeFile(beside, `${JSON.stringify(connection, null, 2)}\n`, { mode: 0o600 })
    // An old file left by a crash may have kept other rights.
    await chmod(beside, 0o600)
    await rename(beside, file)
  } catch (error) {
    // It holds the token.
    await rm(beside, { force: true })
    throw error
  }
}

export const removeConnection = (home: string): Promise<void> =>
  rm(connectionFile(home), { force: true })

/** Does a process with this id run? One of another user counts, one that only waits to be reaped does not. */
export function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return !isZombie(pid)
}

/** Without an init that reaps (many containers), an ended process keeps its id for good. */
function isZombie(pid: number): boolean {
  try {
    // The state follows the name, which stands in brackets and may hold anything.
    return /^[ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1) ?? '')
  } catch {
    return false
  }
}

/**
 * The connection of the node that runs in a home; undefined when none does (a file left by a dead process counts as none).
 *
 * @throws Failure `home/not-yours` where nobody else is to see whether one does
 */
export async function readConnection(home: string): Promise<Connection | undefined> {
  try {
    const said: unknown = JSON.parse(await readFile(connectionFile(home), 'utf8'))
    return isConnection(said) && isProcess(said.pid) ? said : undefined
  } catch (error) {
    if (isOfAnother(error)) throw new Failure('home/not-yours', { folder: home })
    return undefined
  }
}

/** Is a file there, or may be, and not for this user? */
export const isOfAnother = (error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'EACCES'

function isConnection(said: unknown): said is Connection {
  if (typeof said !== 'object' || said === null) return false
  const { url, token, pid } = said as Partial<Record<keyof Connection, unknown>>
  return (
    typeof url === 'string' &&
    typeof token === 'string' &&
    typeof pid === 'number' &&
    Number.isInteger(pid) &&
    pid > 0
  )
}
