// Answers what peers ask for: blocks for those behind, transactions of blocks that are going around.
// Every answer fits one message, and blocks come out of a share that each peer has.
import type { Millis } from '../src/core/id.ts'
import { blocksPerMessageMax, messageBytesMax } from '../src/core/limits.ts'
import type { Block } from './block.ts'
import { offersMax, syncedTransactionsMax } from './codec.ts'
import { type FinalBlock, storedBlock } from './codec-block.ts'
import type { ConsensusMessage } from './message.ts'
import type { Parts } from './parts.ts'
import type { Peer } from './peers.ts'
import type { BlockId } from './vote.ts'

/** Room for what wraps the parts of an answer. */
const roomBytes = messageBytesMax - 2_048

/** A block with a few transactions. */
const bytesServedAsOneBlock = 4_096

type Ask<K extends ConsensusMessage['say']> = Extract<ConsensusMessage, { readonly say: K }>

export function serveBlocks(
  { blocks, chainId, out, application }: Parts,
  peer: Peer,
  { from, to }: Ask<'want-blocks'>,
  now: Millis,
): void {
  const last = Math.min(to, application.height)
  const granted = last < from ? 0 : peer.served.spend(last - from + 1, now)
  const answer: FinalBlock[] = []
  let bytes = 0
  let transactions = 0
  for (let height = from; height < from + granted; height++) {
    const encoded = blocks.bytesAt(height)
    if (encoded === undefined || bytes + encoded.length > roomBytes) break
    const final = storedBlock(encoded, chainId)
    if (final === undefined) break
    transactions += final.block.transactions.length
    if (transactions > syncedTransactionsMax) break
    bytes += encoded.length
    // The commit that the next block holds proves this one as well, and is sent and verified once.
    const before = answer.pop()
    if (before !== undefined)
      answer.push({ block: before.block, commit: final.block.lastCommit ?? before.commit })
    answer.push(final)
  }
  // Large blocks count for several: a share is of bytes as much as of blocks.
  peer.served.spend(Math.floor(bytes / bytesServedAsOneBlock), now)
  out.send(peer.id, { say: 'blocks', from, blocks: answer })
}

export function serveTransactions(
  parts: Parts,
  peer: Peer,
  { block: id, places }: Ask<'want-transactions'>,
): void {
  const block = heldBlock(parts, id)
  const transactions: Uint8Array[] = []
  const given: number[] = []
  let bytes = 0
  for (const place of places) {
    const transaction = block?.transactions[place]
    if (transaction === undefined) break
    bytes += transaction.bytes.length + 8
    if (bytes > roomBytes) break
    given.push(place)
    transactions.push(transaction.bytes)
  }
  parts.out.send(peer.id, { say: 'transactions', block: id, places: given, transactions })
}

export function serveSnapshots({ application, blocks, out }: Parts, peer: Peer): void {
  // Only what can be proven: the header above names its state.
  const offers = application
    .listSnapshots()
    .filter(({ height }) => blocks.bytesAt(height + 1) && blocks.bytesAt(height))
    .slice(0, offersMax)
    .map(({ height, stateHash, chunks }) => ({ height, stateHash, chunks }))
  out.send(peer.id, { say: 'snapshots', offers })
}

export function serveChunk(
  { application, out }: Parts,
  peer: Peer,
  { height, chunk }: Ask<'want-chunk'>,
  now: Millis,
): void {
  const granted = peer.served.spend(blocksPerMessageMax, now) === blocksPerMessageMax
  const bytes = granted ? application.loadSnapshotChunk(height, chunk) : undefined
  out.send(peer.id, { say: 'chunk', height, chunk, bytes: bytes ?? null })
}

/** A block of a proposal of this height, or one that was just decided. */
export function heldBlock(
  { view, blocks }: Pick<Parts, 'view' | 'blocks'>,
  id: BlockId,
): Block | undefined {
  for (const { round, proposal } of view().rounds()) {
    const held = proposal ? view().proposal(round)?.block : undefined
    if (held?.id === id) return held
  }
  for (const { block } of blocks.recent()) if (block.id === id) return block
  return undefined
}
