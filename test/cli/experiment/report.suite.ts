// `experiment report` as a real child process: the report of a folder, made anew from its runs.
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Terminal } from '../terminal.ts'
import { writeScenario } from './scenarios.ts'

let terminal: Terminal
beforeEach(async () => {
  terminal = await Terminal.open()
})
afterEach(() => terminal.close())

test('experiment report writes again, byte for byte, the report that the run wrote', async () => {
  const file = await writeScenario(terminal.folder, ['pastry', './own.js'])
  const ran = await terminal.run(['experiment', 'run', file, '--out', 'out', '--json'])
  expect(ran.code).toBe(0)
  const page = join(terminal.folder, 'out', 'report.html')
  const first = await readFile(page, 'utf8')
  expect(first).toContain('SHA-256 of results.csv: ')
  await rm(page)
  await rm(join(terminal.folder, 'out', 'plots'), { recursive: true })

  const made = await terminal.run(['experiment', 'report', 'out', '--json'])
  expect(made.json).toMatchObject({ report: join('out', 'report.html'), runs: 4, planned: 4 })
  expect(await readFile(page, 'utf8')).toBe(first)
  for (const name of made.json.files as readonly string[])
    expect((await readFile(join(terminal.folder, 'out', name))).length).toBeGreaterThan(0)
})

test('experiment report says which folders hold an experiment', async () => {
  const { code, json } = await terminal.run(['experiment', 'report', '.', '--json'])
  expect([code, json.error]).toEqual([2, expect.objectContaining({ code: 'experiment/no-plan' })])
})
