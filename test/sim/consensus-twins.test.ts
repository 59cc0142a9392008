// Twins in their short form: f members that are two processes each change nothing; f + 1 may fork the
// chain, and every fork convicts at least f + 1 members, all of them twins.
import { describe, expect, test } from 'vitest'
import { drawTwins, runTwins } from '../../src/sim/consensus/twins.ts'

const seeds = Array.from({ length: 20 }, (_, i) => 1 + i)

describe('twins', () => {
  test('f of them neither fork the chain nor stop it, and convict nobody but themselves', () => {
    const runs = seeds.map((seed) => runTwins(drawTwins(seed, 0)))
    expect(runs.filter(({ forked }) => forked)).toEqual([])
    // Without a single double signature the scenarios would be too tame to say anything.
    expect(runs.filter(({ culprits }) => culprits.length > 0).length).toBeGreaterThan(10)
  })

  test('f + 1 of them fork the chain in places, and each fork convicts at least f + 1', () => {
    const forks = seeds.map((seed) => runTwins(drawTwins(seed, 1))).filter(({ forked }) => forked)
    expect(forks.length).toBeGreaterThan(3)
    for (const { culprits, guilty, twins } of forks) {
      expect(culprits.length).toBeGreaterThanOrEqual(twins)
      expect(guilty).toEqual(expect.arrayContaining([...culprits]))
    }
  })
})
