// The chain's verdicts against a naive model that keeps every statement in a list.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Trustchains } from '../../trustchain/chain.ts'
import { slotOfEntry, type VerifiedRating } from '../../trustchain/entry.ts'
import { forkProofOf, verifyForkProof } from '../../trustchain/fork-proof.ts'
import { provesOverlayRange } from '../../trustchain/overlay-range.ts'
import { signEntry } from '../../trustchain/verify.ts'
import { draftAfter, logOf } from './authoring.ts'
import { chainId, signerOf, verify } from './pump.ts'

const signer = signerOf(7)
const overlays = ['social', 'reliability', 'social', 'speed']
const main = logOf(signer, 60, overlays)
const branch = logOf(signer, 50, overlays, main.slice(0, 20), 700)
const wrongLink = signEntry(signer, { ...draftAfter(main.slice(0, 9)), prevSameOverlay: null })

describe('a chain judges', () => {
  const chain = new Trustchains()
  for (const entry of main.slice(0, 30)) chain.append(entry)
  const table: readonly (readonly [string, VerifiedRating, object])[] = [
    ['the next entry: extends', main[30]!, { verdict: 'extends' }],
    ['one that it holds: known', main[4]!, { verdict: 'known' }],
    ['a later one: gap', main[40]!, { verdict: 'gap', from: 31, to: 40 }],
    ['another history, where it differs: fork', branch[25]!, { verdict: 'fork' }],
    ['another history, from beyond: gap', branch[30]!, { verdict: 'gap', from: 30, to: 30 }],
  ]
  for (const [title, entry, verdict] of table)
    it(title, () => expect(chain.judge(entry)).toMatchObject(verdict))

  it('an entry that hides the one before it in its overlay: invalid', () => {
    const short = new Trustchains()
    for (const entry of main.slice(0, 9)) short.append(entry)
    expect(short.judge(wrongLink)).toEqual({ verdict: 'invalid', rule: 'overlay-link' })
  })

  it('what does not fit its caps: invalid, except its own node’s', () => {
    const [a, b] = [logOf(signerOf(1), 3), logOf(signerOf(2), 3)]
    const full = { verdict: 'invalid', rule: 'log-full' }
    const small = new Trustchains({ authorsMax: 1, entriesPerAuthorMax: 2, own: b[0]!.authorId })
    small.append(a[0]!)
    small.append(a[1]!)
    expect(small.judge(a[2]!)).toEqual(full)
    expect(small.judge(main[0]!)).toEqual(full)
    for (const own of b) {
      expect(small.judge(own)).toEqual({ verdict: 'extends' })
      small.append(own)
    }
  })
})

describe('any order of arrival', () => {
  it('ends where a naive model ends: same heads, same latest, same forks', () => {
    const all = [...main, ...branch.slice(20), wrongLink]
    const arrivals = fc.array(fc.nat({ max: all.length - 1 }), { maxLength: 300 })
    fc.assert(
      fc.property(arrivals, (order) => {
        const chain = new Trustchains()
        const model = new NaiveChain()
        for (const at of order) {
          const entry = all[at]!
          const verdict = chain.judge(entry)
          expect(verdict.verdict).toBe(model.judge(entry))
          if (verdict.verdict === 'extends') chain.append(entry)
          if (verdict.verdict === 'fork') chain.freeze(verdict.proof)
          model.take(entry)
        }
        expect([...chain.entries()]).toEqual(model.log)
        expect(chain.entriesHeld).toBe(model.log.length)
        expect(chain.forkOf(signerId)?.seq ?? Number.POSITIVE_INFINITY).toBe(model.frozenAt)
        expect(chain.latestOf(signerId)).toEqual(model.latest())
      }),
      { numRuns: 300 },
    )
  })

  it('indexed logs answer like scanned ones', () => {
    const log = logOf(signer, 100, ['a', 'b', 'b', 'c'])
    const chain = new Trustchains()
    for (const [at, entry] of log.entries()) {
      chain.append(entry)
      const held = log.slice(0, at + 1)
      for (const overlay of ['a', 'b', 'c', 'd']) {
        const inOverlay = held.filter((one) => one.overlay === overlay)
        expect(chain.overlayHead(signerId, overlay)).toEqual(inOverlay.at(-1) ?? null)
        const range = inOverlay.filter(({ seq }) => seq >= 10 && seq <= 60)
        expect(chain.range(signerId, 10, 60, overlay)).toEqual(range)
        expect(chain.range(signerId, 10, 60, overlay, 5)).toEqual(range.slice(0, 5))
        const latest = chain.latest(signerId, overlay, entry.subjectId)
        expect(latest).toEqual(inOverlay.at(-1))
      }
      expect(chain.range(signerId, 10, 60)).toEqual(held.slice(9, 60))
    }
    expect(chain.history(signerId, log[0]!.subjectId)).toEqual(log)
  })
})

describe('a fork proof', () => {
  const proof = forkProofOf(main[25]!, branch[25]!)

  it('is the same whichever entry came first, and verifies anywhere', () => {
    expect(forkProofOf(branch[25]!, main[25]!)).toEqual(proof)
    expect(verifyForkProof(verify, chainId, proof)).toMatchObject({ verdict: 'forked', proof })
  })

  it('needs one author, one seq, two hashes and two signatures', () => {
    const invalid = (first: VerifiedRating, second: VerifiedRating) =>
      verifyForkProof(verify, chainId, { first, second })
    const none = { verdict: 'invalid', rule: 'no-contradiction' }
    expect(invalid(main[3]!, main[3]!)).toEqual(none)
    expect(invalid(main[3]!, main[4]!)).toEqual(none)
    expect(invalid(main[3]!, logOf(signerOf(8), 4)[3]!)).toEqual(none)
    const forged = { ...branch[25]!, signature: new Uint8Array(64) }
    const rule = { verdict: 'invalid', rule: 'signature' }
    expect(invalid(main[25]!, forged)).toEqual(rule)
  })

  it('a second signature of one statement is no fork', () => {
    const again = { ...main[3]!, signature: new Uint8Array(64).fill(1) }
    expect(again.hash).toBe(main[3]!.hash)
    const chain = new Trustchains()
    for (const entry of main.slice(0, 5)) chain.append(entry)
    expect(chain.judge(again)).toEqual({ verdict: 'known' })
  })

  it('freezes below the lowest seq proven; higher ones change nothing', () => {
    const chain = new Trustchains()
    for (const entry of main) chain.append(entry)
    expect(chain.freeze(proof)).toBe(true)
    expect(chain.head(signerId).seq).toBe(25)
    expect(chain.freeze(forkProofOf(main[30]!, branch[30]!))).toBe(false)
    expect(chain.freeze(forkProofOf(main[20]!, branch[20]!))).toBe(true)
    expect(chain.head(signerId).seq).toBe(20)
    expect(chain.judge(main[20]!)).toEqual({ verdict: 'invalid', rule: 'frozen-author' })
    expect(chain.quote(signerId)).toMatchObject({ seq: 20, forkedAt: 21 })
  })
})

describe('a copy of one overlay', () => {
  const social = main.filter((entry) => entry.overlay === 'social')

  it('proves that nothing was left out, from the beginning or from a known entry', () => {
    const { seq, hash } = social.at(-1)!
    expect(provesOverlayRange(null, social)).toEqual({ proves: true, head: { seq, hash } })
    expect(provesOverlayRange(social[4]!, social.slice(5))).toMatchObject({ proves: true })
    expect(provesOverlayRange(null, [])).toEqual({ proves: true, head: null })
  })

  it('shows every single omission, doubling and foreign entry', () => {
    for (let at = 0; at < social.length - 1; at++) {
      const without = social.toSpliced(at, 1)
      expect(provesOverlayRange(null, without)).toEqual({ proves: false, at, why: 'left-out' })
      const doubled = social.toSpliced(at, 0, social[at]!)
      expect(provesOverlayRange(null, doubled)).toMatchObject({ proves: false, at: at + 1 })
    }
    const foreign = [...social, main[1]!]
    expect(provesOverlayRange(null, foreign)).toMatchObject({ why: 'other-overlay' })
    const other = [...social, ...logOf(signerOf(8), 1)]
    expect(provesOverlayRange(null, other)).toMatchObject({ why: 'other-author' })
  })
})

const signerId = main[0]!.authorId

/** Keeps a list of one author's entries and says everything by searching it. */
class NaiveChain {
  log: VerifiedRating[] = []
  frozenAt = Number.POSITIVE_INFINITY

  judge(entry: VerifiedRating): string {
    if (entry.seq >= this.frozenAt) return 'invalid'
    const same = this.log.find((held) => held.seq === entry.seq)
    if (same) return same.hash === entry.hash ? 'known' : 'fork'
    const before = this.log.find((held) => held.hash === entry.prevHash)
    if (entry.seq > 1 && before !== this.log.at(-1)) return 'gap'
    if (entry.seq > 1 && before === undefined) return 'gap'
    const link = this.log.filter((held) => held.overlay === entry.overlay).at(-1)
    return link?.hash === entry.prevSameOverlay?.hash ? 'extends' : 'invalid'
  }

  take(entry: VerifiedRating): void {
    const verdict = this.judge(entry)
    if (verdict === 'extends') this.log.push(entry)
    if (verdict !== 'fork') return
    this.frozenAt = entry.seq
    this.log = this.log.filter((held) => held.seq < entry.seq)
  }

  latest(): VerifiedRating[] {
    const isLast = (entry: VerifiedRating, at: number) =>
      !this.log.slice(at + 1).some((later) => slotOfEntry(later) === slotOfEntry(entry))
    return this.log.filter(isLast)
  }
}
