// The vote keeper beside a naive one that keeps every vote in a list and counts it anew each time.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BlockId, VerifiedVote } from '../../consensus/vote.ts'
import { type Threshold, VoteKeeper } from '../../consensus/vote-keeper.ts'
import { a, b, committeeOf, voteOf } from './round-builders.ts'

interface Said {
  readonly kind: 'prevote' | 'precommit'
  readonly round: number
  readonly block: BlockId | null
  readonly member: number
}

const said = (rounds: number) =>
  fc.record({
    kind: fc.constantFrom('prevote' as const, 'precommit' as const),
    round: fc.nat(rounds),
    block: fc.constantFrom(a, b, null),
    member: fc.nat(6),
  })

const scene = (rounds: number) =>
  fc.record({
    powers: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 7 }),
    votes: fc.array(said(rounds), { maxLength: 60 }),
    /** Our round goes up by one after so many votes. */
    every: fc.integer({ min: 5, max: 30 }),
  })

/** All votes in a list; what a threshold is, word by word. */
class Naive {
  readonly #powers: readonly number[]
  readonly #votes: Said[] = []
  readonly #told = new Set<string>()

  constructor(powers: readonly number[]) {
    this.#powers = powers
  }

  #weigh(votes: readonly Said[]): number {
    const members = new Set(votes.map(({ member }) => member))
    return this.#powers.reduce((sum, power, i) => sum + (members.has(i) ? power : 0), 0)
  }

  add(vote: Said, current: number): { readonly double: boolean; readonly reached: Threshold[] } {
    const mine = this.#votes.find(
      ({ kind, round, member }) =>
        kind === vote.kind && round === vote.round && member === vote.member,
    )
    if (mine !== undefined) return { double: mine.block !== vote.block, reached: [] }
    this.#votes.push(vote)
    const total = this.#powers.reduce((sum, power) => sum + power, 0)
    const { round } = vote
    const inRound = this.#votes.filter((other) => other.round === round)
    const of = (kind: string) => inRound.filter((other) => other.kind === kind)
    const quorum = (votes: readonly Said[]) => this.#weigh(votes) * 3 > total * 2
    const all: Threshold[] = []
    if (quorum(of('prevote'))) all.push({ on: 'polka-any', round })
    if (quorum(of('precommit'))) all.push({ on: 'precommit-any', round })
    if (quorum(of('prevote').filter(({ block }) => block === null)))
      all.push({ on: 'polka-nil', round })
    for (const block of [a, b]) {
      const same = (other: Said) => other.block === block
      if (quorum(of('prevote').filter(same))) all.push({ on: 'polka-value', round, block })
      if (quorum(of('precommit').filter(same))) all.push({ on: 'precommit-value', round, block })
    }
    if (round > current && this.#weigh(inRound) * 3 > total) all.push({ on: 'skip', round })
    const reached = all.filter((threshold) => !this.#told.has(JSON.stringify(threshold)))
    for (const threshold of reached) this.#told.add(JSON.stringify(threshold))
    return { double: false, reached }
  }
}

const texts = (thresholds: readonly Threshold[]): string[] =>
  thresholds.map((threshold) => JSON.stringify(threshold)).sort()

test('rule 6: thresholds are those of a naive count, each once, whatever comes twice', () => {
  fc.assert(
    fc.property(scene(4), ({ powers, votes, every }) => {
      const committee = committeeOf(powers)
      // Members of the naive count in the committee's order of node ids.
      const naive = new Naive(committee.members.map(({ power }) => power))
      const keeper = new VoteKeeper(committee, { futureRounds: 1_000 })
      keeper.enter(0)
      votes.forEach((vote, i) => {
        if (i % every === every - 1) keeper.enter(keeper.round + 1)
        if (vote.member >= powers.length) return
        const { kind, round, block, member } = vote
        const expected = naive.add(vote, keeper.round)
        const counted = keeper.add(voteOf(committee, kind, round, block, member))
        expect(counted.is === 'double').toBe(expected.double)
        expect(texts(counted.is === 'counted' ? counted.reached : [])).toEqual(
          texts(expected.reached),
        )
      })
    }),
    { numRuns: 400 },
  )
})

test('rule 13: the first vote counts; a different one is evidence, new only once', () => {
  const committee = committeeOf([1, 1, 1, 1])
  const keeper = new VoteKeeper(committee)
  const first = voteOf(committee, 'prevote', 0, a, 0)
  const second = voteOf(committee, 'prevote', 0, b, 0)
  expect(keeper.add(first)).toEqual({ is: 'counted', reached: [] })
  expect(keeper.add({ ...first })).toEqual({ is: 'known' })
  expect(keeper.add(second)).toEqual({ is: 'double', first, second, news: true })
  expect(keeper.add(voteOf(committee, 'prevote', 0, null, 0))).toMatchObject({ news: false })
  expect(keeper.vote('prevote', 0, first.voter)).toBe(first)
  expect(keeper.weightOf('prevote', 0, b)).toBe(0)
})

test('a vote of nobody in the committee is ignored', () => {
  const keeper = new VoteKeeper(committeeOf([1]))
  const foreign = voteOf(committeeOf([1, 1, 1, 1, 1]), 'prevote', 0, a, 0)
  const stranger = { ...foreign, voter: 'f'.repeat(32) } as VerifiedVote
  expect(keeper.add(stranger)).toEqual({ is: 'ignored' })
})

test('rule 19: of rounds beyond the next only the highest of each member is held', () => {
  fc.assert(
    fc.property(scene(200), ({ powers, votes, every }) => {
      const committee = committeeOf(powers)
      const keeper = new VoteKeeper(committee)
      keeper.enter(0)
      const highest = powers.map(() => -1)
      votes.forEach(({ kind, round, block, member }, i) => {
        if (i % every === every - 1) keeper.enter(keeper.round + 1)
        if (member >= powers.length) return
        const counted = keeper.add(voteOf(committee, kind, round, block, member))
        const far = round > keeper.round + 1
        expect(counted.is === 'ignored').toBe(far && round < highest[member]!)
        if (far) highest[member] = Math.max(highest[member]!, round)
        for (const [i, top] of highest.entries()) if (top <= keeper.round + 1) highest[i] = -1
        const held = keeper.rounds().filter((round) => round > keeper.round + 1)
        expect(held).toEqual(
          [...new Set(highest.filter((top) => top !== -1))].sort((x, y) => x - y),
        )
        for (const far of held) {
          const heard = new Set([
            ...keeper.voters('prevote', far),
            ...keeper.voters('precommit', far),
          ])
          expect([...heard].sort()).toEqual(highest.flatMap((top, i) => (top === far ? [i] : [])))
          expect(keeper.weightIn(far)).toBe(
            [...heard].reduce((sum, i) => sum + committee.members[i]!.power, 0),
          )
        }
      })
    }),
    { numRuns: 200 },
  )
})

test('rule 19: members that run ahead to different rounds still move us together', () => {
  const committee = committeeOf([1, 1, 1, 1])
  const keeper = new VoteKeeper(committee)
  keeper.enter(0)
  for (const round of [10, 20, 30]) keeper.add(voteOf(committee, 'prevote', round, null, 0))
  expect(keeper.rounds()).toEqual([30])
  expect(keeper.add(voteOf(committee, 'precommit', 30, null, 1))).toEqual({
    ...{ is: 'counted', reached: [{ on: 'skip', round: 30 }] },
  })
})

test('precommits for a block are handed out to make a commit of, by member', () => {
  const committee = committeeOf([1, 1, 1, 1])
  const keeper = new VoteKeeper(committee)
  const votes = [3, 1, 0].map((member) => voteOf(committee, 'precommit', 0, a, member))
  for (const vote of votes) keeper.add(vote)
  keeper.add(voteOf(committee, 'precommit', 0, null, 2))
  expect(keeper.votesFor('precommit', 0, a)).toEqual(votes.toReversed())
  expect(keeper.voters('precommit', 0)).toEqual([0, 1, 2, 3])
})

test('a certificate counts the second word of a member, once, and never without a quorum', () => {
  const committee = committeeOf([1, 1, 1, 1])
  const keeper = new VoteKeeper(committee)
  keeper.enter(0)
  keeper.add(voteOf(committee, 'prevote', 0, null, 0))
  keeper.add(voteOf(committee, 'prevote', 0, a, 1))
  const votes = [0, 1, 2].map((member) => voteOf(committee, 'prevote', 0, a, member))
  expect(keeper.addCertificate(votes.slice(1))).toBeUndefined()
  expect(keeper.addCertificate([...votes.slice(1), votes[1]!])).toBeUndefined()
  expect(keeper.addCertificate([votes[0]!, votes[1]!, { ...votes[2]!, block: b }])).toBeUndefined()
  expect(texts(keeper.addCertificate(votes)!)).toEqual(
    texts([
      { on: 'polka-any', round: 0 },
      { on: 'polka-value', round: 0, block: a },
    ]),
  )
  expect(keeper.addCertificate(votes)).toEqual([])
  expect(keeper.weightOf('prevote', 0, a)).toBe(3)
  expect(keeper.votesFor('prevote', 0, a)).toEqual(votes)
})
