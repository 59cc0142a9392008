// The chain of a RunningNode: where it keeps its ledger, its blocks and what happens to them.
import { decodeBlock } from '../../../consensus/codec-block.ts'
import { blockKey } from '../../../consensus/engine-stored.ts'
import type { RunningNode } from '../running-node.ts'
import type { ChainEvent } from './access.ts'
import type { NameOf } from './ledger-views.ts'
import { LiveChain } from './live-chain.ts'
import { readTransaction } from './read-transaction.ts'

/** undefined where the node keeps no chain. */
export function liveChainOf(node: RunningNode, nameOf: NameOf): LiveChain | undefined {
  const { finality } = node.machine
  if (finality === undefined) return undefined
  const { ledger, consensus, parameters } = finality
  return new LiveChain(
    {
      self: node.nodeId,
      ledger,
      async finalBlock(height) {
        // A block that was told a moment ago may not be in the store yet.
        const recent = consensus.blockAt(height)
        if (recent !== undefined) return recent
        const bytes = await node.stored(blockKey(height))
        return bytes && decodeBlock(bytes, node.network.chainId)
      },
      watch: (watcher) =>
        node.watch((event) => {
          if (isOfChain(event)) watcher(event)
        }),
    },
    {
      ...{ nameOf, parameters, read: readTransaction, statusAgeMsMax: 100 },
      told: () => node.alone.standing,
    },
  )
}

const isOfChain = (event: { readonly event: string }): event is ChainEvent =>
  event.event === 'finalized' || event.event === 'restored' || event.event === 'voted'
