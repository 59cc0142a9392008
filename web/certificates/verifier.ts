// Follows a node's chain as a light client: each new block must be signed by more than two thirds of
// the committee that the verified block before names. The first block that it meets it takes from the
// node, so it proves that what the node shows hangs together, not that the node is on the right chain.
import { blockIdOf } from '../../consensus/block.ts'
import {
  type LightRule,
  type Trusted,
  type TrustOptions,
  trustIn,
  verifyFrom,
  verifyLightBlock,
} from '../../consensus/light-client/trust.ts'
import type { Committee } from '../../src/core/committee.ts'
import type { ChainId, Millis } from '../../src/core/id.ts'
import type { Verify } from '../../src/core/signature.ts'
import { type BlockAnswer, type CommitteeAnswer, committeeOf, lightBlockOf } from './light-block.ts'

export type Verdict =
  /** `from`: the height of the block that vouches for it; null of the first, which is taken as it is. */
  | {
      readonly is: 'verified'
      readonly height: number
      readonly from: number | null
      readonly signers: number
      readonly members: number
    }
  | { readonly is: 'refused'; readonly height: number; readonly rule: LightRule | 'id' | 'shape' }
  /** The committee that decided it was not shown to this page. */
  | { readonly is: 'unknown-committee'; readonly height: number }

/** A year: evidence aside, a page is not open longer. */
const trustingPeriodMs = 31_536_000_000
/** Clocks of a viewer and of proposers differ. */
const clockDriftMs = 60_000

/** Committees of the last elections; each is some kilobytes. */
const committeesMax = 32

export class CertificateVerifier {
  readonly #verify: Verify
  readonly #now: () => Millis
  readonly #committees = new Map<string, Committee>()
  #trusted: Trusted | undefined

  constructor(verify: Verify, now: () => Millis) {
    this.#verify = verify
    this.#now = now
  }

  learn(answer: CommitteeAnswer): void {
    const committee = committeeOf(answer)
    if (committee === undefined || this.#committees.has(committee.hash)) return
    this.#committees.set(committee.hash, committee)
    if (this.#committees.size > committeesMax)
      this.#committees.delete(this.#committees.keys().next().value!)
  }

  /** Judges a block. Never throws: what cannot be read is refused. */
  judge(block: BlockAnswer): Verdict {
    try {
      return this.#judged(block)
    } catch {
      return { is: 'refused', height: block.height, rule: 'shape' }
    }
  }

  #judged(answer: BlockAnswer): Verdict {
    const { height } = answer
    const refused = (rule: LightRule | 'id'): Verdict => ({ is: 'refused', height, rule })
    const claimed = lightBlockOf(answer, this.#committees)
    if (claimed === undefined) return { is: 'unknown-committee', height }
    const id = blockIdOf(claimed.header)
    if (id !== answer.id || claimed.header.height !== height) return refused('id')
    const block = { ...claimed, commit: { ...claimed.commit, block: id } }
    const chainId = block.header.chainId as ChainId
    const verified = (from: number | null): Verdict => ({
      ...{ is: 'verified', height, from },
      ...{ signers: block.commit.votes.length, members: block.committee.size },
    })
    const trusted = this.#trusted
    if (trusted === undefined || height <= trusted.height) {
      const rule = verifyLightBlock(this.#verify, chainId, block)
      if (rule !== null) return refused(rule)
      if (trusted !== undefined && height === trusted.height && id !== trusted.id)
        return refused('link')
      this.#trusted ??= trustIn(block)
      return verified(null)
    }
    const options: TrustOptions = { chainId, trustingPeriodMs, clockDriftMs }
    const verdict = verifyFrom(this.#verify, options, trusted, block, this.#now())
    if (verdict.verdict === 'invalid') return refused(verdict.rule)
    // More than two thirds of its committee changed since: only a block in between could tell.
    if (verdict.verdict === 'too-far') return { is: 'unknown-committee', height }
    this.#trusted = verdict.trusted
    return verified(trusted.height)
  }
}
