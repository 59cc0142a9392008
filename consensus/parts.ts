// What the parts of the consensus machine share: the ports, the engine's view, peers, pool, blocks and
// the outbox of the step.
import type { Application } from '../src/core/application.ts'
import type { Committee } from '../src/core/committee.ts'
import type { ChainId, NodeId } from '../src/core/id.ts'
import type { Random } from '../src/core/random.ts'
import type { Verify } from '../src/core/signature.ts'
import type { Block } from './block.ts'
import type { BlockCache } from './block-cache.ts'
import type { EngineView } from './engine-io.ts'
import type { CompactBlock } from './message.ts'
import type { Outbox } from './outbox.ts'
import type { Peer, Peers } from './peers.ts'
import type { Pool } from './pool.ts'

export interface Parts {
  readonly own: NodeId
  readonly chainId: ChainId
  readonly verify: Verify
  readonly application: Application
  readonly random: Random
  /** Of the engine, which a snapshot replaces. */
  readonly view: () => EngineView
  readonly peers: Peers
  readonly pool: Pool
  readonly blocks: BlockCache
  readonly out: Outbox
}

/** The linked peers that sit in a committee. */
export function* linkedMembers(peers: Peers, committee: Committee): Generator<Peer> {
  for (const peer of peers.all()) if (committee.has(peer.id)) yield peer
}

export const compactOf = ({ header, transactions, lastCommit }: Block): CompactBlock => ({
  header,
  transactions: transactions.map(({ hash }) => hash),
  lastCommit,
})
