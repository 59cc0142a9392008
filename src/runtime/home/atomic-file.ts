// Files that are either the old or the new one, whole, whatever crashes: written beside, synced,
// renamed over, and the folder synced so that the new name survives a power cut.
import { randomBytes } from 'node:crypto'
import {
  chmod,
  constants,
  type FileHandle,
  mkdir,
  open,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
} from 'node:fs/promises'
import { dirname } from 'node:path'
import { isOfAnother } from '../../api/connection-file.ts'
import { Failure } from '../../core/failure.ts'

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

/**
 * Creates a folder (and its parents), for its owner alone unless `mode` says otherwise. Level by level, since Node's recursive mkdir
 * never ends where the kernel says of a new folder that there is no such one (below /proc).
 *
 * @param owner of what is created
 */
export async function makeFolder(folder: string, owner?: Owner, mode = 0o700): Promise<void> {
  if (await isFolder(folder)) return
  if (dirname(folder) !== folder) await makeFolder(dirname(folder), owner, mode)
  try {
    if (owner !== undefined) await makeFolderOf(owner, folder, mode)
    else {
      await mkdir(folder, mode)
      // A folder for others too is one, whatever the mask of whoever makes it takes away.
      if ((mode & 0o077) !== 0) await chmod(folder, mode)
    }
  } catch (error) {
    // Another process made it meanwhile.
    if (await isFolder(folder)) return
    throw error
  }
}

/**
 * Under a name that nobody can foresee, and by its handle: whoever owns the folder above may put a link in
 * its place at any moment, and root must give away nothing but what it has just made.
 */
async function makeFolderOf(owner: Owner, folder: string, mode: number): Promise<void> {
  const beside = nameBeside(folder)
  await mkdir(beside, mode)
  try {
    const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants
    const handle = await open(beside, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    try {
      await handle.chmod(mode)
      await give(handle, owner)
    } finally {
      await handle.close()
    }
    await rename(beside, folder)
  } catch (error) {
    await rmdir(beside).catch(() => {})
    throw error
  }
}

/** Root without the right to give away (a container's), or over an owner that it has no number for, keeps it. */
async function give(handle: FileHandle, { uid, gid }: Owner): Promise<void> {
  await handle.chown(uid, gid).catch((error: NodeJS.ErrnoException) => {
    if (!['EPERM', 'EINVAL', 'ENOTSUP'].includes(error.code ?? '')) throw error
  })
}

/** @throws Error where something else than a folder stands there */
async function isFolder(path: string): Promise<boolean> {
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (there !== undefined && !there.isDirectory()) throw new Error(`${path} is not a folder`)
  return there !== undefined
}

/** A name beside `path` that no other process or call uses. */
export const nameBeside = (path: string): string =>
  `${path}.${process.pid}-${randomBytes(6).toString('hex')}.tmp`

/** Writes and syncs a file that must not exist yet. @param owner @default whoever writes */
export async function writeFresh(
  path: string,
  content: string | Uint8Array,
  mode: number,
  owner?: Owner,
): Promise<void> {
  const handle = await open(path, 'wx', mode)
  try {
    if (owner !== undefined) await give(handle, owner)
    await handle.writeFile(content)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Replaces `path` atomically and durably; it belongs to whom its folder belongs. */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  mode: number = secretMode,
): Promise<void> {
  const beside = nameBeside(path)
  try {
    await writeFresh(beside, content, mode, await ownerOf(dirname(path)))
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
    // The second: its folder is none.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined
    throw error
  }
}

/**
 * The bytes of a file in a home; undefined when there is none.
 *
 * @throws Failure `home/not-yours`, `home/unusable`
 */
export async function readInHome(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readIfThere(path)
  } catch (error) {
    if (isOfAnother(error)) throw new Failure('home/not-yours', { folder: dirname(path) })
    throw new Failure('home/unusable', { folder: dirname(path), why: (error as Error).message })
  }
}

/**
 * The bytes of a file that root alone can have written; undefined where there is none, or where somebody
 * else's hand is possible. Judged by the open file, so that nothing can be put in its place meanwhile.
 */
export async function readRootsOwn(path: string): Promise<Uint8Array | undefined> {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(error.code ?? '')) return undefined
      throw error
    },
  )
  if (handle === undefined) return undefined
  try {
    const there = await handle.stat()
    const isRoots = there.isFile() && there.uid === 0 && (there.mode & 0o022) === 0
    return isRoots ? new Uint8Array(await handle.readFile()) : undefined
  } finally {
    await handle.close()
  }
}
