// What enemies do, when, and how many of them: the options that all attacks share.
import { describe, expect, test } from 'vitest'
import { partsOf, registryOf } from '../../../../src/sim/experiment/registry.ts'
import type { AttackSpec } from '../../../../src/sim/experiment/scenario.ts'
import { honest } from '../../../../src/sim/experiment/world.ts'
import { stageOf } from '../../../../src/sim/experiment/world-of.ts'
import { noFile, scenarioOf, stage } from '../scenarios.ts'

const key = Uint32Array.of(7, 7, 7, 7)

/** Share of the enemies that do not serve lookup `lookup`. */
function misbehaving(attack: AttackSpec, lookup: number, of = key): number {
  const { world, behaviour } = stage(attack)
  const enemies = [...world.kinds.keys()].filter((node) => world.kinds[node] !== honest)
  return (
    enemies.filter((node) => behaviour.deed(node, lookup, of) !== 'serve').length / enemies.length
  )
}

describe('an attack', () => {
  test('waits for its first lookup', () => {
    const attack = { kind: 'droppers', from: 100 }
    expect([-1, 99, 100].map((lookup) => misbehaving(attack, lookup))).toEqual([0, 0, 1])
    // One that does not wait attacks joins too, which come before the first.
    expect(misbehaving({ kind: 'droppers' }, -1)).toBe(1)
  })

  test('turns its nodes one after another along a ramp', () => {
    const attack = { kind: 'droppers', fraction: 0.5, from: 100, ramp: 1000 }
    const shares = [99, 350, 600, 850, 1100].map((lookup) => misbehaving(attack, lookup))
    expect(shares[0]).toBe(0)
    expect(shares[1]).toBeCloseTo(0.25, 0)
    expect(shares[2]).toBeCloseTo(0.5, 0)
    expect(shares[4]).toBe(1)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
  })

  test('serves with the probability that its camouflage asks for, the same whoever asks again', () => {
    const attack = { kind: 'camouflage', fraction: 0.5, serves: 0.8 }
    const shares = Array.from({ length: 20 }, (_, lookup) => misbehaving(attack, lookup))
    const mean = shares.reduce((a, b) => a + b) / shares.length
    expect(mean).toBeGreaterThan(0.16)
    expect(mean).toBeLessThan(0.24)
    expect(misbehaving(attack, 7)).toBe(shares[7])
  })

  test('is silent about selected keys alone, all of its nodes about the same', () => {
    const attack = { kind: 'droppers', behaviour: 'selective', selected: 0.25 }
    const { world, behaviour } = stage(attack)
    const enemies = [...world.kinds.keys()].filter((node) => world.kinds[node] !== honest)
    let selected = 0
    for (let i = 0; i < 1000; i++) {
      const one = Uint32Array.of(Math.imul(i, 0x9e3779b1), i, 0, 0)
      const deeds = new Set(enemies.slice(0, 5).map((node) => behaviour.deed(node, i, one)))
      expect(deeds.size).toBe(1)
      if (deeds.has('drop')) selected++
    }
    expect(selected / 1000).toBeCloseTo(0.25, 1)
  })

  test('claims every key where it lies about the root, and misroutes; one that serves claims none', () => {
    const { world, behaviour } = stage({ kind: 'droppers', behaviour: 'false-root' })
    const enemies = [...world.kinds.keys()].filter((node) => world.kinds[node] !== honest)
    expect(enemies.every((node) => behaviour.claimsRoot(node, key))).toBe(true)
    expect(enemies.every((node) => behaviour.deed(node, 0, key) === 'misroute')).toBe(true)
    expect(misbehaving({ kind: 'sybil', behaviour: 'serve' }, 0)).toBe(0)
  })
})

describe('several attacks at once', () => {
  const both: AttackSpec = {
    kind: 'all',
    of: [
      { kind: 'droppers', fraction: 0.1 },
      { kind: 'all', of: [{ kind: 'sybil', sybilsPerHonest: 1, from: 50 }] },
    ],
  }

  test('each move their own nodes, and all are accomplices', () => {
    const { world, behaviour } = stage(both)
    expect(world.size).toBe(300 + 270)
    const deeds = (kind: number, lookup: number) =>
      new Set(
        [...world.kinds.keys()]
          .filter((node) => world.kinds[node] === kind)
          .map((node) => behaviour.deed(node, lookup, key)),
      )
    expect(deeds(1, 0)).toEqual(new Set(['drop']))
    expect(deeds(2, 49)).toEqual(new Set(['serve']))
    expect(deeds(2, 50)).toEqual(new Set(['misroute']))
    expect(behaviour.accomplices(key, 1000)).toHaveLength(300)
    expect(partsOf(both)).toHaveLength(2)
  })
})

test('a seed of the attack changes the attack and nothing else of the world', () => {
  const [one, other] = [0, 1].map((seed) => stage({ kind: 'droppers', seed }).world)
  expect([...one!.kinds]).not.toEqual([...other!.kinds])
  expect([...one!.ring.words]).toEqual([...other!.ring.words])
})

test.each([
  [{ kind: 'dropers' }, 'attack.kind: there is no "dropers": known are none, droppers, sybil'],
  [
    { kind: 'droppers', share: 1 },
    'attack droppers.share: it has no such option: it takes fraction',
  ],
  [
    { kind: 'droppers', fraction: 2 },
    'attack droppers: "fraction" is 2: a number from 0 to 1 is meant.',
  ],
  [{ kind: 'none', from: 1 }, 'attack none.from: it has no such option: it takes none.'],
  [
    { kind: 'sybil', ids: 'odd' },
    'attack sybil: "ids" is "odd": one of uniform, clustered is meant.',
  ],
  [{ kind: 'sybil', fooledLow: 1, fooledHigh: 0.5 }, 'the lower one comes first'],
  [{ kind: 'eclipse', target: 'all' }, '"target" is "all": one of key, victim is meant.'],
  [{ kind: 'churn', rounds: 1.5 }, '"rounds" is 1.5: a whole number of at least 0 is meant.'],
  [{ kind: 'slander', behaviour: 'shout' }, '"behaviour" is "shout": one of drop, misroute'],
  [{ kind: 'all' }, 'attack.of: the kind all needs a list of attacks'],
])('refuses %o with what to change', (attack, why) => {
  expect(() => stage(attack)).toThrow(why)
})

test("an attack of the user's own goes by the path that the scenario names", () => {
  const turnsTheFirst = {
    name: 'first',
    about: 'turns the first person',
    defaults: { times: 1 },
    prepare: () => ({ behaviour: () => stage({ kind: 'droppers' }).behaviour }),
  }
  const registry = registryOf({ attacks: { './first.js': turnsTheFirst } })
  const { world } = stageOf(
    scenarioOf({ attack: { kind: './first.js', times: 2 } }),
    1,
    registry,
    noFile,
  )
  expect(world.size).toBe(300)
})
