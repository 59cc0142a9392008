// LevelDB through classic-level: the portable engine, with builds for arm64 and musl where RocksDB
// has none. The same order of keys and the same sync, so a node runs alike on it.
import { ClassicLevel } from 'classic-level'
import type { StoreWrite } from '../../core/machine.ts'
import { afterPrefix, type Engine } from './store.ts'

type Database = ClassicLevel<Uint8Array, Uint8Array>

const keyBytes = (key: string): Uint8Array => Buffer.from(key, 'ascii')
const keyText = (key: Uint8Array): string => Buffer.from(key).toString('ascii')
// The engine hands out Buffers; callers get plain bytes, as from the other engine.
const plain = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)

const operationOf = ({ key, value }: StoreWrite) =>
  value === null
    ? ({ type: 'del', key: keyBytes(key) } as const)
    : ({ type: 'put', key: keyBytes(key), value } as const)

async function* iterate(
  database: Database,
  prefix: string,
): AsyncGenerator<readonly [string, Uint8Array]> {
  for await (const [key, value] of database.iterator({
    gte: keyBytes(prefix),
    lt: afterPrefix(prefix),
  }))
    yield [keyText(key), plain(value)]
}

/** Opens the folder as a LevelDB database, making it when it is empty. */
export async function openClassicLevel(folder: string): Promise<Engine> {
  const database: Database = new ClassicLevel(folder, {
    keyEncoding: 'view',
    valueEncoding: 'view',
  })
  await database.open()
  return {
    name: 'classic-level',
    write: (writes, sync) => database.batch(writes.map(operationOf), { sync }),
    async read(key) {
      const value = await database.get(keyBytes(key))
      return value && plain(value)
    },
    iterate: (prefix) => iterate(database, prefix),
    memoryBytes: () => Number(database.getProperty('leveldb.approximate-memory-usage')),
    close: () => database.close(),
  }
}
