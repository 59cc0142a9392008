// Where `dht get` writes: a file, or standard output, by `-` as by leaving it out. And what `dht put` refuses.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { valueLifeMsMax, valueLifeMsMin } from '../../overlay/values/limits.ts'
import { Failure } from '../../src/core/failure.ts'
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

test('a name that is too long is refused as a name', async () => {
  const ran = await terminal.run(['dht', 'put', 'x', '--name', 'é'.repeat(150), '--home', home])
  expect([ran.code, ran.err]).toEqual([
    2,
    expect.stringMatching(/name cannot be used \(300 bytes .*1 to 128.*\[value\/bad-name\]/),
  ])
})

test.each([
  [8 * 86_400, '8d'],
  [7 * 86_400 + 1, '604801s'],
  [36 * 3_600, '1.5d'],
  [0.5, '0.5s'],
])('a life of %d s is refused in the units of --expires: %s', (seconds, said) => {
  const { message } = new Failure('value/bad-life', {
    ...{ ms: seconds * 1_000, min: valueLifeMsMin, max: valueLifeMsMax },
  })
  expect(message).toContain(`cannot live for ${said}: give 1s to 7d,`)
})
