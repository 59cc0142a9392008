// A real chain made quickly and laid into the homes of its members: one process holds all keys, so
// every block is signed at once. Blocks are made, applied and written by the very code of an engine
// (EngineChain, Ledger); what the maker signed a moment ago it does not verify, whoever reads it does.
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeBlock } from '../../consensus/codec-block.ts'
import { commitOf } from '../../consensus/commit.ts'
import { EngineChain } from '../../consensus/engine-chain.ts'
import { signVote } from '../../consensus/verify-vote.ts'
import { assert } from '../../src/core/assert.ts'
import type { StoreWrite } from '../../src/core/machine.ts'
import type { Signer } from '../../src/core/signature.ts'
import { adoptNetwork, encodeGenesis, type Network } from '../../src/runtime/home/genesis.ts'
import { openHome } from '../../src/runtime/home/home.ts'
import { loadOrCreateIdentity } from '../../src/runtime/home/identity.ts'
import { ledgerGenesisOf } from '../../src/runtime/home/ledger-genesis.ts'
import { openStore } from '../../src/runtime/store/open-store.ts'
import type { VerifiedRating } from '../../trustchain/entry.ts'
import { encodeEntry } from '../../trustchain/entry-codec.ts'
import { entryKey } from '../../trustchain/intake.ts'
import { Ledger } from '../../trustchain/ledger/ledger.ts'

export interface ChainPlan {
  /** Where the homes `0`, `1`, … go. */
  readonly folder: string
  readonly members: number
  /** How many of the members' homes get the chain; the others get identity and genesis. */
  readonly copies: number
  readonly blocks: number
  /** Genesis parameters by name. */
  readonly parameters?: Readonly<Record<string, number>>
  /** The transactions of a block; all must apply. */
  readonly transactionsOf: (height: number, network: Network) => readonly Uint8Array[]
  readonly progress?: (height: number) => void
}

export interface MadeChain {
  /** Of all members; the first `copies` hold the chain. */
  readonly homes: readonly string[]
  readonly network: Network
  readonly height: number
  readonly stateHash: string
}

/** Between two blocks. */
const blockMs = 1_000

/** Blocks written in one batch. */
const blocksPerBatch = 500

/** Founds a network whose last block is of this moment, and makes its chain. */
export async function makeChain(plan: ChainPlan): Promise<MadeChain> {
  const { folder, members, copies, blocks } = plan
  const homes = Array.from({ length: members }, (_, i) => join(folder, String(i)))
  const createdAt = Date.now() - (blocks + 1) * blockMs
  const { signers, network } = await found(homes, createdAt, plan.parameters ?? {})
  const store = await openStore(join(homes[0]!, 'store'))
  const maker = new Maker(network, signers)
  let writes: StoreWrite[] = []
  for (let height = 1; height <= blocks; height++) {
    const transactions = plan.transactionsOf(height, network)
    for (const write of maker.next(transactions, createdAt + height * blockMs)) writes.push(write)
    if (height % blocksPerBatch !== 0 && height !== blocks) continue
    await store.batch(writes, { sync: height === blocks })
    writes = []
    plan.progress?.(height)
  }
  await store.close()
  for (const home of homes.slice(1, copies))
    await cp(join(homes[0]!, 'store'), join(home, 'store'), { recursive: true })
  return { homes, network, height: maker.ledger.height, stateHash: maker.ledger.stateHash }
}

async function found(
  homes: readonly string[],
  createdAt: number,
  parameters: Readonly<Record<string, number>>,
): Promise<{ signers: readonly Signer[]; network: Network }> {
  const identities = []
  for (const folder of homes) {
    await using home = await openHome(folder)
    identities.push(await loadOrCreateIdentity(home.identity))
  }
  const members = identities.map(({ peerId }) => peerId)
  const bytes = encodeGenesis({ name: 'made', createdAt, members, parameters })
  let network: Network | undefined
  for (const folder of homes) {
    await using home = await openHome(folder)
    network = await adoptNetwork(home.folder, home.genesis, bytes)
  }
  return { signers: identities.map(({ signer }) => signer), network: network! }
}

/** What became final is kept with the other entries of its author too. */
const entryWrite = (entry: VerifiedRating): StoreWrite => ({
  ...{ key: entryKey(entry.authorId, entry.seq), value: encodeEntry(entry) },
})

/** All members of a network in one. */
class Maker {
  readonly ledger: Ledger
  readonly #network: Network
  readonly #signers: readonly Signer[]
  readonly #chain: EngineChain
  #candidates: readonly Uint8Array[] = []

  constructor(network: Network, signers: readonly Signer[]) {
    this.#network = network
    this.#signers = signers
    const genesis = ledgerGenesisOf(network)
    const { chainId, createdAt: genesisTime } = genesis
    const verify = () => true
    const verifyEvidence = () => ({ verdict: 'invalid', rule: 'none is made' }) as const
    this.ledger = new Ledger({ verify, verifyEvidence }, genesis, [])
    this.#chain = new EngineChain(
      {
        ...{ signer: signers[0]!, verify, application: this.ledger, encodeBlock },
        candidates: () => this.#candidates,
      },
      { chainId, genesisTime },
      null,
    )
  }

  /** Decides a block of these transactions; returns what an engine and the exchange would persist. */
  next(transactions: readonly Uint8Array[], time: number): readonly StoreWrite[] {
    const { chainId } = this.#network
    const { committee, height: below } = this.ledger
    const height = below + 1
    this.#candidates = transactions
    const block = this.#chain.make(committee.members[height % committee.size]!.nodeId, time)
    assert(block.transactions.length === transactions.length, 'every transaction applies')
    const precommit = { kind: 'precommit', height, round: 0, block: block.id } as const
    const votes = committee.members.map(({ nodeId: voter, publicKey }) => {
      const signer = this.#signers.find((each) => each.publicKey.join() === publicKey.join())
      assert(signer !== undefined, 'the founding members stay')
      return signVote(signer, chainId, { ...precommit, voter })
    })
    const commit = commitOf(chainId, committee, votes)
    assert(commit !== undefined, 'all of them are a quorum')
    const writes = this.#chain.finalize(block, commit)
    const entries = this.ledger.lastChanges?.entries ?? []
    return [...writes, ...entries.map(entryWrite)]
  }
}
