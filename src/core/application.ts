// What a replicated application is to the engine that orders its transactions: the shape of ABCI 2.0
// (check, prepare, process, finalize, commit, snapshots), synchronous and pure, so that another
// engine can drive the same ledger one day and this engine another application (the simulator does).
// Transactions are opaque bytes here. What a peer sends is answered by a verdict, never thrown.
import type { Committee } from './committee.ts'
import type { Millis, NodeId } from './id.ts'
import type { StoreWrite } from './machine.ts'

/** Why a transaction or a block is refused: a stable code and the facts of its sentence. */
export interface Refusal {
  readonly code: string
  readonly facts: Readonly<Record<string, unknown>>
}

/** What the pool must know of a transaction to queue it fairly. */
export interface Admitted {
  readonly verdict: 'admitted'
  /** Whose quota it counts against; a proof, which nobody authors, counts against 'proof'. */
  readonly author: NodeId | 'proof'
  /**
   * Its place among the transactions of its author, when they apply only in order: the pool offers it
   * for a block only behind `sequence` − 1, pooled or final. null: any time.
   */
  readonly sequence: number | null
  /** The next sequence of this author that is admissible on the final state. */
  readonly nextSequence: number | null
  /** Standing of the author, 0..10^9: evicted least first. */
  readonly standing: number
}

export type Admission =
  | Admitted
  /** Final already: not to be kept, no fault of whoever sent it. */
  | { readonly verdict: 'final' }
  | { readonly verdict: 'refused'; readonly refusal: Refusal }

/** A block as the application sees it. */
export interface BlockFacts {
  readonly height: number
  readonly time: Millis
  readonly proposer: NodeId
  readonly transactions: readonly Uint8Array[]
  /** Verified signers of the commit of the block before, ascending; empty at height 1. */
  readonly signers: readonly NodeId[]
}

/** Room for transactions in a proposal. */
export interface Room {
  readonly bytes: number
  readonly count: number
}

export interface Finalized {
  /** 64 hex digits: of the state after this block; stands in the header of the next. */
  readonly stateHash: string
  /** The committee that decides height + 2, when it differs from the one that decides height + 1. */
  readonly committeeAfterNext: Committee | null
  /** Make the new state durable. */
  readonly writes: readonly StoreWrite[]
}

export interface SnapshotOffer {
  readonly height: number
  /** 64 hex digits; proven by the header of height + 1. */
  readonly stateHash: string
  readonly chunks: number
}

export interface Application {
  /** Of the last finalized block; 0 at genesis. */
  readonly height: number
  /** Of the state after `height`. */
  readonly stateHash: string
  /** Decides height + 1. */
  readonly committee: Committee
  /** Decides height + 2. */
  readonly nextCommittee: Committee

  /** May this transaction wait for a block? Verifies signatures once and remembers the verdict by its bytes' hash. */
  checkTransaction(bytes: Uint8Array): Admission
  /**
   * The transactions of a new block: of the candidates, in this order, those that apply one after the
   * other on the final state, within the room.
   */
  prepareProposal(candidates: Iterable<Uint8Array>, room: Room, time: Millis): readonly Uint8Array[]
  /** Would the block apply? A block with one inadmissible transaction is refused whole. Changes nothing. */
  processProposal(block: BlockFacts): Refusal | null
  /**
   * Applies a decided block, which `processProposal` accepts on this very state. Deterministic. The
   * writes make the new state durable; the engine persists them together with the block.
   */
  finalizeBlock(block: BlockFacts): Finalized

  /** Snapshots that this node can serve, newest first. */
  listSnapshots(): readonly SnapshotOffer[]
  /** undefined when it is no longer at hand. */
  loadSnapshotChunk(height: number, chunk: number): Uint8Array | undefined
  /**
   * Replaces an empty state by a snapshot whose `stateHash` a commit has proven. All chunks at once;
   * nothing changes unless every chunk fits and gives that hash.
   *
   * @returns the writes that make it durable, or why it does not fit
   */
  applySnapshot(
    offer: SnapshotOffer,
    chunks: readonly Uint8Array[],
  ): readonly StoreWrite[] | Refusal
}
