// The wire form of each kind of message, for codec.ts, which reads them back.
import type { MessageInitShape } from '@bufbuild/protobuf'
import { unhex } from '../src/core/bytes.ts'
import {
  type FinalBlock,
  sameCommit,
  wireCommit,
  wireCompactBlock,
  wireFinalBlock,
  wireProposal,
  wireVote,
} from './codec-block.ts'
import type { Step } from './driver-io.ts'
import type { ConsensusMessageSchema } from './generated/consensus_pb.ts'
import type { ConsensusMessage } from './message.ts'

/** A step's number on the wire is its place. */
export const steps: readonly Step[] = ['propose', 'prevote', 'precommit']

const wirePlaces = (places: readonly number[]): Uint8Array => {
  const bits = new Uint8Array(((places[places.length - 1] ?? -1) >> 3) + 1)
  for (const place of places) bits[place >> 3]! |= 1 << (place & 7)
  return bits
}

/** Members' places, below 31, as bits. */
const maskOf = (places: readonly number[]): number =>
  places.reduce((mask, place) => mask | (1 << place), 0)

const wireBlocks = (blocks: readonly FinalBlock[]) =>
  blocks.map((each, i) => {
    const next = blocks[i + 1]?.block.lastCommit
    return wireFinalBlock(each, !(next && sameCommit(next, each.commit)))
  })

/** What stands in the `say` of a message on the wire. */
export function wireOf(
  message: ConsensusMessage,
): NonNullable<MessageInitShape<typeof ConsensusMessageSchema>['say']> {
  switch (message.say) {
    case 'proposal': {
      const block = wireCompactBlock(message.block)
      return { case: 'proposal', value: { proposal: wireProposal(message.proposal), block } }
    }
    case 'votes':
      return { case: 'votes', value: { votes: message.votes.map(wireVote) } }
    case 'status': {
      const rounds = message.rounds.map(({ round, prevotes, precommits, proposal }) => ({
        ...{ round, proposal, prevotes: maskOf(prevotes), precommits: maskOf(precommits) },
      }))
      const { height, round, step, linked } = message
      const value = { height: BigInt(height), round, step: steps.indexOf(step), rounds }
      return { case: 'status', value: { ...value, linked: maskOf(linked) } }
    }
    case 'want-transactions': {
      const value = { block: unhex(message.block), places: wirePlaces(message.places) }
      return { case: 'wantTransactions', value }
    }
    case 'transactions': {
      const { block, places, transactions } = message
      const value = { block: unhex(block), places: wirePlaces(places) }
      return { case: 'transactions', value: { ...value, transactions: [...transactions] } }
    }
    case 'submit':
      return { case: 'submit', value: { transactions: [...message.transactions] } }
    case 'decided': {
      const value = { block: wireCompactBlock(message.block), commit: wireCommit(message.commit) }
      return { case: 'decided', value }
    }
    case 'want-blocks':
      return { case: 'wantBlocks', value: { from: BigInt(message.from), to: BigInt(message.to) } }
    case 'blocks': {
      const value = { from: BigInt(message.from), blocks: wireBlocks(message.blocks) }
      return { case: 'blocks', value }
    }
    case 'want-snapshots':
      return { case: 'wantSnapshots', value: {} }
    case 'snapshots': {
      const offers = message.offers.map(({ height, stateHash, chunks }) => ({
        ...{ height: BigInt(height), stateHash: unhex(stateHash), chunks },
      }))
      return { case: 'snapshots', value: { offers } }
    }
    case 'want-chunk': {
      const value = { height: BigInt(message.height), chunk: message.chunk }
      return { case: 'wantChunk', value }
    }
    case 'chunk': {
      const { height, chunk, bytes } = message
      const value = { height: BigInt(height), chunk, ...(bytes === null ? {} : { bytes }) }
      return { case: 'chunk', value }
    }
  }
}
