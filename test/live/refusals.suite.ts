// Acceptance 9 and the errors around it against live nodes: what is refused, with which code, which
// exit code and which words, as JSON and for people.
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { member } from '../api/members.ts'
import { LiveNetwork, type LiveNode } from './harness.ts'

let network: LiveNetwork
let node: LiveNode

beforeAll(async () => {
  network = await LiveNetwork.open()
  node = await network.node('n1', '--overlay', 'social', '--overlay', 'measured')
})
afterAll(() => network[Symbol.asyncDispose]())

const stranger = member('never seen').peerId
const cases: readonly (readonly [string, () => string[], number, string, RegExp])[] = [
  ['its own PeerId', () => [node.peerId, '0.9'], 2, 'trust/own-id', /does not rate itself/],
  ['its own node id', () => [node.nodeId, '0.9'], 2, 'trust/own-id', /does not rate itself/],
  ['a value above 1', () => [stranger, '1.000001'], 2, 'trust/out-of-range', /outside \[-1, 1\]/],
  ['a value below -1', () => [stranger, '-1.5'], 2, 'trust/out-of-range', /outside \[-1, 1\]/],
  ['seven decimals', () => [stranger, '0.1234567'], 2, 'trust/too-many-decimals', /6 decimals/],
  ['a name of no peer', () => ['nobody', '0.9'], 1, 'peer/unknown', /"nobody"/],
  ['half a PeerId', () => ['12D3KooWabc', '0.9'], 2, 'peer/malformed-id', /12D3KooWabc/],
  [
    'an overlay that it is not in',
    () => [stranger, '0.9', '--overlay', 'lunch'],
    ...([2, 'overlay/unknown', /no overlay "lunch": it is in social, measured/] as const),
  ],
  [
    'an overlay that rates by itself',
    () => [stranger, '0.9', '--overlay', 'measured'],
    ...([2, 'overlay/not-manual', /takes no ratings by hand/] as const),
  ],
]

describe('trust set refuses', () => {
  test.each(cases)('%s', async (_, args, exit, code, says) => {
    const [json, plain] = await Promise.all([
      network.at(node, 'trust', 'set', ...args(), '--json'),
      network.at(node, 'trust', 'set', ...args()),
    ])
    expect([json.code, json.json]).toMatchObject([exit, { schemaVersion: 1, error: { code } }])
    expect((json.json.error as { message: string }).message).toMatch(says)
    expect([plain.code, plain.out]).toEqual([exit, ''])
    expect(plain.err).toMatch(says)
    expect(plain.err).toContain(`[${code}]`)
    expect((await node.api.status()).ratings.own).toBe(0)
  })

  test('when no node runs in the home', async () => {
    const home = join(network.folder, 'nowhere')
    const json = await network.run('trust', 'set', stranger, '0.9', '--home', home, '--json')
    expect([json.code, json.json]).toMatchObject([3, { error: { code: 'node/not-running' } }])
    const plain = await network.run('trust', 'set', stranger, '0.9', '--home', home)
    expect(plain.code).toBe(3)
    expect(plain.err).toMatch(/No node runs in .*nowhere: start one/)
  })
})

describe('node start refuses', () => {
  test('a home that another node holds, and names its process', async () => {
    const json = await network.at(node, 'node', 'start', '--json')
    expect([json.code, json.json]).toMatchObject([5, { error: { code: 'home/locked' } }])
    expect((json.json.error as { message: string }).message).toContain(
      `process ${node.process.pid}`,
    )
    const plain = await network.at(node, 'node', 'start')
    expect([plain.code, plain.out]).toEqual([5, ''])
    expect(plain.err).toContain(`process ${node.process.pid}`)
  })

  test.each([
    ['an invite that is none', ['--join', 'trustnet:nonsense'], 2, 'invite/malformed'],
    ['an address that is none', ['--listen', 'localhost:4001'], 2, 'node/malformed-listen'],
    ['an overlay of no name', ['--overlay', 'Not A Name'], 2, 'overlay/malformed-name'],
    ['a store that does not exist', ['--store', 'sqlite'], 2, 'cli/usage'],
  ])('%s', async (_, args, exit, code) => {
    const home = join(network.folder, 'refused')
    const ran = await network.run('node', 'start', '--home', home, ...args, '--json')
    expect([ran.code, ran.json]).toMatchObject([exit, { error: { code } }])
    await rm(home, { recursive: true, force: true })
  })

  test('an invite of a node that is gone, in time', async () => {
    const gone = await network.node('gone')
    await gone.end('SIGTERM')
    const home = join(network.folder, 'late')
    const { invite } = gone.started
    const ran = await network.run('node', 'start', '--home', home, '--join', invite, '--json')
    expect([ran.code, ran.json]).toMatchObject([1, { error: { code: 'transport/no-genesis' } }])
  })
})
