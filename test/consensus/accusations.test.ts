// Whom a running engine accuses: who signed twice for one place, once a height, and nobody else.
import { describe, expect, it } from 'vitest'
import { type Block, blockOf } from '../../consensus/block.ts'
import type { Equivocation } from '../../consensus/driver-io.ts'
import { culpritOf, encodeEvidence, verifyEvidence } from '../../consensus/evidence.ts'
import { signProposal } from '../../consensus/verify-vote.ts'
import type { Round, VoteKind } from '../../consensus/vote.ts'
import { LittleNetwork, type LittleNode } from './little-network.ts'
import { blockNamed, chainId, SigningCommittee, toyVerify } from './signing-committee.ts'

const names = ['ada', 'ben', 'cyd', 'dot']
const seats = new SigningCommittee(names)
const fast = { timeoutPropose: 200, timeoutVote: 100, timeoutStep: 100 }

/** ada alone, and words of ben's that reach her. */
class Hearing {
  readonly network = new LittleNetwork(names, fast)
  readonly ada = this.network.node('ada')
  readonly ben = this.network.node('ben')

  constructor() {
    this.network.cut = () => true
  }

  vote(kind: VoteKind, round: Round, name: string | null, voter: LittleNode = this.ben): void {
    const block = name === null ? null : blockNamed(name)
    const vote = seats.vote(voter.id, { kind, height: 1, round, block })
    this.network.give(this.ada, { on: 'vote', vote })
  }

  get accused(): readonly Equivocation[] {
    return this.ada.accusations.map(({ equivocation }) => equivocation)
  }
}

/** Is anybody convicted by it who was not there? */
const judged = (equivocation: Equivocation) =>
  verifyEvidence(toyVerify, chainId, () => seats.committee, encodeEvidence(equivocation))

describe('who signs twice', () => {
  it('rule 13: is accused by the first who hears both words, with evidence that convicts anywhere', () => {
    const hearing = new Hearing()
    hearing.vote('precommit', 0, 'a')
    hearing.vote('precommit', 0, 'b')
    expect(hearing.accused).toHaveLength(1)
    const culprit = hearing.ben.id
    expect(judged(hearing.accused[0]!)).toEqual({ verdict: 'proven', culprit, height: 1 })
  })

  it('rule 13: is accused once a height, however many proofs it makes of itself', () => {
    const hearing = new Hearing()
    for (let round = 0; round < 300; round++)
      for (const kind of ['prevote', 'precommit'] as const)
        for (const name of ['a', 'b', 'c', null]) hearing.vote(kind, round, name)
    expect(hearing.accused.map(culpritOf)).toEqual([hearing.ben.id])
  })

  it('rule 13: with two proposals is accused by whoever holds both', () => {
    const network = new LittleNetwork(names, fast)
    network.submit('one')
    const proposer = (): LittleNode =>
      network.nodes.find(({ id }) => id === network.nodes[0]!.engine.view.proposerOf(0))!
    network.run(1_000, () => proposer().engine.view.proposal(0) !== undefined)
    const culprit = proposer()
    const { block } = culprit.engine.view.proposal(0)!
    const { header, transactions, lastCommit } = block
    const other: Block = blockOf({ ...header, time: header.time + 1 }, transactions, lastCommit)
    const proposal = signProposal(culprit.signer, chainId, {
      ...{ height: 1, round: 0, block: other.id, validRound: -1, proposer: culprit.id },
    })
    const witness = network.nodes.find((node) => node !== culprit)!
    network.run(1)
    network.give(witness, { on: 'proposal', proposal, block: other })
    const accused = witness.accusations.map(({ equivocation }) => equivocation)
    expect(accused.map(judged)).toEqual([{ verdict: 'proven', culprit: culprit.id, height: 1 }])
  })
})

describe('who only changed its mind', () => {
  it('rule 14: is not accused: a lock that a later polka moved looks the same', () => {
    const hearing = new Hearing()
    for (const [round, name] of ['a', 'b', null, 'a'].entries()) {
      hearing.vote('prevote', round, name)
      hearing.vote('precommit', round, name)
      hearing.vote('precommit', round, name)
    }
    expect(hearing.accused).toEqual([])
  })

  it('rule 14: nobody is accused where rounds fail over and over', () => {
    const network = new LittleNetwork(names, { ...fast, emptyEvery: 100, delay: 30 })
    let turn = 0
    const turns = () => {
      turn++
      network.after(170, turns)
    }
    turns()
    const side = ({ name }: LittleNode): boolean => (names.indexOf(name) + turn) % 4 < 2
    network.cut = (from, to) => turn % 3 > 0 && side(from) !== side(to)
    network.run(30_000)
    network.cut = () => false
    network.run(10_000)
    const rounds = network.nodes.flatMap(({ said }) =>
      [...said.keys()].map((key) => Number(key.split('/')[2])),
    )
    expect(Math.max(...rounds)).toBeGreaterThan(0)
    expect(network.nodes.flatMap(({ accusations }) => accusations)).toEqual([])
    network.checkAgreement()
  })
})
