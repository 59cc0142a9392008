// Two sources, one height, two headers, both with a good commit: more than a third of the committee
// has signed both. Evidence of that names them, and anybody who knows the committee can check it.
import { concatBytes } from '../../src/core/bytes.ts'
import { type Committee, isSkip } from '../../src/core/committee.ts'
import type { ChainId, NodeId } from '../../src/core/id.ts'
import type { Verify } from '../../src/core/signature.ts'
import { blockIdOf } from '../block.ts'
import type { Height, Vote } from '../vote.ts'
import {
  decodeLightBlock,
  encodeLightBlock,
  type LightBlock,
  lightBlockBytesMax,
} from './light-block.ts'
import { verifyLightBlock } from './trust.ts'

/** Two blocks of one height that were both decided. */
export interface Attack {
  readonly height: Height
  /** The one with the lower id first, so that everybody has the same evidence. */
  readonly blocks: readonly [LightBlock, LightBlock]
  /** Who signed both, ascending. */
  readonly culprits: readonly NodeId[]
  /**
   * Of them, in pairs that convict without further evidence: precommits for both blocks in one round.
   * Who signed in different rounds may have been freed from its lock; that alone convicts nobody.
   */
  readonly doubleVotes: readonly (readonly [Vote, Vote])[]
}

export type AttackVerdict =
  | {
      readonly verdict: 'proven'
      /** Members of the known committee who signed both, ascending. */
      readonly culprits: readonly NodeId[]
      /** More than a third of its power: those who must be at fault when two quorums met. */
      readonly enough: boolean
    }
  | { readonly verdict: 'unproven' }

/** The attack that two light blocks show, each verified in itself; undefined when they are the same block or of different heights. */
export function attackOf(one: LightBlock, other: LightBlock): Attack | undefined {
  const [a, b] = [blockIdOf(one.header), blockIdOf(other.header)]
  if (a === b || one.header.height !== other.header.height) return undefined
  const blocks = a < b ? ([one, other] as const) : ([other, one] as const)
  const signedOther = new Map(blocks[1].commit.votes.map((vote) => [vote.voter, vote]))
  const both = blocks[0].commit.votes.flatMap((vote) => {
    const twin = signedOther.get(vote.voter)
    return twin === undefined ? [] : [[vote, twin] as const]
  })
  const sameRound = blocks[0].commit.round === blocks[1].commit.round
  const voteOf = (at: 0 | 1, voter: NodeId, signature: Uint8Array): Vote => {
    const { height, round, block } = blocks[at].commit
    return { kind: 'precommit', height, round, block, voter, signature }
  }
  return {
    height: one.header.height,
    blocks,
    culprits: both.map(([{ voter }]) => voter),
    doubleVotes: (sameRound ? both : []).map(
      ([first, second]) =>
        [
          voteOf(0, first.voter, first.signature),
          voteOf(1, second.voter, second.signature),
        ] as const,
    ),
  }
}

/**
 * Checks somebody's evidence.
 *
 * @param known the committee that decided the height, or a later light client's trusted one: only its
 *   members are accused, since anybody can make up a committee that signs two blocks
 */
export function verifyAttack(
  verify: Verify,
  chainId: ChainId,
  known: Committee,
  [one, other]: readonly [LightBlock, LightBlock],
): AttackVerdict {
  const attack = attackOf(one, other)
  if (attack === undefined) return { verdict: 'unproven' }
  for (const block of attack.blocks)
    if (verifyLightBlock(verify, chainId, block) !== null) return { verdict: 'unproven' }
  const culprits = attack.culprits.filter((voter) => known.has(voter))
  if (culprits.length === 0) return { verdict: 'unproven' }
  return {
    verdict: 'proven',
    culprits,
    enough: isSkip(known.weightOf(culprits), known.total),
  }
}

/** Length of the first block (4 bytes) || first || second. */
export function encodeAttack({ blocks }: Pick<Attack, 'blocks'>): Uint8Array {
  const [first, second] = blocks.map(encodeLightBlock) as [Uint8Array, Uint8Array]
  const head = new Uint8Array(4)
  new DataView(head.buffer).setUint32(0, first.length)
  return concatBytes([head, first, second])
}

/** The two blocks, as nothing more than a claim; undefined when the bytes are none. Never throws. */
export function decodeAttack(bytes: Uint8Array): Attack | undefined {
  if (bytes.length < 4 || bytes.length > 4 + 2 * lightBlockBytesMax) return undefined
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  const first = decodeLightBlock(bytes.subarray(4, 4 + length))
  const second = decodeLightBlock(bytes.subarray(4 + length))
  if (first === undefined || second === undefined) return undefined
  const attack = attackOf(first, second)
  // One form only: the lower id first.
  return attack?.blocks[0] === first ? attack : undefined
}
