// The judges of the consensus simulation must condemn what they are there for: a checker that never
// fails would pass any protocol.
import { describe, expect, test } from 'vitest'
import {
  type Block,
  blockOf,
  transactionOf,
  transactionsRootOf,
  zeroBlockId,
} from '../../consensus/block.ts'
import { commitHashOf, commitOf } from '../../consensus/commit.ts'
import { signVote } from '../../consensus/verify-vote.ts'
import { type BlockId, type Vote, voteBytes } from '../../consensus/vote.ts'
import { hex } from '../../src/core/bytes.ts'
import type { ChainId } from '../../src/core/id.ts'
import { ChainChecker } from '../../src/sim/consensus/chain-checker.ts'
import {
  CounterApplication,
  committeeOf,
  encodeOrder,
} from '../../src/sim/consensus/counter-application.ts'
import { fakeKey, fakeSigner } from '../../src/sim/consensus/fake-crypto.ts'
import { SignatureWatch } from '../../src/sim/consensus/signature-watch.ts'

const chainId = '00c0ffee00c0ffee' as ChainId
const blockA = 'a'.repeat(64) as BlockId
const blockB = 'b'.repeat(64) as BlockId
const genesis = { 0: 1, 1: 1, 2: 1, 3: 1 }
const { nodeId } = fakeKey(0)

const voteFor = (block: BlockId | null, key = 0, height = 1): Vote =>
  signVote(
    fakeSigner(fakeKey(key), () => {}),
    chainId,
    { kind: 'precommit', height, round: 0, block, voter: fakeKey(key).nodeId },
  )

const watched = (twins: ReadonlySet<typeof nodeId> = new Set()) => {
  const claims: string[] = []
  return { claims, watch: new SignatureWatch({ fail: (claim) => claims.push(claim), twins }) }
}

describe('the watch over signatures', () => {
  const bytes = (block: BlockId | null): Uint8Array =>
    voteBytes(chainId, { kind: 'precommit', height: 1, round: 0, block })

  test('condemns two signatures in one life, and lets a lost one be made anew in the next', () => {
    const { claims, watch } = watched()
    watch.signs('node 1', bytes(blockA))
    watch.signs('node 1', bytes(blockA))
    watch.signs('node 2', bytes(blockB))
    expect(claims).toEqual([])
    watch.signs('node 1', bytes(null))
    expect(claims).toHaveLength(1)
  })

  test('condemns two that were let out, also where the second stands in a commit', () => {
    const { claims, watch } = watched()
    watch.leaves({ say: 'votes', votes: [voteFor(blockA), voteFor(blockA)] })
    expect(claims).toEqual([])
    const commit = { height: 1, round: 0, block: blockB, votes: [voteFor(blockB)] }
    watch.leaves({ say: 'decided', block: {} as never, commit })
    expect(claims).toHaveLength(1)
  })

  test('keeps what twins sign as evidence', () => {
    const { claims, watch } = watched(new Set([nodeId]))
    watch.leaves({ say: 'votes', votes: [voteFor(blockA), voteFor(null)] })
    expect(claims).toEqual([])
    expect(watch.conflicts).toHaveLength(1)
  })
})

describe('the judge of the chain', () => {
  const submitted = encodeOrder({ order: 'add', author: 0, sequence: 1, amount: 7 })
  const application = (): CounterApplication => new CounterApplication(new Map(), genesis)

  function blockWith(transactions: readonly Uint8Array[], time = 1): Block {
    const { stateHash, committee, nextCommittee } = application()
    const named = transactions.map(transactionOf)
    const header = {
      ...{ chainId, height: 1, time, previous: zeroBlockId, lastCommitHash: commitHashOf(null) },
      ...{ transactionsRoot: transactionsRootOf(named), stateHash, proposer: nodeId },
      ...{ committeeHash: committee.hash, nextCommitteeHash: nextCommittee.hash },
    }
    return blockOf(header, named, null)
  }

  const commitFor = ({ id }: Block, keys = [0, 1, 2]) =>
    commitOf(
      chainId,
      committeeOf(Object.fromEntries(keys.map((key) => [key, 1]))),
      keys.map((key) => voteFor(id, key) as Parameters<typeof commitOf>[2][number]),
    )!

  const stateAfter = ({ header, transactions }: Block): string =>
    application().finalizeBlock({
      ...{ height: 1, time: header.time, proposer: nodeId, signers: [] },
      transactions: transactions.map((transaction) => transaction.bytes),
    }).stateHash

  function claimsOn(block: Block, commit = commitFor(block), state = stateAfter(block)): string[] {
    const claims: string[] = []
    const checker = new ChainChecker({
      ...{ chainId, genesis, fail: (claim) => claims.push(claim) },
      submitted: (transaction) => transaction === hex(submitted),
    })
    checker.finalized(nodeId, block, commit, state)
    return claims
  }

  test('accepts a good block', () => {
    expect(claimsOn(blockWith([submitted]))).toEqual([])
  })

  test('condemns a second block at one height', () => {
    const claims: string[] = []
    const checker = new ChainChecker({
      ...{ chainId, genesis, fail: (claim) => claims.push(claim), submitted: () => true },
    })
    const [first, second] = [blockWith([]), blockWith([], 2)]
    checker.finalized(nodeId, first, commitFor(first), stateAfter(first))
    checker.finalized(nodeId, second, commitFor(second), stateAfter(second))
    expect(claims[0]).toMatch(/disagreement at height 1/)
  })

  test('condemns what nobody submitted, another state, and too few or foreign signers', () => {
    const made = encodeOrder({ order: 'add', author: 1, sequence: 1, amount: 7 })
    expect(claimsOn(blockWith([made]))[0]).toMatch(/nobody submitted/)
    const block = blockWith([submitted])
    expect(claimsOn(block, commitFor(block), 'f'.repeat(64))[0]).toMatch(/state after block 1/)
    expect(claimsOn(block, commitFor(block, [0, 1]))[0]).toMatch(/less than a quorum/)
    expect(claimsOn(block, commitFor(block, [0, 1, 9]))[0]).toMatch(/holds no seat/)
  })

  test('condemns a block whose id is not its own', () => {
    const block = { ...blockWith([submitted]), id: blockA }
    expect(claimsOn(block)[0]).toMatch(/not the hash of its header/)
  })
})
