// What a sync batch promises, seen from outside: a child process acknowledges batches on stdout and
// dies by kill -9; what it acknowledged is there. As kill -9 cannot tell a missing fsync (the page
// cache survives it), strace counts the syncs themselves.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { openStore } from '../../src/runtime/store/open-store.ts'
import type { StoreEngine } from '../../src/runtime/store/store.ts'
import { enginesHere } from './store-engines.ts'

const writer = join(import.meta.dirname, 'store-writer.ts')

async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'trustnet-crash-'))
  try {
    await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs the writer until it acknowledged `until`, kills it -9, and tells the last acknowledged number. */
function killedAfter(
  folder: string,
  engine: StoreEngine,
  first: number,
  until: number,
): Promise<number> {
  const args = [writer, folder, engine, 'sync', String(first), '0']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let last = first - 1
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = Number(line)
    if (last === until) child.kill('SIGKILL')
  })
  return new Promise((resolve, reject) =>
    child.on('close', (_, signal) =>
      signal === 'SIGKILL' ? resolve(last) : reject(new Error(`the writer ended: ${signal}`)),
    ),
  )
}

const bounds = { first: 0, crashes: 3, acknowledged: 40 } as const

describe.each(enginesHere)('a sync batch on %s', (engine) => {
  test('survives kill -9 once acknowledged, whole, again and again', () =>
    withFolder(async (folder) => {
      let next: number = bounds.first
      for (let crash = 0; crash < bounds.crashes; crash++) {
        const last = await killedAfter(folder, engine, next, next + bounds.acknowledged)
        expect(last).toBeGreaterThanOrEqual(next + bounds.acknowledged)
        const store = await openStore(folder)
        const parts = new Map<number, string>()
        for await (const [key, value] of store.entries('')) {
          const n = Number(key.slice(0, 8))
          parts.set(n, (parts.get(n) ?? '') + key.slice(9))
          expect(value).toEqual(new Uint8Array(200).fill(n % 251))
        }
        await store.close()
        // Batches beyond the last acknowledged may be there too, but never a part of one.
        for (let n = 0; n <= last; n++) expect(parts.get(n), `batch ${n}`).toBe('abc')
        for (const found of parts.values()) expect(found).toBe('abc')
        next = parts.size
      }
    }))

  test('is one sync of the disk at least, counted by strace, and none without sync', (context) =>
    withFolder(async (folder) => {
      const without = tracedSyncs(join(folder, 'a'), engine, 'nosync', 50)
      const withSync = tracedSyncs(join(folder, 'b'), engine, 'sync', 50)
      if (typeof without === 'string' || typeof withSync === 'string') {
        console.log(`skipped: syncs are counted with strace, and ${without}`)
        return context.skip(`${without}`)
      }
      console.log(`${engine}: 50 batches, ${withSync} syncs; without sync ${without} in all`)
      expect(withSync - without).toBeGreaterThanOrEqual(50)
      expect(without).toBeLessThan(25)
    }))
})

/** How many fsync and fdatasync calls the writer makes for `count` batches; or why that cannot be told. */
function tracedSyncs(
  folder: string,
  engine: StoreEngine,
  mode: 'sync' | 'nosync',
  count: number,
): number | string {
  const log = `${folder}.strace`
  const options = ['-f', '-qq', '-e', 'trace=fsync,fdatasync', '-o', log]
  const args = [process.execPath, writer, folder, engine, mode, '0', String(count)]
  const run = spawnSync('strace', [...options, ...args], { encoding: 'utf8' })
  if (run.error !== undefined) return `it is not on this machine (${run.error.message})`
  if (/ptrace.*(not permitted|denied)/i.test(run.stderr)) return 'it may not trace here'
  expect(run.status, run.stderr).toBe(0)
  // A call interrupted by another thread is logged as "unfinished" and "resumed": count its start.
  const started = readFileSync(log, 'utf8').match(/\b(fsync|fdatasync)\(/g)
  return started?.length ?? 0
}
