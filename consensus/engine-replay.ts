// The write-ahead log read back into the driver: the same inputs in the same order, so that locks,
// valid values and tallies are what they were. Nothing is signed on the way; own votes and proposals
// come from the log, and what they answered is passed over.
import type { Committee } from '../src/core/committee.ts'
import type { ChainId, NodeId } from '../src/core/id.ts'
import type { Verify } from '../src/core/signature.ts'
import type { Block } from './block.ts'
import type { DriverInput, DriverOutput } from './driver-io.ts'
import type { EngineHeight } from './engine-height.ts'
import { verifyProposal, verifyVote } from './verify-vote.ts'
import type { VerifiedProposal, VerifiedVote } from './vote.ts'
import { WalCorrupt, walKey } from './wal.ts'
import type { WalRecord } from './wal-record.ts'

export interface Replayed {
  /** Own, oldest first. */
  readonly votes: readonly VerifiedVote[]
  readonly proposals: readonly { readonly proposal: VerifiedProposal; readonly block: Block }[]
  /** What the driver asked for and the log does not answer. */
  readonly open: readonly DriverOutput[]
}

export interface ReplayPorts {
  readonly verify: Verify
  readonly chainId: ChainId
  readonly self: NodeId
}

/** @throws WalCorrupt of an entry that was never written so */
export function replay(
  at: EngineHeight,
  records: readonly WalRecord[],
  { verify, chainId, self }: ReplayPorts,
): Replayed {
  const votes: VerifiedVote[] = []
  const proposals: { readonly proposal: VerifiedProposal; readonly block: Block }[] = []
  const open: DriverOutput[] = []
  const answered = answersIn(records, self)
  for (const [i, record] of records.entries()) {
    if (record.on === 'block') {
      at.replayBlock(record.block)
      continue
    }
    const input = inputOf(at, record, verify, chainId)
    if (input === undefined)
      throw new WalCorrupt(walKey(at.height, i), 'an entry that does not hold')
    if (input.on === 'vote' && input.vote.voter === self) votes.push(input.vote)
    if (input.on === 'proposal' && input.proposal.proposer === self)
      proposals.push({ proposal: input.proposal, block: at.blocks.get(input.proposal.block)! })
    for (const output of at.driver.step(input)) if (!answered.has(nameOf(output))) open.push(output)
  }
  return { votes, proposals, open }
}

function inputOf(
  at: EngineHeight,
  record: Exclude<WalRecord, { on: 'block' }>,
  verify: Verify,
  chainId: ChainId,
): DriverInput | undefined {
  const { committee }: { committee: Committee } = at
  switch (record.on) {
    case 'start-round':
      return { on: 'start-round', round: 0, proposer: at.proposerOf(0) }
    case 'vote': {
      const vote = verifyVote(verify, chainId, committee, record.vote)
      return vote && { on: 'vote', vote }
    }
    case 'proposal': {
      const proposal = verifyProposal(verify, chainId, committee, record.proposal)
      if (proposal === undefined || !at.blocks.has(proposal.block)) return undefined
      return { on: 'proposal', proposal, valid: record.valid }
    }
    case 'value':
      return at.blocks.has(record.block) ? record : undefined
    case 'polka': {
      const votes = record.votes.map((vote) => verifyVote(verify, chainId, committee, vote))
      const good = votes.filter((vote) => vote !== undefined)
      return good.length === votes.length ? { on: 'polka', votes: good } : undefined
    }
    case 'timeout':
      return record
  }
}

/** What the log holds an answer of this node to, by the names of `nameOf`. */
function answersIn(records: readonly WalRecord[], self: NodeId): ReadonlySet<string> {
  const answers = new Set<string>()
  for (const record of records) {
    if (record.on === 'vote' && record.vote.voter === self)
      answers.add(`${record.vote.kind}/${record.vote.round}`)
    if (record.on === 'proposal' && record.proposal.proposer === self)
      answers.add(`propose/${record.proposal.round}`)
    if (record.on === 'value') answers.add(`get-value/${record.round}`)
    if (record.on === 'timeout') answers.add(`timeout/${record.step}/${record.round}`)
  }
  return answers
}

/** Distinct for whatever is asked once. */
function nameOf(output: DriverOutput): string {
  switch (output.do) {
    case 'vote':
      return `${output.kind}/${output.round}`
    case 'schedule-timeout':
      return `timeout/${output.step}/${output.round}`
    case 'get-value':
    case 'propose':
      return `${output.do}/${output.round}`
    default:
      return output.do
  }
}
