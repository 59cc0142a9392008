// RocksDB (6.17, through @salto-io/rocksdb): the first engine. The package speaks callbacks, takes
// Buffers, honours `sync` on batches, and is an optional dependency without builds for every machine.
import type { StoreWrite } from '../../core/machine.ts'
import { yieldThreads } from './background-threads.ts'
import { afterPrefix, type Engine } from './store.ts'

type Done = (error?: Error | null) => void
type Put = { readonly type: 'put'; readonly key: Buffer; readonly value: Buffer }
type Del = { readonly type: 'del'; readonly key: Buffer }

// The package's own types lean on types of abstract-leveldown that it does not ship.
interface Iterator {
  next(done: (error: Error | null | undefined, key?: Buffer, value?: Buffer) => void): void
  end(done: Done): void
}
interface RocksDb {
  open(
    options: { readonly createIfMissing: boolean; readonly writeBufferSize: number },
    done: Done,
  ): void
  close(done: Done): void
  get(key: Buffer, done: (error: Error | null | undefined, value?: Buffer) => void): void
  batch(writes: readonly (Put | Del)[], options: { readonly sync: boolean }, done: Done): void
  iterator(options: { readonly gte?: Buffer; readonly lt: Buffer }): Iterator
  getProperty(name: string): string
}

/**
 * Writes gather in memory before they are sorted into a file (4 MiB unless told): two buffers, one of
 * which is being sorted while the other fills (`count` is RocksDB's default). The log of a
 * height is written and deleted within a second: what meets in here is never sorted in at all, and
 * compaction, an eighth of a busy member's processor, has that much less to do.
 */
export const writeBuffers = { bytes: 64 << 20, count: 2 } as const

/** Writes that gather, blocks of files that were read, indexes of open files. */
const ofMemory = [
  'rocksdb.size-all-mem-tables',
  'rocksdb.block-cache-usage',
  'rocksdb.estimate-table-readers-mem',
] as const

const finished = (run: (done: Done) => void): Promise<void> =>
  new Promise((resolve, reject) => run((error) => (error ? reject(error) : resolve())))

const bytesOf = (buffer: Buffer): Uint8Array =>
  new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
const keyBuffer = (key: string): Buffer => Buffer.from(key, 'ascii')

const operationOf = ({ key, value }: StoreWrite): Put | Del =>
  value === null
    ? { type: 'del', key: keyBuffer(key) }
    : { type: 'put', key: keyBuffer(key), value: bufferOf(value) }

async function* iterate(
  database: RocksDb,
  prefix: string,
): AsyncGenerator<readonly [string, Uint8Array]> {
  const lt = afterPrefix(prefix)
  const iterator = database.iterator(prefix === '' ? { lt } : { gte: keyBuffer(prefix), lt })
  const next = (): Promise<readonly [string, Uint8Array] | undefined> =>
    new Promise((resolve, reject) =>
      iterator.next((error, key, value) => {
        if (error) reject(error)
        else if (key === undefined || value === undefined) resolve(undefined)
        else resolve([key.toString('ascii'), bytesOf(value)])
      }),
    )
  try {
    for (let entry = await next(); entry !== undefined; entry = await next()) yield entry
  } finally {
    await finished((done) => iterator.end(done))
  }
}

/** The loaded package; rejects where it has no build. */
export async function loadRocksDb(): Promise<(folder: string) => Promise<Engine>> {
  const module = (await import('@salto-io/rocksdb')) as unknown as {
    readonly default: (folder: string) => RocksDb
  }
  return async (folder) => {
    const database = module.default(folder)
    const options = { createIfMissing: true, writeBufferSize: writeBuffers.bytes }
    await finished((done) => database.open(options, done))
    // Compaction: `rocksdb:low0`. Flushes, which writers may have to wait for, are in `rocksdb:high0`.
    await yieldThreads('rocksdb:low')
    return {
      name: 'rocksdb',
      write: (writes, sync) =>
        finished((done) => database.batch(writes.map(operationOf), { sync }, done)),
      read: (key) =>
        new Promise((resolve, reject) =>
          database.get(keyBuffer(key), (error, value) => {
            if (error && /NotFound/.test(error.message)) resolve(undefined)
            else if (error) reject(error)
            else resolve(value && bytesOf(value))
          }),
        ),
      iterate: (prefix) => iterate(database, prefix),
      memoryBytes: () =>
        ofMemory.reduce((sum, property) => sum + Number(database.getProperty(property)), 0),
      close: () => finished((done) => database.close(done)),
    }
  }
}
