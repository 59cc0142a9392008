// The daily look for a new version where there is no systemd: the supervisor's own, in hours that the test
// lets pass. Node and updater are programs that end as those do; updates themselves are in update.service.ts.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { type Service, writeService } from '../../cli/provision/service.ts'
import { supervise } from '../../cli/provision/supervise.ts'
import { until } from '../live/harness.ts'

const hourMs = 3_600_000

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'trustnet-daily-'))
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(async () => {
  vi.useRealTimers()
  await rm(home, { recursive: true, force: true })
})

const at = (name: string): string => join(home, name)

/** What updaters said that were started before this: by the time that one of ours has said its word, so have they. */
async function saidUntilNow(): Promise<string[]> {
  for (let i = 0; i < 2; i++)
    await promisify(execFile)(process.execPath, [at('program.mjs'), 'update', 'asked by the test'])
  const lines = (await readFile(at('updated'), 'utf8')).trimEnd().split('\n')
  await rm(at('updated'))
  return lines.filter((line) => line !== 'update asked by the test')
}

/** Supervises a node that serves until a file `stop` is there; whoever updates says so in `updated`. */
async function supervised(autoUpdate: boolean) {
  await writeFile(
    at('program.mjs'),
    `import { appendFileSync, existsSync } from 'node:fs'
     if (process.argv[2] === 'update') appendFileSync(${JSON.stringify(at('updated'))}, process.argv.slice(2).join(' ') + '\\n')
     else {
       console.log('{"schemaVersion":1,"event":"started"}')
       setInterval(() => existsSync(${JSON.stringify(at('stop'))}) && process.exit(0), 20)
     }\n`,
  )
  const service: Service = {
    ...{ schemaVersion: 1, manager: 'supervisor', home, unit: 'trustnet', programs: null },
    ...{ node: process.execPath, entry: at('program.mjs'), arguments: [], autoUpdate },
    ...{ registry: null, refused: [] },
  }
  await writeService(service)
  let serves = false
  const over = supervise(home, () => {
    serves = true
  })
  await until(
    'the node serves',
    () => serves,
    (yes) => yes,
  )
  return {
    async end(): Promise<number> {
      await writeFile(at('stop'), '')
      return over
    },
  }
}

test('a provisioned node looks for a new version within each day, never at once', async () => {
  const { end } = await supervised(true)
  await vi.advanceTimersByTimeAsync(12 * hourMs - 1)
  expect(await saidUntilNow()).toEqual([])
  await vi.advanceTimersByTimeAsync(12 * hourMs + 1)
  vi.useRealTimers()
  const said = await until(
    'it was updated',
    () => readFile(at('updated'), 'utf8').catch(() => ''),
    (text) => text.endsWith('\n'),
  )
  expect(said.split('\n')[0]).toBe(`update --home ${home} --automatic --json`)
  expect(await end()).toBe(0)
})

test('one that is not to update itself does not, however long it runs', async () => {
  const { end } = await supervised(false)
  await vi.advanceTimersByTimeAsync(72 * hourMs)
  vi.useRealTimers()
  expect(await saidUntilNow()).toEqual([])
  expect(await end()).toBe(0)
})
