// `trustnet dashboard` as a child process: the address of the node that is meant, with its token in
// the part that no browser sends.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Connection } from '../../src/api/connection-file.ts'
import { MemoryNode } from '../api/memory-node.ts'
import { Terminal } from './terminal.ts'

let terminal: Terminal
let served: Awaited<ReturnType<Terminal['serve']>>

beforeAll(async () => {
  terminal = await Terminal.open()
  served = await terminal.serve(new MemoryNode(['ada', 'bob']), 'ada')
})

afterAll(async () => {
  await served.close()
  await terminal.close()
})

test('it prints the address, and with --json too', async () => {
  const file = await readFile(join(served.home, 'api.json'), 'utf8')
  const { url, token } = JSON.parse(file) as Connection
  const [plain, json] = await Promise.all([
    terminal.run(['dashboard', '--home', served.home]),
    terminal.run(['dashboard', '--home', served.home, '--json']),
  ])
  expect([plain.code, plain.out]).toEqual([0, `${url}/#token=${token}\n`])
  expect(json.json).toEqual({ schemaVersion: 1, address: `${url}/#token=${token}` })
})

test('where no node runs it says so', async () => {
  const home = join(terminal.folder, 'nobody')
  const ran = await terminal.run(['dashboard', '--home', home, '--json'])
  expect([ran.code, ran.json]).toMatchObject([3, { error: { code: 'node/not-running' } }])
})
