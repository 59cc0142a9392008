// The engine among real engines: heights, starting, committees that change, partitions.
import { describe, expect, it } from 'vitest'
import { transactionsPerWindow } from '../../consensus/engine.ts'
import { futureVotesPerMemberMax, NextHeight } from '../../consensus/engine-future.ts'
import type { WholeProposal } from '../../consensus/engine-height.ts'
import type { StoreWrite } from '../../src/core/machine.ts'
import { committeeOf, LittleNetwork, type LittleNode } from './little-network.ts'
import { SigningCommittee } from './signing-committee.ts'

const names = ['ada', 'ben', 'cyd', 'dot']
const fast = { timeoutPropose: 200, timeoutVote: 100, timeoutStep: 100 }

describe('heights', () => {
  it('finalizes a transaction within 50 ms of its coming, then one empty block, then waits', () => {
    const network = new LittleNetwork(names)
    network.run(500)
    expect(network.height).toBe(0)
    const from = network.now
    network.submit('one')
    network.run(5_000, () => network.height === 1)
    expect(network.now - from).toBeLessThanOrEqual(50)
    network.run(5_000)
    expect(network.nodes.map(({ chain }) => chain.map((b) => b.block.transactions.length))).toEqual(
      names.map(() => [1, 0]),
    )
    network.checkAgreement()
    const { block } = network.nodes[0]!.chain[1]!
    expect(block.header.stateHash).toBe(network.nodes[0]!.application.stateHash)
  })

  it('gathers longer behind a large block, up to four windows, and no longer behind a small one', () => {
    const gapBehind = (transactions: number): number => {
      const network = new LittleNetwork(names)
      network.run(500)
      // The first goes at once; the others come while the second block gathers.
      network.submit('first')
      network.run(5_000, () => network.height === 1)
      for (let i = 0; i < transactions; i++) network.submit(`word ${i}`)
      network.run(5_000, () => network.height === 2)
      expect(network.nodes[0]!.chain[1]!.block.transactions).toHaveLength(transactions)
      const from = network.now
      network.run(5_000, () => network.height === 3)
      return network.now - from
    }
    const one = gapBehind(1)
    expect(gapBehind(transactionsPerWindow - 1)).toBe(one)
    expect(gapBehind(transactionsPerWindow)).toBeGreaterThanOrEqual(one + 50)
    const four = gapBehind(3 * transactionsPerWindow)
    expect(four).toBeGreaterThanOrEqual(one + 150)
    expect(four).toBeLessThan(one + 200)
    expect(gapBehind(6 * transactionsPerWindow)).toBeLessThan(one + 200)
  })

  it('makes an empty block when nothing happens for ten seconds', () => {
    const network = new LittleNetwork(names)
    network.run(25_000)
    expect(network.height).toBe(2)
  })

  it('rule 19: what comes for the next height is kept for each member within its bound, and counts on entry', () => {
    const network = new LittleNetwork(names)
    const late = network.node('dot')
    // dot hears everything but cannot finish height 1: no proposal reaches it.
    network.cut = (_, to) => to === late
    network.submit('one')
    network.run(90, () => network.node('ada').application.height === 1)
    const [first] = network.node('ada').chain
    network.run(200)
    const { view } = network.node('ada').engine
    expect(view.height).toBeGreaterThan(1)
    const ahead = [...network.node('ben').said.keys()].filter((key) => key.includes('/2/'))
    expect(ahead.length).toBeGreaterThan(0)
    network.give(late, { on: 'decided', ...first! })
    expect(late.engine.view.height).toBe(2)
    network.cut = () => false
    network.run(1_000)
    expect(late.application.height).toBe(network.height)
    network.checkAgreement()
  })
})

describe('what is kept of the next height', () => {
  it('rule 19: is bounded for each member by itself, and handed out once, ordered by member', () => {
    const seats = new SigningCommittee(names)
    const next = new NextHeight(2)
    for (let round = 0; round < 100; round++)
      for (const voter of seats.ids.toReversed())
        for (const height of [1, 2, 3])
          next.keepVote(seats.vote(voter, { kind: 'prevote', height, round, block: null }))
    const { votes } = next.enter(2)
    expect(votes).toHaveLength(4 * futureVotesPerMemberMax)
    expect(new Set(votes.map(({ height }) => height))).toEqual(new Set([2]))
    expect([...new Set(votes.map(({ voter }) => voter))]).toEqual(seats.ids)
    expect(next.enter(3).votes).toEqual([])
  })
})

describe('committees that change', () => {
  const changed = ['ada', 'ben', 'cyd', 'eve']
  const elections = new Map([[2, committeeOf(changed)]])
  const all = [...names, 'eve']

  it('rule 20: the elected of block 2 decide from height 4 on, whoever they are', () => {
    const network = new LittleNetwork(all, { founders: names, elections, ...fast, emptyEvery: 100 })
    network.run(5_000, () => network.height >= 6)
    expect(network.height).toBeGreaterThanOrEqual(6)
    network.checkAgreement()
    const seats = network
      .node('ada')
      .chain.map(({ block }) => (block.header.committeeHash === committeeOf(changed).hash ? 1 : 0))
    expect(seats.slice(0, 5)).toEqual([0, 0, 0, 1, 1])
    expect([...network.node('dot').said.keys()].some((key) => key.includes('/4/'))).toBe(false)
    expect([...network.node('eve').said.keys()].some((key) => key.includes('/3/'))).toBe(false)
  })

  it('rule 20: killed in the very write of each block around the change, all agree again', () => {
    for (const name of all)
      for (const height of [1, 2, 3, 4])
        for (const durable of [true, false]) {
          const options = { founders: names, elections, ...fast, emptyEvery: 100 }
          const network = new LittleNetwork(all, options)
          let killed = false
          network.kill = (node: LittleNode, writes: readonly StoreWrite[]) => {
            const ends = writes.some(({ key }) => key === `block/${`${height}`.padStart(12, '0')}`)
            if (killed || node.name !== name || !ends) return undefined
            killed = true
            network.after(5, () => network.restart(node))
            return durable ? writes : []
          }
          network.run(20_000, () => network.nodes.every((n) => n.alive) && network.height >= 6)
          expect(network.height, `${name} ${height}`).toBeGreaterThanOrEqual(6)
          network.checkAgreement()
        }
  })
})

describe('partitions', () => {
  it('rule 22: a commit that comes before its block decides when the block comes', () => {
    const network = new LittleNetwork(names)
    const late = network.node('dot')
    const ada = network.node('ada')
    network.cut = (_, to) => to === late
    network.submit('one')
    let proposed: WholeProposal | undefined
    network.run(100, () => {
      proposed ??= ada.engine.view.proposal(0)
      return ada.application.height === 1
    })
    const [first] = ada.chain
    for (const { voter, signature } of first!.commit.votes) {
      const { height, round, block } = first!.commit
      const vote = { kind: 'precommit', height, round, block, voter, signature } as const
      network.give(late, { on: 'vote', vote: vote as never })
    }
    expect(late.application.height).toBe(0)
    expect([...late.said.keys()].filter((key) => key.startsWith('precommit'))).toEqual([])
    expect(proposed?.block.id).toBe(first!.block.id)
    network.give(late, { on: 'proposal', ...proposed! })
    expect(late.application.height).toBe(1)
    network.checkAgreement()
  })

  it('rule 24: two halves halt, and resume by themselves', () => {
    const network = new LittleNetwork(names, { ...fast, emptyEvery: 100 })
    network.run(1_000)
    const half = (node: LittleNode): boolean => names.indexOf(node.name) < 2
    network.cut = (from, to) => half(from) !== half(to)
    network.run(300)
    const halted = network.height
    network.run(20_000)
    expect(Math.max(...network.nodes.map((n) => n.application.height))).toBeLessThanOrEqual(
      halted + 1,
    )
    network.cut = () => false
    const healed = network.now
    network.run(60_000, () => network.height > halted + 2)
    expect(network.height).toBeGreaterThan(halted + 2)
    expect(network.now - healed).toBeLessThan(30_000)
    network.checkAgreement()
  })

  it('rule 24: exactly a third offline halts, less goes on', () => {
    const three = new LittleNetwork(['ada', 'ben', 'cyd'], { ...fast, emptyEvery: 100 })
    three.run(500)
    three.stop(three.node('cyd'))
    three.run(200)
    const halted = three.height
    three.run(5_000)
    expect(three.height).toBe(halted)
    three.restart(three.node('cyd'))
    three.run(20_000, () => three.height > halted + 1)
    expect(three.height).toBeGreaterThan(halted + 1)
    const four = new LittleNetwork(names, { ...fast, emptyEvery: 100 })
    four.run(500)
    four.stop(four.node('dot'))
    const before = four.height
    four.run(5_000)
    expect(four.height).toBeGreaterThan(before + 3)
    four.checkAgreement()
  })

  it('rule 11: a node that is catching up takes part without signing', () => {
    const network = new LittleNetwork(names, { ...fast, emptyEvery: 100 })
    const dot = network.node('dot')
    network.give(dot, { on: 'catching-up', behind: true })
    network.run(2_000)
    expect(dot.application.height).toBeGreaterThan(3)
    expect(dot.said.size).toBe(0)
    network.give(dot, { on: 'catching-up', behind: false })
    network.run(2_000)
    expect(dot.said.size).toBeGreaterThan(0)
  })
})
