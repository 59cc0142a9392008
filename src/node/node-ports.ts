// What a whole node is given, asked and what it tells the outside.
import type { Block, TransactionHash } from '../../consensus/block.ts'
import type { VerifiedCommit } from '../../consensus/commit.ts'
import type { Equivocation, Step } from '../../consensus/driver-io.ts'
import type { ConsensusCommand } from '../../consensus/message.ts'
import type { Height, Round, VerifiedVote } from '../../consensus/vote.ts'
import type { PolicyFactory } from '../../overlay/policy/policy.ts'
import type { ValuesCommand } from '../../overlay/values/message.ts'
import type { OwnTables } from '../../routing/trustnet/own-tables.ts'
import type { VerifiedRating } from '../../trustchain/entry.ts'
import type { TrustBook } from '../../trustchain/graph/trust-book.ts'
import type { BlockChanges, LedgerGenesis } from '../../trustchain/ledger/view.ts'
import type { TrustchainCommand } from '../../trustchain/message.ts'
import type { Refusal } from '../core/application.ts'
import type { ChainId, NodeId, RingKey } from '../core/id.ts'
import type { DropReason } from '../core/machine.ts'
import type { Random } from '../core/random.ts'
import type { Signer, Verify } from '../core/signature.ts'

/** What the local user asks of a node. */
export type NodeCommand =
  | TrustchainCommand
  | ConsensusCommand
  | ValuesCommand
  | MoveCommand
  | {
      readonly command: 'lookup'
      readonly key: RingKey
      readonly overlay: string
      /** @default the routing policy's */
      readonly routes?: number
      /** By the global tables alone; see RouterCommand. @default false */
      readonly fallback?: boolean
    }
  | {
      readonly command: 'send'
      readonly key: RingKey
      readonly overlay: string
      /** @default the routing policy's */
      readonly routes?: number
      readonly bytes: Uint8Array
    }

/** What the host tells its node to do. */
export interface MoveCommand {
  /** It is found at other addresses from now on: its contact is signed anew and told. */
  readonly command: 'move'
  readonly addresses: readonly string[]
}

/** What a node tells its host and, through it, whoever watches. */
export type NodeEvent =
  | { readonly event: 'joined' }
  | { readonly event: 'rated'; readonly entry: VerifiedRating }
  | { readonly event: 'forked'; readonly author: NodeId; readonly own: boolean }
  | { readonly event: 'misbehaved'; readonly peer: NodeId; readonly why: string }
  | { readonly event: 'damaged-store'; readonly keys: readonly string[] }
  | { readonly event: 'lost'; readonly peer: NodeId }
  | { readonly event: 'connected'; readonly peer: NodeId }
  | { readonly event: 'disconnected'; readonly peer: NodeId; readonly why: DropReason }
  /** A block is final and applied. In order of height. */
  | {
      readonly event: 'finalized'
      readonly block: Block
      readonly commit: VerifiedCommit
      readonly changes: BlockChanges
    }
  /** A snapshot replaced the ledger's state. */
  | { readonly event: 'restored'; readonly height: Height }
  | { readonly event: 'voted'; readonly vote: VerifiedVote }
  | {
      readonly event: 'entered'
      readonly height: Height
      readonly round: Round
      readonly step: Step
    }
  /** A member signed two things. */
  | { readonly event: 'accused'; readonly equivocation: Equivocation }
  | {
      readonly event: 'refused'
      readonly transaction: TransactionHash
      readonly refusal: Refusal
    }
  /** A message for a key that this node roots. */
  | {
      readonly event: 'delivered'
      readonly key: RingKey
      readonly origin: NodeId
      readonly bytes: Uint8Array
    }

export interface NodePorts {
  readonly signer: Signer
  readonly verify: Verify
  readonly random: Random
  /** The stored bytes of an old final block, where the host has them at hand. */
  readonly storedBlock?: (height: Height) => Uint8Array | undefined
  /** A trust book to read instead of one of its own: a simulated network shares its ratings. */
  readonly trust?: TrustBook
  /** This node's trusted tables under `trustnet`, instead of computing them: a simulated network shares the work. */
  readonly trustedTables?: (overlay: string) => OwnTables
}

/** An overlay that the node takes part in, with the rule by which it rates there. */
export interface NodeOverlay {
  readonly name: string
  readonly makePolicy: PolicyFactory
}

export interface NodeOptions {
  readonly chainId: ChainId
  /** The first is the one that commands use unless told otherwise. */
  readonly overlays: readonly NodeOverlay[]
  readonly routing: 'pastry' | 'distnet' | 'trustnet'
  readonly owner: string
  readonly addresses: readonly string[]
  readonly bootstraps: readonly NodeId[]
  /** True only when the key was made in this very start: nobody can know an entry of it. */
  readonly freshKey: boolean
  /** What an earlier run persisted, every key and value. */
  readonly stored: Iterable<readonly [string, Uint8Array]>
  /** What the network's chain is founded on; without it there are no blocks, and ratings count as exchanged. */
  readonly founding?: LedgerGenesis
  /** Wishes to serve on the committee. @default true */
  readonly willing?: boolean
  /** Intervals, for tests and devnets. */
  readonly timing?: {
    readonly probeEvery?: number
    readonly patience?: number
    readonly positionLapse?: number
    readonly digestEvery?: number
    readonly receiptTimeout?: number
    readonly routeTimeout?: number
    readonly policyEvery?: number
    readonly valuesPatience?: number
    readonly repairEvery?: number
    readonly timeoutPropose?: number
    readonly timeoutVote?: number
    readonly timeoutStep?: number
    readonly batchAfter?: number
    readonly emptyEvery?: number
  }
}
