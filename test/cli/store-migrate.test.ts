// `store migrate` as people run it: looks first, then does it, then has nothing to do.
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { utf8 } from '../../src/core/bytes.ts'
import { openStore } from '../../src/runtime/store/open-store.ts'
import { Terminal } from './terminal.ts'

let terminal: Terminal
beforeEach(async () => {
  terminal = await Terminal.open()
})
afterEach(() => terminal.close())

test('a store without a number is looked at, brought up, and then has the newest format', async () => {
  const home = join(terminal.folder, 'home')
  const store = await openStore(join(home, 'store'), { engine: 'classic-level' })
  await store.batch([{ key: 'entry/x', value: utf8('old') }], { sync: true })
  await store.close()
  const migrate = (...args: string[]) => terminal.run(['store', 'migrate', '--home', home, ...args])
  expect((await migrate('--dry-run', '--json')).json).toMatchObject({
    ...{ schemaVersion: 1, dryRun: true, newest: 1 },
    migration: { from: 0, to: 1, steps: [{ to: 1, writes: 0 }] },
  })
  expect((await migrate()).out).toContain('was brought from format 0 to 1')
  expect((await migrate()).out).toContain('has the newest format (1)')
  const nowhere = await terminal.run(['store', 'migrate', '--home', join(home, 'none')])
  expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringContaining('holds no store yet')])
})
