// A fresh process joins a chain that others hold, over libp2p on loopback: block by block, and far
// behind by a snapshot. The long form of the same is bench:sync.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { Authors } from '../../bench/consensus/authors.ts'
import { joinChain } from '../../bench/sync/join.ts'
import { skipToTip } from '../../bench/sync/light.ts'
import { makeChain } from '../../bench/sync/make-chain.ts'
import { Population } from '../../bench/sync/population.ts'
import { verifyStoredChain } from '../../src/runtime/chain/verify-stored.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trustnet-join-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

describe('a new node', () => {
  test('takes every block from two of four members, and its chain verifies from genesis on', async () => {
    let authors: Authors | undefined
    const chain = await makeChain({
      ...{ folder, members: 4, copies: 2, blocks: 300 },
      parameters: { snapshotBlocks: 0 },
      transactionsOf: (_, { chainId }) => {
        authors ??= new Authors(chainId, 50)
        return [authors.next().transaction]
      },
    })
    const joined = await joinChain({ chain, folder, servers: 2 })
    expect(joined.stateHash).toBe(chain.stateHash)
    expect(joined.restored).toBeNull()
    const verified = await verifyStoredChain(joined.joinerHome)
    expect(verified).toEqual({ height: 300, blocks: 300, certificates: 300, ok: true })
    // The founding committee still decides: one light block is enough.
    const light = await skipToTip(joined.joinerHome)
    expect(light).toMatchObject({ height: 300, verified: true, fetches: 1 })
  }, 60_000)

  test('that is far behind takes a snapshot which the commit of the block above proves', async () => {
    const plan = { nodes: 40, ratings: 400, blocks: 2_050 }
    let population: Population | undefined
    const chain = await makeChain({
      ...{ folder, members: 4, copies: 3, blocks: plan.blocks },
      transactionsOf: (height, { chainId }) => {
        population ??= new Population(chainId, plan)
        return population.at(height)
      },
    })
    const joined = await joinChain({ chain, folder, servers: 3, above: 1 })
    expect(joined.restored).toMatchObject({ height: 2_050, stateHash: chain.stateHash })
    expect(joined.height).toBeGreaterThanOrEqual(2_050)
  }, 60_000)
})
