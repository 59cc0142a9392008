// What a node concludes: the size of the network, the root of a random key, and who misled it.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Ring } from '../../../routing/ring.ts'
import { trustEdges } from '../../../routing/trustnet/edges/graph.ts'
import { weightsOf } from '../../../routing/trustnet/edges/weights.ts'
import { estimateFrom } from '../../../routing/trustnet/network-size.ts'
import { sizesFor, trustnetBounds, trustnetDefaults } from '../../../routing/trustnet/options.ts'
import { Places } from '../../../routing/trustnet/places.ts'
import { NamedRoots, quorumOf } from '../../../routing/trustnet/verify.ts'
import { outOfBounds } from '../../../src/core/bounds.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { RatingGraph } from '../../../trustchain/graph/rating-graph.ts'

/** People who each rate ten others at random, and as many made-up ones behind a few attack edges. */
function crowd(people: number, madeUp: number, attackEdges: number) {
  const random = seededRandom(3)
  const ring = new Ring(people + madeUp)
  const words = new Uint32Array(4)
  for (let i = 0; i < people + madeUp; i++) {
    for (let word = 0; word < 4; word++) words[word] = random.uint32()
    ring.append(words)
  }
  const graph = new RatingGraph()
  graph.addNodes(people + madeUp)
  for (let i = 0; i < 10 * people; i++)
    graph.rate(random.below(people), random.below(people), 800_000)
  for (let i = 0; i < 10 * madeUp; i++)
    graph.rate(people + random.below(madeUp), people + random.below(madeUp), 1_000_000)
  for (let i = 0; i < attackEdges; i++)
    graph.rate(random.below(people), people + random.below(madeUp), 900_000)
  const places = new Places(ring)
  const edges = trustEdges(graph, places, 0)
  const weights = weightsOf(edges, trustnetDefaults)
  return estimateFrom(edges, weights, places, { overlay: 0, epoch: 1 }, 3, places.of[0]!)
}

describe('the estimate of the number of nodes', () => {
  it('is within a fifth of the truth', () => {
    expect(crowd(1000, 0, 0)).toBeGreaterThan(800)
    expect(crowd(1000, 0, 0)).toBeLessThan(1200)
  })

  it('moves little by five made-up identities for each person', () => {
    expect(crowd(1000, 5000, 100)).toBeLessThan(1.2 * crowd(1000, 0, 0))
  })

  it('gives lists of up to 512 entries', () => {
    const size = (nodes: number) => sizesFor(nodes, trustnetDefaults).listSize
    expect([5000, 1_000_000].map(size)).toEqual([320, 512])
  })
})

describe('the root of a random key', () => {
  const nearer = (a: number, b: number): boolean => a < b

  it('is the nearest candidate that enough voters named, each counted once', () => {
    const names = new NamedRoots()
    for (const voter of [0, 1, 2]) names.name(4, voter)
    // Another's voice between two of its own changes nothing.
    for (const voter of [0, 0, 3, 0, 3]) names.name(1, voter)
    expect(names.winner(3, nearer)).toBe(4)
    expect(names.winner(2, nearer)).toBe(1)
  })

  it('is the nearest of the most named where no candidate has enough, and the next lookup starts afresh', () => {
    const names = new NamedRoots()
    for (const [place, voter] of [
      [1, 0],
      [4, 1],
      [4, 2],
      [3, 3],
      [3, 4],
    ] as const)
      names.name(place, voter)
    expect(names.answered).toBe(5)
    expect(names.winner(3, nearer)).toBe(3)
    names.clear()
    expect(names.answered).toBe(0)
    expect(names.winner(1, nearer)).toBe(-1)
  })

  it('needs six of sixteen who answered, fewer in proportion, and two where two did', () => {
    expect([0, 1, 2, 4, 5, 8, 16].map((answered) => quorumOf(answered))).toEqual([
      0, 1, 2, 2, 2, 3, 6,
    ])
    expect(quorumOf(16, 10)).toBe(10)
    expect(quorumOf(8, 10)).toBe(5)
    expect([1, 2, 16].map((answered) => quorumOf(answered, 1))).toEqual([1, 1, 1])
  })

  it('is whom a naive count names', () => {
    const vote = fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 8 }))
    fc.assert(
      fc.property(fc.array(vote, { maxLength: 60 }), fc.nat({ max: 9 }), (votes, quorum) => {
        const names = new NamedRoots()
        for (const [place, voter] of votes) names.name(place, voter)
        const places = [...new Set(votes.map(([place]) => place))].sort((a, b) => a - b)
        const count = (place: number): number =>
          new Set(votes.filter(([of]) => of === place).map(([, voter]) => voter)).size
        const most = Math.max(0, ...places.map(count))
        const expected = places.find((place) => count(place) >= Math.min(quorum, most)) ?? -1
        expect(names.winner(quorum, nearer)).toBe(expected)
        expect(names.answered).toBe(new Set(votes.map(([, voter]) => voter)).size)
      }),
    )
  })
})

it('options out of their range are named', () => {
  expect(outOfBounds(trustnetDefaults, trustnetBounds)).toEqual([])
  expect(
    outOfBounds({ ...trustnetDefaults, walkLength: 65, onlyAbove: 1 }, trustnetBounds),
  ).toEqual([
    '"walkLength" is 65: a whole number from 0 to 64 is meant.',
    '"onlyAbove" is 1: a number from 0 to below 1 is meant.',
  ])
})
