// Blocks as the API tells them: header, transactions by kind, and the votes that made them final.
import type { Block } from '../../../consensus/block.ts'
import type { FinalBlock } from '../../../consensus/codec-block.ts'
import type { BlockHeadView, BlockView } from '../../api/chain-service.ts'
import { hex } from '../../core/bytes.ts'
import type { NodeId } from '../../core/id.ts'
import type { NameOf } from './ledger-views.ts'

/** What a transaction is, as far as everybody needs to know. */
export interface PlainTransaction {
  readonly kind: string
  readonly author: NodeId | null
  /** In a sentence without the author. */
  readonly says: string
}

/** Reads a transaction of any bytes; what it cannot read is of the kind `unreadable`. */
export type ReadTransaction = (bytes: Uint8Array) => PlainTransaction

export const blockHeadView = (block: Block, nameOf: NameOf): BlockHeadView => ({
  height: block.header.height,
  id: block.id,
  time: block.header.time,
  proposer: nameOf(block.header.proposer),
  transactions: block.transactions.length,
})

export function blockView(
  { block, commit }: FinalBlock,
  nameOf: NameOf,
  read: ReadTransaction,
): BlockView {
  const { header, transactions, id } = block
  return {
    height: header.height,
    id,
    header: { ...header, proposer: nameOf(header.proposer) },
    transactions: transactions.map(({ hash, bytes }) => {
      const { kind, author, says } = read(bytes)
      return {
        ...{ hash, kind, bytes: bytes.length, says },
        author: author === null ? null : nameOf(author),
      }
    }),
    commit: {
      round: commit.round,
      votes: commit.votes.map(({ voter, signature }) => ({
        ...nameOf(voter),
        signature: hex(signature),
      })),
    },
  }
}
