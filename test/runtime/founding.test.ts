// What a network is founded on: roots beside members in the genesis file, and several members on one
// machine.
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { utf8, utf8Text } from '../../src/core/bytes.ts'
import { peerIdOf } from '../../src/core/id.ts'
import { committeeSizeMax } from '../../src/core/limits.ts'
import { signerFrom } from '../../src/runtime/ed25519/fastest.ts'
import { foundNetwork } from '../../src/runtime/home/founding.ts'
import { decodeGenesis, encodeGenesis, networkOf } from '../../src/runtime/home/genesis.ts'
import { homePaths, openHome } from '../../src/runtime/home/home.ts'
import { loadOrCreateIdentity } from '../../src/runtime/home/identity.ts'
import { ledgerGenesisOf } from '../../src/runtime/home/ledger-genesis.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trustnet-founding-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const keys = Array.from(
  { length: committeeSizeMax + 1 },
  (_, n) => signerFrom(new Uint8Array(32).fill(n + 1)).publicKey,
)
const peers = keys.map(peerIdOf)
const founding = { name: 'friends', createdAt: 1_790_000_000_000, members: peers.slice(0, 2) }
const whyOf = (bytes: Uint8Array): string => {
  try {
    decodeGenesis(bytes, 'f')
  } catch (error) {
    return (error as Error).message
  }
  return 'it was read'
}

describe('a genesis', () => {
  test('without roots keeps the bytes and the chain id that it always had', () => {
    const bytes = encodeGenesis({ ...founding, parameters: { epochBlocks: 20 } })
    const text = `{
  "schemaVersion": 1,
  "kind": "trustnet/genesis",
  "name": "friends",
  "createdAt": "2026-09-21T14:13:20.000Z",
  "members": [
${[...founding.members]
  .sort()
  .map((peer) => `    "${peer}"`)
  .join(',\n')}
  ],
  "parameters": {
    "epochBlocks": 20
  }
}
`
    expect(utf8Text(bytes)).toBe(text)
    expect(decodeGenesis(bytes, 'f')).not.toHaveProperty('roots')
  })

  test('with roots names them, sorted, after the members', () => {
    const roots = [peers[3]!, peers[2]!, peers[3]!]
    const bytes = encodeGenesis({ ...founding, roots, parameters: {} })
    const genesis = decodeGenesis(bytes, 'f')
    expect(genesis.roots).toEqual([peers[2]!, peers[3]!].sort())
    expect(encodeGenesis(genesis)).toEqual(bytes)
    expect(Object.keys(JSON.parse(utf8Text(bytes)) as object).slice(-3)).toEqual([
      ...['members', 'roots', 'parameters'],
    ])
  })

  test('with roots in any other form is refused', () => {
    const text = utf8Text(encodeGenesis({ ...founding, roots: [peers[2]!], parameters: {} }))
    for (const other of [
      text.replace(/"roots": \[[^\]]*\]/, '"roots": []'),
      text.replace(/"roots": \[[^\]]*\]/, '"roots": null'),
      text.replace(peers[2]!, 'somebody'),
      text.replace(`"${peers[2]}"`, `"${peers[2]}",\n    "${peers[2]}"`),
    ])
      expect(whyOf(utf8(other))).toContain('not what a node writes')
  })

  test('of more members than a committee has seats says how many there may be', () => {
    const all = { name: '', createdAt: 0, parameters: {} }
    expect(whyOf(encodeGenesis({ ...all, members: peers }))).toContain('name 1 to 31')
    expect(whyOf(encodeGenesis({ ...all, members: peers.slice(1) }))).toBe('it was read')
  })
})

describe('the genesis of the ledger', () => {
  test('has keys for PeerIds, and the members as roots unless roots are named', () => {
    const bare = ledgerGenesisOf(networkOf(encodeGenesis({ ...founding, parameters: {} }), 'f'))
    expect(bare.members.map(peerIdOf)).toEqual([...founding.members].sort())
    expect(bare.roots).toEqual(bare.members)
    expect(bare.createdAt).toBe(founding.createdAt)
    const rooted = networkOf(
      encodeGenesis({ ...founding, roots: [peers[5]!], parameters: {} }),
      'f',
    )
    expect(ledgerGenesisOf(rooted).roots.map(peerIdOf)).toEqual([peers[5]])
    expect(ledgerGenesisOf(rooted).chainId).toBe(rooted.chainId)
  })
})

describe('founding on one machine', () => {
  test('gives every home its identity and the one genesis that names them all', async () => {
    const homes = ['n1', 'n2', 'n3'].map((name) => join(folder, name))
    const network = await foundNetwork({ name: 'devnet', homes, parameters: { epochBlocks: 20 } })
    const own: string[] = []
    for (const home of homes) {
      expect(new Uint8Array(await readFile(homePaths(home).genesis))).toEqual(network.bytes)
      // Free again, and the identity is there to stay.
      await using opened = await openHome(home)
      const { peerId, fresh } = await loadOrCreateIdentity(opened.identity)
      expect(fresh).toBe(false)
      own.push(peerId)
    }
    expect(network.genesis.members).toEqual(own.sort())
    expect(network.genesis.parameters).toEqual({ epochBlocks: 20 })
  })

  test('seats as many as a committee has room for', async () => {
    const homes = peers.map((_, n) => join(folder, `n${n}`))
    const { genesis } = await foundNetwork({ name: '', homes, parameters: {} })
    expect(genesis.members).toHaveLength(committeeSizeMax)
  })
})
