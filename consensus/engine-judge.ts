// What a block must be to follow the chain: every field of its header against this node's own
// state, its parts against the header, the commit within it verified whole. And the making of such a
// block. Whether the transactions apply is for the application to say.
import type { Application, BlockFacts, Refusal } from '../src/core/application.ts'
import { equalBytes } from '../src/core/bytes.ts'
import type { ChainId, Millis, NodeId } from '../src/core/id.ts'
import {
  blockBytesMax,
  blockTimeDriftMsMax,
  transactionBytesMax,
  transactionsPerBlockMax,
} from '../src/core/limits.ts'
import type { Verify } from '../src/core/signature.ts'
import {
  type Block,
  blockIdOf,
  blockOf,
  transactionOf,
  transactionsRootOf,
  zeroBlockId,
} from './block.ts'
import { commitHashOf, type VerifiedCommit, verifyCommit } from './commit.ts'
import type { Previous } from './wal-block.ts'

/** Where the chain stands: all that a block of the next height is judged by. */
export interface Tip {
  readonly chainId: ChainId
  readonly genesisTime: Millis
  readonly application: Application
  /** null at height 1. */
  readonly previous: Previous | null
}

/** A block's time must be above this. */
const timeFloor = ({ genesisTime, previous }: Tip): Millis => previous?.header.time ?? genesisTime

/** Blocks found whole, frozen since: sync and engine both ask. */
const whole = new WeakSet<Block>()

/** Do the parts make the block that its id names? Not so: it is another block, whoever sent it. */
export function isWhole(block: Block): boolean {
  if (whole.has(block)) return true
  const { id, header, transactions, lastCommit } = block
  const is =
    id === blockIdOf(header) &&
    header.transactionsRoot === transactionsRootOf(transactions) &&
    header.lastCommitHash === commitHashOf(lastCommit)
  if (is) whole.add(Object.freeze(block))
  return is
}

/** The first thing that is wrong with a whole block, by everything but the clock; null when it follows. */
export const faultOf = (verify: Verify, tip: Tip, block: Block): Refusal | null =>
  headerFault(tip, block) ??
  sizeFault(block) ??
  commitFault(verify, tip, block) ??
  tip.application.processProposal(factsOf(block))

/** Does the header follow this node's state? Of its roots nothing is said: see `isWhole`. */
export function headerFault(tip: Tip, { header }: Block): Refusal | null {
  const { application, previous } = tip
  const expected = {
    chainId: tip.chainId,
    height: application.height + 1,
    previous: previous?.id ?? zeroBlockId,
    stateHash: application.stateHash,
    committeeHash: application.committee.hash,
    nextCommitteeHash: application.nextCommittee.hash,
  }
  for (const [field, value] of Object.entries(expected))
    if (header[field as keyof typeof expected] !== value)
      return refusal('block/header', { field, expected: value })
  if (!application.committee.has(header.proposer))
    return refusal('block/proposer', { proposer: header.proposer })
  return header.time > timeFloor(tip) ? null : refusal('block/time', { floor: timeFloor(tip) })
}

const refusal = (code: string, facts: Refusal['facts']): Refusal => ({ code, facts })

function sizeFault({ transactions }: Block): Refusal | null {
  if (transactions.length > transactionsPerBlockMax)
    return refusal('block/too-many', { count: transactions.length })
  let total = 0
  for (const { bytes } of transactions) {
    if (bytes.length > transactionBytesMax)
      return refusal('block/too-large', { bytes: bytes.length })
    total += bytes.length
  }
  return total > blockBytesMax ? refusal('block/too-large', { bytes: total }) : null
}

/** The commit within must prove the block before, by the committee that decided that. */
function commitFault(verify: Verify, { chainId, previous }: Tip, block: Block): Refusal | null {
  const commit = block.lastCommit
  if (previous === null) return commit === null ? null : refusal('block/commit', { rule: 'height' })
  if (commit === null) return refusal('block/commit', { rule: 'no-quorum' })
  const { height } = previous.header
  const { committee, id } = previous
  const seen = verifyUnseen(verify, previous, commit.round)
  const verdict = verifyCommit(seen, chainId, committee, height, id, commit)
  return verdict.verdict === 'invalid' ? refusal('block/commit', { rule: verdict.rule }) : null
}

/** A check that does not repeat itself for the signatures that our own commit of that round holds. */
function verifyUnseen(verify: Verify, { commit, committee }: Previous, round: number): Verify {
  if (commit.round !== round) return verify
  const ours = new Map(
    commit.votes.map(({ voter, signature }) => [committee.member(voter)?.publicKey, signature]),
  )
  return (publicKey, message, signature) => {
    const known = ours.get(publicKey)
    if (known !== undefined && equalBytes(known, signature)) return true
    return verify(publicKey, message, signature)
  }
}

/**
 * Is the time of a fresh block near this node's clock? The smallest time that is possible at all is
 * always good, or a chain that ran ahead of its clocks would stand still until they catch up.
 */
export const isTimely = (tip: Tip, { header }: Block, now: Millis): boolean =>
  header.time === timeFloor(tip) + 1 || Math.abs(header.time - now) <= blockTimeDriftMsMax

/** A fresh block of this node. */
export function makeBlock(
  tip: Tip,
  candidates: Iterable<Uint8Array>,
  proposer: NodeId,
  now: Millis,
): Block {
  const { application, previous, chainId } = tip
  const time = Math.max(now, timeFloor(tip) + 1)
  const room = { bytes: blockBytesMax, count: transactionsPerBlockMax }
  const transactions = application.prepareProposal(candidates, room, time).map(transactionOf)
  const lastCommit: VerifiedCommit | null = previous?.commit ?? null
  const header = {
    ...{ chainId, height: application.height + 1, time, previous: previous?.id ?? zeroBlockId },
    lastCommitHash: commitHashOf(lastCommit),
    transactionsRoot: transactionsRootOf(transactions),
    stateHash: application.stateHash,
    committeeHash: application.committee.hash,
    nextCommitteeHash: application.nextCommittee.hash,
    proposer,
  }
  return blockOf(header, transactions, lastCommit)
}

/** A block as the application sees it. Its commit names only members whose signatures were checked. */
export const factsOf = ({ header, transactions, lastCommit }: Block): BlockFacts => ({
  height: header.height,
  time: header.time,
  proposer: header.proposer,
  transactions: transactions.map(({ bytes }) => bytes),
  signers: (lastCommit?.votes ?? []).map(({ voter }) => voter),
})
