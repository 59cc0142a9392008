// A chain is verified from its founding on: a good one whole, each commit once; and whatever was
// tampered with is found at its height, under its own name.
import { describe, expect, test } from 'vitest'
import { type Block, blockOf, type Header, transactionOf } from '../../consensus/block.ts'
import {
  type ChainFaultCode,
  ChainVerifier,
  type DecidedBlock,
  verifyChain,
} from '../../consensus/verify-chain.ts'
import { utf8 } from '../../src/core/bytes.ts'
import type { CommitteeHash } from '../../src/core/committee.ts'
import type { ChainId } from '../../src/core/id.ts'
import type { Verify } from '../../src/core/signature.ts'
import { blockNamed, SigningCommittee, toyVerify } from './signing-committee.ts'
import { factsOf, genesisOf, nextBlock, TinyApplication, tinyChain } from './tiny-application.ts'

const chain = tinyChain(30)
const verified = (blocks: Iterable<DecidedBlock>, verify: Verify = toyVerify) =>
  verifyChain(verify, genesisOf(), new TinyApplication(), blocks)

const at = 12
/** The chain with one block replaced by what is made of it. */
const tampered = (change: (good: DecidedBlock) => DecidedBlock): DecidedBlock[] =>
  chain.map((one, i) => (i === at - 1 ? change(one) : one))

/** An application at the height before, and what it takes to decide another block there. */
function resumed() {
  const application = new TinyApplication()
  for (const one of chain.slice(0, at - 1)) application.finalizeBlock(factsOf(one))
  return application
}
const before = chain[at - 2]!

/** A block whose header differs, decided by the right members all the same. */
const decided = (change: Partial<Header>, texts: readonly string[] = ['a=b']) =>
  tampered(() => nextBlock(resumed(), before, texts, before.commit, change))

/** Only the block's parts differ from what its header and its commit say. */
const bent = (change: Partial<Block>) =>
  tampered(({ block, commit }) => ({ block: { ...block, ...change }, commit }))

describe('a chain', () => {
  test('that is good is verified whole, under changing committees', () => {
    const hashes = new Set(chain.map(({ block }) => block.header.committeeHash))
    expect(hashes.size).toBe(6)
    const application = new TinyApplication()
    for (const one of chain) application.finalizeBlock(factsOf(one))
    expect(verified(chain)).toEqual({
      ...{ ok: true, height: 30, blocks: 30, certificates: 30 },
      stateHash: application.stateHash,
    })
  })

  test('of no blocks is good, and so is every beginning of a good one', () => {
    expect(verified([])).toMatchObject({ ok: true, height: 0, blocks: 0, certificates: 0 })
    for (let height = 1; height <= 30; height++)
      expect(verified(chain.slice(0, height))).toMatchObject({ ok: true, height })
  })

  test('costs one check for each signature', () => {
    let checks = 0
    const copies = chain.map(({ block, commit }) => ({
      block: { ...block, lastCommit: block.lastCommit && { ...block.lastCommit } },
      commit: { ...commit },
    }))
    const counting: Verify = (...of) => {
      checks++
      return toyVerify(...of)
    }
    expect(verified(copies, counting).ok).toBe(true)
    expect(checks).toBe(30 * 4)
  })

  test('may hold other votes within than beside a block, as long as both are a quorum', () => {
    const application = resumed()
    const { height, round, block } = before.commit
    const voters = [...new SigningCommittee(namesAt(at - 1)).ids].slice(0, 3)
    const other = new SigningCommittee(namesAt(at - 1)).unchecked({ height, round, block }, voters)
    const next = nextBlock(application, before, ['a=b'], other)
    const blocks = [...chain.slice(0, at - 1), next]
    expect(verified(blocks)).toMatchObject({ ok: true, height: at, certificates: at + 1 })
  })

  test('is not judged any further once it broke', () => {
    const verifier = new ChainVerifier(toyVerify, genesisOf(), new TinyApplication())
    expect(verifier.add(chain[0]!)).toBeNull()
    expect(verifier.add(chain[2]!)).toMatchObject({ code: 'height' })
    expect(verifier.add(chain[1]!)).toMatchObject({ code: 'height' })
    expect(verifier.verdict).toMatchObject({ ok: false, height: 2, code: 'height' })
  })

  test('does not fit another founding', () => {
    const other = genesisOf(['a', 'b', 'c', 'x'])
    const said = verifyChain(toyVerify, other, new TinyApplication(), chain)
    expect(said).toMatchObject({ ok: false, height: 0, code: 'genesis' })
    const late = { ...genesisOf(), time: 1_001 }
    expect(verifyChain(toyVerify, late, new TinyApplication(), chain)).toMatchObject({
      ...{ ok: false, height: 1, code: 'time' },
    })
    const used = resumed()
    expect(verifyChain(toyVerify, genesisOf(), used, chain).ok).toBe(false)
  })
})

/** Who decides a height of the chain above: what height 5 names counts from 7 on. */
const namesAt = (height: number): readonly string[] => {
  let names = ['a', 'b', 'c', 'd']
  for (let of = 5; of <= height - 2; of += 5) names = [...names.slice(1), `member ${of}`]
  return names
}

const strangers = new SigningCommittee(['s', 't', 'u', 'v'])
const own = new SigningCommittee(namesAt(at))
const ofCommit = chain[at - 1]!.commit
const committed = (commit: DecidedBlock['commit']) => tampered(({ block }) => ({ block, commit }))
const within = (lastCommit: Block['lastCommit']) =>
  tampered(() => nextBlock(resumed(), before, ['a=b'], lastCommit))
const [first, second, third, fourth] = before.commit.votes
const hash = '1'.repeat(64)

const cases: readonly [what: string, DecidedBlock[], ChainFaultCode][] = [
  ['another chain', decided({ chainId: 'c0ffee0123456780' as ChainId }), 'chain'],
  ['a height left out', [...chain.slice(0, at - 1), ...chain.slice(at)], 'height'],
  ['a height twice', [...chain.slice(0, at - 1), ...chain.slice(at - 2)], 'height'],
  ['another predecessor', decided({ previous: blockNamed('x') }), 'link'],
  ['the time of the block before', decided({ time: before.block.header.time }), 'time'],
  ['another name', bent({ id: blockNamed('x') }), 'block-id'],
  [
    'a header changed after it was decided',
    bent({ header: { ...chain[at - 1]!.block.header, time: 99_999 } }),
    'block-id',
  ],
  [
    'a transaction changed under its name',
    bent({
      transactions: chain[at - 1]!.block.transactions.map(({ hash }) => ({
        hash,
        bytes: utf8('a=c'),
      })),
    }),
    'transaction-name',
  ],
  [
    'a transaction changed with its name',
    bent({ transactions: [transactionOf(utf8('a=c'))] }),
    'transactions-root',
  ],
  [
    'a transaction dropped',
    bent({ transactions: chain[at - 1]!.block.transactions.slice(1) }),
    'transactions-root',
  ],
  [
    'transactions in another order',
    bent({ transactions: [...chain[at - 1]!.block.transactions].reverse() }),
    'transactions-root',
  ],
  ['a transaction too large', decided({}, [`a=${'x'.repeat(3_000)}`]), 'size'],
  [
    'too many transactions',
    decided(
      {},
      Array.from({ length: 1_025 }, (_, i) => `a=${i}`),
    ),
    'size',
  ],
  ['a proposer from elsewhere', decided({ proposer: strangers.ids[0]! }), 'proposer'],
  ['another committee', decided({ committeeHash: strangers.committee.hash }), 'committee'],
  [
    'another next committee',
    decided({ nextCommitteeHash: hash as CommitteeHash }),
    'next-committee',
  ],
  ['another state', decided({ stateHash: hash }), 'state'],
  ['another hash of the commit before', decided({ lastCommitHash: hash }), 'last-commit-hash'],
  ['the commit within exchanged', bent({ lastCommit: ofCommit }), 'last-commit-hash'],
  ['the commit within left out', within(null), 'last-commit'],
  ['a commit within of another block', within(ofCommit), 'last-commit'],
  [
    'a commit within without a quorum',
    within({ ...before.commit, votes: [first!, second!] }),
    'last-commit',
  ],
  [
    'a commit within with a bad signature',
    within({
      ...before.commit,
      votes: [first!, second!, third!, { ...fourth!, signature: new Uint8Array(64) }],
    }),
    'last-commit',
  ],
  ['a commit of strangers', committed(strangers.unchecked(ofCommit)), 'commit'],
  ['a commit without a quorum', committed(own.unchecked(ofCommit, own.ids.slice(0, 2))), 'commit'],
  ['a commit of another round', committed({ ...ofCommit, round: ofCommit.round + 1 }), 'commit'],
  ['a commit of the block before', committed(before.commit), 'commit'],
  ['a transaction that does not apply', decided({}, ['no pair']), 'refused'],
]

describe('tampering', () => {
  test.each(cases)('with %s is found at its height', (_what, blocks, code) => {
    expect(verified(blocks)).toMatchObject({ ok: false, height: at, code })
  })

  test('with the last block is found too, since the chain ends with its commit', () => {
    const last = chain.at(-1)!
    const forged = blockOf(
      { ...last.block.header, time: 99_999 },
      last.block.transactions,
      last.block.lastCommit,
    )
    const blocks = [...chain.slice(0, -1), { block: forged, commit: last.commit }]
    expect(verified(blocks)).toMatchObject({ ok: false, height: 30, code: 'commit' })
  })

  test('by votes joined so that the hash stays the same is found', () => {
    // Two votes written as one with a long signature: the same bytes in a row.
    const [one, two, ...rest] = before.commit.votes
    const signature = new Uint8Array([...one!.signature, ...hexOf(two!.voter), ...two!.signature])
    const joined = { ...before.commit, votes: [{ voter: one!.voter, signature }, ...rest] }
    expect(verified(bent({ lastCommit: joined }))).toMatchObject({
      ...{ ok: false, height: at, code: 'last-commit' },
    })
  })

  test('with an application that computes another state is found one height later', () => {
    const application = new TinyApplication()
    const honest = application.finalizeBlock.bind(application)
    application.finalizeBlock = (block) =>
      honest(
        block.height === at
          ? { ...block, transactions: [...block.transactions, utf8('x=y')] }
          : block,
      )
    const said = verifyChain(toyVerify, genesisOf(), application, chain)
    expect(said).toMatchObject({ ok: false, height: at + 1, code: 'state' })
  })
})

function hexOf(text: string): number[] {
  return Array.from({ length: text.length / 2 }, (_, i) =>
    Number.parseInt(text.slice(2 * i, 2 * i + 2), 16),
  )
}
