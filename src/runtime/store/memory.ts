// A store in memory, for nodes that live inside another program and leave nothing behind: the same order
// of keys, the same atomic batches and snapshots as the engines on disk. What it holds is gone with it.
import type { StoreWrite } from '../../core/machine.ts'
import { afterPrefix, type Engine, guarded, type Store } from './store.ts'

/** What a store in memory lies in: keys and values. */
export type MemoryContents = Map<string, Uint8Array>

/**
 * Opens a store over `contents`. Bytes are copied on the way in and out.
 *
 * @param contents what an earlier store left; empty unless given
 */
export const openMemoryStore = (contents: MemoryContents = new Map()): Store =>
  guarded(memoryEngine(contents), 'in memory')

const memoryEngine = (contents: MemoryContents): Engine => ({
  name: 'memory',
  async write(writes: readonly StoreWrite[]) {
    for (const { key, value } of writes)
      if (value === null) contents.delete(key)
      else contents.set(key, Uint8Array.from(value))
  },
  async read(key) {
    const value = contents.get(key)
    return value && Uint8Array.from(value)
  },
  iterate: (prefix) => iterate(contents, prefix),
  memoryBytes: () => 0,
  async close() {},
})

async function* iterate(
  contents: MemoryContents,
  prefix: string,
): AsyncGenerator<readonly [string, Uint8Array]> {
  const end = afterPrefix(prefix).toString('latin1')
  const found = [...contents].filter(([key]) => key >= prefix && key < end)
  // Values are replaced, never changed: these stay as they are now.
  found.sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [key, value] of found) yield [key, Uint8Array.from(value)]
}
