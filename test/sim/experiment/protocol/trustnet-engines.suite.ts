// The policy `trustnet` of whole nodes against the structural router of the same name: the same world,
// ratings, enemies and lookups must come to the same.
import { expect, test } from 'vitest'
import type { AttackSpec } from '../../../../src/sim/experiment/scenario.ts'
import { both, meanHops, runOf, success } from './both-engines.ts'

test.each<[string, AttackSpec]>([
  ['under no attack', { kind: 'none' }],
  [
    'of which a fifth misroutes',
    { kind: 'droppers', fraction: 0.2, behaviour: 'misroute', noticed: 0 },
  ],
  [
    'beside as many Sybils',
    { kind: 'sybil', sybilsPerHonest: 1, attackEdgesPerHonest: 0.1, behaviour: 'misroute' },
  ],
])('120 nodes %s come to the same in either engine', (_what, attack) => {
  const { structural, protocol } = both(runOf(120, 200, attack, 3, { name: 'trustnet' }))
  console.log(attack.kind, success(structural), success(protocol), protocol.endings)
  expect(success(protocol)).toBeGreaterThanOrEqual(99)
  expect(Math.abs(success(structural) - success(protocol))).toBeLessThanOrEqual(1)
  expect(Math.abs(meanHops(structural) - meanHops(protocol))).toBeLessThan(0.1)
})
