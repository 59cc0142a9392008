// What peers say of the height being decided, checked before any use: votes and proposals by their
// signatures, commits whole, block parts against the header that is signed for. What is known already
// is recognised before any signature is looked at; what is wrong is blamed on whoever sent it.

import { hex, unhex } from '../src/core/bytes.ts'
import { type Committee, isQuorum } from '../src/core/committee.ts'
import type { Millis, NodeId } from '../src/core/id.ts'
import { rootOfHashes } from '../src/core/merkle.ts'
import type { BlockAssembly } from './assembly.ts'
import { blockIdOf, type HashText } from './block.ts'
import { commitHashOf, verifyCommit } from './commit.ts'
import type { CompactBlock, ConsensusMessage } from './message.ts'
import type { Parts } from './parts.ts'
import { verifyProposal, verifyVote } from './verify-vote.ts'
import type { BlockId, Height, Proposal, VerifiedVote, Vote } from './vote.ts'

/** A proposal for a round this far ahead is not looked at: it is pushed again when we get there. */
const roundsAheadMax = 64

/** The committee of the height before and the commit that it made, for late precommits. */
export interface Before {
  readonly committee: Committee
  readonly height: Height
}

export class Intake {
  readonly #parts: Parts
  readonly #assembly: BlockAssembly
  before: Before | undefined

  constructor(parts: Parts, assembly: BlockAssembly) {
    this.#parts = parts
    this.#assembly = assembly
  }

  /** The vote, when it is good and of use now. */
  vote(from: NodeId, vote: Vote): VerifiedVote | undefined {
    const { verify, chainId, out } = this.#parts
    const committee = this.#committeeOf(vote)
    if (committee === undefined) return undefined
    const verified = verifyVote(verify, chainId, committee, vote)
    if (verified === undefined) out.blame(from, 'invalid-vote')
    return verified
  }

  /**
   * Votes that are a polka of this height which we cannot count one by one, since we first heard a
   * member of it say otherwise.
   */
  polka(votes: readonly Vote[]): readonly VerifiedVote[] | undefined {
    const { verify, chainId, view } = this.#parts
    const { height, committee } = view()
    const [first] = votes
    if (first === undefined || first.kind !== 'prevote' || first.block === null) return undefined
    const { kind, round, block } = first
    const isOne = votes.every(
      (v) => v.kind === kind && v.height === height && v.round === round && v.block === block,
    )
    if (!isOne) return undefined
    if (!isQuorum(committee.weightOf(votes.map(({ voter }) => voter)), committee.total))
      return undefined
    if (
      isQuorum(
        committee.weightOf(
          view()
            .votesFor(kind, round, block)
            .map(({ voter }) => voter),
        ),
        committee.total,
      )
    )
      return undefined
    const good = votes
      .map((vote) => verifyVote(verify, chainId, committee, vote))
      .filter((vote) => vote !== undefined)
    return good.length === votes.length ? good : undefined
  }

  /** Who may sign a vote that is of use now; undefined of one that is known or of another height. */
  #committeeOf(vote: Vote): Committee | undefined {
    const { view, application } = this.#parts
    const { height, committee, lastCommit } = view()
    if (vote.height === height)
      return view().vote(vote.kind, vote.round, vote.voter)?.block === vote.block
        ? undefined
        : committee
    if (vote.height === height + 1) return application.nextCommittee
    // A precommit that came late for the last block still counts as presence.
    if (vote.height !== height - 1 || vote.kind !== 'precommit') return undefined
    if (lastCommit === null || vote.block !== lastCommit.block || vote.round !== lastCommit.round)
      return undefined
    if (lastCommit.votes.some(({ voter }) => voter === vote.voter)) return undefined
    return this.before?.height === vote.height ? this.before.committee : undefined
  }

  /** Takes a proposal: its block is assembled. */
  proposal(
    from: NodeId,
    { proposal, block }: Extract<ConsensusMessage, { readonly say: 'proposal' }>,
    now: Millis,
  ): void {
    const { view, application, out, verify, chainId } = this.#parts
    const { height, committee } = view()
    const { height: of, round, block: id } = proposal
    if (of !== height && of !== height + 1) return
    if (of === height) {
      if (round > view().round + roundsAheadMax || this.#isHeld(proposal)) return
      if (view().proposerOf(round) !== proposal.proposer) return out.blame(from, 'invalid-proposal')
    }
    if (this.#assembly.hasProposal(id, proposal)) return this.#assembly.alsoFrom(id, from)
    const members = of === height ? committee : application.nextCommittee
    const verified = verifyProposal(verify, chainId, members, proposal)
    if (verified === undefined || block.header.height !== of || !isWholeCompact(block, id))
      return out.blame(from, 'invalid-proposal')
    this.#assembly.want(id, this.#interned(block), verified, from, now)
  }

  #isHeld({ round, block, validRound }: Proposal): boolean {
    const held = this.#parts.view().proposal(round)?.proposal
    return held?.block === block && held.validRound === validRound
  }

  /** Takes a decided block: assembled once its commit is verified whole. */
  decided(
    from: NodeId,
    { block, commit }: Extract<ConsensusMessage, { readonly say: 'decided' }>,
    now: Millis,
  ): void {
    const { view, out, verify, chainId, peers } = this.#parts
    const { height, committee } = view()
    const peer = peers.get(from)
    if (peer !== undefined) peer.finalized = Math.max(peer.finalized, block.header.height)
    if (block.header.height !== height) return
    const id = blockIdOf(block.header)
    if (this.#assembly.hasCommit(id)) return this.#assembly.alsoFrom(id, from)
    const verdict = verifyCommit(verify, chainId, committee, height, id, commit)
    if (verdict.verdict === 'invalid') return out.blame(from, 'invalid-commit')
    if (!isWholeCompact(block, id)) return out.blame(from, 'invalid-block')
    this.#assembly.want(id, this.#interned(block), verdict.commit, from, now)
  }

  /** With our own last commit where it is the same, which was verified before. */
  #interned(block: CompactBlock): CompactBlock {
    const { lastCommit } = this.#parts.view()
    return lastCommit !== null && commitHashOf(lastCommit) === block.header.lastCommitHash
      ? { ...block, lastCommit }
      : block
  }
}

/** Do the parts of a compact block belong to the header that `id` names? */
const isWholeCompact = ({ header, transactions, lastCommit }: CompactBlock, id: BlockId): boolean =>
  blockIdOf(header) === id &&
  new Set(transactions).size === transactions.length &&
  header.transactionsRoot === rootOf(transactions) &&
  header.lastCommitHash === commitHashOf(lastCommit)

const rootOf = (names: readonly string[]): HashText => hex(rootOfHashes(names.map(unhex)))
