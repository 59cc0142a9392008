// The same suite for every kind of store: contents against a Map, order, reopening, failures; and what
// holds for the engines on disk alone.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import type { StoreWrite } from '../../src/core/machine.ts'
import { type MemoryContents, openMemoryStore } from '../../src/runtime/store/memory.ts'
import { openStore } from '../../src/runtime/store/open-store.ts'
import {
  failureOf,
  type Store,
  type StoreEngine,
  type StoreKind,
  storeEngines,
} from '../../src/runtime/store/store.ts'
import { enginesHere } from './store-engines.ts'

const folders: string[] = []
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'trustnet-store-'))
  folders.push(folder)
  return folder
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const put = (key: string, text: string): StoreWrite => ({ key, value: utf8(text) })
const sync = { sync: true } as const

async function contents(store: Store, prefix = ''): Promise<[string, Uint8Array][]> {
  const found: [string, Uint8Array][] = []
  for await (const [key, value] of store.entries(prefix)) found.push([key, value])
  return found
}
const keysOf = async (store: Store, prefix = '') => (await contents(store, prefix)).map(([k]) => k)

/** Where stores can be opened again and again, one after the other. */
interface Place {
  open(): Promise<Store>
}

/** Every kind of store, by a maker of new places. */
const kinds: readonly (readonly [StoreKind, () => Place])[] = [
  ...enginesHere.map((engine) => {
    const make = (): Place => {
      const folder = newFolder()
      return { open: () => openStore(folder, { engine }) }
    }
    return [engine, make] as const
  }),
  [
    'memory',
    () => {
      const contents: MemoryContents = new Map()
      return { open: async () => openMemoryStore(contents) }
    },
  ],
]

describe.each(kinds)('a store on %s', (kind, newPlace) => {
  test('holds what a Map holds after the same batches, in the order of its keys, also reopened', async () => {
    const key = fc.stringMatching(/^[a-c/~]{1,4}$/)
    const value = fc.option(fc.uint8Array({ maxLength: 40 }))
    const batches = fc.array(fc.array(fc.record({ key, value }), { maxLength: 8 }), {
      maxLength: 8,
    })
    await fc.assert(
      fc.asyncProperty(batches, key, async (batches, prefix) => {
        const place = newPlace()
        const naive = new Map<string, Uint8Array>()
        const store = await place.open()
        for (const batch of batches) {
          await store.batch(batch, { sync: false })
          for (const { key, value } of batch)
            if (value === null) naive.delete(key)
            else naive.set(key, value)
        }
        const expected = [...naive].sort(([a], [b]) => (a < b ? -1 : 1))
        expect(await contents(store)).toEqual(expected)
        await store.close()
        const again = await place.open()
        expect(again.engine).toBe(kind)
        expect(await contents(again)).toEqual(expected)
        expect(await contents(again, prefix)).toEqual(
          expected.filter(([k]) => k.startsWith(prefix)),
        )
        expect(await again.get(prefix)).toEqual(naive.get(prefix))
        await again.close()
      }),
      { numRuns: 15 },
    )
  })

  test('keeps values of megabytes and of nothing', async () => {
    const place = newPlace()
    const big = Uint8Array.from({ length: 5_000_000 }, (_, i) => (i * 7) & 0xff)
    const store = await place.open()
    await store.batch(
      [
        { key: 'big', value: big },
        { key: 'empty', value: new Uint8Array(0) },
      ],
      sync,
    )
    await store.close()
    await using again = await opened(place)
    expect(Buffer.compare(big, (await again.store.get('big'))!)).toBe(0)
    expect(await again.store.get('empty')).toEqual(new Uint8Array(0))
    expect(await again.store.get('absent')).toBeUndefined()
  })

  test('writes a view into a larger buffer as just that view, whatever the caller does next', async () => {
    await using home = await opened(newPlace())
    const buffer = utf8('xxhelloxx')
    const written = home.store.batch([{ key: 'k', value: buffer.subarray(2, 7) }], sync)
    buffer.fill(0)
    await written
    expect(await home.store.get('k')).toEqual(utf8('hello'))
  })

  test('of two writes of one key in a batch the later wins', async () => {
    await using home = await opened(newPlace())
    await home.store.batch([put('k', '1'), { key: 'k', value: null }, put('k', '2')], sync)
    expect(await home.store.get('k')).toEqual(utf8('2'))
    await home.store.batch([put('k', '3'), { key: 'k', value: null }], sync)
    expect(await home.store.get('k')).toBeUndefined()
  })

  test('iterates over the store as it was, and an iteration may be left early', async () => {
    await using home = await opened(newPlace())
    const { store } = home
    const many = Array.from({ length: 500 }, (_, i) => put(`k${String(i).padStart(4, '0')}`, 'v'))
    await store.batch(many, sync)
    let seen = 0
    for await (const [key] of store.entries('k')) {
      if (seen++ === 0) await store.batch([{ key: 'k0499', value: null }, put('k9', 'new')], sync)
      expect(key).not.toBe('k9')
    }
    expect(seen).toBe(500)
    for await (const _ of store.entries('k')) break
    expect((await keysOf(store)).slice(-2)).toEqual(['k0498', 'k9'])
  })

  test('closes while batches and an iteration are under way, and keeps the batches', async () => {
    const place = newPlace()
    const store = await place.open()
    await store.batch([put('a', '1'), put('b', '2')], sync)
    const iteration = store.entries('')[Symbol.asyncIterator]()
    await iteration.next()
    const written = store.batch([put('c', '3')], sync)
    await Promise.all([written, store.close(), store.close()])
    await expect(iteration.next()).rejects.toThrow('an open store is used')
    await expect(store.get('a')).rejects.toThrow('an open store is used')
    await using again = await opened(place)
    expect(await keysOf(again.store)).toEqual(['a', 'b', 'c'])
  })

  test('says how much memory it holds outside of the heap, and nothing once it is closed', async () => {
    const store = await newPlace().open()
    const before = store.memoryBytes()
    const megabyte = new Uint8Array(1 << 20)
    await store.batch([{ key: 'a', value: megabyte }], sync)
    const held = store.memoryBytes() - before
    expect(held).toBeGreaterThanOrEqual(kind === 'memory' ? 0 : megabyte.length)
    expect(held).toBeLessThan(2 * megabyte.length)
    await store.close()
    expect(store.memoryBytes()).toBe(0)
  })

  test('takes only ASCII keys', async () => {
    await using home = await opened(newPlace())
    for (const key of ['', 'ä', 'k\u{1f600}'])
      await expect(home.store.batch([put(key, 'v')], sync)).rejects.toThrow('ASCII')
  })

  test('gives bytes that are the caller’s own', async () => {
    await using home = await opened(newPlace())
    await home.store.batch([put('k', 'hello')], sync)
    const first = (await home.store.get('k'))!
    first.fill(0)
    for await (const [, value] of home.store.entries('')) value.fill(0)
    expect(await home.store.get('k')).toEqual(utf8('hello'))
  })
})

describe.each(enginesHere)('a store on disk by %s', (engine) => {
  test('refuses a second opening while it is open, by its code', async () => {
    const folder = newFolder()
    await using _first = await reopened(folder, engine)
    await expect(openStore(folder)).rejects.toMatchObject({ code: 'store/locked', exitCode: 5 })
  })

  test('is never opened by the other engine', async () => {
    const folder = newFolder()
    const other = storeEngines.find((one) => one !== engine)!
    await (await openStore(folder, { engine })).close()
    const before = readdirSync(join(folder, 'db')).sort()
    await expect(openStore(folder, { engine: other })).rejects.toMatchObject({
      code: 'store/other-engine',
      facts: { folder, engine, asked: other },
    })
    expect(readdirSync(join(folder, 'db')).sort()).toEqual(before)
    expect(readFileSync(join(folder, 'ENGINE'), 'utf8')).toBe(`${engine}\n`)
  })

  test('says that it is damaged when it is', async () => {
    const folder = newFolder()
    const store = await openStore(folder, { engine })
    await store.batch([put('k', 'v')], sync)
    await store.close()
    writeFileSync(join(folder, 'db', 'CURRENT'), 'nonsense')
    await expect(openStore(folder)).rejects.toMatchObject({ code: 'store/corrupt' })
  })

  test('is readable by its owner alone', async () => {
    const folder = join(newFolder(), 'inner')
    await using _store = await reopened(folder, engine)
    expect(statSync(folder).mode & 0o077).toBe(0)
    expect(statSync(join(folder, 'ENGINE')).mode & 0o077).toBe(0)
  })
})

/** A store that closes at the end of its block. */
const opened = async (place: Place) => closing(await place.open())

/** The same in a folder. */
async function reopened(folder: string, engine?: StoreEngine) {
  return closing(await openStore(folder, engine === undefined ? {} : { engine }))
}

const closing = (store: Store) => ({ store, [Symbol.asyncDispose]: () => store.close() })

test('a new folder takes RocksDB where it loads', async () => {
  await using home = await reopened(newFolder())
  expect(home.store.engine).toBe(enginesHere[0])
})

test('a folder whose ENGINE is missing or unknown is not touched', async () => {
  const folder = newFolder()
  await (await openStore(folder)).close()
  writeFileSync(join(folder, 'ENGINE'), 'papyrus\n')
  await expect(openStore(folder)).rejects.toMatchObject({ code: 'store/corrupt' })
  rmSync(join(folder, 'ENGINE'))
  await expect(openStore(folder)).rejects.toMatchObject({ code: 'store/corrupt' })
})

test.each([
  ['IO error: /s/000004.log: No space left on device', 'store/disk-full'],
  ['ENOSPC: no space left on device, write', 'store/disk-full'],
  ['IO error: While lock file: /s/db/LOCK: Resource temporarily unavailable', 'store/locked'],
  ['IO error: lock /s/db/LOCK: already held by process', 'store/locked'],
  ['IO error: While open a file for lock: /s/db/LOCK: Permission denied', 'store/unusable'],
  ['Corruption: block checksum mismatch', 'store/corrupt'],
  ['something else', 'store/unusable'],
])('"%s" is told as %s', (message, code) => {
  expect(failureOf(new Error('failed', { cause: new Error(message) }), '/s').code).toBe(code)
})
