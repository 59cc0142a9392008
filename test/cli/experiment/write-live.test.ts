// What `experiment live --out` leaves: live and simulated side by side, with what so many lookups can tell.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { makeResultsFolder } from '../../../cli/experiment/files.ts'
import { writeLive } from '../../../cli/experiment/live/write-live.ts'

const folder = mkdtempSync(join(tmpdir(), 'trustnet-live-'))
afterAll(() => rmSync(folder, { recursive: true }))

const measured = (delivered: number) => ({
  ...{ lookups: 100, endings: { delivered, lost: 100 - delivered }, hops: [0, delivered] },
  ...{ messages: 3, contamination: {}, bytesPerNode: 100, hopsMean: 1 },
})
const answer = {
  ...{ scenario: 'droppers', router: 'pastry', nodes: 30, attackers: 6 },
  ...{ live: measured(80), simulated: measured(100) },
}

test('live and simulated stand side by side, each share with its interval by Wilson', async () => {
  await writeLive(answer, join(folder, 'new', 'out'))
  const read = JSON.parse(readFileSync(join(folder, 'new', 'out', 'live.json'), 'utf8'))
  expect(read).toMatchObject({ schemaVersion: 1, router: 'pastry', nodes: 30, attackers: 6 })
  // Wilson (1927) for 80 of 100: 0.7112 to 0.8666.
  expect(read.live.shares.delivered.low).toBeCloseTo(0.7112, 3)
  expect(read.live.shares.delivered.high).toBeCloseTo(0.8666, 3)
  expect(read.simulated.shares.delivered).toMatchObject({ mean: 1, high: 1 })
  expect(read.simulated.shares['timed-out']).toMatchObject({ mean: 0, low: 0 })
})

test('a folder that cannot be is said', async () => {
  writeFileSync(join(folder, 'file'), '')
  await expect(writeLive(answer, join(folder, 'file', 'out'))).rejects.toMatchObject({
    code: 'experiment/unwritable',
  })
})

test('a folder that the kernel says is none is refused at once', async () => {
  const nowhere = existsSync('/proc/self') ? '/proc/x/results' : join(process.execPath, 'results')
  await expect(makeResultsFolder(nowhere)).rejects.toMatchObject({
    code: 'experiment/unwritable',
    facts: { folder: nowhere },
  })
})
