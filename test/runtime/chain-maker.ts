// A real chain in a real home: a network of members whose keys the test holds, a real ledger, blocks
// signed by all of them, stored as a node stores them.
import { join } from 'node:path'
import type { Block } from '../../consensus/block.ts'
import { encodeBlock } from '../../consensus/codec-block.ts'
import { type VerifiedCommit, verifyCommit } from '../../consensus/commit.ts'
import { factsOf, makeBlock, type Tip } from '../../consensus/engine-judge.ts'
import { blockKey } from '../../consensus/engine-stored.ts'
import { voteBytes } from '../../consensus/vote.ts'
import { assert } from '../../src/core/assert.ts'
import { nodeIdOf, peerIdOf } from '../../src/core/id.ts'
import type { StoreWrite } from '../../src/core/machine.ts'
import { signedBytes } from '../../src/core/signature.ts'
import { signerFrom, verify } from '../../src/runtime/ed25519/fastest.ts'
import {
  adoptNetwork,
  encodeGenesis,
  type Network,
  networkOf,
} from '../../src/runtime/home/genesis.ts'
import { openHome } from '../../src/runtime/home/home.ts'
import { ledgerGenesisOf } from '../../src/runtime/home/ledger-genesis.ts'
import { openStore } from '../../src/runtime/store/open-store.ts'
import { type EntryLink, zeroHash } from '../../trustchain/entry.ts'
import { encodeBody, entryOfDraft } from '../../trustchain/entry-codec.ts'
import { Ledger } from '../../trustchain/ledger/ledger.ts'
import { encodeEntryTransaction } from '../../trustchain/ledger/transactions.ts'

const signers = [1, 2, 3, 4].map((n) => signerFrom(new Uint8Array(32).fill(n)))

export class ChainMaker {
  readonly network: Network
  readonly ledger: Ledger
  readonly blocks: { readonly block: Block; readonly commit: VerifiedCommit }[] = []
  readonly writes: StoreWrite[] = []
  #tip: Tip
  #head: EntryLink = { seq: 0, hash: zeroHash }

  constructor() {
    const members = signers.map(({ publicKey }) => peerIdOf(publicKey))
    const founding = { name: 'made', createdAt: 1_800_000_000_000, members, parameters: {} }
    this.network = networkOf(encodeGenesis(founding), 'made')
    const genesis = ledgerGenesisOf(this.network)
    const verifyEvidence = () => ({ verdict: 'invalid', rule: 'none here' }) as const
    this.ledger = new Ledger({ verify, verifyEvidence }, genesis, [])
    const { chainId, createdAt: genesisTime } = genesis
    this.#tip = { chainId, genesisTime, application: this.ledger, previous: null }
  }

  /** The first member rates the second once more. */
  rating(): Uint8Array {
    const [author, subject] = signers
    const draft = {
      ...{ chainId: this.#tip.chainId, seq: this.#head.seq + 1, prevHash: this.#head.hash },
      ...{ overlay: 'social', prevSameOverlay: this.#head.seq === 0 ? null : this.#head },
      ...{ subject: subject!.publicKey, reason: null, time: 0 },
      opinion: { is: 'stars', halves: 2 + (this.#head.seq % 9), category: 'honesty' } as const,
    }
    const body = encodeBody(author!.publicKey, draft)
    const entry = entryOfDraft(
      author!.publicKey,
      draft,
      body,
      author!.sign(signedBytes('entry', draft.chainId, body)),
    )
    this.#head = { seq: entry.seq, hash: entry.hash }
    return encodeEntryTransaction(entry)
  }

  /** Decides the next block. */
  decide(...transactions: readonly Uint8Array[]): void {
    const { chainId } = this.#tip
    const { committee, height } = this.ledger
    const proposer = committee.members[height % committee.size]!.nodeId
    const block = makeBlock(this.#tip, transactions, proposer, 1_800_000_001_000 + height)
    assert(block.transactions.length === transactions.length, 'all of them apply')
    const said = { kind: 'precommit', height: height + 1, round: 0, block: block.id } as const
    const votes = signers
      .map(({ publicKey, sign }) => ({
        voter: nodeIdOf(publicKey),
        signature: sign(voteBytes(chainId, said)),
      }))
      .sort((a, b) => (a.voter < b.voter ? -1 : 1))
    const commit = { height: height + 1, round: 0, block: block.id, votes }
    const verdict = verifyCommit(verify, chainId, committee, height + 1, block.id, commit)
    assert(verdict.verdict === 'verified', 'it is a good commit')
    const { writes } = this.ledger.finalizeBlock(factsOf(block))
    const { id, header } = block
    const full = transactions.length > 0
    const previous = { id, header, committee, commit: verdict.commit, full }
    this.#tip = { ...this.#tip, previous }
    this.blocks.push({ block, commit: verdict.commit })
    this.writes.push(...writes)
    this.writes.push({ key: blockKey(height + 1), value: encodeBlock(block, verdict.commit) })
  }

  /** A home with this chain, and then whatever a test wants to do to it. */
  async settle(folder: string, more: readonly StoreWrite[] = []): Promise<string> {
    await using home = await openHome(join(folder, 'home'))
    await adoptNetwork(home.folder, home.genesis, this.network.bytes)
    const store = await openStore(home.store)
    await store.batch([...this.writes, ...more], { sync: true })
    await store.close()
    return home.folder
  }
}
