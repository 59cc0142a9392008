// The chain in the home of a stopped node: opened under the home's lock, read block by block.
import { stat } from 'node:fs/promises'
import { decodeBlock, type FinalBlock } from '../../../consensus/codec-block.ts'
import { statePrefix } from '../../../trustchain/ledger/state.ts'
import { hex } from '../../core/bytes.ts'
import { Failure } from '../../core/failure.ts'
import { loadNetwork, type Network } from '../home/genesis.ts'
import { homePaths, openHome } from '../home/home.ts'
import { openNodeStore } from '../store/format.ts'

/** Written by trustchain/ledger/ledger.ts with every block. */
const stateHashKey = `${statePrefix}hash`

/** What all of blockKey(height) begin with; heights have twelve digits, so they sort. */
const blockPrefix = 'block/'

export interface StoredChain {
  readonly network: Network
  /**
   * Every block held with its commit, in order of height. Nothing is verified but their form.
   *
   * @throws Failure `chain/faulty` at a value that is no block of this chain, or of another height
   */
  blocks(): AsyncGenerator<FinalBlock, void, void>
  /** The hash of the state that the node keeps, 64 hex digits; undefined before its first block. */
  stateHash(): Promise<string | undefined>
}

/**
 * Opens the chain of a home, hands it over and closes it again, however that ends.
 *
 * @param folder the home of a node that does not run
 * @throws Failure `chain/nothing-to-read`, `home/locked` with the pid of the node that runs there,
 *   and those of the store
 */
export async function withStoredChain<T>(
  folder: string,
  use: (chain: StoredChain) => Promise<T>,
): Promise<T> {
  // Looked at first: opening makes what is not there.
  const { genesis, store: storeFolder } = homePaths(folder)
  if ((await stat(storeFolder).catch(() => undefined)) === undefined)
    throw new Failure('chain/nothing-to-read', { folder })
  await using _home = await openHome(folder)
  const network = await loadNetwork(genesis)
  if (network === undefined) throw new Failure('chain/nothing-to-read', { folder })
  const store = await openNodeStore(storeFolder)
  try {
    return await use({
      network,
      blocks: () => blocksIn(store.entries(blockPrefix), network),
      async stateHash() {
        const hash = await store.get(stateHashKey)
        return hash && hex(hash)
      },
    })
  } finally {
    await store.close()
  }
}

async function* blocksIn(
  entries: AsyncIterable<readonly [string, Uint8Array]>,
  { chainId }: Network,
): AsyncGenerator<FinalBlock, void, void> {
  for await (const [key, bytes] of entries) {
    const height = Number(key.slice(blockPrefix.length))
    const found = decodeBlock(bytes, chainId)
    if (found === undefined || found.block.header.height !== height)
      throw new Failure('chain/faulty', { height, why: 'its bytes are no block of this chain' })
    yield found
  }
}
