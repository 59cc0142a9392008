// Attacks as they prepare a world: what every one of them leaves alone, and what each one does.
import { describe, expect, test } from 'vitest'
import { ONE } from '../../../../src/core/trust.ts'
import { shippedAttacks } from '../../../../src/sim/experiment/attacks/known.ts'
import { honest, malicious, sybil, type World } from '../../../../src/sim/experiment/world.ts'
import type { Stage } from '../../../../src/sim/experiment/world-of.ts'
import { stage } from '../scenarios.ts'

type Row = readonly [author: number, subject: number, value: number]

function rowsOf({ ratings, kinds }: World, from: number, to: number): Row[] {
  const rows: Row[] = []
  ratings.forEach((author, subject, value) => {
    if (kinds[author] === from && kinds[subject] === to) rows.push([author, subject, value])
  })
  return rows
}

const nodesOf = ({ kinds }: World, kind: number): number[] =>
  [...kinds.keys()].filter((node) => kinds[node] === kind)

const peace = stage({ kind: 'none' })
const key = Uint32Array.of(0x12345678, 1, 2, 3)

/** Everything that can be compared of a stage. */
const seen = ({ world, target, rejoins }: Stage) => ({
  kinds: [...world.kinds],
  words: [...world.ring.words.subarray(0, 4 * world.size)],
  ratings: [honest, malicious, sybil].flatMap((from) =>
    [honest, malicious, sybil].flatMap((to) => rowsOf(world, from, to)),
  ),
  target,
  rejoins,
})

describe.each(shippedAttacks.map(({ name }) => name))('%s', (kind) => {
  const attacked = stage({ kind })
  const { world, behaviour } = attacked

  test('leaves honest people where they are, and what they say of each other', () => {
    const kept = rowsOf(world, honest, honest)
    expect(kept).toEqual(kept.map(([a, b]) => [a, b, peace.world.ratings.rating(a, b)]))
    const inPeace = rowsOf({ ...peace.world, kinds: world.kinds.slice(0, 300) }, honest, honest)
    expect(kept).toHaveLength(inPeace.length)
    const places = ({ ring }: World) => nodesOf(world, honest).map((node) => ring.id(node))
    expect(places(world)).toEqual(places(peace.world))
  })

  test('has every honest node serve, and enemies as accomplices of enemies', () => {
    const honestOnes = nodesOf(world, honest)
    expect(honestOnes.filter((node) => behaviour.deed(node, 5, key) !== 'serve')).toEqual([])
    expect(honestOnes.filter((node) => behaviour.claimsRoot(node, key))).toEqual([])
    const named = behaviour.accomplices(key, 8)
    expect(named.filter((node) => world.kinds[node] === honest)).toEqual([])
    expect(named).toHaveLength(Math.min(8, world.size - nodesOf(world, honest).length))
  })

  test('is the same again with the same seed, and another with another', () => {
    expect(seen(stage({ kind }))).toEqual(seen(attacked))
    expect(seen(stage({ kind }, {}, 2))).not.toEqual(seen(attacked))
  })
})

describe('droppers', () => {
  test('are the fraction, and each honest rater noticed with the probability given', () => {
    const { world, behaviour } = stage(
      { kind: 'droppers', fraction: 0.3, noticed: 0.25 },
      { graph: { kind: 'holme-kim', nodes: 1000, degree: 20, triads: 0.5 } },
    )
    expect(nodesOf(world, malicious)).toHaveLength(300)
    const judged = rowsOf(world, honest, malicious)
    const negative = judged.filter(([, , value]) => value < 0)
    // 5 in 100 are negative anyway, of the others a quarter.
    expect(negative.length / judged.length).toBeCloseTo(0.05 + 0.95 * 0.25, 1)
    for (const [, , value] of negative) expect(value).toBeLessThanOrEqual(-ONE / 10)
    for (const node of nodesOf(world, malicious)) expect(behaviour.deed(node, 0, key)).toBe('drop')
  })

  test('keep every rating where nobody notices', () => {
    const { world } = stage({ kind: 'droppers', noticed: 0 })
    const everyone = (one: World): Row[] =>
      rowsOf({ ...one, kinds: new Uint8Array(one.size) }, honest, honest)
    expect(everyone(world)).toEqual(everyone(peace.world))
  })
})

describe('Sybils', () => {
  test('come per honest person, are rated over attack edges alone, and rate each other 1', () => {
    const { world, behaviour } = stage({
      ...{ kind: 'sybil', sybilsPerHonest: 3, attackEdgesPerHonest: 0.2 },
    })
    expect(nodesOf(world, sybil)).toHaveLength(900)
    const edges = rowsOf(world, honest, sybil)
    expect(edges).toHaveLength(60)
    for (const [, , value] of edges) {
      expect(value).toBeGreaterThanOrEqual(600_000)
      expect(value).toBeLessThanOrEqual(ONE)
    }
    expect(rowsOf(world, sybil, honest)).toEqual([])
    const among = rowsOf(world, sybil, sybil)
    expect(among.every(([, , value]) => value === ONE)).toBe(true)
    // As many as people give, less those drawn twice.
    expect(among.length / 900).toBeGreaterThan(9.5)
    expect(among.length / 900).toBeLessThanOrEqual(10)
    expect(nodesOf(world, sybil).filter((node) => behaviour.claimsRoot(node, key))).toEqual([
      behaviour.accomplices(key, 1)[0],
    ])
  })

  test('may be fed by a few who fall for everything, and crowd together', () => {
    const few = stage({ kind: 'sybil', gullible: 0.01, attackEdgesPerHonest: 0.5 }).world
    expect(new Set(rowsOf(few, honest, sybil).map(([author]) => author)).size).toBe(3)
    const crowded = stage({ kind: 'sybil', ids: 'clustered' }).world
    const spots = new Set(
      nodesOf(crowded, sybil).map((node) => crowded.ring.words[4 * node]! >>> 22),
    )
    expect(spots.size).toBeLessThanOrEqual(32)
  })

  test('that eclipse a victim stand about it, and all ratings go to those', () => {
    const { world, target } = stage({ kind: 'eclipse', target: 'victim', near: 40, within: 2 })
    const { node, key: position } = target!
    expect(world.ring.words.subarray(4 * node, 4 * node + 4)).toEqual(position)
    expect(world.kinds[node]).toBe(honest)
    const isNear = (one: number): boolean =>
      Math.abs((world.ring.words[4 * one]! - position[0]!) | 0) <= 2 ** 32 * (2 / 300) + 1
    const made = nodesOf(world, sybil)
    expect(made).toHaveLength(300)
    expect(made.slice(0, 40).every(isNear)).toBe(true)
    expect(made.filter(isNear).length).toBeLessThan(60)
    for (const from of [honest, sybil]) {
      const rows = rowsOf(world, from, sybil)
      expect(rows.every(([, subject]) => subject < 340)).toBe(true)
      expect(rows.length).toBeGreaterThan(from === honest ? 29 : 2000)
    }
    const all = stage({ kind: 'eclipse', near: 0, within: 2 })
    const reach = 2 ** 32 * (2 / 300) + 1
    const away = nodesOf(all.world, sybil).map((one) =>
      Math.abs((all.world.ring.words[4 * one]! - all.target!.key[0]!) | 0),
    )
    expect(Math.max(...away)).toBeLessThanOrEqual(reach)
  })
})

describe('enemies who attack with ratings', () => {
  test('slander every honest person whom they rated, and strangers where asked', () => {
    const { world } = stage({ kind: 'slander', strangers: 4 })
    const said = rowsOf(world, malicious, honest)
    expect(said.every(([, , value]) => value === -ONE)).toBe(true)
    expect(said.length).toBeGreaterThan(
      rowsOf({ ...peace.world, kinds: world.kinds }, malicious, honest).length,
    )
  })

  test('collude with as many partners as asked', () => {
    const { world } = stage({ kind: 'collusion', partners: 7, fraction: 0.2 })
    const full = rowsOf(world, malicious, malicious).filter(([, , value]) => value === ONE)
    expect(full.length / 60).toBeGreaterThan(6)
    expect(rowsOf(world, honest, malicious).length).toBe(
      rowsOf({ ...peace.world, kinds: world.kinds }, honest, malicious).length,
    )
  })

  test('promote themselves by identities that nobody else rates', () => {
    const { world } = stage({ kind: 'self-promotion', fraction: 0.1, identities: 3 })
    expect(nodesOf(world, sybil)).toHaveLength(90)
    expect(rowsOf(world, sybil, malicious)).toHaveLength(90)
    expect(rowsOf(world, malicious, sybil)).toHaveLength(90)
    expect(rowsOf(world, honest, sybil)).toEqual([])
  })

  test('wash themselves white: a new place, and ratings of the fooled alone', () => {
    const { world } = stage({ kind: 'whitewashing', regained: 0.5 })
    const turned = nodesOf(world, malicious)
    for (const node of turned) expect(world.ring.id(node)).not.toBe(peace.world.ring.id(node))
    const before = rowsOf({ ...peace.world, kinds: world.kinds }, honest, malicious)
    const now = rowsOf(world, honest, malicious)
    expect(now.every(([, , value]) => value >= 600_000)).toBe(true)
    expect(now.length / before.length).toBeCloseTo(0.5, 1)
  })
})
