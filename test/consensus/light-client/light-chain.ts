// Chains of light blocks for tests: headers that follow each other, committees that change by at most
// floor((size − 1) / 3) seats at the end of an epoch, and forks by some of their members.
import { blockIdOf, type Header, zeroBlockId, zeroHashText } from '../../../consensus/block.ts'
import { commitHashOf } from '../../../consensus/commit.ts'
import type { LightBlock } from '../../../consensus/light-client/light-block.ts'
import type { FetchLightBlock } from '../../../consensus/light-client/light-client.ts'
import {
  type Trusted,
  type TrustOptions,
  trustInGenesis,
} from '../../../consensus/light-client/trust.ts'
import { assert } from '../../../src/core/assert.ts'
import type { ChainId, Millis, NodeId } from '../../../src/core/id.ts'
import { type Random, seededRandom } from '../../../src/core/random.ts'
import type { Signer } from '../../../src/core/signature.ts'
import { chainId, SigningCommittee } from '../signing-committee.ts'

export interface LightChain {
  readonly blocks: readonly LightBlock[]
  readonly committees: readonly SigningCommittee[]
  readonly genesis: Trusted
  at(height: number): LightBlock
}

export interface ChainShape {
  readonly heights: number
  /** @default 4 */
  readonly size?: number
  /** Heights between changes of the committee; @default 10 */
  readonly epoch?: number
  /** @default 1 */
  readonly seed?: number
  /** @default chainId */
  readonly chain?: ChainId
  /** By a member's name; @default toySigner */
  readonly signer?: (name: string) => Signer
  /** @default zeros */
  readonly stateHashes?: (height: number) => string
}

export const genesisTime: Millis = 1_000_000
export const blockMs: Millis = 1_000

/** The time of a height; a little later is a good `now`. */
export const timeOf = (height: number): Millis => genesisTime + height * blockMs

/** The names of the next committee: as many new ones as may come at once. */
function renewed(names: readonly string[], random: Random, made: () => string): string[] {
  const changes = Math.floor((names.length - 1) / 3)
  const staying = random.shuffle([...names]).slice(changes)
  return [...staying, ...Array.from({ length: changes }, made)]
}

export function lightChain(shape: ChainShape): LightChain {
  const { heights, size = 4, epoch = 10, seed = 1, chain = chainId } = shape
  const random = seededRandom(seed)
  let count = 0
  const made = (): string => `member ${count++}`
  const committeeOf = (of: readonly string[]) => new SigningCommittee(of, shape.signer)
  let names = Array.from({ length: size }, made)
  // The committee of height h stands at h − 1. A change that height h makes counts two heights later.
  const committees = [committeeOf(names), committeeOf(names)]
  const blocks: LightBlock[] = []
  for (let height = 1; height <= heights; height++) {
    if (height % epoch === 0) {
      names = renewed(names, random, made)
      committees.push(committeeOf(names))
    } else committees.push(committees.at(-1)!)
    const [own, next] = [committees[height - 1]!, committees[height]!]
    const before = blocks.at(-1)
    const header: Header = {
      ...{ chainId: chain, height, time: timeOf(height) },
      previous: before === undefined ? zeroBlockId : before.commit.block,
      lastCommitHash: commitHashOf(before?.commit ?? null),
      transactionsRoot: zeroHashText,
      stateHash: shape.stateHashes?.(height) ?? zeroHashText,
      ...{ committeeHash: own.committee.hash, nextCommitteeHash: next.committee.hash },
      proposer: own.ids[height % own.ids.length]!,
    }
    blocks.push(lightBlock(header, own, next, signersOf(own, random), chain))
  }
  const genesis = trustInGenesis(committees[0]!.committee, genesisTime)
  return { blocks, committees, genesis, at: (height) => blocks[height - 1]! }
}

/** A quorum, and now and then somebody more. */
function signersOf({ ids }: SigningCommittee, random: Random): readonly NodeId[] {
  const quorum = Math.floor((2 * ids.length) / 3) + 1
  return random.shuffle([...ids]).slice(0, quorum + random.below(ids.length - quorum + 1))
}

export function lightBlock(
  header: Header,
  own: SigningCommittee,
  next: SigningCommittee,
  voters: readonly NodeId[] = own.ids,
  chain = chainId,
  round = 0,
): LightBlock {
  const of = { height: header.height, round, block: blockIdOf(header) }
  const commit = own.unchecked(of, [...voters].sort(), chain)
  assert(commit.votes.length > 0, 'somebody signs')
  return { header, commit, committee: own.committee, nextCommittee: next.committee }
}

const day: Millis = 86_400_000
export const options: TrustOptions = { chainId, trustingPeriodMs: 20 * day, clockDriftMs: 10_000 }

/** A source that serves it. */
export const from =
  (chain: Pick<LightChain, 'at'>): FetchLightBlock =>
  async (height) =>
    chain.at(height)

/** The chain, but for one height. */
export const butFor = (chain: LightChain, other: LightBlock): Pick<LightChain, 'at'> => ({
  at: (height) => (height === other.header.height ? other : chain.at(height)),
})
