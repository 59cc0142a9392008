// What is signed, and the one place where a vote becomes a verified one.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { signProposal, signVote, verifyProposal, verifyVote } from '../../consensus/verify-vote.ts'
import {
  type BlockId,
  type Proposal,
  proposalBytes,
  type Vote,
  voteBytes,
  voteKinds,
} from '../../consensus/vote.ts'
import { hex, utf8 } from '../../src/core/bytes.ts'
import { Committee } from '../../src/core/committee.ts'
import { signerFrom, verify } from '../../src/core/ed25519.ts'
import { type ChainId, nodeIdOf } from '../../src/core/id.ts'
import { type SignedKind, signedBytes, type Verify } from '../../src/core/signature.ts'
import { backend as fastest } from '../../src/runtime/ed25519/fastest.ts'
import { signedWithTorsion } from '../core/ed25519-cases.ts'
import { blockNamed, chainId, SigningCommittee, toyVerify } from './signing-committee.ts'

const otherChain = 'c0ffee0123456780' as ChainId
const blocks = fc.constantFrom(blockNamed('a'), blockNamed('b'), '0'.repeat(64) as BlockId)
const rounds = fc.oneof(fc.nat(3), fc.constantFrom(255, 256, 100_000))
const heights = fc.oneof(fc.nat(3), fc.constantFrom(256, 2 ** 32, Number.MAX_SAFE_INTEGER))
const chains = fc.constantFrom(chainId, otherChain)

const facts = fc.oneof(
  fc.record({
    chain: chains,
    kind: fc.constantFrom(...voteKinds),
    height: heights,
    round: rounds,
    block: fc.option(blocks),
  }),
  fc.record({
    chain: chains,
    kind: fc.constant('proposal' as const),
    height: heights,
    round: rounds,
    block: blocks,
    validRound: fc.oneof(fc.constant(-1), rounds),
  }),
)
type Facts = typeof facts extends fc.Arbitrary<infer F> ? F : never

const bytesOf = (signed: Facts): Uint8Array =>
  signed.kind === 'proposal' ? proposalBytes(signed.chain, signed) : voteBytes(signed.chain, signed)

describe('sign bytes', () => {
  test('rule 17: no two kinds, chains, heights, rounds, blocks or valid rounds share their bytes', () => {
    fc.assert(
      fc.property(facts, facts, (a, b) => {
        const same = JSON.stringify(a) === JSON.stringify(b)
        expect(hex(bytesOf(a)) === hex(bytesOf(b))).toBe(same)
      }),
      { numRuns: 3_000 },
    )
  })

  test('rule 17: every kind has its own fixed width, also nil and the largest numbers', () => {
    fc.assert(
      fc.property(facts, (signed) => {
        const domain = `trustnet/${signed.kind}/1\0`.length
        expect(bytesOf(signed)).toHaveLength(domain + 16 + 49)
      }),
    )
  })

  test('rule 17: the layout is pinned', () => {
    const signed = { height: 258, round: 3, block: 'ab'.repeat(32) as BlockId, validRound: 1 }
    const head = `${hex(utf8('trustnet/proposal/1'))}00${hex(utf8(chainId))}`
    expect(hex(proposalBytes(chainId, signed))).toBe(
      `${head}${'0000000000000102'}00000003${'01'}${'ab'.repeat(32)}00000002`,
    )
    const nil = voteBytes(chainId, { kind: 'prevote', height: 1, round: 0, block: null })
    expect(hex(nil)).toBe(
      `${hex(utf8('trustnet/prevote/1'))}00${hex(utf8(chainId))}${'00'.repeat(7)}01${'00'.repeat(41)}`,
    )
  })

  test('rule 17: nil is not the block of zeros', () => {
    const vote = { kind: 'precommit', height: 1, round: 0 } as const
    const zeros = voteBytes(chainId, { ...vote, block: '0'.repeat(64) as BlockId })
    expect(zeros).not.toEqual(voteBytes(chainId, { ...vote, block: null }))
  })

  test('rule 17: a vote can be read as nothing else that is ever signed, whatever that says', () => {
    const kinds: readonly SignedKind[] = [
      ...(['entry', 'contact', 'delivery', 'handover', 'proposal'] as const),
      ...(['prevote', 'precommit', 'transaction'] as const),
    ]
    const body = fc.oneof(fc.uint8Array({ minLength: 49, maxLength: 49 }), fc.uint8Array())
    fc.assert(
      fc.property(facts, fc.constantFrom(...kinds), chains, body, (signed, kind, chain, bytes) => {
        if (kind !== signed.kind)
          expect(hex(signedBytes(kind, chain, bytes))).not.toBe(hex(bytesOf(signed)))
      }),
      { numRuns: 1_000 },
    )
    // No domain is the beginning of another, so no body can make up the difference.
    for (const a of kinds)
      for (const b of kinds)
        if (a !== b) expect(`trustnet/${a}/1\0`.startsWith(`trustnet/${b}/1\0`)).toBe(false)
  })
})

describe('verification', () => {
  const four = new SigningCommittee(['a', 'b', 'c', 'd'])
  const [voter] = four.ids as [(typeof four.ids)[0]]
  const what = { kind: 'prevote', height: 5, round: 1, block: blockNamed('x') } as const
  const fromWire = (vote: Vote): Vote => ({ ...vote })

  test('accepts the vote of a member, on its chain only', () => {
    const vote = four.vote(voter, what)
    expect(verifyVote(toyVerify, chainId, four.committee, fromWire(vote))).toEqual(vote)
    expect(verifyVote(toyVerify, otherChain, four.committee, fromWire(vote))).toBeUndefined()
    // The mark of one chain is none for another.
    expect(verifyVote(toyVerify, otherChain, four.committee, vote)).toBeUndefined()
  })

  test('refuses the vote of anybody else, and a vote whose field was changed', () => {
    const vote = four.vote(voter, what)
    const others = new SigningCommittee(['e', 'f', 'g', 'h'])
    const check = (changed: Vote, committee = four.committee) =>
      verifyVote(toyVerify, chainId, committee, changed)
    expect(check(vote, others.committee)).toBeUndefined()
    const changes: readonly Partial<Vote>[] = [
      ...[{ kind: 'precommit' as const }, { height: 6 }, { round: 2 }, { round: 0 }],
      ...[{ block: null }, { block: blockNamed('y') }, { voter: four.ids[1]! }],
      ...[{ signature: new Uint8Array(64) }, { signature: new Uint8Array(0) }],
    ]
    for (const change of changes) expect(check({ ...vote, ...change })).toBeUndefined()
    expect(check({ ...vote })).toBeDefined()
  })

  test('checks a signature once, and what it checked cannot be changed any more', () => {
    let checks = 0
    const counting: Verify = (...of) => {
      checks++
      return toyVerify(...of)
    }
    const vote = fromWire(four.vote(voter, what))
    expect(verifyVote(counting, chainId, four.committee, vote)).toBe(vote)
    expect(verifyVote(counting, chainId, four.committee, vote)).toBe(vote)
    expect(checks).toBe(1)
    expect(Object.isFrozen(vote)).toBe(true)
  })

  test('rule 17: a proposal is signed with its valid round, and is no vote', () => {
    const signer = signerFrom(new Uint8Array(32).fill(1))
    const committee = new Committee([{ publicKey: signer.publicKey }])
    const proposer = nodeIdOf(signer.publicKey)
    const said = { height: 5, round: 1, block: blockNamed('x'), validRound: 0, proposer }
    const proposal: Proposal = { ...signProposal(signer, chainId, said) }
    const check = (changed: Proposal) => verifyProposal(verify, chainId, committee, changed)
    for (const change of [{ validRound: -1 as const }, { round: 2 }, { height: 4 }])
      expect(check({ ...proposal, ...change })).toBeUndefined()
    const { signature } = proposal
    for (const kind of voteKinds) {
      const asVote: Vote = { ...said, kind, voter: proposer, signature }
      expect(verifyVote(verify, chainId, committee, asVote)).toBeUndefined()
    }
    expect(check(proposal)).toBe(proposal)
  })

  test('rule 18: a signature that only a cofactored check accepts is no vote, whatever the backend', () => {
    const vote = { kind: 'precommit', height: 9, round: 0, block: blockNamed('x') } as const
    const message = voteBytes(chainId, vote)
    const verdicts = new Set<boolean>()
    for (let ofKey = 0; ofKey < 8; ofKey++)
      for (const ofR of [0, 1, 4]) {
        const made = signedWithTorsion(0xa11cen, 0xb0bn, message, ofKey, ofR)
        const committee = new Committee([{ publicKey: made.publicKey }])
        for (const check of [verify, fastest.verify]) {
          const from = { ...vote, voter: nodeIdOf(made.publicKey), signature: made.signature }
          const accepted = verifyVote(check, chainId, committee, from) !== undefined
          expect(accepted, made.what).toBe(made.accepted)
          verdicts.add(accepted)
        }
      }
    expect(verdicts).toEqual(new Set([true, false]))
  })

  test('rule 18: real signatures of votes and proposals pass the same rule', () => {
    const signer = signerFrom(new Uint8Array(32).fill(7))
    const committee = new Committee([{ publicKey: signer.publicKey }])
    const vote = signVote(signer, chainId, { ...what, voter: nodeIdOf(signer.publicKey) })
    for (const check of [verify, fastest.verify])
      expect(verifyVote(check, chainId, committee, { ...vote })).toBeDefined()
  })
})
