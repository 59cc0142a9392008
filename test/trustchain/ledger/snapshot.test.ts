// Snapshots: all leaves in chunks that each fit a message, proven whole by the state hash.
import { expect, test } from 'vitest'
import type { SnapshotOffer } from '../../../src/core/application.ts'
import { unhex } from '../../../src/core/bytes.ts'
import { verifyMapProof } from '../../../src/core/map-proof.ts'
import { Ledger } from '../../../trustchain/ledger/ledger.ts'
import { chunkBytesMax } from '../../../trustchain/ledger/ledger-limits.ts'
import { chunksOf, leavesOf } from '../../../trustchain/ledger/snapshots.ts'
import { Chain, genesisOf, type Person, people, ports } from './chain.ts'

const served = (ledger: Ledger): { offer: SnapshotOffer; chunks: Uint8Array[] } => {
  const offer = ledger.listSnapshots()[0]!
  const chunks = Array.from(
    { length: offer.chunks },
    (_, i) => ledger.loadSnapshotChunk(offer.height, i)!,
  )
  return { offer, chunks }
}

/** A chain of eight blocks with epochs, entries and a snapshot at height 8. */
function lively(): { chain: Chain; all: Person[] } {
  const all = people(6)
  const chain = new Chain(
    genesisOf(all.slice(0, 5), { snapshotBlocks: 4, epochBlocks: 3, epochMs: 0 }),
  )
  for (let i = 0; i < 8; i++)
    chain.block(all.map((by, n) => by.stars(all[(n + i + 1) % 6]!, 2 + ((n + i) % 4))))
  return { chain, all }
}

test('a snapshot gives the state that it was taken of, and the ledger goes on from there', () => {
  const { chain, all } = lively()
  expect(chain.ledger.listSnapshots().map(({ height }) => height)).toEqual([8, 4])
  const { offer, chunks } = served(chain.ledger)
  expect(offer.stateHash).toBe(chain.ledger.stateHash)
  const joining = new Chain(chain.genesis)
  const writes = joining.ledger.applySnapshot(offer, chunks)
  if (!Array.isArray(writes)) throw new Error(JSON.stringify(writes))
  for (const { key, value } of writes)
    if (value === null) joining.store.delete(key)
    else joining.store.set(key, value)
  expect(joining.ledger.height).toBe(8)
  expect(joining.ledger.stateHash).toBe(offer.stateHash)
  expect([...joining.ledger.nodes()]).toEqual([...chain.ledger.nodes()])
  joining.restart()
  const next = chain.facts([all[0]!.trusts(all[1]!, 900_000)])
  expect(joining.finalize(next).stateHash).toBe(chain.finalize(next).stateHash)
})

test('a snapshot that is asked for late is still the state of its height', () => {
  const { chain } = lively()
  const [, older] = chain.ledger.listSnapshots() as [SnapshotOffer, SnapshotOffer]
  expect(older).toMatchObject({ height: 4, stateHash: chain.hashes[3] })
  const chunks = Array.from(
    { length: older.chunks },
    (_, i) => chain.ledger.loadSnapshotChunk(4, i)!,
  )
  const joining = new Chain(chain.genesis)
  expect(Array.isArray(joining.ledger.applySnapshot(older, chunks))).toBe(true)
  // It judges and applies the blocks that came after as whoever was there.
  for (const [i, facts] of chain.blocks.slice(4).entries())
    expect(joining.finalize(facts).stateHash).toBe(chain.hashes[4 + i])
})

test('nothing changes unless every chunk fits and all give exactly the hash', () => {
  const { chain } = lively()
  const { offer, chunks } = served(chain.ledger)
  const joining = new Ledger(ports, chain.genesis, [])
  const before = joining.stateHash
  const broken = new Uint8Array(chunks[0]!)
  broken[broken.length - 1]! ^= 1
  const attempts: readonly (readonly [SnapshotOffer, readonly Uint8Array[]])[] = [
    [offer, []],
    [offer, [broken]],
    [offer, [chunks[0]!.subarray(0, -1)]],
    [offer, [...chunks, ...chunks]],
    [{ ...offer, chunks: 2 }, [...chunks, ...chunks]],
    [{ ...offer, height: 7 }, chunks],
    [{ ...offer, stateHash: '0'.repeat(64) }, chunks],
    [offer, [new Uint8Array(chunkBytesMax + 1)]],
  ]
  for (const [claimed, given] of attempts)
    expect(joining.applySnapshot(claimed, given)).toMatchObject({ code: 'snapshot/does-not-fit' })
  expect(joining.stateHash).toBe(before)
  expect(joining.height).toBe(0)
  expect(Array.isArray(joining.applySnapshot(offer, chunks))).toBe(true)
})

test('chunks stay within their bound and hold every leaf once, ascending', () => {
  const leaves = Array.from({ length: 3_000 }, (_, i) => {
    const key = `slot/${String(i).padStart(6, '0')}`
    return [key, new Uint8Array(i % 300).fill(i & 255)] as const
  })
  const chunks = chunksOf(leaves)
  expect(chunks.length).toBeGreaterThan(2)
  for (const chunk of chunks) expect(chunk.length).toBeLessThanOrEqual(chunkBytesMax)
  expect(leavesOf(chunks)).toEqual(leaves)
  expect(leavesOf([...chunks].reverse())).toBeUndefined()
  expect(leavesOf(chunksOf([]))).toEqual([])
})

test('a reputation is proven to whoever knows the state hash alone', () => {
  const { chain, all } = lively()
  const key = `reputation/${all[2]!.id}`
  const root = unhex(chain.ledger.stateHash)
  const { value, proof } = chain.ledger.proveState(key)
  expect(verifyMapProof(root, key, value, proof)).toBe(true)
  const [, high, low] = value!
  expect(high! * 256 + low! - 1).toBe(chain.ledger.reputationOf(all[2]!.id).reputation)
  const lie = new Uint8Array(value!)
  lie[2]! ^= 1
  expect(verifyMapProof(root, key, lie, proof)).toBe(false)
  const absent = `reputation/${people(1, 999)[0]!.id}`
  const nothing = chain.ledger.proveState(absent)
  expect(nothing.value).toBeNull()
  expect(verifyMapProof(root, absent, null, nothing.proof)).toBe(true)
})
