// Election and handover: who may sit, how far one epoch moves a committee, and what never happens
// to one whatever the ratings say.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { NodeId } from '../../../src/core/id.ts'
import { seededRandom } from '../../../src/core/random.ts'
import { plainRules } from '../../../trustchain/standing/ballot.ts'
import {
  changesMax,
  committeeAfter,
  electCommittee,
  electSeats,
  withoutConvicted,
} from '../../../trustchain/standing/election.ts'
import { standingOf } from '../../../trustchain/standing/standing.ts'

const id = (n: number): NodeId => n.toString(16).padStart(32, '0') as NodeId
const ids = (...numbers: number[]): NodeId[] => numbers.map(id)
const none: ReadonlySet<NodeId> = new Set()

/** Everybody in the list rates everybody else in it fully. */
const circle = (nodes: readonly NodeId[]) =>
  nodes.flatMap((from) =>
    nodes.filter((to) => to !== from).map((to) => ({ from, to, weight: 1_000_000 })),
  )

const moved = (current: NodeId[], elected: NodeId[], more = {}) =>
  committeeAfter(
    { current, candidates: [...current, ...elected], silent: none, standing: new Map(), ...more },
    elected,
  ).next

describe('how far an epoch moves a committee', () => {
  test.each([
    ['of one stays until there are four candidates', ids(1), ids(2, 3), {}, ids(1)],
    [
      'of one becomes four at once, the sitting one among them',
      ids(1),
      ids(2, 3, 4, 5),
      {},
      ids(1, 2, 3, 4),
    ],
    ['of three becomes four', ids(1, 2, 3), ids(9, 8), {}, ids(1, 2, 3, 9)],
    [
      'of three that lost a member becomes four without it',
      ids(1, 2, 3),
      ids(9, 8),
      { candidates: ids(1, 2, 8, 9) },
      ids(1, 2, 8, 9),
    ],
    ['of four grows by one', ids(1, 2, 3, 4), ids(1, 2, 3, 4, 6, 5), {}, ids(1, 2, 3, 4, 6)],
    [
      'of four keeps an absent member that nobody replaces',
      ids(1, 2, 3, 4),
      ids(1, 2, 3),
      { candidates: ids(1, 2, 3) },
      ids(1, 2, 3, 4),
    ],
    [
      'of four keeps a banned member that nobody replaces',
      ids(1, 2, 3, 4),
      ids(1, 2, 3),
      { silent: new Set(ids(4)) },
      ids(1, 2, 3, 4),
    ],
    [
      'of four with four seats takes one more, to lose one next',
      ids(1, 2, 3, 4),
      ids(1, 2, 3, 5),
      { seats: 4 },
      ids(1, 2, 3, 4, 5),
    ],
    [
      'of five with four seats loses the loser',
      ids(1, 2, 3, 4, 5),
      ids(1, 2, 3, 5),
      { seats: 4 },
      ids(1, 2, 3, 5),
    ],
    [
      'of five loses a banned member at once',
      ids(1, 2, 3, 4, 5),
      ids(1, 2, 3, 4),
      { silent: new Set(ids(5)) },
      ids(1, 2, 3, 4),
    ],
    [
      'of seven keeps an absent member that nobody replaces',
      ids(1, 2, 3, 4, 5, 6, 7),
      ids(1, 2, 3, 4, 5, 6),
      { candidates: ids(1, 2, 3, 4, 5, 6) },
      ids(1, 2, 3, 4, 5, 6, 7),
    ],
    [
      'of seven swaps an absent member for a winner',
      ids(1, 2, 3, 4, 5, 6, 7),
      ids(1, 2, 3, 4, 5, 6, 9),
      { candidates: ids(1, 2, 3, 4, 5, 6, 9) },
      ids(1, 2, 3, 4, 5, 6, 9),
    ],
    [
      'of seven swaps one of two losers, the one with less standing',
      ids(1, 2, 3, 4, 5, 6, 7),
      ids(1, 2, 3, 4, 5, 9, 8),
      {
        standing: new Map([
          [id(6), 1],
          [id(7), 2],
        ]),
      },
      ids(1, 2, 3, 4, 5, 7, 9),
    ],
  ])('a committee %s', (_, current, elected, more, next) => {
    expect(moved(current, elected, more)).toEqual(next)
  })

  test('changes stay within the limit, sizes from 4 to 31, and the winners are reached in the end', () => {
    const members = fc.uniqueArray(fc.nat(45), { minLength: 4, maxLength: 31 })
    fc.assert(
      fc.property(
        members,
        members,
        fc.integer({ min: 4, max: 31 }),
        fc.nat(45),
        (now, then, seats, bad) => {
          const elected = then
            .filter((n) => n !== bad)
            .slice(0, seats)
            .map(id)
          const silent = new Set([id(bad)])
          let current = now.map(id)
          for (let epoch = 0; epoch < 70; epoch++) {
            const candidates = [...current, ...elected].filter((node) => !silent.has(node))
            const sitting = { current, candidates, silent, standing: new Map(), seats }
            const { next, added, removed } = committeeAfter(sitting, elected)
            expect(added.length + removed.length).toBeLessThanOrEqual(changesMax(current.length))
            expect(next.length).toBeGreaterThanOrEqual(4)
            expect(next.length).toBeLessThanOrEqual(31)
            expect([...next].sort()).toEqual(next)
            current = [...next]
          }
          for (const node of elected) expect(current).toContain(node)
          if (elected.length >= 4) expect(current).not.toContain(id(bad))
        },
      ),
      { numRuns: 150 },
    )
  })

  test('a seat is lost at once by evidence, even below four, but the last is not', () => {
    expect(withoutConvicted(ids(1, 2, 3, 4), new Set(ids(4)))).toEqual(ids(1, 2, 3))
    expect(withoutConvicted(ids(1), new Set(ids(1)))).toEqual(ids(1))
  })
})

describe('who is elected', () => {
  const people = ids(1, 2, 3, 4, 5, 6)
  const elect = (more = {}) =>
    electSeats({
      candidates: people,
      silent: none,
      edges: circle(people),
      roots: ids(1, 2),
      ...more,
    })

  test('candidates that standing backs, all of them while there are seats', () => {
    expect([...elect()].sort()).toEqual(people)
    expect(elect({ seats: 4 })).toHaveLength(4)
  })

  test('nobody whom only strangers back', () => {
    const strangers = ids(11, 12, 13, 14)
    const edges = [...circle(people), ...circle(strangers)]
    expect([...elect({ candidates: [...people, ...strangers], edges })].sort()).toEqual(people)
  })

  test('a banned node neither sits nor votes', () => {
    const edges = [{ from: id(2), to: id(7), weight: 1_000_000 }, ...circle(ids(1, 2))]
    const more = { candidates: ids(1, 2, 7), edges, roots: ids(1) }
    expect([...elect(more)].sort()).toEqual(ids(1, 2, 7))
    expect([...elect({ ...more, silent: new Set(ids(2)) })]).toEqual(ids(1))
  })

  test('roots that nobody rated: genesis did', () => {
    expect([...elect({ edges: [] })]).toEqual(ids(1, 2))
    expect([...elect({ edges: [], rules: plainRules })]).toEqual([])
  })

  test('nobody, and the committee stays, when no root is left', () => {
    const silent = new Set(ids(1, 2))
    const current = ids(3, 4, 5, 6)
    const election = {
      current,
      candidates: current,
      silent,
      edges: circle(people),
      roots: ids(1, 2),
    }
    expect(electCommittee({ ...election, standing: new Map() }).next).toEqual(current)
  })

  test('the same whatever order ratings, roots and candidates come in', () => {
    const random = seededRandom(7)
    const many = Array.from({ length: 60 }, (_, i) => id(i))
    const edges = many.flatMap((from) =>
      random
        .shuffle(many)
        .slice(0, 6)
        .filter((to) => to !== from)
        .map((to) => ({ from, to, weight: 1 + random.below(1_000_000) })),
    )
    const roots = many.slice(0, 5)
    const standing = standingOf({ roots, edges })
    const run = () =>
      electCommittee({
        ...{ current: random.shuffle(many.slice(20, 36)), candidates: random.shuffle(many) },
        ...{ edges: random.shuffle(edges), roots: random.shuffle(roots) },
        ...{ silent: none, standing, seats: 16 },
      })
    const first = run()
    for (let again = 0; again < 10; again++) expect(run()).toEqual(first)
  })
})
