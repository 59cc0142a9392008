// Where `dht get` writes: a file, or standard output, by `-` as by leaving it out.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { MemoryNode } from '../api/memory-node.ts'
import { Terminal } from './terminal.ts'

let terminal: Terminal
let home: string
let close: () => Promise<void>
let key: string

beforeAll(async () => {
  terminal = await Terminal.open()
  const node = new MemoryNode(['self'])
  key = (await node.values.put({ bytes: Buffer.from('kept'), name: undefined, lifeMs: undefined }))
    .key
  ;({ home, close } = await terminal.serve(node, 'served'))
})

afterAll(async () => {
  await close()
  await terminal.close()
})

const get = (...flags: string[]) => terminal.run(['dht', 'get', key, ...flags, '--home', home])

test('bytes go to standard output, by a dash as by leaving --out out', async () => {
  const [plain, dash] = await Promise.all([get(), get('--out', '-')])
  expect([plain.code, plain.out, dash.code, dash.out]).toEqual([0, 'kept', 0, 'kept'])
  expect(await readdir(terminal.folder)).not.toContain('-')
})

test('bytes go to the file that is named, and nothing to standard output', async () => {
  const file = join(terminal.folder, 'value')
  const ran = await get('--out', file)
  expect([ran.code, ran.out, await readFile(file, 'utf8')]).toEqual([0, '', 'kept'])
})
