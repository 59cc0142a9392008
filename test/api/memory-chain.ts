// A chain in memory: a ledger whose records and stars a test sets, and blocks that it decides at will.
// The views, events and waits over it (LiveChain) are the real ones.
import { type Block, blockOf, transactionOf, transactionsRootOf } from '../../consensus/block.ts'
import type { FinalBlock } from '../../consensus/codec-block.ts'
import { commitHashOf, type VerifiedCommit } from '../../consensus/commit.ts'
import type { BlockId, VerifiedVote } from '../../consensus/vote.ts'
import { Committee } from '../../src/core/committee.ts'
import type { ChainId, NodeId } from '../../src/core/id.ts'
import type { ChainAccess, ChainEvent } from '../../src/runtime/chain/access.ts'
import type { Named, ToldStanding } from '../../src/runtime/chain/ledger-views.ts'
import { LiveChain } from '../../src/runtime/chain/live-chain.ts'
import { readTransaction } from '../../src/runtime/chain/read-transaction.ts'
import type { VerifiedRating } from '../../trustchain/entry.ts'
import { parametersOf } from '../../trustchain/ledger/parameters.ts'
import type {
  BlockChanges,
  EpochView,
  LedgerView,
  NodeRecord,
  Reputation,
} from '../../trustchain/ledger/view.ts'
import type { Member } from './members.ts'

const zeros = '0'.repeat(64)
export const genesisTime = 1_800_000_000_000
const unrated: Reputation = { reputation: null, weightedStars: null, stars: null, ratings: 0 }

/** A record of a member that registered under its name. */
export const recordOf = (member: Member, more: Partial<NodeRecord> = {}): NodeRecord => ({
  ...{ nodeId: member.nodeId, publicKey: member.publicKey, owner: member.owner, addresses: [] },
  ...{ status: 'ACTIVE', warned: false, willing: true, frozen: false, convicted: false },
  ...{ uptime: null, lastHeartbeat: null, transactionsValidated: 0, joinDate: genesisTime },
  predecessor: null,
  ...more,
})

export class MemoryChain implements ChainAccess {
  readonly self: NodeId
  readonly records = new Map<NodeId, NodeRecord>()
  readonly reputations = new Map<NodeId, Reputation>()
  readonly standings = new Map<NodeId, number>()
  /** What others said of this node. */
  told: ToldStanding | undefined
  /** Of keys that handed their names over. */
  readonly holders = new Map<NodeId, NodeId>()
  readonly finalSeqs = new Map<NodeId, number>()
  epoch: EpochView = { number: 0, startedHeight: 0, startedAt: genesisTime, handover: null }
  readonly ledger: LedgerView
  readonly #blocks: FinalBlock[] = []
  readonly #watchers = new Set<(event: ChainEvent) => void>()
  #changes: BlockChanges | undefined
  #committee: Committee

  /** The first member is the node itself; the first `seats` have a seat. */
  constructor(members: readonly Member[], seats: number) {
    this.self = members[0]!.nodeId
    for (const member of members) this.records.set(member.nodeId, recordOf(member))
    this.#committee = new Committee(members.slice(0, seats))
    this.ledger = this.#ledger()
  }

  get height(): number {
    return this.#blocks.length
  }

  finalBlock(height: number): Promise<FinalBlock | undefined> {
    return Promise.resolve(this.#blocks[height - 1])
  }

  watch(watcher: (event: ChainEvent) => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  tell(event: ChainEvent): void {
    for (const watcher of this.#watchers) watcher(event)
  }

  vote(voter: NodeId, height: number, block: BlockId | null): void {
    const signature = new Uint8Array(64)
    const vote = { kind: 'prevote', height, round: 0, block, voter, signature } as const
    this.tell({ event: 'voted', vote: vote as unknown as VerifiedVote })
  }

  /** Decides a block and applies it without telling; `told` tells. */
  apply(
    transactions: readonly Uint8Array[] = [],
    changed: Partial<BlockChanges> = {},
  ): Extract<ChainEvent, { event: 'finalized' }> {
    const block = this.#next(transactions)
    const votes = this.ledger.committee.members.map(({ nodeId }) => ({
      voter: nodeId,
      signature: new Uint8Array(64).fill(7),
    }))
    const { height, time } = block.header
    const commit = { height, round: 0, block: block.id, votes } as unknown as VerifiedCommit
    this.#blocks.push({ block, commit })
    const none = { entries: [], frozen: [], successions: [], records: [], reputations: [] }
    const changes = { height, time, ...none, ...changed }
    for (const { authorId, seq } of changes.entries) this.finalSeqs.set(authorId, seq)
    this.#changes = changes
    return { event: 'finalized', block, commit, changes }
  }

  decide(transactions: readonly Uint8Array[] = [], changed: Partial<BlockChanges> = {}): void {
    this.tell(this.apply(transactions, changed))
  }

  /** An own entry that stands in no block really: what the ledger says of it is all that counts. */
  ownEntry(seq: number): VerifiedRating {
    return { authorId: this.self, seq } as unknown as VerifiedRating
  }

  service(nameOf: (node: NodeId) => Named): LiveChain {
    return new LiveChain(this, {
      ...{ nameOf, parameters: parametersOf({}), read: readTransaction },
      told: () => this.told,
    })
  }

  #next(bytes: readonly Uint8Array[]): Block {
    const before = this.#blocks.at(-1)
    const transactions = bytes.map(transactionOf)
    const { hash, members } = this.ledger.committee
    const height = this.#blocks.length + 1
    return blockOf(
      {
        ...{ chainId: '0123456789abcdef' as ChainId, height, time: genesisTime + height },
        previous: before?.block.id ?? (zeros as BlockId),
        lastCommitHash: commitHashOf(before?.commit ?? null),
        transactionsRoot: transactionsRootOf(transactions),
        ...{ stateHash: zeros, committeeHash: hash, nextCommitteeHash: hash },
        proposer: members[height % members.length]!.nodeId,
      },
      transactions,
      before?.commit ?? null,
    )
  }

  /** These have the seats from now on. */
  seat(members: readonly Member[]): void {
    this.#committee = new Committee(members)
  }

  #ledger(): LedgerView {
    const chain = this
    return {
      get height() {
        return chain.#blocks.length
      },
      get time() {
        return chain.#blocks.at(-1)?.block.header.time ?? genesisTime
      },
      get epoch() {
        return chain.epoch
      },
      get lastChanges() {
        return chain.#changes
      },
      get committee() {
        return chain.#committee
      },
      ...{ stateHash: zeros, roots: [] },
      nodes: () =>
        [...chain.records.values()].sort((a, b) => (a.nodeId < b.nodeId ? -1 : 1)).values(),
      node: (id) => chain.records.get(id),
      holderOf: (id) => chain.holders.get(id) ?? id,
      reputationOf: (id) => chain.reputations.get(id) ?? unrated,
      nextNumber: () => 1,
      standingOf: (id) => chain.standings.get(id) ?? 0,
      finalHead: (author) => ({
        ...{ seq: chain.finalSeqs.get(author) ?? 0, hash: zeros as VerifiedRating['hash'] },
      }),
      frozen: (author) => chain.records.get(author)?.frozen ?? false,
      ratings: () => [],
    }
  }
}
