// The policy `trustnet` of whole nodes against the structural router of the same name: the same world,
// ratings, enemies and lookups must come to the same.
import { expect, test } from 'vitest'
import { shippedAttacks } from '../../../../src/sim/experiment/attacks/known.ts'
import type { Measurement } from '../../../../src/sim/experiment/measurement.ts'
import { keyedStage, runProtocolOn } from '../../../../src/sim/experiment/protocol/protocol.ts'
import { routingOf } from '../../../../src/sim/experiment/protocol/terms.ts'
import type { Router } from '../../../../src/sim/experiment/router.ts'
import { trustnet } from '../../../../src/sim/experiment/routers/trustnet.ts'
import type { AttackSpec, RunSpec } from '../../../../src/sim/experiment/scenario.ts'
import { runOnStage } from '../../../../src/sim/experiment/structural.ts'
import { stageOf } from '../../../../src/sim/experiment/world-of.ts'

const parts = {
  registry: {
    routers: new Map([['trustnet', trustnet as unknown as Router]]),
    attacks: new Map(shippedAttacks.map((attack) => [attack.name, attack])),
  },
  readGraphFile: () => new Uint8Array(),
}

function both(attack: AttackSpec): { structural: Measurement; protocol: Measurement } {
  const nodes = 120
  const run: RunSpec = {
    ...{ index: 0, params: {}, seed: 3, router: { name: 'trustnet' } },
    scenario: {
      name: 'engines',
      graph: { kind: 'holme-kim', nodes, degree: 10, triads: 0.5 },
      ratings: { kind: 'uniform', low: 0.2, high: 1, negative: 0 },
      ids: { kind: 'uniform' },
      routers: [{ name: 'trustnet' }],
      attack,
      workload: { lookups: 200, keys: { kind: 'uniform' }, sources: 'honest' },
      engine: 'protocol',
      metrics: [],
      seed: 3,
    },
  }
  const stage = stageOf(run.scenario, run.seed, parts.registry, parts.readGraphFile)
  const keyed = keyedStage(run, stage)
  return {
    structural: runOnStage(run, stage, parts),
    protocol: runProtocolOn(run, routingOf(run.router), stage, keyed),
  }
}

const success = ({ endings, lookups }: Measurement): number =>
  (100 * (endings.delivered ?? 0)) / lookups

const meanHops = ({ hops }: Measurement): number =>
  hops.reduce((sum, count, length) => sum + count * length, 0) /
  hops.reduce((sum, count) => sum + count, 0)

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
  const { structural, protocol } = both(attack)
  console.log(attack.kind, success(structural), success(protocol), protocol.endings)
  expect(success(protocol)).toBeGreaterThanOrEqual(99)
  expect(Math.abs(success(structural) - success(protocol))).toBeLessThanOrEqual(1)
  expect(Math.abs(meanHops(structural) - meanHops(protocol))).toBeLessThan(0.1)
})
