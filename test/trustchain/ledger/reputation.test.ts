// Stars into reputation, warning, ban and healing, from blocks alone.
import { describe, expect, test } from 'vitest'
import { Chain, genesisOf, people } from './chain.ts'

test("the founding note's example: 4, 5, 3 and 4.5 stars make 4.1", () => {
  const members = people(5)
  const [subject, ...raters] = members
  const chain = new Chain(genesisOf(members))
  chain.block([4, 5, 3, 4.5].map((stars, i) => raters[i]!.stars(subject!, stars)))
  const reputation = chain.ledger.reputationOf(subject!.id)
  expect(reputation.ratings).toBe(4)
  expect(reputation.stars).toBe(412)
  expect((Math.floor(reputation.stars! / 10) / 10).toFixed(1)).toBe('4.1')
  // With equal standing the weighted mean is the same: (4.125 − 1) / 4 = 78.125 points.
  expect(reputation.weightedStars).toBe(412)
  expect(reputation.reputation).toBe(7_812)
})

test('a new rating of the same category takes the place of the old one, whatever its overlay', () => {
  const [subject, rater, ...others] = people(4)
  const chain = new Chain(genesisOf([subject!, rater!, ...others]))
  chain.block([rater!.stars(subject!, 1), rater!.stars(subject!, 3, 'honesty')])
  chain.block([rater!.stars(subject!, 5, 'reliability', 'work')])
  expect(chain.ledger.reputationOf(subject!.id)).toMatchObject({ ratings: 2, stars: 400 })
})

test('nobody rates itself, and who has no standing makes no reputation', () => {
  const [self, ...others] = people(4)
  const [stranger] = people(1, 100)
  const chain = new Chain(genesisOf([self!, ...others]))
  chain.block([self!.stars(self!, 5), stranger!.stars(self!, 5)])
  expect(chain.ledger.reputationOf(self!.id)).toEqual({
    ...{ reputation: null, weightedStars: null, stars: 500, ratings: 1 },
  })
  expect(chain.ledger.finalHead(self!.id).seq).toBe(1)
})

test('in a network of three a mean under the line bans, and better ratings heal', () => {
  const [a, b, c] = people(3)
  const chain = new Chain(genesisOf([a!, b!, c!]))
  chain.block([a!.stars(c!, 1)])
  expect(chain.ledger.node(c!.id)).toMatchObject({ status: 'ACTIVE', warned: true })
  chain.block([b!.stars(c!, 1)])
  expect(chain.ledger.node(c!.id)).toMatchObject({ status: 'BANNED', warned: true })
  expect(chain.ledger.lastChanges!.records).toEqual([c!.id])
  expect(chain.ledger.lastChanges!.reputations).toEqual([c!.id])
  expect(chain.refusal(c!.trusts(a!, 900_000))).toMatchObject({
    code: 'author/banned',
    facts: { author: c!.id },
  })
  // It keeps its seat and its vote: founding committees of three stay.
  expect(chain.ledger.committee.has(c!.id)).toBe(true)
  // One of two takes it back to 1.5 stars, 12.5 points: not over 20 yet.
  chain.block([a!.stars(c!, 2)])
  expect(chain.ledger.reputationOf(c!.id).reputation).toBe(1_250)
  expect(chain.ledger.banned(c!.id)).toBe(true)
  chain.block([b!.stars(c!, 2)])
  expect(chain.ledger.reputationOf(c!.id).reputation).toBe(2_500)
  expect(chain.ledger.node(c!.id)).toMatchObject({ status: 'ACTIVE', warned: true })
})

test('a ban among three holds whichever of the two raters stands higher', () => {
  const [a, b, c] = people(3)
  const chain = new Chain(genesisOf([a!, b!, c!], { epochBlocks: 2, epochMs: 0 }))
  // C becomes the richest and B richer than A.
  chain.block([a!.trusts(c!, 1_000_000), b!.trusts(c!, 1_000_000), c!.trusts(b!, 1_000_000)])
  chain.empty(2)
  const standing = [a!, b!, c!].map(({ id }) => chain.ledger.standingOf(id))
  expect(standing[0]).toBeLessThan(standing[1]!)
  expect(standing[1]).toBeLessThan(standing[2]!)
  chain.block([a!.stars(c!, 1), b!.stars(c!, 1)])
  expect(chain.ledger.node(c!.id)!.status).toBe('BANNED')
})

test('a rater with little standing cannot ban', () => {
  const members = people(7)
  const chain = new Chain(genesisOf(members))
  chain.block([members[0]!.stars(members[6]!, 1)])
  expect(chain.ledger.reputationOf(members[6]!.id).reputation).toBe(0)
  expect(chain.ledger.node(members[6]!.id)).toMatchObject({ status: 'ACTIVE', warned: true })
  chain.block([members[1]!.stars(members[6]!, 1)])
  expect(chain.ledger.node(members[6]!.id)!.status).toBe('BANNED')
})

describe('where eight roots count', () => {
  /** Eight roots who trust each other, a crowd that only the first of them vouches for, and its victim. */
  const deceived = () => {
    const roots = people(8)
    const [head, victim, ...crowd] = people(30, 100)
    const chain = new Chain(genesisOf(roots, { epochBlocks: 2, epochMs: 0 }))
    chain.block(roots.map((root, i) => root.trusts(roots[(i + 1) % 8]!, 1_000)))
    chain.block([roots[0]!.trusts(head!, 1_000_000)])
    chain.block(crowd.map((one) => head!.trusts(one, 1_000_000)))
    chain.empty(2)
    return { chain, roots, head: head!, crowd, victim: victim! }
  }

  test('a crowd behind one edge bans nobody, though its standing would do', () => {
    const { chain, roots, head, crowd, victim } = deceived()
    // With the deceived root, who is of the same branch.
    const raters = [roots[0]!, head, ...crowd]
    const standing = raters.reduce((sum, { id }) => sum + chain.ledger.standingOf(id), 0)
    const committee = roots.map(({ id }) => chain.ledger.standingOf(id)).sort((a, b) => a - b)
    expect(standing).toBeGreaterThan(2 * committee[3]!)
    chain.block(raters.map((one) => one.stars(victim, 1)))
    chain.empty(3)
    expect(chain.ledger.reputationOf(victim.id).reputation).toBe(0)
    expect(chain.ledger.banned(victim.id)).toBe(false)
  })

  test('raters of several branches ban, at the end of the epoch', () => {
    const { chain, roots, victim } = deceived()
    chain.block([4, 5, 6].map((i) => roots[i]!.stars(victim, 1)))
    chain.empty(3)
    expect(chain.ledger.banned(victim.id)).toBe(true)
    chain.block([4, 5, 6].map((i) => roots[i]!.stars(victim, 4)))
    expect(chain.ledger.banned(victim.id)).toBe(false)
  })
})
