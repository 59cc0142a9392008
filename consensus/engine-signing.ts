// What this node says as a member: every vote and every proposal is signed here, through the
// last-signed guard, and nowhere else.
import type { ChainId, NodeId } from '../src/core/id.ts'
import { nodeIdOf } from '../src/core/id.ts'
import type { StoreWrite } from '../src/core/machine.ts'
import type { Signer } from '../src/core/signature.ts'
import { LastSigned } from './last-signed.ts'
import { signProposal, signVote } from './verify-vote.ts'
import {
  type Height,
  type Proposal,
  proposalBytes,
  type VerifiedProposal,
  type VerifiedVote,
  type Vote,
  voteBytes,
} from './vote.ts'

export class Signing {
  readonly self: NodeId
  readonly #signer: Signer
  readonly #chainId: ChainId
  readonly #guard: LastSigned

  /** @param stored the value of `signedKey` */
  constructor(signer: Signer, chainId: ChainId, stored: Uint8Array | undefined) {
    this.self = nodeIdOf(signer.publicKey)
    this.#signer = signer
    this.#chainId = chainId
    this.#guard = new LastSigned(stored)
  }

  /** undefined when the guard forbids it: something later, or something else there, was signed. */
  vote({
    kind,
    height,
    round,
    block,
  }: Omit<Vote, 'voter' | 'signature'>): VerifiedVote | undefined {
    const message = voteBytes(this.#chainId, { kind, height, round, block })
    const signature = this.#guard.sign(this.#signer, { height, round, step: kind }, message)
    if (signature === undefined) return undefined
    const vote = { kind, height, round, block, voter: this.self }
    return signVote(this.#given(signature), this.#chainId, vote)
  }

  /** Like `vote`. */
  proposal(draft: Omit<Proposal, 'proposer' | 'signature'>): VerifiedProposal | undefined {
    const { height, round } = draft
    const message = proposalBytes(this.#chainId, draft)
    const signature = this.#guard.sign(this.#signer, { height, round, step: 'propose' }, message)
    if (signature === undefined) return undefined
    return signProposal(this.#given(signature), this.#chainId, { ...draft, proposer: this.self })
  }

  #given(signature: Uint8Array): Signer {
    return { publicKey: this.#signer.publicKey, sign: () => signature }
  }

  /** Own words that the log holds count as signed, whatever the guard's own record says. */
  observeVote(vote: VerifiedVote): void {
    const { height, round, kind: step } = vote
    this.#guard.observe({ height, round, step }, voteBytes(this.#chainId, vote), vote.signature)
  }

  observeProposal(proposal: VerifiedProposal): void {
    const { height, round, signature } = proposal
    const message = proposalBytes(this.#chainId, proposal)
    this.#guard.observe({ height, round, step: 'propose' }, message, signature)
  }

  /** Nothing of this height is signed any more. */
  abstain(height: Height): void {
    this.#guard.abstain(height)
  }

  /** The guard's record, when it changed. Must be written. */
  writes(): readonly StoreWrite[] {
    return this.#guard.writes()
  }
}
