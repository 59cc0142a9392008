// A light client over the chain of a stopped node: from the founding committee to the tip by
// skipping, light blocks made of what is stored. Committees: the founding one all along.
import { decodeBlock } from '../../consensus/codec-block.ts'
import { blockKey } from '../../consensus/engine-stored.ts'
import type { LightBlock } from '../../consensus/light-client/light-block.ts'
import { follow } from '../../consensus/light-client/light-client.ts'
import { trustInGenesis } from '../../consensus/light-client/trust.ts'
import { Committee } from '../../src/core/committee.ts'
import { verify } from '../../src/runtime/ed25519/fastest.ts'
import { loadNetwork } from '../../src/runtime/home/genesis.ts'
import { homePaths, openHome } from '../../src/runtime/home/home.ts'
import { ledgerGenesisOf } from '../../src/runtime/home/ledger-genesis.ts'
import { openStore } from '../../src/runtime/store/open-store.ts'

export interface Skipped {
  readonly height: number
  readonly verified: boolean
  readonly fetches: number
  /** With reading and decoding what is fetched. */
  readonly milliseconds: number
}

const dayMs = 86_400_000

/** @param folder the home of a node that does not run and has the chain from its first block */
export async function skipToTip(folder: string): Promise<Skipped> {
  await using home = await openHome(folder)
  const network = (await loadNetwork(homePaths(folder).genesis))!
  const store = await openStore(home.store)
  const { chainId, members, createdAt } = ledgerGenesisOf(network)
  const founding = new Committee(members.map((publicKey) => ({ publicKey })))
  let tip = 0
  for await (const [key] of store.entries('block/')) tip = Number(key.slice('block/'.length))
  let fetches = 0
  const fetch = async (height: number): Promise<LightBlock> => {
    fetches += 1
    const stored = await store.get(blockKey(height))
    const found = stored && decodeBlock(stored, chainId)
    if (found === undefined) throw new Error(`block ${height} is missing`)
    const { header } = found.block
    return { header, commit: found.commit, committee: founding, nextCommittee: founding }
  }
  const options = { chainId, trustingPeriodMs: 7 * dayMs, clockDriftMs: 10_000 }
  const start = performance.now()
  const trusted = trustInGenesis(founding, createdAt)
  const end = await follow({ verify, now: () => Date.now(), fetch }, options, trusted, tip)
  const milliseconds = performance.now() - start
  await store.close()
  return { height: tip, verified: end.is === 'verified', fetches, milliseconds }
}
