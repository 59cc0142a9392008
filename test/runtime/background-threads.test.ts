// Compaction yields to whatever decides blocks: its thread has less weight than
// others, and the threads beside it have theirs.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { getPriority, tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { niceness, yieldThreads } from '../../src/runtime/store/background-threads.ts'
import { loadRocksDb } from '../../src/runtime/store/rocksdb.ts'

const threads = (): readonly { readonly name: string; readonly nice: number }[] =>
  readdirSync('/proc/self/task').map((id) => ({
    name: readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trim(),
    nice: getPriority(Number(id)),
  }))

const isLinux = process.platform === 'linux'
if (!isLinux) console.log('threads have no priority of their own here: that test is skipped')

it.runIf(isLinux)('RocksDB compacts when nobody else wants to run', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'trustnet-threads-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const open = await loadRocksDb()
  const engine = await open(folder)
  onTestFinished(() => engine.close())
  const all = threads()
  expect(all.filter(({ name }) => name.startsWith('rocksdb:low')).map(({ nice }) => nice)).toEqual([
    niceness,
  ])
  expect(all.filter(({ nice }) => nice === niceness)).toHaveLength(1)
})

it('finds no thread of a name that none has', async () => {
  expect(await yieldThreads('no such thread')).toBe(0)
})
