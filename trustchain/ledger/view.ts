// What the rest of the node reads of the ledger: node records, reputation, standing, committee and
// epoch, as of the last finalized block. Read-only; numbers that nodes agree on are integers.
import type { Committee } from '../../src/core/committee.ts'
import type { ChainId, Millis, NodeId, PublicKey } from '../../src/core/id.ts'
import type { EntryLink, VerifiedRating } from '../entry.ts'

/** BANNED by reputation; INACTIVE when not heard of for five heartbeats by the median report. */
export type NodeStatus = 'ACTIVE' | 'INACTIVE' | 'BANNED'

export interface NodeRecord {
  readonly nodeId: NodeId
  readonly publicKey: PublicKey
  /** '' while it has not registered. */
  readonly owner: string
  readonly addresses: readonly string[]
  readonly status: NodeStatus
  /** WARNED: reputation below 30. */
  readonly warned: boolean
  /** Wishes to serve on the committee. */
  readonly willing: boolean
  /** Its Trustchain is frozen: it signed two histories. */
  readonly frozen: boolean
  /** It signed two things as a member: no seat again. */
  readonly convicted: boolean
  /** Hundredths of a percent, 0..10_000: the median report, with the share of signed commits for members; null before any report. */
  readonly uptime: number | null
  /** Block time of the last time it was heard of; null before. */
  readonly lastHeartbeat: Millis | null
  /** Transactions in the blocks whose commits it signed. */
  readonly transactionsValidated: number
  /** Block time of its registration; genesis time of founding members. */
  readonly joinDate: Millis
  /** The key that had this name before; null of one that had no other. */
  readonly predecessor: NodeId | null
}

/** Stars and what follows from them. */
export interface Reputation {
  /** Hundredths of a point, 0..10_000: (weighted mean − 1) / 4; null while nobody with standing rated. */
  readonly reputation: number | null
  /** Hundredths of a star, 100..500, weighted by standing; null like `reputation`. */
  readonly weightedStars: number | null
  /** Hundredths of a star: the plain mean; null while nobody rated. */
  readonly stars: number | null
  /** How many (rater, category) ratings count. */
  readonly ratings: number
}

export interface EpochView {
  readonly number: number
  readonly startedHeight: number
  readonly startedAt: Millis
  /** Members that were elected and have not all said `ready` yet; null when no handover is under way. */
  readonly handover: {
    readonly elected: readonly NodeId[]
    readonly ready: readonly NodeId[]
  } | null
}

/** A key that handed its name over. */
export interface Succession {
  readonly from: NodeId
  readonly to: NodeId
}

/** What the last finalized block changed, for trust graphs and for whoever watches. */
export interface BlockChanges {
  readonly height: number
  readonly time: Millis
  /** Entries that became final, in order. */
  readonly entries: readonly VerifiedRating[]
  /** Authors frozen by a fork proof. */
  readonly frozen: readonly NodeId[]
  /** In order; whatever was thought by or of `from` is now by or of `to`. */
  readonly successions: readonly Succession[]
  /** Nodes whose status, warning or record changed. */
  readonly records: readonly NodeId[]
  /** Nodes whose reputation changed. */
  readonly reputations: readonly NodeId[]
}

/** The latest final rating of a slot. Stars are in halves (2..10). */
export interface FinalRating {
  readonly overlay: string
  readonly author: NodeId
  readonly subject: NodeId
  readonly kind: 'trust' | 'reliability' | 'performance' | 'honesty'
  /** Millionths of trust, or (stars − 3) / 2. */
  readonly value: number
  /** Counted on over all keys that the author's name had. */
  readonly seq: number
}

export interface LedgerView {
  /** 0 before the first block. */
  readonly height: number
  /** Block time of `height`; genesis time at 0. */
  readonly time: Millis
  readonly stateHash: string
  /** Decides height + 1. */
  readonly committee: Committee
  readonly epoch: EpochView
  /** What the block at `height` changed; undefined right after a start or a snapshot. */
  readonly lastChanges: BlockChanges | undefined
  /** Every record, ascending by node id. */
  nodes(): Iterable<NodeRecord>
  /** undefined as well of a key that handed its name over: see `holderOf`. */
  node(id: NodeId): NodeRecord | undefined
  /** Who has the name of this node now: itself, unless its key was succeeded. */
  holderOf(id: NodeId): NodeId
  /** Of any node, rated or not. */
  reputationOf(id: NodeId): Reputation
  /** Parts of 10^9, as of the beginning of the epoch; 0 of a node without. */
  standingOf(id: NodeId): number
  /** The least number that this author's next signed transaction may have. */
  nextNumber(author: NodeId): number
  /** How far an author's Trustchain is final. */
  finalHead(author: NodeId): EntryLink
  frozen(author: NodeId): boolean
  /** Every latest final rating, for trust graphs at start. */
  ratings(): Iterable<FinalRating>
  /** Roots of standing that still count, ascending. */
  readonly roots: readonly NodeId[]
}

/** What a network is founded on, as the ledger needs it. */
export interface LedgerGenesis {
  readonly chainId: ChainId
  readonly createdAt: Millis
  /** Founding committee, power 1 each. */
  readonly members: readonly PublicKey[]
  /** Roots of standing; the members when none are named. */
  readonly roots: readonly PublicKey[]
  /** Integers by name; see parameters.ts for names and defaults. */
  readonly parameters: Readonly<Record<string, number>>
}
