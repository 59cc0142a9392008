// What the engine refuses, whoever brings it, and the two errors that stop it.
import { describe, expect, it } from 'vitest'
import { type Block, blockOf, transactionOf } from '../../consensus/block.ts'
import { makeBlock } from '../../consensus/engine-judge.ts'
import { StateDiverged, StoreTorn } from '../../consensus/engine-stored.ts'
import { SignedCorrupt, signedKey } from '../../consensus/last-signed.ts'
import { signProposal } from '../../consensus/verify-vote.ts'
import type { VerifiedVote } from '../../consensus/vote.ts'
import { previousKey } from '../../consensus/wal-block.ts'
import { utf8 } from '../../src/core/bytes.ts'
import { blockTimeDriftMsMax } from '../../src/core/limits.ts'
import { LittleNetwork, type LittleNode } from './little-network.ts'
import { blockNamed, chainId, SigningCommittee } from './signing-committee.ts'

const names = ['ada', 'ben', 'cyd', 'dot']
const seats = new SigningCommittee(names)
const fast = { timeoutPropose: 200, timeoutVote: 100, timeoutStep: 100 }

const proposerOf = (network: LittleNetwork): LittleNode =>
  network.nodes.find(({ id }) => id === network.nodes[0]!.engine.view.proposerOf(0))!

const proposalOf = (by: LittleNode, block: Block) =>
  signProposal(by.signer, chainId, {
    ...{ height: 1, round: 0, block: block.id, validRound: -1, proposer: by.id },
  })

/** What a node that nobody else reaches prevotes on a block that the proposer of round 0 makes of a good one. */
function prevoteOn(change: (block: Block) => Block): string {
  const network = new LittleNetwork(names, fast)
  const proposer = proposerOf(network)
  network.cut = () => true
  network.submit('one')
  network.run(80)
  const { block } = proposer.engine.view.proposal(0)!
  const judge = network.nodes.find((node) => node !== proposer)!
  const changed = change(block)
  network.give(judge, { on: 'proposal', proposal: proposalOf(proposer, changed), block: changed })
  const vote = judge.engine.view.vote('prevote', 0, judge.id)
  return vote === undefined ? 'nothing' : vote.block === null ? 'nil' : 'the block'
}

const withTime = (more: number) => (block: Block) =>
  blockOf({ ...block.header, time: block.header.time + more }, block.transactions, null)

describe('a proposal', () => {
  it('is prevoted nil beyond the drift of clocks, and prevoted within', () => {
    expect(prevoteOn(withTime(0))).toBe('the block')
    expect(prevoteOn(withTime(blockTimeDriftMsMax - 100))).toBe('the block')
    expect(prevoteOn(withTime(blockTimeDriftMsMax + 1_000))).toBe('nil')
  })

  it('whose parts are not those of its header is no proposal', () => {
    const otherParts = (block: Block): Block => ({
      ...block,
      transactions: [transactionOf(utf8('x'))],
    })
    expect(prevoteOn(otherParts)).toBe('nothing')
  })

  it('of a known block is judged by the parts that are held, not by those that come again', () => {
    const network = new LittleNetwork(names, fast)
    const proposer = proposerOf(network)
    network.cut = () => true
    network.submit('one')
    network.run(80)
    const { block } = proposer.engine.view.proposal(0)!
    const judge = network.nodes.find((node) => node !== proposer)!
    network.give(judge, { on: 'proposal', proposal: proposalOf(proposer, block), block })
    // Restarted, it holds the block from its log and has not judged it in this life.
    network.restart(judge)
    const later = network.nodes.find(({ id }) => id === judge.engine.view.proposerOf(1))!
    const proposal = signProposal(later.signer, chainId, {
      ...{ height: 1, round: 1, block: block.id, validRound: 0, proposer: later.id },
    })
    const forged = { ...block, transactions: [transactionOf(utf8('bad'))] }
    network.give(judge, { on: 'proposal', proposal, block: forged })
    for (const voter of seats.ids)
      if (voter !== judge.id) {
        const vote = seats.vote(voter, { kind: 'precommit', height: 1, round: 1, block: block.id })
        network.give(judge, { on: 'vote', vote })
      }
    expect(judge.application.height).toBe(1)
    expect(judge.chain.at(-1)?.block.transactions.map(({ bytes }) => bytes)).toEqual([utf8('one')])
  })
})

describe('rounds', () => {
  it('rule 19: a third of the power starts no height by its votes: a faulty member would make empty blocks for ever', () => {
    const network = new LittleNetwork(names, { ...fast, emptyEvery: 60_000 })
    const nil = (voter: string): VerifiedVote =>
      seats.vote(network.node(voter).id, { kind: 'prevote', height: 1, round: 0, block: null })
    for (const node of network.nodes) network.give(node, { on: 'vote', vote: nil('ben') })
    network.run(20_000)
    expect(network.height).toBe(0)
    expect(network.nodes.flatMap(({ said }) => [...said.keys()])).toEqual([])
    network.give(network.node('ada'), { on: 'vote', vote: nil('cyd') })
    network.run(1_000)
    expect(network.node('ada').said.size).toBeGreaterThan(0)
  })

  it('rule 19: nor does a proposal for a later round, which counts once the height was started', () => {
    const network = new LittleNetwork(names, { ...fast, emptyEvery: 1_000 })
    network.cut = () => true
    const ada = network.node('ada')
    const maker = network.nodes.find(({ id }) => id === ada.engine.view.proposerOf(1))!
    const judge = network.nodes.find((node) => node !== maker && node !== proposerOf(network))!
    network.run(100)
    const { application } = judge
    const block = makeBlock(
      { chainId, genesisTime: 0, application, previous: null },
      ...([[utf8('two')], maker.id, network.now] as const),
    )
    const proposal = signProposal(maker.signer, chainId, {
      ...{ height: 1, round: 1, block: block.id, validRound: -1, proposer: maker.id },
    })
    network.give(judge, { on: 'proposal', proposal, block })
    network.run(500)
    expect(judge.said.size).toBe(0)
    expect(judge.engine.view.rounds()).toEqual([])
    network.run(1_000)
    for (const { id } of network.nodes)
      if (id !== judge.id) {
        const vote = seats.vote(id, { kind: 'prevote', height: 1, round: 1, block: null })
        network.give(judge, { on: 'vote', vote })
      }
    expect(judge.engine.view.round).toBe(1)
    expect(judge.engine.view.proposal(1)?.block.id).toBe(block.id)
    expect(judge.engine.view.vote('prevote', 1, judge.id)?.block).toBe(block.id)
  })

  it('rule 19: votes of ever higher rounds fill neither the log nor its replay', () => {
    const network = new LittleNetwork(names, fast)
    const [ada, ben] = [network.node('ada'), network.node('ben')]
    network.cut = () => true
    network.submit('one')
    for (let round = 2; round < 2_000; round++)
      for (const kind of ['prevote', 'precommit'] as const) {
        const block = round % 3 === 0 ? blockNamed('a') : null
        network.give(ada, {
          on: 'vote',
          vote: seats.vote(ben.id, { kind, height: 1, round, block }),
        })
      }
    network.run(500)
    expect(ada.said.size).toBeGreaterThan(0)
    expect([...ada.store.keys()].filter((key) => key.startsWith('wal/')).length).toBeLessThan(12)
    const { round, step } = ada.engine.view
    network.restart(ada)
    expect([ada.engine.view.round, ada.engine.view.step]).toEqual([round, step])
  })
})

describe('a decided block', () => {
  it('rule 22: a commit by votes alone decides the block of another round that is held', () => {
    const network = new LittleNetwork(names, fast)
    const proposer = proposerOf(network)
    network.cut = () => true
    network.submit('one')
    network.run(80)
    const { block } = proposer.engine.view.proposal(0)!
    const judge = network.nodes.find((node) => node !== proposer)!
    network.give(judge, { on: 'proposal', proposal: proposalOf(proposer, block), block })
    for (const voter of seats.ids)
      if (voter !== judge.id) {
        expect(judge.application.height).toBe(0)
        const vote = seats.vote(voter, { kind: 'precommit', height: 1, round: 3, block: block.id })
        network.give(judge, { on: 'vote', vote })
      }
    expect(judge.application.height).toBe(1)
    expect(judge.chain[0]!.commit.round).toBe(3)
  })

  it('rule 19: words for the next height that came early decide it on entry, with no further message', () => {
    const network = new LittleNetwork(names)
    const [ada, dot] = [network.node('ada'), network.node('dot')]
    network.cut = (_, to) => to === dot
    network.submit('one')
    let early: ReturnType<typeof ada.engine.view.proposal>
    network.run(5_000, () => {
      if (ada.engine.view.height === 2) early ??= ada.engine.view.proposal(0)
      return ada.application.height === 2
    })
    const [first, second] = ada.chain
    network.give(dot, { on: 'proposal', ...early! })
    const { height, round, block } = second!.commit
    for (const { voter } of second!.commit.votes)
      network.give(dot, {
        on: 'vote',
        vote: seats.vote(voter, { kind: 'precommit', height, round, block }),
      })
    expect(dot.application.height).toBe(0)
    network.give(dot, { on: 'decided', ...first! })
    expect(dot.application.height).toBe(2)
    network.checkAgreement()
  })

  it('gets the precommits that come late into the commit of the next block, each once', () => {
    const network = new LittleNetwork(names)
    const ada = network.node('ada')
    const dot = network.node('dot')
    network.cut = (from) => from === dot
    network.submit('one')
    network.run(5_000, () => ada.application.height === 1)
    const { height, round, block } = ada.engine.view.lastCommit!
    expect(ada.engine.view.lastCommit!.votes).toHaveLength(3)
    const late = seats.vote(dot.id, { kind: 'precommit', height, round, block })
    const others = [
      seats.vote(dot.id, { kind: 'prevote', height, round, block }),
      seats.vote(dot.id, { kind: 'precommit', height, round: round + 1, block }),
      seats.vote(dot.id, { kind: 'precommit', height, round, block: null }),
    ]
    for (const vote of others) network.give(ada, { on: 'vote', vote })
    expect(ada.engine.view.lastCommit!.votes).toHaveLength(3)
    for (const vote of [late, late]) network.give(ada, { on: 'vote', vote })
    expect(ada.engine.view.lastCommit!.votes.map(({ voter }) => voter)).toEqual(seats.ids)
  })

  it('that does not follow this state, though a quorum signed it, stops the node', () => {
    const network = new LittleNetwork(names, fast)
    const ada = network.node('ada')
    network.submit('one')
    network.run(5_000, () => ada.application.height === 1)
    const [first] = ada.chain
    const other = new LittleNetwork(names, fast).node('ben')
    other.application.stateHash = '0'.repeat(64)
    const decided = { on: 'decided', ...first! } as const
    expect(() => other.engine.step(decided, 1_000)).toThrow(StateDiverged)
    expect(() => other.engine.step(decided, 1_000)).toThrow(/stateHash/)
  })
})

describe('a store', () => {
  it('with a state but not the record of its block does not start', () => {
    const network = new LittleNetwork(names, fast)
    const ada = network.node('ada')
    network.submit('one')
    network.run(5_000)
    network.stop(ada)
    const whole = ada.store.get(previousKey)!
    ada.store.delete(previousKey)
    expect(() => network.restart(ada)).toThrow(StoreTorn)
    for (let cut = 0; cut < whole.length; cut++) {
      ada.store.set(previousKey, whole.subarray(0, cut))
      expect(() => network.restart(ada)).toThrow(StoreTorn)
    }
    ada.store.set(previousKey, whole)
    network.restart(ada)
    expect(ada.engine.view.height).toBe(network.height + 1)
  })

  it('rule 11: whose last-signed record is cut at any byte does not start, whatever its log says', () => {
    const network = new LittleNetwork(names, fast)
    const ada = network.node('ada')
    network.cut = () => true
    network.submit('one')
    network.run(500)
    expect([...ada.store.keys()].some((key) => key.startsWith('wal/'))).toBe(true)
    const whole = ada.store.get(signedKey)!
    for (let cut = 0; cut < whole.length; cut++) {
      ada.store.set(signedKey, whole.subarray(0, cut))
      expect(() => network.restart(ada)).toThrow(SignedCorrupt)
    }
    // Missing altogether it is what the log says: the log is written first.
    ada.store.delete(signedKey)
    network.restart(ada)
    network.run(5_000)
    expect(ada.store.get(signedKey)).toBeDefined()
  })
})
