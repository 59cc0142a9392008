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
  const [other, nowhere] = await Promise.all(
    ['invite.gif', 'none/invite.svg'].map((out) =>
      terminal.run(['invite', '--home', home, '--out', out, '--json']),
    ),
  )
  expect([other!.code, other!.json.error]).toMatchObject([2, { code: 'cli/usage' }])
  expect([nowhere!.code, nowhere!.json.error]).toMatchObject([1, { code: 'cli/unwritable-file' }])
})

test('who is reached by others tells friends to listen too, and why; who is not does not', async () => {
  const open = new MemoryNode(['self'])
  const status = open.status()
  open.status = () => ({
    ...status,
    addresses: ['/ip4/127.0.0.1/tcp/4001', '/ip4/192.0.2.7/tcp/4001'],
  })
  const served = await terminal.serve(open, 'open')
  const listens = ' --listen /ip4/0.0.0.0/tcp/4001'
  const at = (name: string, ...args: string[]) => terminal.run([...args, '--home', name])
  const [told, json, page, own] = await Promise.all([
    at(served.home, 'invite'),
    at(served.home, 'invite', '--json'),
    at(served.home, 'status'),
    at(home, 'invite', '--json'),
  ])
  const command = `trustnet node start --join trustnet:none${listens}`
  expect(told.out).toBe('trustnet:none\n')
  expect(told.err).toContain(command)
  expect(told.err).toMatch(/without --listen .* nobody else reaches it/)
  expect(json.json.command).toBe(command)
  expect(page.out).toContain(command)
  expect(own.json.command).toBe('trustnet node start --join trustnet:none')
  await served.close()
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
