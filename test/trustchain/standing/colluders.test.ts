// The short form of `node bench/election.ts`: what colluders and made-up identities win of the seats,
// on generated graphs and, where it is there, on Advogato.
import { describe, expect, test } from 'vitest'
import { holmeKim, type Network, publicNetwork } from '../../../bench/election-networks.ts'
import { curvePoint, drift, sybilTrial } from '../../../bench/election-trials.ts'
import { defaultRules, plainRules } from '../../../trustchain/standing/ballot.ts'

const networks: [string, Network | undefined][] = [
  ['a generated graph', holmeKim(1_000, 6, 1)],
  ['Advogato', publicNetwork('advogato')],
]
const compared = { default: defaultRules, plain: plainRules }

describe.each(networks)('on %s', (name, network) => {
  test.skipIf(network === undefined)(
    '200 identities behind one edge win no seat beyond their share, ban nobody and move little',
    () => {
      for (const seed of [1, 2, 3]) {
        const trial = sybilTrial(network!, 200, defaultRules, 'anybody', seed)
        expect(trial.seated, `${name}, seed ${seed}`).toBeLessThanOrEqual(trial.due)
        expect(trial.banned).toBe(0)
        expect(trial.standingMoved).toBeLessThanOrEqual(trial.standing)
        expect(trial.reputationExcess).toBeLessThanOrEqual(trial.standing)
        const ofRoot = sybilTrial(network!, 200, defaultRules, 'a root', seed)
        expect(ofRoot.seated, 'behind one edge there is one way only').toBe(0)
      }
    },
  )

  test.skipIf(network === undefined)(
    'a third of the seats does not fall to 20% of the nodes, and fewer do than by the plain rule',
    () => {
      const won = { default: 0, plain: 0 }
      for (const seed of [1, 2]) {
        const { seats } = curvePoint(network!, 'most-rated', 200, seed, compared)
        expect(3 * seats.get('default')!).toBeLessThan(31)
        won.default += seats.get('default')!
        won.plain += seats.get('plain')!
      }
      expect(won.default).toBeLessThan(won.plain)
    },
  )
})

test('colluders do not creep up from epoch to epoch', () => {
  const held = drift(holmeKim(600, 6, 2), 150, 40, defaultRules, 1).seats
  const mean = (part: readonly number[]): number => part.reduce((a, b) => a + b, 0) / part.length
  expect(mean(held.slice(25))).toBeLessThanOrEqual(mean(held.slice(10, 25)) + 1)
  expect(Math.max(...held)).toBeLessThanOrEqual(10)
})
