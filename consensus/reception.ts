// Where messages come in: each costs its sender something of its share, and goes to the part that it is for.
import { unreachable } from '../src/core/assert.ts'
import type { Millis, NodeId } from '../src/core/id.ts'
import type { BlockAssembly } from './assembly.ts'
import type { BlockSync } from './block-sync.ts'
import type { Intake } from './intake.ts'
import type { ConsensusMessage } from './message.ts'
import { costOf, isWord } from './message-cost.ts'
import type { Parts } from './parts.ts'
import type { Peer } from './peers.ts'
import type { PoolDoor } from './pool-door.ts'
import type { Relay } from './relay.ts'
import { serveBlocks, serveChunk, serveSnapshots, serveTransactions } from './serve.ts'
import type { Restored, SnapshotSync } from './snapshot-sync.ts'
import type { VerifiedVote, Vote } from './vote.ts'

interface ReceptionParts {
  readonly parts: Parts
  readonly intake: Intake
  readonly assembly: BlockAssembly
  readonly relay: Relay
  readonly sync: BlockSync
  readonly snapshots: SnapshotSync
  readonly door: PoolDoor
  /** A snapshot has replaced the application's state. */
  readonly restored: (restored: Restored) => void
  /** Takes a good vote. */
  readonly counted: (vote: VerifiedVote, from: NodeId) => void
  /** Takes a polka whole. */
  readonly polka: (votes: readonly VerifiedVote[]) => void
}

export class Reception {
  readonly #at: ReceptionParts

  constructor(at: ReceptionParts) {
    this.#at = at
  }

  receive(from: NodeId, message: ConsensusMessage, now: Millis): void {
    const { peers, out, view } = this.#at.parts
    const peer = peers.get(from) ?? peers.connected(from, now)
    if (peer === undefined) return
    const cost = costOf(message)
    const isMember = view().committee.has(from)
    const share = isMember && isWord(message) ? peer.words : peer.taken
    if (share.spend(cost, now) < cost) {
      // A member passes on what others submit: under a flood it is not to blame, and not to be cut off.
      if (!(isMember && message.say === 'submit')) out.blame(from, 'flooding')
      return
    }
    this.#take(peer, message, now)
  }

  #polka(votes: readonly Vote[]): void {
    const polka = this.#at.intake.polka(votes)
    if (polka !== undefined) this.#at.polka(polka)
  }

  #take(peer: Peer, message: ConsensusMessage, now: Millis): void {
    const { parts, intake, assembly, relay, sync, snapshots, door, counted } = this.#at
    switch (message.say) {
      case 'votes':
        // One after the other: the first ones may decide the height, and the rest are late then.
        for (const vote of message.votes) {
          const good = intake.vote(peer.id, vote)
          if (good !== undefined) counted(good, peer.id)
        }
        this.#polka(message.votes)
        return
      case 'proposal':
        door.need(message.block.transactions, now)
        return intake.proposal(peer.id, message, now)
      case 'decided':
        door.need(message.block.transactions, now)
        return intake.decided(peer.id, message, now)
      case 'status':
        return relay.heard(peer, message, now)
      case 'transactions':
        // Into the pool as well, so that it knows whose transactions the block holds.
        for (const bytes of assembly.answered(peer.id, message, now)) door.admit(bytes)
        return
      case 'want-transactions':
        return serveTransactions(parts, peer, message)
      case 'submit':
        return door.submitted(message.transactions, peer, now)
      case 'want-blocks':
        return serveBlocks(parts, peer, message, now)
      case 'blocks':
        if (!snapshots.answered(peer.id, message, now)) sync.answered(peer.id, message, now)
        return
      case 'want-snapshots':
        return serveSnapshots(parts, peer)
      case 'snapshots':
        return snapshots.offered(peer, message.offers, now)
      case 'want-chunk':
        return serveChunk(parts, peer, message, now)
      case 'chunk': {
        const restored = snapshots.chunk(peer, message, now)
        return restored && this.#at.restored(restored)
      }
      default:
        unreachable(message)
    }
  }
}
