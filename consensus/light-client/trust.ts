// From one trusted header to another. A header one height up must be decided by the very committee
// that the trusted one names. A later one needs more than a third of that committee's power among its
// signers (one of them is honest, so it is no invention) and more than two thirds of its own.
import { unhex } from '../../src/core/bytes.ts'
import { type Committee, isSkip } from '../../src/core/committee.ts'
import type { ChainId, Millis } from '../../src/core/id.ts'
import { type MapProof, verifyMapProof } from '../../src/core/map-proof.ts'
import type { Verify } from '../../src/core/signature.ts'
import { blockIdOf, zeroBlockId } from '../block.ts'
import { type CommitRule, verifyCommit } from '../commit.ts'
import type { BlockId, Height } from '../vote.ts'
import type { LightBlock } from './light-block.ts'

/** What a light client goes by. */
export interface Trusted {
  readonly height: Height
  /** Of the block's header; when the network was founded, at height 0. */
  readonly time: Millis
  readonly id: BlockId
  /** Decides height + 1. */
  readonly nextCommittee: Committee
}

export interface TrustOptions {
  readonly chainId: ChainId
  /**
   * How long after its time a header is trusted: members who left may sell their keys one day, so it
   * must be shorter than evidence against them counts.
   */
  readonly trustingPeriodMs: Millis
  /** A header's time may be ahead of our clock by so much. */
  readonly clockDriftMs: Millis
}

export type LightRule =
  | CommitRule
  | 'chain'
  /** Not after the trusted time. */
  | 'time'
  /** Ahead of our clock. */
  | 'future'
  /** What we trust is too old: only somebody whom we trust can tell us a newer header. */
  | 'expired'
  /** One of the committees is not the one whose hash the header names. */
  | 'committee'
  /** The block before is not the trusted one. */
  | 'link'
  /** Another committee than the trusted header names. */
  | 'succession'

export type TrustVerdict =
  | { readonly verdict: 'verified'; readonly trusted: Trusted }
  /** Nothing wrong, but too few of the trusted committee signed: a header in between is needed. */
  | { readonly verdict: 'too-far' }
  | { readonly verdict: 'invalid'; readonly rule: LightRule }

/** Trust in a network's founding, which every member holds: height 0. */
export const trustInGenesis = (committee: Committee, time: Millis): Trusted => ({
  ...{ height: 0, time, id: zeroBlockId, nextCommittee: committee },
})

/** Trust in a light block that was verified, or that its id was told by somebody whom we trust. */
export const trustIn = ({ header, nextCommittee }: LightBlock): Trusted => ({
  ...{ height: header.height, time: header.time, id: blockIdOf(header), nextCommittee },
})

/** Is the light block whole in itself: of this chain, its committees those of its header, its commit verified? */
export function verifyLightBlock(
  verify: Verify,
  chainId: ChainId,
  { header, commit, committee, nextCommittee }: LightBlock,
): LightRule | null {
  if (header.chainId !== chainId) return 'chain'
  if (committee.hash !== header.committeeHash || nextCommittee.hash !== header.nextCommitteeHash)
    return 'committee'
  const id = blockIdOf(header)
  const verdict = verifyCommit(verify, chainId, committee, header.height, id, commit)
  return verdict.verdict === 'invalid' ? verdict.rule : null
}

/** May a light block of a later height be trusted, going by `trusted`, at the time `now`? */
export function verifyFrom(
  verify: Verify,
  options: TrustOptions,
  trusted: Trusted,
  block: LightBlock,
  now: Millis,
): TrustVerdict {
  const invalid = (rule: LightRule): TrustVerdict => ({ verdict: 'invalid', rule })
  const { header, commit } = block
  if (trusted.time + options.trustingPeriodMs <= now) return invalid('expired')
  if (header.chainId !== options.chainId) return invalid('chain')
  if (header.height <= trusted.height) return invalid('height')
  if (header.time <= trusted.time) return invalid('time')
  if (header.time > now + options.clockDriftMs) return invalid('future')
  const { nextCommittee } = trusted
  if (header.height === trusted.height + 1) {
    if (header.previous !== trusted.id) return invalid('link')
    if (header.committeeHash !== nextCommittee.hash) return invalid('succession')
  } else {
    const known = nextCommittee.weightOf(commit.votes.map(({ voter }) => voter))
    if (!isSkip(known, nextCommittee.total)) return { verdict: 'too-far' }
  }
  // An id is the hash of its key: who signs for both committees is checked once, in the whole commit.
  const broken = verifyLightBlock(verify, options.chainId, block)
  return broken === null ? { verdict: 'verified', trusted: trustIn(block) } : invalid(broken)
}

/**
 * Does the state after height H hold the value under the key (null: nothing)? The header of H + 1 says.
 *
 * @param next a verified light block of H + 1
 */
export const verifyState = (
  next: LightBlock,
  key: string,
  value: Uint8Array | null,
  proof: MapProof,
): boolean => verifyMapProof(unhex(next.header.stateHash), key, value, proof)
