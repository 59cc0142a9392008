// One process at a time on a home folder, also after kill -9. Node has no flock, so the lock is a
// chain of files: `lock` names its holder; when that process is dead the next one puts its own file
// at `lock.after-<nonce of the dead one>`, and so on. The holder is the first living process on the
// chain that begins at `lock`.
//   - A file appears by link(2): whole, and for one taker only. So of two that find the same dead
//     holder just one gets its place.
//   - The new holder renames its own file over `lock` and removes the rest. A slow taker that still
//     links behind the old chain sees, on walking from `lock` again, that it is not on the chain.
//   - Nobody ever removes or replaces the file of a living holder but itself, and nonces never recur.
// Processes in different containers cannot see each other: there the store's own lock stops the second.
import { randomBytes } from 'node:crypto'
import { link, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { utf8Text } from '../../core/bytes.ts'
import { Failure } from '../../core/failure.ts'
import {
  nameBeside,
  ownerOf,
  readIfThere,
  secretMode,
  syncFolder,
  writeFresh,
} from './atomic-file.ts'
import { isRunning, ownMark, type ProcessMark } from './process-mark.ts'

interface Holder extends ProcessMark {
  /** Names this taking of the lock: 32 hex digits. */
  readonly nonce: string
}

export interface HomeLock {
  /** Frees the home; a second call does nothing. */
  release(): Promise<void>
}

/** Each round somebody else got on; so many lost races mean that something else is wrong. */
const attemptsMax = 100

const rootOf = (folder: string): string => join(folder, 'lock')

function parseHolder(bytes: Uint8Array, file: string): Holder {
  try {
    const { pid, startTicks, boot, nonce } = JSON.parse(utf8Text(bytes)) as Holder
    if (Number.isInteger(pid) && /^[0-9a-f]{32}$/.test(nonce))
      return { pid, startTicks: startTicks ?? null, boot: boot ?? null, nonce }
  } catch {
    // Reported below, like other text that is no lock.
  }
  throw new Failure('home/malformed', { file, why: 'it is not a lock' })
}

/** The first living holder on the chain, or the place where the next one would stand. */
async function chainEnd(
  folder: string,
): Promise<{ readonly holder: Holder } | { readonly free: string }> {
  let file = rootOf(folder)
  for (;;) {
    const bytes = await readIfThere(file)
    if (bytes === undefined) return { free: file }
    const holder = parseHolder(bytes, file)
    if (isRunning(holder)) return { holder }
    file = `${rootOf(folder)}.after-${holder.nonce}`
  }
}

/** Puts a file with this holder at `place`; false when somebody else stands there already. */
async function standAt(place: string, holder: Holder): Promise<boolean> {
  const beside = nameBeside(place)
  // Left by root that was killed, it must not keep the home's own user out.
  await writeFresh(beside, JSON.stringify(holder), secretMode, await ownerOf(dirname(place)))
  try {
    await link(beside, place)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(beside, { force: true })
  }
}

/** Makes the holder's file the root of the chain and drops the dead ones. */
async function settle(folder: string, place: string): Promise<void> {
  if (place !== rootOf(folder)) await rename(place, rootOf(folder))
  for (const name of await readdir(folder))
    if (name.startsWith('lock.after-') && !name.endsWith('.tmp'))
      await rm(join(folder, name), { force: true })
  await syncFolder(folder)
}

/**
 * Takes the lock of a home folder that exists.
 *
 * @throws Failure `home/locked` with the pid of the living holder
 */
export async function lockHome(folder: string): Promise<HomeLock> {
  const own: Holder = { ...ownMark(), nonce: randomBytes(16).toString('hex') }
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const end = await chainEnd(folder)
    if ('holder' in end) {
      // A walk that began on the old chain may have met a slow taker on its dead end. The new root
      // was there before that taker, so a second walk tells who really holds it.
      const again = await chainEnd(folder)
      if ('holder' in again && again.holder.nonce === end.holder.nonce)
        throw new Failure('home/locked', { folder, pid: end.holder.pid })
      continue
    }
    if (!(await standAt(end.free, own))) continue
    const now = await chainEnd(folder)
    if ('holder' in now && now.holder.nonce === own.nonce) {
      await settle(folder, end.free)
      return heldBy(folder)
    }
    // The chain moved on before we stood on it: that place leads nowhere any more.
    await rm(end.free, { force: true })
  }
  throw new Failure('home/unusable', { folder, why: `its lock was lost ${attemptsMax} times` })
}

function heldBy(folder: string): HomeLock {
  let released: Promise<void> | undefined
  return {
    release() {
      released ??= rm(rootOf(folder), { force: true })
      return released
    },
  }
}
