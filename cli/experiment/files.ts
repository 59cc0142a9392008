// Files that are there whole or not at all: written beside their place, then renamed.
import { randomBytes } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Failure } from '../../src/core/failure.ts'

/**
 * Writes a file so that nobody ever reads half of it. Two that write the same file at a time do not
 * disturb each other: one of the two whole files stays.
 *
 * @throws Failure `experiment/unwritable`
 */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const beside = `${file}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
  try {
    await writeFile(beside, content, { flush: true })
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true })
    throw new Failure('experiment/unwritable', { folder: dirname(file), why: reasonOf(error) })
  }
}

/** Why the system refused, in as few words as it has. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'it is not there'
  if (code === 'EACCES' || code === 'EPERM') return 'no right to it'
  if (code === 'ENOSPC') return 'the disk is full'
  return message
}

/**
 * Makes a folder of results, and those above it.
 *
 * @throws Failure `experiment/unwritable`
 */
export async function makeResultsFolder(folder: string): Promise<void> {
  const { makeFolder } = await import('../../src/runtime/home/atomic-file.ts')
  try {
    await makeFolder(folder, undefined, 0o755)
  } catch (error) {
    throw new Failure('experiment/unwritable', { folder, why: reasonOf(error) })
  }
}
