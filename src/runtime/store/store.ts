// The node's durable store: ordered keys, atomic batches, and a sync that is on disk when it says
// so. Two engines behind one shape: RocksDB, and classic-level (LevelDB), which has builds for more
// machines. The host's contract (persist before send) rests on `batch` with `sync: true`.
import { assert } from '../../core/assert.ts'
import { Failure } from '../../core/failure.ts'
import type { StoreWrite } from '../../core/machine.ts'

export const storeEngines = ['rocksdb', 'classic-level'] as const
export type StoreEngine = (typeof storeEngines)[number]

/** What a store lies in: an engine on disk, or memory (memory.ts). */
export type StoreKind = StoreEngine | 'memory'

export interface Store {
  readonly engine: StoreKind
  /**
   * Writes all or nothing, in order (of two writes of one key the later wins). With `sync` it is on
   * disk before the promise resolves. An empty batch does nothing.
   *
   * @throws Failure `store/disk-full`, `store/corrupt`, `store/unusable`: the caller stops the process
   */
  batch(writes: readonly StoreWrite[], options: { readonly sync: boolean }): Promise<void>
  /** The value of a key; undefined when there is none. */
  get(key: string): Promise<Uint8Array | undefined>
  /** Every key that begins with `prefix`, in ascending order, as the store was at the first step. */
  entries(prefix: string): AsyncIterable<readonly [string, Uint8Array]>
  /** Bytes of memory that the engine holds outside of the JavaScript heap; 0 once it is closed. */
  memoryBytes(): number
  /** Waits for what is under way, then closes; a second call does nothing. */
  close(): Promise<void>
}

/** What an engine has to offer; `guarded` makes a Store of it. */
export interface Engine {
  readonly name: StoreKind
  write(writes: readonly StoreWrite[], sync: boolean): Promise<void>
  read(key: string): Promise<Uint8Array | undefined>
  /** Keys k with prefix <= k < prefix + 0xff; the caller drives it to its end or calls `return`. */
  iterate(prefix: string): AsyncGenerator<readonly [string, Uint8Array]>
  memoryBytes(): number
  close(): Promise<void>
}

/** The failure behind an engine's error, by the words that both engines use. */
export function failureOf(error: unknown, folder: string): Failure {
  const parts: string[] = []
  for (let at: unknown = error; at instanceof Error; at = at.cause) parts.push(at.message)
  const why = parts.join(': ')
  if (/no space left|ENOSPC|disk full/i.test(why)) return new Failure('store/disk-full', { folder })
  if (/permission denied|EACCES|EROFS/i.test(why))
    return new Failure('store/unusable', { folder, why })
  // RocksDB says "lock hold by current process" or "While lock file … temporarily unavailable".
  if (/lock hold|lock file|\/LOCK|already held/i.test(why))
    return new Failure('store/locked', { folder })
  if (/corruption|checksum|not an sstable|bad magic|MANIFEST|CURRENT file/i.test(why))
    return new Failure('store/corrupt', { folder, why })
  return new Failure('store/unusable', { folder, why: why === '' ? String(error) : why })
}

/** The exclusive upper end of a prefix: keys are ASCII, so 0xff follows them all. */
export const afterPrefix = (prefix: string): Buffer =>
  Buffer.concat([Buffer.from(prefix, 'ascii'), Buffer.of(0xff)])

const isAscii = (key: string): boolean => /^[\0-\x7f]+$/.test(key)

/** A Store over an engine: keys checked, errors as failures, and nothing reaches a closed engine. */
export function guarded(engine: Engine, folder: string): Store {
  const underWay = new Set<Promise<unknown>>()
  const iterating = new Set<AsyncGenerator<unknown>>()
  let closing: Promise<void> | undefined

  async function during<T>(work: () => Promise<T>): Promise<T> {
    assert(closing === undefined, 'an open store is used')
    const running = work()
    underWay.add(running)
    try {
      return await running
    } catch (error) {
      throw failureOf(error, folder)
    } finally {
      underWay.delete(running)
    }
  }

  async function* entries(prefix: string): AsyncGenerator<readonly [string, Uint8Array]> {
    const found = engine.iterate(prefix)
    iterating.add(found)
    try {
      for (;;) {
        const step = await during(() => found.next())
        if (step.done === true) return
        yield step.value
      }
    } finally {
      iterating.delete(found)
      if (closing === undefined) await during(() => found.return(undefined))
    }
  }

  return {
    engine: engine.name,
    async batch(writes, { sync }) {
      for (const { key } of writes) assert(isAscii(key), 'a store key is ASCII and not empty')
      if (writes.length === 0) return
      // Blocks applied together write much of the state several times.
      const last = new Map(writes.map((write) => [write.key, write]))
      const once = last.size === writes.length ? writes : [...last.values()]
      await during(() => engine.write(once, sync))
    },
    get: (key) => during(() => engine.read(key)),
    entries,
    memoryBytes: () => (closing === undefined ? engine.memoryBytes() : 0),
    close() {
      // What fails under way is reported to whoever asked for it.
      closing ??= Promise.allSettled(underWay)
        .then(() => Promise.allSettled([...iterating].map((one) => one.return(undefined))))
        .then(() => engine.close())
      return closing
    },
  }
}
