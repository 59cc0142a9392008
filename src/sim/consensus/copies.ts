// Messages between simulated nodes are values: a copy is made of each that is sent, so that no node
// shares an object with another. Otherwise what one verified would count as verified at all.

import type { Block } from '../../../consensus/block.ts'
import { decodeConsensusMessage, encodeConsensusMessage } from '../../../consensus/codec.ts'
import type { Commit } from '../../../consensus/commit.ts'
import type { CompactBlock, ConsensusMessage } from '../../../consensus/message.ts'
import { assert } from '../../core/assert.ts'
import type { ChainId } from '../../core/id.ts'

function copyOfCommit<C extends Commit | null>(commit: C): C {
  if (commit === null) return commit
  return { ...commit, votes: commit.votes.map((vote) => ({ ...vote })) }
}

const copyOfCompact = (block: CompactBlock): CompactBlock => ({
  header: { ...block.header },
  transactions: [...block.transactions],
  lastCommit: copyOfCommit(block.lastCommit),
})

const copyOfBlock = (block: Block): Block => ({
  id: block.id,
  header: { ...block.header },
  transactions: block.transactions.map((transaction) => ({ ...transaction })),
  lastCommit: copyOfCommit(block.lastCommit),
})

/** The same message, in objects of its own. Bytes are shared: nobody writes to them. */
export function copyOfMessage(message: ConsensusMessage): ConsensusMessage {
  switch (message.say) {
    case 'votes':
      return { say: 'votes', votes: message.votes.map((vote) => ({ ...vote })) }
    case 'proposal':
      return {
        say: 'proposal',
        proposal: { ...message.proposal },
        block: copyOfCompact(message.block),
      }
    case 'decided':
      return {
        say: 'decided',
        block: copyOfCompact(message.block),
        commit: copyOfCommit(message.commit),
      }
    case 'blocks':
      return {
        ...message,
        blocks: message.blocks.map(({ block, commit }) => ({
          block: copyOfBlock(block),
          commit: copyOfCommit(commit),
        })),
      }
    default:
      return { ...message }
  }
}

/** The message as a peer reads it from the wire: slower, and true to the codec. */
export function throughWire(message: ConsensusMessage, chainId: ChainId): ConsensusMessage {
  const decoded = decodeConsensusMessage(encodeConsensusMessage(message), chainId)
  assert(decoded.ok, `what a node sends can be read: ${message.say}`)
  return decoded.message
}
