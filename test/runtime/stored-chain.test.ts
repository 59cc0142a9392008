// `chain verify` and `chain export` on homes of stopped nodes: sound chains, and every way in which one
// can be wrong on disk.
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { encodeBlock } from '../../consensus/codec-block.ts'
import { blockKey } from '../../consensus/engine-stored.ts'
import { exportStoredChain } from '../../src/runtime/chain/export-stored.ts'
import { verifyStoredChain } from '../../src/runtime/chain/verify-stored.ts'
import { openHome } from '../../src/runtime/home/home.ts'
import { ChainMaker } from './chain-maker.ts'

let folder = ''
let chain: ChainMaker
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trustnet-chain-'))
  chain = new ChainMaker()
  chain.decide(chain.rating(), chain.rating())
  chain.decide()
  chain.decide(chain.rating())
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('chain verify', () => {
  test('counts blocks and certificates of a sound chain', async () => {
    const home = await chain.settle(folder)
    expect(await verifyStoredChain(home)).toEqual({
      ...{ height: 3, blocks: 3, certificates: 3, ok: true },
    })
    // It looked and changed nothing.
    expect((await verifyStoredChain(home)).ok).toBe(true)
  })

  test('of a node without blocks is sound and of height 0', async () => {
    const home = await new ChainMaker().settle(folder)
    expect(await verifyStoredChain(home)).toMatchObject({ height: 0, blocks: 0, ok: true })
  })

  test('names the block whose bytes are none', async () => {
    const home = await chain.settle(folder, [{ key: blockKey(2), value: Uint8Array.of(1, 2, 3) }])
    expect(await verifyStoredChain(home)).toMatchObject({
      ...{ height: 1, blocks: 1, certificates: 1, ok: false },
      fault: { height: 2, why: expect.stringContaining('no block of this chain') },
    })
  })

  test('names the block that is missing', async () => {
    const home = await chain.settle(folder, [{ key: blockKey(2), value: null }])
    const verified = await verifyStoredChain(home)
    expect(verified).toMatchObject({ height: 1, ok: false, fault: { height: 2 } })
  })

  test('says that a chain without its first block began from a snapshot', async () => {
    const home = await chain.settle(folder, [{ key: blockKey(1), value: null }])
    const { ok, fault } = await verifyStoredChain(home)
    expect([ok, fault]).toEqual([false, { height: 1, why: expect.stringContaining('snapshot') }])
  })

  test('refuses a certificate with a forged vote', async () => {
    const { block, commit } = chain.blocks[2]!
    const votes = commit.votes.map((vote, i) =>
      i === 1 ? { ...vote, signature: new Uint8Array(64) } : vote,
    )
    const forged = encodeBlock({ ...block }, { ...commit, votes } as typeof commit)
    const home = await chain.settle(folder, [{ key: blockKey(3), value: forged }])
    const { ok, height, fault } = await verifyStoredChain(home)
    expect([ok, height, fault]).toEqual([
      ...[false, 2, { height: 3, why: 'commit: it breaks the rule "signature"' }],
    ])
  })

  test('refuses a state that its blocks do not give', async () => {
    const value = new Uint8Array(32).fill(9)
    const home = await chain.settle(folder, [{ key: 'state/hash', value }])
    const { ok, fault } = await verifyStoredChain(home)
    expect([ok, fault?.why]).toEqual([
      false,
      expect.stringContaining('not the one that its blocks'),
    ])
  })

  test('of a home in use fails with the pid of who uses it', async () => {
    const home = await chain.settle(folder)
    await using _held = await openHome(home)
    await expect(verifyStoredChain(home)).rejects.toMatchObject({
      ...{ code: 'home/locked', exitCode: 5, facts: { pid: process.pid } },
    })
  })
})

describe('chain export', () => {
  test('writes a line for each block: header, transactions by kind, commit', async () => {
    const home = await chain.settle(folder)
    const file = join(folder, 'chain.jsonl')
    expect(await exportStoredChain(home, file)).toBe(3)
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n')
    const told = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(told.map(({ schemaVersion, height }) => [schemaVersion, height])).toEqual([
      ...[
        [1, 1],
        [1, 2],
        [1, 3],
      ],
    ])
    expect(told[0]).toMatchObject({
      id: chain.blocks[0]!.block.id,
      header: { chainId: chain.network.chainId, height: 1 },
      transactions: [
        { kind: 'entry', says: expect.stringMatching(/^entry 1: rates 12D3KooW\w+ 1 stars/) },
        { kind: 'entry' },
      ],
      commit: { round: 0 },
    })
    const { commit } = told[2] as { commit: { votes: unknown[] } }
    expect(commit.votes).toHaveLength(4)
  })

  test('into a folder that is not there says so', async () => {
    const home = await chain.settle(folder)
    const nowhere = join(folder, 'none', 'chain.jsonl')
    await expect(exportStoredChain(home, nowhere)).rejects.toMatchObject({
      code: 'chain/unwritable',
    })
  })
})
