// Consensus messages on the wire: every kind comes back as it went, in one spelling only, and no bytes
// of a stranger throw, unfold into more than they are, or get in.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  blockOf,
  type Header,
  type TransactionHash,
  transactionOf,
  transactionsRootOf,
  zeroBlockId,
  zeroHashText,
} from '../../consensus/block.ts'
import { decodeConsensusMessage, encodeConsensusMessage } from '../../consensus/codec.ts'
import { decodeBlock, encodeBlock } from '../../consensus/codec-block.ts'
import { type Commit, commitHashOf } from '../../consensus/commit.ts'
import type { ConsensusMessage } from '../../consensus/message.ts'
import type { BlockId, Proposal, Vote } from '../../consensus/vote.ts'
import { concatBytes, hex } from '../../src/core/bytes.ts'
import type { CommitteeHash } from '../../src/core/committee.ts'
import type { ChainId, NodeId } from '../../src/core/id.ts'
import { messageBytesMax } from '../../src/core/limits.ts'

const chainId = '0123456789abcdef' as ChainId
const elsewhere = 'fedcba9876543210' as ChainId

const bytesOf = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })
const hash = bytesOf(32).map(hex)
const block = hash as fc.Arbitrary<BlockId>
const node = bytesOf(16).map(hex) as fc.Arbitrary<NodeId>
const height = fc.integer({ min: 1, max: 2 ** 40 })
const round = fc.integer({ min: 0, max: 100_000 })
const signature = bytesOf(64)
const places = (max: number) =>
  fc
    .uniqueArray(fc.integer({ min: 0, max }), { maxLength: 31 })
    .map((list) => list.sort((a, b) => a - b))

const vote: fc.Arbitrary<Vote> = fc.record({
  ...{ kind: fc.constantFrom('prevote', 'precommit'), height, round },
  ...{ block: fc.option(block), voter: node, signature },
})
const proposal: fc.Arbitrary<Proposal> = fc
  .record({ height, round, block, validRound: fc.nat(), proposer: node, signature })
  .map((each) => ({ ...each, validRound: (each.validRound % (each.round + 1)) - 1 }))
const commitAt = (at: fc.Arbitrary<number>): fc.Arbitrary<Commit> =>
  fc.record({
    ...{ height: at, round, block },
    votes: fc.array(fc.record({ voter: node, signature }), { maxLength: 31 }),
  })
const transactions = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 20 })
const headerAt = (at: fc.Arbitrary<number>): fc.Arbitrary<Header> =>
  fc.record({
    ...{ chainId: fc.constant(chainId), height: at, time: height, previous: block },
    ...{ lastCommitHash: hash, transactionsRoot: hash, stateHash: hash, proposer: node },
    committeeHash: hash as fc.Arbitrary<CommitteeHash>,
    nextCommitteeHash: hash as fc.Arbitrary<CommitteeHash>,
  })
const compact = headerAt(height).chain((header) =>
  fc.record({
    header: fc.constant(header),
    transactions: fc.array(hash as fc.Arbitrary<unknown> as fc.Arbitrary<TransactionHash>, {
      maxLength: 20,
    }),
    lastCommit: header.height === 1 ? fc.constant(null) : commitAt(height),
  }),
)
const finalAt = (at: number) =>
  fc
    .record({
      ...{ header: headerAt(fc.constant(at)), transactions },
      lastCommit: at === 1 ? fc.constant(null) : commitAt(height),
      commit: commitAt(fc.constant(at)),
    })
    .map(({ header, commit, lastCommit, ...rest }) => ({
      block: blockOf(header, rest.transactions.map(transactionOf), lastCommit),
      commit,
    }))
const chunk = fc.nat({ max: 4_095 })

const message: fc.Arbitrary<ConsensusMessage> = fc.oneof(
  fc.record({ say: fc.constant('proposal' as const), proposal, block: compact }),
  fc.record({ say: fc.constant('votes' as const), votes: fc.array(vote, { maxLength: 40 }) }),
  fc.record({
    ...{ say: fc.constant('status' as const), height, round, linked: places(30) },
    step: fc.constantFrom('propose' as const, 'prevote' as const, 'precommit' as const),
    rounds: fc
      .uniqueArray(
        fc.record({ round, prevotes: places(30), precommits: places(30), proposal: fc.boolean() }),
        { maxLength: 16, selector: (each) => each.round },
      )
      .map((list) => list.sort((a, b) => a.round - b.round)),
  }),
  fc.record({
    ...{ say: fc.constant('want-transactions' as const), block },
    places: places(1_023).filter((list) => list.length > 0),
  }),
  fc
    .record({ block, bytes: fc.uint8Array({ minLength: 1, maxLength: 9 }), at: places(1_023) })
    .map(({ block, bytes, at }) => ({
      ...{ say: 'transactions' as const, block, places: at, transactions: at.map(() => bytes) },
    })),
  fc.record({ say: fc.constant('submit' as const), transactions }),
  fc.record({ say: fc.constant('decided' as const), block: compact, commit: commitAt(height) }),
  fc
    .record({ from: height, more: fc.nat({ max: 63 }) })
    .map(({ from, more }) => ({ say: 'want-blocks' as const, from, to: from + more })),
  fc
    .integer({ min: 1, max: 1_000 })
    .chain((from) => fc.tuple(fc.constant(from), finalAt(from), finalAt(from + 1)))
    .map(([from, ...blocks]) => ({ say: 'blocks' as const, from, blocks })),
  fc.constant({ say: 'want-snapshots' as const }),
  fc.record({
    say: fc.constant('snapshots' as const),
    offers: fc.array(
      fc.record({ height, stateHash: hash, chunks: fc.integer({ min: 1, max: 4_096 }) }),
      { maxLength: 8 },
    ),
  }),
  fc.record({ say: fc.constant('want-chunk' as const), height, chunk }),
  fc.record({
    ...{ say: fc.constant('chunk' as const), height, chunk },
    bytes: fc.option(fc.uint8Array({ maxLength: 500 })),
  }),
)

describe('a consensus message', () => {
  it('comes back as it went, whatever it is', () => {
    fc.assert(
      fc.property(message, (said) => {
        const decoded = decodeConsensusMessage(encodeConsensusMessage(said), chainId)
        expect(decoded).toEqual({ ok: true, message: said })
      }),
      { numRuns: 300 },
    )
  })

  it('with any byte changed, cut or added is refused or another canonical message', () => {
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (said, at, by) => {
        const bytes = encodeConsensusMessage(said)
        const changed = new Uint8Array(bytes)
        changed[at % bytes.length]! ^= by
        for (const hostile of [
          changed,
          bytes.subarray(0, at % bytes.length),
          concatBytes([bytes, Uint8Array.of(by)]),
          concatBytes([bytes, bytes]),
        ]) {
          const decoded = decodeConsensusMessage(hostile, chainId)
          if (decoded.ok) expect(encodeConsensusMessage(decoded.message)).toEqual(hostile)
        }
        expect(decodeConsensusMessage(concatBytes([bytes, bytes]), chainId).ok).toBe(false)
      }),
      { numRuns: 300 },
    )
  })

  it('of random bytes is refused without a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const decoded = decodeConsensusMessage(bytes, chainId)
        if (decoded.ok) expect(encodeConsensusMessage(decoded.message)).toEqual(bytes)
        else expect(decoded.why).not.toBe('')
      }),
      { numRuns: 500 },
    )
  })

  it('too large, of very many tiny records, or of another chain is refused', () => {
    const why = (bytes: Uint8Array, chain = chainId) => decodeConsensusMessage(bytes, chain)
    expect(why(new Uint8Array(messageBytesMax + 1))).toEqual({ ok: false, why: 'too large' })
    // A batch (field 6) of 100,000 empty transactions (field 1, length 0).
    const records = new Uint8Array(200_000)
    for (let at = 0; at < records.length; at += 2) records[at] = 0x0a
    const batch = concatBytes([Uint8Array.of(0x32, 0xc0, 0x9a, 0x0c), records])
    expect(why(batch)).toEqual({ ok: false, why: 'too many records' })
    // One answer (9) of one block (2, 1) of as many empty transactions (2).
    for (let at = 0; at < records.length; at += 2) records[at] = 0x12
    const nested = (field: number, inner: Uint8Array) =>
      concatBytes([
        Uint8Array.of(field * 8 + 2),
        Uint8Array.of(
          (inner.length & 127) | 128,
          ((inner.length >> 7) & 127) | 128,
          inner.length >> 14,
        ),
        inner,
      ])
    expect(why(nested(9, nested(2, nested(1, records)))).ok).toBe(false)
    const [said] = fc.sample(
      message.filter(({ say }) => say === 'decided'),
      { numRuns: 1, seed: 7 },
    )
    expect(why(encodeConsensusMessage(said!), elsewhere).ok).toBe(false)
  })
})

describe('a stored block', () => {
  const parts = [Uint8Array.of(1), Uint8Array.of(2, 3)].map(transactionOf)
  const header: Header = {
    ...{ chainId, height: 1, time: 5, previous: zeroBlockId, lastCommitHash: commitHashOf(null) },
    ...{ transactionsRoot: transactionsRootOf(parts), stateHash: zeroHashText },
    committeeHash: zeroHashText as CommitteeHash,
    ...{ nextCommitteeHash: zeroHashText as CommitteeHash, proposer: '0'.repeat(32) as NodeId },
  }
  const block = blockOf(header, parts, null)
  const commit: Commit = { height: 1, round: 0, block: block.id, votes: [] }

  it('comes back with its id and its commit, and on its own chain only', () => {
    const bytes = encodeBlock(block, commit)
    expect(decodeBlock(bytes, chainId)).toEqual({ block, commit })
    expect(decodeBlock(bytes, elsewhere)).toBeUndefined()
    expect(decodeBlock(bytes.subarray(1), chainId)).toBeUndefined()
    expect(decodeBlock(concatBytes([bytes, bytes]), chainId)).toBeUndefined()
  })

  it('is sent without its commit where the next block holds the same, and comes back with it', () => {
    const lastCommitHash = commitHashOf(commit)
    const next = blockOf({ ...header, height: 2, previous: block.id, lastCommitHash }, [], commit)
    const blocks = [
      { block, commit },
      { block: next, commit: { ...commit, height: 2, block: next.id } },
    ]
    const bytes = encodeConsensusMessage({ say: 'blocks', from: 1, blocks })
    const decoded = decodeConsensusMessage(bytes, chainId)
    if (!decoded.ok || decoded.message.say !== 'blocks') throw new Error('not read')
    const [first, second] = decoded.message.blocks
    expect(decoded.message.blocks).toEqual(blocks)
    // One object: it is verified once.
    expect(first!.commit).toBe(second!.block.lastCommit)
  })
})
