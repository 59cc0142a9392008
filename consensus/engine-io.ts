// Where the engine (heights, signing, write-ahead log) and the machine around it (peers, gossip,
// pool, sync) meet. The engine speaks to no peer: it takes what was verified and complete, and says
// what all members should hear.
import type { Application } from '../src/core/application.ts'
import type { Committee } from '../src/core/committee.ts'
import type { ChainId, Millis, NodeId } from '../src/core/id.ts'
import type { StoreWrite } from '../src/core/machine.ts'
import type { Signer, Verify } from '../src/core/signature.ts'
import type { Block } from './block.ts'
import type { VerifiedCommit } from './commit.ts'
import type { Equivocation, Step } from './driver-io.ts'
import type { BlockId, Height, Round, VerifiedProposal, VerifiedVote, VoteKind } from './vote.ts'

export interface EnginePorts {
  readonly signer: Signer
  readonly verify: Verify
  readonly application: Application
  /** Transactions waiting for a block, fairest order first. */
  readonly candidates: () => Iterable<Uint8Array>
}

export interface EngineOptions {
  readonly chainId: ChainId
  /** Genesis time: the floor of the first block's. */
  readonly genesisTime: Millis
  /** First proposal timeout; `timeoutStep` more each round. @default 1_000 */
  readonly timeoutPropose?: Millis
  /** @default 500 */
  readonly timeoutVote?: Millis
  /** Added to each timeout a round. @default 500 */
  readonly timeoutStep?: Millis
  /** Transactions are gathered for so long after the block before; after a pause none waits. @default 50 */
  readonly batchAfter?: Millis
  /** An empty block is made when nothing happened for so long. @default 10_000 */
  readonly emptyEvery?: Millis
  /**
   * False: takes part in rounds without signing anything, as a follower does, whatever the
   * committee says. @default true
   */
  readonly signs?: boolean
}

export type EngineInput =
  /** Replays the write-ahead log. Once, first. */
  | { readonly on: 'start' }
  /** A proposal with its complete block; not yet judged by the application. */
  | { readonly on: 'proposal'; readonly proposal: VerifiedProposal; readonly block: Block }
  /** Of this height or, within bounds, a later one. Others are ignored. */
  | { readonly on: 'vote'; readonly vote: VerifiedVote }
  /** A quorum's prevotes of one round of this height for one block, each of another member. */
  | { readonly on: 'polka'; readonly votes: readonly VerifiedVote[] }
  /** A timer of the engine's: its names begin with `consensus/engine/`. */
  | { readonly on: 'timer'; readonly timer: string }
  /** A decided block of this height with its commit, from whoever was ahead. */
  | { readonly on: 'decided'; readonly block: Block; readonly commit: VerifiedCommit }
  /** The pool went from empty to not empty. */
  | { readonly on: 'transactions' }
  /**
   * Peers are known to be ahead (or no longer): a node that is catching up signs nothing.
   */
  | { readonly on: 'catching-up'; readonly behind: boolean }

export type EngineEffect =
  | { readonly do: 'persist'; readonly writes: readonly StoreWrite[] }
  | { readonly do: 'schedule'; readonly timer: string; readonly after: Millis }
  | { readonly do: 'cancel'; readonly timer: string }
  /** To all members, now and again until the height ends. */
  | { readonly do: 'propose'; readonly proposal: VerifiedProposal; readonly block: Block }
  | { readonly do: 'vote'; readonly vote: VerifiedVote }
  /** The height is decided and applied; `application` stands behind it. In order of height. */
  | { readonly do: 'finalized'; readonly block: Block; readonly commit: VerifiedCommit }
  | { readonly do: 'accuse'; readonly equivocation: Equivocation }
  | { readonly do: 'entered'; readonly height: Height; readonly round: Round; readonly step: Step }

/** The votes of a round that this node holds, by member index, as peers tell each other. */
export interface RoundVotes {
  readonly round: Round
  /** Indices into the committee's members, ascending. */
  readonly prevotes: readonly number[]
  readonly precommits: readonly number[]
  /** Is the proposal of this round held? */
  readonly proposal: boolean
}

/** What the machine reads of the engine, to serve and to repair its peers. */
export interface EngineView {
  /** The height being decided: `application.height` + 1. */
  readonly height: Height
  readonly round: Round
  readonly step: Step
  readonly committee: Committee
  /** Commit of the block before; null at height 1. */
  readonly lastCommit: VerifiedCommit | null
  /** Who proposes in a round of this height. */
  proposerOf(round: Round): NodeId
  /** The rounds of this height of which anything is held, ascending, bounded. */
  rounds(): readonly RoundVotes[]
  vote(kind: VoteKind, round: Round, voter: NodeId): VerifiedVote | undefined
  /** The votes that count for a block, by member: of a member that said two things, maybe the second. */
  votesFor(kind: VoteKind, round: Round, block: BlockId): readonly VerifiedVote[]
  proposal(round: Round): { readonly proposal: VerifiedProposal; readonly block: Block } | undefined
}
