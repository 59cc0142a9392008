// Files that are either the old or the new one, whole, whatever crashes: written beside, synced,
// renamed over, and the folder synced so that the new name survives a power cut.
import { randomBytes } from 'node:crypto'
import { lchown, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Only the owner: keys, tokens, and everything else in a home. */
export const secretMode = 0o600

/** Makes the entries of a folder durable; a no-op where folders cannot be opened (Windows). */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** User and group by number. */
export interface Owner {
  readonly uid: number
  readonly gid: number
}

/**
 * To whom belongs what is put into a folder: where root works in the home of a service, its node
 * could not read root's files.
 *
 * @returns undefined where there is nobody to give anything to: this is not root, or the folder is
 *   root's own, or there is none
 */
export async function ownerOf(folder: string): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const there = await stat(folder).catch(() => undefined)
  return there === undefined || there.uid === 0 ? undefined : { uid: there.uid, gid: there.gid }
}

/** Creates a folder (and its parents) for its owner alone. @param owner of what is created */
export async function makeFolder(folder: string, owner?: Owner): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (first !== undefined && owner !== undefined) await lchown(folder, owner.uid, owner.gid)
}

/** A name beside `path` that no other process or call uses. */
export const nameBeside = (path: string): string =>
  `${path}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`

/** Writes and syncs a file that must not exist yet. */
export async function writeFresh(
  path: string,
  content: string | Uint8Array,
  mode: number,
  owner?: Owner,
): Promise<void> {
  const handle = await open(path, 'wx', mode)
  try {
    if (owner !== undefined) await handle.chown(owner.uid, owner.gid)
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Replaces `path` atomically and durably. */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  mode: number = secretMode,
  owner?: Owner,
): Promise<void> {
  const beside = nameBeside(path)
  try {
    await writeFresh(beside, content, mode, owner)
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

/** The bytes of a file; undefined when there is none. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return new Uint8Array(await readFile(path))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
