// The number of a store's format: stores without one are brought up, newer ones refused, and steps of
// a migration survive being cut off anywhere.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { utf8, utf8Text } from '../../src/core/bytes.ts'
import { startNode } from '../../src/runtime/running-node.ts'
import { type FormatStep, migrateStore, newestFormat } from '../../src/runtime/store/format.ts'
import { type MemoryContents, openMemoryStore } from '../../src/runtime/store/memory.ts'
import { migrateHome } from '../../src/runtime/store/migrate-home.ts'
import { openStore } from '../../src/runtime/store/open-store.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trustnet-format-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const engine = 'classic-level'
const textsOf = (contents: MemoryContents): Record<string, string> =>
  Object.fromEntries([...contents].map(([key, value]) => [key, utf8Text(value)]))

/** Writes the number, or takes it away as stores of before November 2026 had none. */
async function renumber(format: string | null): Promise<void> {
  const store = await openStore(join(folder, 'store'), { engine })
  const value = format === null ? null : utf8(format)
  await store.batch([{ key: 'format', value }], { sync: true })
  await store.close()
}

describe('a home', () => {
  test('with the store of a version that wrote no number is brought up by a start, and keeps all', async () => {
    const first = await startNode({ home: folder, engine })
    await first.command({
      ...{ command: 'rate', overlay: 'social', subject: new Uint8Array(32).fill(7) },
      value: 500_000 as never,
    })
    await first.stop()
    await renumber(null)
    expect(await migrateHome(folder, true)).toMatchObject({
      dryRun: true,
      migration: { from: 0, to: newestFormat, steps: [{ to: 1, writes: 0 }] },
    })
    const said: string[] = []
    const again = await startNode({ home: folder, engine, log: (_, what) => void said.push(what) })
    const { trustchains } = again.machine.trustchain
    expect(trustchains.head(again.nodeId).seq).toBe(1)
    await again.stop()
    expect(said).toContain('the store was brought up to a newer format')
    expect(await migrateHome(folder, true)).toMatchObject({ migration: null, newest: newestFormat })
  })

  test('with a store of a newer version is refused, with what to do', async () => {
    await (await startNode({ home: folder, engine })).stop()
    await renumber('2')
    const refused = { code: 'store/newer-format', message: expect.stringContaining('update') }
    await expect(startNode({ home: folder, engine })).rejects.toMatchObject(refused)
    await expect(migrateHome(folder, false)).rejects.toMatchObject(refused)
    await renumber('one')
    await expect(startNode({ home: folder, engine })).rejects.toMatchObject({
      code: 'store/corrupt',
    })
  })

  test('without a store has nothing to migrate, and none is made', async () => {
    const nowhere = join(folder, 'none')
    await expect(migrateHome(nowhere, false)).rejects.toMatchObject({
      code: 'store/nothing-to-migrate',
    })
  })
})

/** Two steps of a made-up history: names get a prefix, then values are counted. */
const steps: readonly FormatStep[] = [
  {
    from: 0,
    does: 'puts entries under e/',
    async *writes(store) {
      for await (const [key, value] of store.entries('old-')) {
        yield { key: `e/${key.slice(4)}`, value }
        yield { key, value: null }
      }
    },
  },
  {
    from: 1,
    does: 'counts them',
    async *writes(store) {
      let count = 0
      for await (const _ of store.entries('e/')) count += 1
      yield { key: 'count', value: utf8(String(count)) }
    },
  },
]

describe('steps', () => {
  const many = 1_500
  const filled = (): MemoryContents =>
    new Map(Array.from({ length: many }, (_, i) => [`old-${i}`, utf8(String(i))] as const))

  test('are taken in order, each marked when it is whole', async () => {
    const contents = filled()
    const migration = await migrateStore(openMemoryStore(contents), 'x', { steps })
    expect(migration).toMatchObject({
      from: 0,
      to: 2,
      steps: [{ writes: 2 * many }, { writes: 1 }],
    })
    const texts = textsOf(contents)
    expect([texts.format, texts.count, texts['e/77']]).toEqual(['2', String(many), '77'])
    expect(Object.keys(texts)).toHaveLength(many + 2)
    expect(await migrateStore(openMemoryStore(contents), 'x', { steps })).toBeUndefined()
  })

  test('write nothing in a dry run', async () => {
    const contents = filled()
    const before = textsOf(contents)
    await migrateStore(openMemoryStore(contents), 'x', { steps, dryRun: true })
    expect(textsOf(contents)).toEqual(before)
  })

  test.each([1, 2, 3, 4])('cut off before batch %i are finished by the next start', async (cut) => {
    const whole = filled()
    await migrateStore(openMemoryStore(whole), 'x', { steps })
    const contents = filled()
    const store = openMemoryStore(contents)
    let batches = 0
    const failing = {
      ...store,
      batch: (...args: Parameters<typeof store.batch>) => {
        batches += 1
        return batches === cut ? Promise.reject(new Error('power went')) : store.batch(...args)
      },
    }
    await expect(migrateStore(failing, 'x', { steps })).rejects.toThrow('power went')
    await migrateStore(openMemoryStore(contents), 'x', { steps })
    expect(textsOf(contents)).toEqual(textsOf(whole))
  })

  test('leave a fresh store with the newest number', async () => {
    const contents: MemoryContents = new Map()
    expect(await migrateStore(openMemoryStore(contents), 'x', { steps })).toBeUndefined()
    expect(textsOf(contents)).toEqual({ format: '2' })
  })
})
