// What a message costs the peer that sends it, roughly in signatures that it makes us check: a peer
// has a share a second (peers.ts), and what goes beyond is not looked at.
import { blocksPerMessageMax } from '../src/core/limits.ts'
import type { ConsensusMessage } from './message.ts'

export function costOf(message: ConsensusMessage): number {
  switch (message.say) {
    case 'votes':
      return 1 + message.votes.length
    case 'proposal':
    case 'decided':
      return 16 + (message.block.transactions.length >> 4)
    case 'status':
      // It may be answered by a proposal and many votes.
      return 16
    case 'submit':
    case 'transactions':
      return 1 + message.transactions.length
    case 'want-transactions':
      return 2 + (message.places.length >> 2)
    case 'want-blocks':
      // Blocks that are read from the disk, a page at most.
      return blocksPerMessageMax
    case 'want-chunk':
    case 'want-snapshots':
      return 4
    default:
      // Answers: taken only when they were asked for.
      return 1
  }
}

/** What decides a height: what members say to each other, and the blocks that it is about. */
export function isWord({ say }: ConsensusMessage): boolean {
  switch (say) {
    case 'votes':
    case 'proposal':
    case 'decided':
    case 'status':
    case 'transactions':
    case 'want-transactions':
      return true
    default:
      return false
  }
}
