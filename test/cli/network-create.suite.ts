// A network of several founders: each tells a PeerId, one writes the genesis, and the others join with
// the invite of its node. Blocks begin when enough of them are there.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { committeeSizeMax } from '../../src/core/limits.ts'
import { loadNetwork } from '../../src/runtime/home/genesis.ts'
import { member } from '../api/members.ts'
import { until } from '../live/harness.ts'
import { type Ran, Terminal } from './terminal.ts'

let terminal: Terminal
const undone: (() => unknown)[] = []
beforeAll(async () => {
  terminal = await Terminal.open()
})
afterAll(async () => {
  for (const undo of undone.reverse()) undo()
  await terminal.close()
})

const at = (name: string): string => join(terminal.folder, name)
const run = (name: string, ...args: string[]): Promise<Ran> =>
  terminal.run([...args, '--home', at(name), '--json'])
const codeOf = (ran: Ran) => [ran.code, (ran.json.error as { code: string } | undefined)?.code]

async function started(name: string, ...args: string[]): Promise<{ readonly invite: string }> {
  const node = terminal.start(['node', 'start', '--home', at(name), '--json', ...args])
  undone.push(() => node.kill('SIGKILL'))
  return new Promise((resolve, reject) => {
    createInterface({ input: node.stdout! }).once('line', (line) => resolve(JSON.parse(line)))
    node.once('exit', () => reject(new Error(`${name} ended`)))
  })
}

test('three found one network, and the chain goes on with all of them', async () => {
  const names = ['ada', 'grace', 'alan']
  const peerIds: string[] = []
  for (const name of names) peerIds.push(String((await run(name, 'keys', 'show')).json.peerId))
  expect((await run('ada', 'keys', 'show')).json).toMatchObject({ peerId: peerIds[0] })
  const others = peerIds.slice(1).flatMap((peerId) => ['--member', peerId])
  const rules = ['--name', 'friends', '--epoch', '20']
  const created = await run('ada', 'network', 'create', ...others, ...rules)
  expect([created.code, created.json]).toMatchObject([0, { peerId: peerIds[0] }])
  const network = await loadNetwork(join(at('ada'), 'genesis.json'))
  expect(network).toMatchObject({
    genesisHash: created.json.genesisHash,
    genesis: { name: 'friends', members: peerIds.toSorted(), parameters: { epochBlocks: 20 } },
  })
  const before = await readFile(join(at('ada'), 'genesis.json'))
  expect(codeOf(await run('ada', 'network', 'create'))).toEqual([2, 'home/has-network'])
  expect(await readFile(join(at('ada'), 'genesis.json'))).toEqual(before)

  const { invite } = await started('ada')
  for (const name of names.slice(1)) await started(name, '--join', invite)
  for (const name of names)
    await until(
      `${name} sees a committee of three that makes blocks`,
      async () => (await run(name, 'status')).json as { height: number; committee: object },
      ({ height }) => height > 0,
    )
  expect((await run('alan', 'committee')).json).toMatchObject({ size: 3 })
})

test('founders that no genesis can name are refused before a home is made', async () => {
  const create = (...args: string[]) => run('none', 'network', 'create', ...args)
  expect(codeOf(await create('--member', 'grace'))).toEqual([2, 'peer/malformed-id'])
  expect(codeOf(await create('--name', 'x'.repeat(65)))).toEqual([2, 'network/bad-name'])
  expect(codeOf(await create('--epoch', '0'))).toEqual([2, 'cli/usage'])
  const crowd = Array.from({ length: committeeSizeMax }, (_, i) => member(`m${i}`).peerId)
  const ran = await create(...crowd.flatMap((peerId) => ['--member', peerId]))
  expect(codeOf(ran)).toEqual([2, 'network/too-many-members'])
  await expect(readFile(at('none'))).rejects.toMatchObject({ code: 'ENOENT' })
})
