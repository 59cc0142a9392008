// A node's home folder, opened by one process at a time:
//
//     identity        the secret key (identity.ts), 0600
//     identity.next   a key that is to take over this one's name (successor.ts), 0600
//     identity.final  the same when a block holds that: the next to open the home puts it in place
//     config.json     the ways into its network (network.ts) and where it listened last (listening.ts)
//     genesis.json    the network it belongs to (genesis.ts)
//     store/          the database (src/runtime/store)
//     api.json        how the command line reaches the running node: URL and token, 0600
//     lock            which process runs on it (lock.ts)
import { join } from 'node:path'
import { utf8Text } from '../../core/bytes.ts'
import { Failure } from '../../core/failure.ts'
import { makeFolder, type Owner, ownerOf, readInHome, writeAtomically } from './atomic-file.ts'
import { lockHome } from './lock.ts'
import { takeSuccessor } from './successor.ts'

/** The paths within a home; reading some of them (api.json) needs no lock. */
export interface HomePaths {
  readonly folder: string
  readonly identity: string
  readonly config: string
  readonly genesis: string
  readonly store: string
  readonly api: string
}

export const homePaths = (folder: string): HomePaths => ({
  folder,
  identity: join(folder, 'identity'),
  config: join(folder, 'config.json'),
  genesis: join(folder, 'genesis.json'),
  store: join(folder, 'store'),
  api: join(folder, 'api.json'),
})

/** A home that this process holds until `close`. */
export interface Home extends HomePaths {
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Makes the folder of a home (0700) where it is not there.
 *
 * @param owner of what is made. @default whoever makes it
 * @throws Failure `home/unusable`
 */
export async function makeHome(folder: string, owner?: Owner): Promise<void> {
  try {
    await makeFolder(folder, owner)
  } catch (error) {
    throw new Failure('home/unusable', { folder, why: (error as Error).message })
  }
}

/**
 * Opens the home in `folder`, making its folders (0700) when they are not there.
 *
 * @throws Failure `home/locked` with the holder's pid, `home/unusable`, `home/malformed`
 */
export async function openHome(folder: string): Promise<Home> {
  try {
    const paths = homePaths(folder)
    await makeHome(folder)
    const lock = await lockHome(folder)
    try {
      await makeFolder(paths.store, await ownerOf(folder))
      await takeSuccessor(folder)
    } catch (error) {
      await lock.release()
      throw error
    }
    const close = () => lock.release()
    return { ...paths, close, [Symbol.asyncDispose]: close }
  } catch (error) {
    if (error instanceof Failure) throw error
    throw new Failure('home/unusable', { folder, why: (error as Error).message })
  }
}

/**
 * The JSON object in a file of a home; undefined when there is no such file.
 *
 * @throws Failure `home/malformed`, `home/not-yours`, `home/unusable`
 */
export async function readDocument(file: string): Promise<Record<string, unknown> | undefined> {
  const bytes = await readInHome(file)
  return bytes === undefined ? undefined : documentIn(file, bytes)
}

/** The JSON object that the bytes of a file are. @throws Failure `home/malformed` */
export function documentIn(file: string, bytes: Uint8Array): Record<string, unknown> {
  const why = (said: string) => new Failure('home/malformed', { file, why: said })
  let document: unknown
  try {
    document = JSON.parse(utf8Text(bytes))
  } catch (error) {
    throw why((error as Error).message)
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw why('it is not a JSON object')
  return document as Record<string, unknown>
}

/** Replaces a JSON file of a home, atomically and readable by its owner alone. */
export const writeDocument = (file: string, document: object): Promise<void> =>
  writeAtomically(file, `${JSON.stringify(document, null, 2)}\n`)
