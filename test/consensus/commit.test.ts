// Commits: every way in which one can be wrong is refused, and what is verified holds precommits for
// its block alone.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Commit,
  type CommitRule,
  commitHashOf,
  commitOf,
  verifyCommit,
} from '../../consensus/commit.ts'
import type { Vote } from '../../consensus/vote.ts'
import { voteBytes } from '../../consensus/vote.ts'
import { Committee } from '../../src/core/committee.ts'
import { verify } from '../../src/core/ed25519.ts'
import { type ChainId, nodeIdOf } from '../../src/core/id.ts'
import { signedWithTorsion } from '../core/ed25519-cases.ts'
import { blockNamed, chainId, SigningCommittee, toyVerify } from './signing-committee.ts'

const four = new SigningCommittee(['a', 'b', 'c', 'd'])
const others = new SigningCommittee(['e', 'f', 'g', 'h'])
const of = { height: 7, round: 2, block: blockNamed('x') }
const good = (): Commit => four.unchecked(of)

const check = (commit: Commit, committee = four.committee, chain: ChainId = chainId) => {
  const verdict = verifyCommit(toyVerify, chain, committee, of.height, of.block, commit)
  return verdict.verdict === 'verified' ? 'verified' : verdict.rule
}

/** The entry that a vote of another kind or for something else would be. */
const entryOf = ({ voter, signature }: Vote) => ({ voter, signature })

describe('a commit', () => {
  test('rule 16: of everybody or of three in four is verified', () => {
    expect(check(good())).toBe('verified')
    for (const absent of four.ids)
      expect(
        check(
          four.unchecked(
            of,
            four.ids.filter((id) => id !== absent),
          ),
        ),
      ).toBe('verified')
  })

  const [first, second, third, fourth] = good().votes as [Vote, Vote, Vote, Vote]
  const stranger = others.unchecked(of).votes[0]!
  const wrong: readonly [what: string, commit: Commit, rule: CommitRule][] = [
    ['a member twice', { ...good(), votes: [first, second, second, third] }, 'order'],
    ['a member three times for a quorum', { ...good(), votes: [first, first, first] }, 'order'],
    ['members out of order', { ...good(), votes: [second, first, third, fourth] }, 'order'],
    ['too few members', { ...good(), votes: [first, second] }, 'no-quorum'],
    ['nobody', { ...good(), votes: [] }, 'no-quorum'],
    ['another committee', others.unchecked(of), 'not-a-member'],
    ['another height', four.unchecked({ ...of, height: 8 }), 'height'],
    [
      'the name of our height over another',
      { ...four.unchecked({ ...of, height: 8 }), height: 7 },
      'signature',
    ],
    ['another block', four.unchecked({ ...of, block: blockNamed('y') }), 'block'],
    [
      'the name of our block over another',
      { ...four.unchecked({ ...of, block: blockNamed('y') }), block: of.block },
      'signature',
    ],
    ['the votes of another round', { ...good(), round: 3 }, 'signature'],
    ['a round that four bytes would read as ours', { ...good(), round: 2 + 2 ** 32 }, 'round'],
    ['a negative round', { ...good(), round: -1 }, 'round'],
    ['a round that is no integer', { ...good(), round: 2.5 }, 'round'],
    ['another chain', four.unchecked(of, four.ids, 'c0ffee0123456780' as ChainId), 'signature'],
    [
      'the signature of another member',
      { ...good(), votes: [{ ...first, signature: second.signature }, second, third, fourth] },
      'signature',
    ],
    [
      'one bad signature beyond a good quorum',
      { ...good(), votes: [first, second, third, { ...fourth, signature: new Uint8Array(64) }] },
      'signature',
    ],
    [
      'an empty signature',
      { ...good(), votes: [first, second, { ...third, signature: new Uint8Array(0) }] },
      'signature',
    ],
  ]
  test.each(wrong)('rule 16: with %s is refused', (_what, commit, rule) => {
    expect(check(commit)).toBe(rule)
  })

  test('rule 16: with a stranger beside a good quorum is refused', () => {
    const votes = [...good().votes, stranger].sort((a, b) => (a.voter < b.voter ? -1 : 1))
    expect(check({ ...good(), votes })).toBe('not-a-member')
  })

  test('rule 16: a quorum is of weight, not of heads', () => {
    const weighted = new SigningCommittee({ a: 1, b: 1, c: 1, d: 7 })
    const heavy = weighted.committee.members.find(({ power }) => power === 7)!.nodeId
    const light = weighted.ids.filter((id) => id !== heavy)
    expect(check(weighted.unchecked(of, light), weighted.committee)).toBe('no-quorum')
    expect(check(weighted.unchecked(of, [heavy]), weighted.committee)).toBe('verified')
    const three = new SigningCommittee({ a: 2, b: 2, c: 2 })
    // Four of six is exactly two thirds: not more.
    expect(check(three.unchecked(of, three.ids.slice(0, 2)), three.committee)).toBe('no-quorum')
  })

  test('rule 16: verified under one committee or chain, it is checked anew under another', () => {
    const commit = good()
    expect(check(commit)).toBe('verified')
    expect(check(commit, others.committee)).toBe('not-a-member')
    expect(check(commit, four.committee, 'c0ffee0123456780' as ChainId)).toBe('signature')
    const larger = new Committee([...four.committee.members, ...others.committee.members])
    expect(check(commit, larger)).toBe('no-quorum')
    expect(verifyCommit(toyVerify, chainId, four.committee, 8, of.block, commit).verdict).toBe(
      'invalid',
    )
    expect(check(commit)).toBe('verified')
  })

  test('rule 15: a vote for nil or for another block, or a prevote, is no part of a commit', () => {
    const bent = [
      { kind: 'precommit', block: null },
      { kind: 'prevote', block: of.block },
      { kind: 'precommit', block: blockNamed('y') },
    ] as const
    for (const { kind, block } of bent) {
      const vote = four.vote(four.ids[3]!, { ...of, kind, block })
      expect(check({ ...good(), votes: [first, second, third, entryOf(vote)] })).toBe('signature')
      expect(check({ ...good(), votes: [first, second, entryOf(vote)] })).toBe('signature')
    }
  })

  test('rule 15: is not made of nil votes, and of fewer than a quorum neither', () => {
    const nils = four.ids.map((id) => four.vote(id, { ...of, kind: 'precommit', block: null }))
    expect(commitOf(chainId, four.committee, nils)).toBeUndefined()
    expect(four.commit({ ...of }, four.ids.slice(0, 2))).toBeUndefined()
    expect(four.commit({ ...of }, four.ids.slice(0, 3))?.votes).toHaveLength(3)
  })

  test('rule 15: is verified exactly when every entry is a good one and they are a quorum', () => {
    const flaws = ['good', 'absent', 'unsigned', 'nil', 'prevote'] as const
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...flaws), { minLength: 4, maxLength: 4 }),
        (members) => {
          const votes = four.ids.flatMap((id, i) => {
            const is = members[i]!
            if (is === 'absent') return []
            const kind = is === 'prevote' ? 'prevote' : 'precommit'
            const vote = four.vote(id, { ...of, kind, block: is === 'nil' ? null : of.block })
            const signature = is === 'unsigned' ? new Uint8Array(64) : vote.signature
            return [{ voter: id, signature }]
          })
          const honest = members.every((is) => is === 'good' || is === 'absent')
          const enough = members.filter((is) => is === 'good').length >= 3
          expect(check({ ...of, votes }) === 'verified').toBe(honest && enough)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('rule 18: an entry whose signature only a cofactored check accepts is refused', () => {
    const message = voteBytes(chainId, { ...of, kind: 'precommit' })
    const made = [0, 1, 2, 3, 4, 5, 6, 7].map((ofKey) =>
      signedWithTorsion(0xa11cen, 0xb0bn, message, ofKey, 0),
    )
    for (const { publicKey, signature, accepted, what } of made) {
      const votes = [{ voter: nodeIdOf(publicKey), signature }]
      const committee = new Committee([{ publicKey }])
      const said = verifyCommit(verify, chainId, committee, of.height, of.block, { ...of, votes })
      expect(said.verdict === 'verified', what).toBe(accepted)
    }
    expect(made.some(({ accepted }) => !accepted)).toBe(true)
  })
})

describe('the hash of a commit', () => {
  test('changes with everything in it, and is zeros of none', () => {
    const [first, ...rest] = good().votes
    const hashes = [
      commitHashOf(null),
      commitHashOf(good()),
      commitHashOf({ ...good(), height: 8 }),
      commitHashOf({ ...good(), round: 3 }),
      commitHashOf({ ...good(), block: blockNamed('y') }),
      commitHashOf({ ...good(), votes: rest }),
      commitHashOf({ ...good(), votes: [{ ...first!, signature: new Uint8Array(64) }, ...rest] }),
    ]
    expect(new Set(hashes).size).toBe(hashes.length)
    expect(hashes[0]).toBe('0'.repeat(64))
    expect(commitHashOf(good())).toBe(hashes[1])
  })
})
