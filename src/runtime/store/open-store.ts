// Opens the store of a folder with the engine that made it. A new folder takes RocksDB where it
// loads and classic-level elsewhere; the file ENGINE remembers which, because neither engine opens
// the other's files and trying would damage them. The database itself lies in `db` beside it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { utf8Text } from '../../core/bytes.ts'
import { Failure } from '../../core/failure.ts'
import { makeFolder, readIfThere, writeAtomically } from '../home/atomic-file.ts'
import {
  type Engine,
  failureOf,
  guarded,
  type Store,
  type StoreEngine,
  storeEngines,
} from './store.ts'

export interface StoreOptions {
  /** @default the folder's own engine; for a new folder RocksDB, or classic-level where that does not load */
  readonly engine?: StoreEngine
}

type Open = (folder: string) => Promise<Engine>

async function loaded(engine: StoreEngine): Promise<Open> {
  try {
    if (engine === 'rocksdb') return await (await import('./rocksdb.ts')).loadRocksDb()
    return (await import('./classic-level.ts')).openClassicLevel
  } catch (error) {
    throw new Failure('store/engine-missing', { engine, why: (error as Error).message })
  }
}

/** The engine noted in the folder; undefined for a folder without a database. */
async function notedEngine(folder: string): Promise<StoreEngine | undefined> {
  const noted = await readIfThere(join(folder, 'ENGINE'))
  if (noted === undefined) {
    if (existsSync(join(folder, 'db')))
      throw new Failure('store/corrupt', { folder, why: 'the file ENGINE is missing beside db' })
    return undefined
  }
  const name = utf8Text(noted).trim()
  const engine = storeEngines.find((one) => one === name)
  if (engine === undefined)
    throw new Failure('store/corrupt', { folder, why: `ENGINE names "${name}"` })
  return engine
}

async function chosenForNewFolder(): Promise<StoreEngine> {
  try {
    await loaded('rocksdb')
    return 'rocksdb'
  } catch {
    return 'classic-level'
  }
}

/**
 * Opens (or makes) the store in `folder`.
 *
 * @throws Failure `store/locked` when it is open elsewhere, `store/other-engine` when `options.engine`
 *   is not the one that made it, `store/engine-missing`, `store/corrupt`, `store/disk-full`, `store/unusable`
 */
export async function openStore(folder: string, options: StoreOptions = {}): Promise<Store> {
  try {
    await makeFolder(folder)
    const noted = await notedEngine(folder)
    const { engine: asked } = options
    if (noted !== undefined && asked !== undefined && noted !== asked)
      throw new Failure('store/other-engine', { folder, engine: noted, asked })
    const engine = noted ?? asked ?? (await chosenForNewFolder())
    const open = await loaded(engine)
    // Before the database exists: a crash in between leaves a note and nothing that contradicts it.
    if (noted === undefined) await writeAtomically(join(folder, 'ENGINE'), `${engine}\n`)
    await makeFolder(join(folder, 'db'))
    return guarded(await open(join(folder, 'db')), folder)
  } catch (error) {
    throw error instanceof Failure ? error : failureOf(error, folder)
  }
}
