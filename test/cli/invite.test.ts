// The invite of a running node, as text and as a QR code that carries the same text.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { qrModules, qrText } from '../../cli/render/qr.ts'
import { MemoryNode } from '../api/memory-node.ts'
import { Terminal } from './terminal.ts'

let terminal: Terminal
let home: string
let close: () => Promise<void>
beforeAll(async () => {
  terminal = await Terminal.open()
  ;({ home, close } = await terminal.serve(new MemoryNode(['self']), 'served'))
})
afterAll(async () => {
  await close()
  await terminal.close()
})

test('the invite is printed alone, with the picture beside it, and loopback is remarked on', async () => {
  const ran = await terminal.run(['invite', '--home', home, '--out', 'invite.png'])
  expect([ran.code, ran.out]).toEqual([0, 'trustnet:none\n'])
  expect(ran.err).toContain('loopback')
  const picture = await readFile(join(terminal.folder, 'invite.png'))
  expect(picture.subarray(1, 4).toString()).toBe('PNG')
  const other = await terminal.run(['invite', '--home', home, '--out', 'invite.gif', '--json'])
  expect([other.code, other.json.error]).toMatchObject([2, { code: 'cli/usage' }])
})

test('the drawing in a terminal has the same dark and light places as the code', async () => {
  const text = `trustnet:/ip4/192.0.2.1/tcp/4001/p2p/12D3KooW${'x'.repeat(44)}/genesis/${'5f'.repeat(32)}`
  const modules = qrModules(text)
  const lines = (await qrText(text)).trimEnd().split('\n')
  const dark = (row: number, column: number): boolean => {
    const ink = lines[Math.floor(row / 2)]![column]!
    return row % 2 === 0 ? ink === ' ' || ink === '▄' : ink === ' ' || ink === '▀'
  }
  const read = modules.map((line, row) => line.map((_, column) => dark(row + 2, column + 2)))
  expect(read).toEqual(modules)
  expect(modules.length).toBeGreaterThanOrEqual(37)
})
