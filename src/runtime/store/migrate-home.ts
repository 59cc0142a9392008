// The store in the home of a stopped node, brought up to the newest format.
import { stat } from 'node:fs/promises'
import { Failure } from '../../core/failure.ts'
import { homePaths, openHome } from '../home/home.ts'
import { type Migration, migrateStore, newestFormat } from './format.ts'
import { openStore } from './open-store.ts'

export interface MigratedHome {
  readonly home: string
  readonly dryRun: boolean
  /** The format that this version writes. */
  readonly newest: number
  /** Null where the store has the newest format. */
  readonly migration: Migration | null
}

/**
 * Migrates the store in a home, or tells what that would do.
 *
 * @throws Failure `store/nothing-to-migrate`, `store/newer-format`, `home/locked` with the pid of the node
 *   that runs there, and those of the store
 */
export async function migrateHome(folder: string, dryRun: boolean): Promise<MigratedHome> {
  // Looked at first: opening makes what is not there.
  const { store: storeFolder } = homePaths(folder)
  if ((await stat(storeFolder).catch(() => undefined)) === undefined)
    throw new Failure('store/nothing-to-migrate', { folder })
  await using _home = await openHome(folder)
  const store = await openStore(storeFolder)
  try {
    const migration = await migrateStore(store, storeFolder, { dryRun })
    return { home: folder, dryRun, newest: newestFormat, migration: migration ?? null }
  } finally {
    await store.close()
  }
}
