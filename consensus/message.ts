// What nodes say to each other about blocks, what the local user asks, and what the consensus machine
// tells its siblings. codec.ts turns messages into bytes.
import type { Refusal } from '../src/core/application.ts'
import type { NodeId } from '../src/core/id.ts'
import type { Effect } from '../src/core/machine.ts'
import type { Block, Header, TransactionHash } from './block.ts'
import type { Commit, VerifiedCommit } from './commit.ts'
import type { Equivocation, Step } from './driver-io.ts'
import type { RoundVotes } from './engine-io.ts'
import type { BlockId, Height, Proposal, Round, VerifiedVote, Vote } from './vote.ts'

/** A block by the names of its transactions: whoever holds them completes it, the rest is asked for. */
export interface CompactBlock {
  readonly header: Header
  readonly transactions: readonly TransactionHash[]
  readonly lastCommit: Commit | null
}

export type ConsensusMessage =
  | { readonly say: 'proposal'; readonly proposal: Proposal; readonly block: CompactBlock }
  | { readonly say: 'votes'; readonly votes: readonly Vote[] }
  /**
   * Where the sender stands, sent to members at every step and to all neighbours now and then: peers
   * push what it lacks. `linked`: committee members that it speaks to directly, by index.
   */
  | {
      readonly say: 'status'
      readonly height: Height
      readonly round: Round
      readonly step: Step
      readonly rounds: readonly RoundVotes[]
      readonly linked: readonly number[]
    }
  /** The transactions of a compact block that the sender lacks, by place; at most transactionsPerBlockMax. */
  | {
      readonly say: 'want-transactions'
      readonly block: BlockId
      readonly places: readonly number[]
    }
  /** Answer: the transactions at these places, as many as fit. */
  | {
      readonly say: 'transactions'
      readonly block: BlockId
      readonly places: readonly number[]
      readonly transactions: readonly Uint8Array[]
    }
  /** New transactions for everybody's pool, in batches. */
  | { readonly say: 'submit'; readonly transactions: readonly Uint8Array[] }
  /** A block that was just decided, for everybody. */
  | { readonly say: 'decided'; readonly block: CompactBlock; readonly commit: Commit }
  /** Finalized blocks from..to, both included, at most blocksPerMessageMax. */
  | { readonly say: 'want-blocks'; readonly from: Height; readonly to: Height }
  /** Answer: consecutive blocks from `from` on, each with its commit, as many as fit; maybe none. */
  | {
      readonly say: 'blocks'
      readonly from: Height
      readonly blocks: readonly { readonly block: Block; readonly commit: Commit }[]
    }
  /** Which snapshots do you serve? */
  | { readonly say: 'want-snapshots' }
  | { readonly say: 'snapshots'; readonly offers: readonly OfferedSnapshot[] }
  | { readonly say: 'want-chunk'; readonly height: Height; readonly chunk: number }
  /** `bytes` null: no longer at hand. */
  | {
      readonly say: 'chunk'
      readonly height: Height
      readonly chunk: number
      readonly bytes: Uint8Array | null
    }

export interface OfferedSnapshot {
  readonly height: Height
  readonly stateHash: string
  readonly chunks: number
}

/** What the local user (or a sibling) asks of the consensus machine. */
export type ConsensusCommand =
  /** Puts a transaction into the pool and spreads it; answered with its hash once admitted. */
  { readonly command: 'submit'; readonly transaction: Uint8Array }

/** What siblings tell the machine. */
export type ConsensusRequest =
  /** A transaction that reaches everybody by other means (entries, by the exchange): for the pool, not to be spread. */
  | { readonly note: 'transaction'; readonly transaction: Uint8Array }
  /** Transactions may be admissible now that were not before, or the other way round. */
  | { readonly note: 'recheck' }

export type ConsensusMisbehaviour =
  | 'invalid-vote'
  | 'invalid-proposal'
  | 'invalid-commit'
  | 'invalid-block'
  | 'invalid-transaction'
  | 'invalid-snapshot'
  | 'unasked'
  | 'flooding'
  | 'silent'

export type ConsensusNote =
  /** In order of height; the application stands behind it. */
  | { readonly note: 'finalized'; readonly block: Block; readonly commit: VerifiedCommit }
  /** A snapshot replaced the state: everything read from it must be read again. */
  | { readonly note: 'restored'; readonly height: Height }
  | {
      readonly note: 'entered'
      readonly height: Height
      readonly round: Round
      readonly step: Step
    }
  /** A vote that was counted for the first time, for whoever watches. */
  | { readonly note: 'voted'; readonly vote: VerifiedVote }
  | { readonly note: 'accused'; readonly equivocation: Equivocation }
  /** A transaction from a peer or the user that was not admitted. */
  | { readonly note: 'refused'; readonly transaction: TransactionHash; readonly refusal: Refusal }
  | {
      readonly note: 'misbehaved'
      readonly peer: NodeId
      readonly why: ConsensusMisbehaviour
    }

export type ConsensusEffect = Effect<ConsensusMessage, ConsensusNote>
