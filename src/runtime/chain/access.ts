// What the chain's views need of the running node: the ledger, finalized blocks, and what happens to
// them. of-node.ts is the one place that knows where a RunningNode keeps these.
import type { FinalBlock } from '../../../consensus/codec-block.ts'
import type { LedgerView } from '../../../trustchain/ledger/view.ts'
import type { NodeId } from '../../core/id.ts'
import type { NodeEvent } from '../../node/node-ports.ts'

/** What the node tells of its chain, in the order in which it happened. */
export type ChainEvent = Extract<NodeEvent, { readonly event: 'finalized' | 'restored' | 'voted' }>

export interface ChainAccess {
  readonly self: NodeId
  /** Always the same object: it changes with every block. */
  readonly ledger: LedgerView
  /** undefined where this node does not hold that block. */
  finalBlock(height: number): Promise<FinalBlock | undefined>
  /** Calls `watcher` for every event until the returned function is called. */
  watch(watcher: (event: ChainEvent) => void): () => void
}
