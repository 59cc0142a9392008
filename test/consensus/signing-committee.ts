// Committees whose members sign, for tests: with signatures that cost one hash where a test needs
// thousands, and with real ones where the acceptance rule matters.
import { sha256 } from '@noble/hashes/sha2.js'
import { type Commit, commitOf, type VerifiedCommit } from '../../consensus/commit.ts'
import { signVote } from '../../consensus/verify-vote.ts'
import type { BlockId, VerifiedVote, Vote } from '../../consensus/vote.ts'
import { concatBytes, equalBytes, hex, utf8 } from '../../src/core/bytes.ts'
import { Committee } from '../../src/core/committee.ts'
import { type ChainId, type NodeId, nodeIdOf } from '../../src/core/id.ts'
import type { Signer, Verify } from '../../src/core/signature.ts'

export const chainId = 'c0ffee0123456789' as ChainId

export const blockNamed = (name: string): BlockId => hex(sha256(utf8(name))) as BlockId

/** Anybody can make such a signature: it only shows who is meant to have signed which bytes. */
const toySignature = (publicKey: Uint8Array, message: Uint8Array): Uint8Array => {
  const half = sha256(concatBytes([publicKey, message]))
  return concatBytes([half, half])
}

export const toyVerify: Verify = (publicKey, message, signature) =>
  signature.length === 64 && equalBytes(signature, toySignature(publicKey, message))

export function toySigner(name: string): Signer {
  const publicKey = sha256(utf8(`key of ${name}`))
  return { publicKey, sign: (message) => toySignature(publicKey, message) }
}

export class SigningCommittee {
  readonly committee: Committee
  readonly #signers: ReadonlyMap<NodeId, Signer>

  /** @param powers by name; 1 each when names alone are given */
  constructor(powers: Readonly<Record<string, number>> | readonly string[], of = toySigner) {
    const named: readonly (readonly [string, number])[] = Array.isArray(powers)
      ? powers.map((name: string) => [name, 1] as const)
      : Object.entries(powers)
    const seats = named.map(([name, power]) => ({ signer: of(name), power }))
    this.#signers = new Map(seats.map(({ signer }) => [nodeIdOf(signer.publicKey), signer]))
    this.committee = new Committee(
      seats.map(({ signer, power }) => ({ publicKey: signer.publicKey, power })),
    )
  }

  /** Ascending. */
  get ids(): readonly NodeId[] {
    return this.committee.members.map(({ nodeId }) => nodeId)
  }

  vote(voter: NodeId, vote: Omit<Vote, 'signature' | 'voter'>, chain = chainId): VerifiedVote {
    return signVote(this.#signers.get(voter)!, chain, { ...vote, voter })
  }

  /** By the voters, or by everybody; undefined without a quorum. */
  commit(
    { height, round, block }: Omit<Commit, 'votes'>,
    voters: readonly NodeId[] = this.ids,
    chain = chainId,
  ): VerifiedCommit | undefined {
    const vote = { kind: 'precommit', height, round, block } as const
    const votes = voters.map((voter) => this.vote(voter, vote, chain))
    return commitOf(chain, this.committee, votes)
  }

  /** The same as it comes from a stranger: nobody has checked it, quorum or not. */
  unchecked(
    { height, round, block }: Omit<Commit, 'votes'>,
    voters: readonly NodeId[] = this.ids,
    chain = chainId,
  ): Commit {
    const vote = { kind: 'precommit', height, round, block } as const
    const votes = voters.map((voter) => this.vote(voter, vote, chain))
    return {
      ...{ height, round, block },
      votes: votes.map(({ voter, signature }) => ({ voter, signature })),
    }
  }
}
