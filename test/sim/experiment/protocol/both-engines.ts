// One run in both engines, for the tests that compare them.

import { shippedAttacks } from '../../../../src/sim/experiment/attacks/known.ts'
import { eclipse } from '../../../../src/sim/experiment/attacks/sybil.ts'
import type { Measurement } from '../../../../src/sim/experiment/measurement.ts'
import { keyedStage, runProtocolOn } from '../../../../src/sim/experiment/protocol/protocol.ts'
import { routingOf } from '../../../../src/sim/experiment/protocol/terms.ts'
import type { Router } from '../../../../src/sim/experiment/router.ts'
import { distnet, distnetD3 } from '../../../../src/sim/experiment/routers/distnet.ts'
import { pastry } from '../../../../src/sim/experiment/routers/pastry.ts'
import { trustnet } from '../../../../src/sim/experiment/routers/trustnet.ts'
import type { AttackSpec, RouterSpec, RunSpec } from '../../../../src/sim/experiment/scenario.ts'
import { runOnStage } from '../../../../src/sim/experiment/structural.ts'
import { stageOf } from '../../../../src/sim/experiment/world-of.ts'

/** An attack of the user's own, of which a scenario tells the name alone. */
const ownAttack = { ...eclipse, name: './aimed.js' }

export const parts = {
  registry: {
    routers: new Map(
      [pastry, distnet, distnetD3, trustnet].map((router) => [
        router.name,
        router as unknown as Router,
      ]),
    ),
    attacks: new Map([...shippedAttacks, ownAttack].map((attack) => [attack.name, attack])),
  },
  readGraphFile: () => new Uint8Array(),
}

export const runOf = (
  nodes: number,
  lookups: number,
  attack: AttackSpec,
  seed = 1,
  router: RouterSpec = { name: 'pastry' },
): RunSpec => ({
  ...{ index: 0, params: {}, seed, router },
  scenario: {
    name: 'engines',
    graph: { kind: 'holme-kim', nodes, degree: 10, triads: 0.5 },
    ratings: { kind: 'uniform', low: 0.2, high: 1, negative: 0 },
    ids: { kind: 'uniform' },
    routers: [router],
    attack,
    workload: { lookups, keys: { kind: 'uniform' }, sources: 'honest' },
    engine: 'protocol',
    metrics: [],
    seed,
  },
})

/** Both engines on one stage, the ring of the keys. */
export function both(run: RunSpec): { structural: Measurement; protocol: Measurement } {
  const stage = stageOf(run.scenario, run.seed, parts.registry, parts.readGraphFile)
  const keyed = keyedStage(run, stage)
  return {
    structural: runOnStage(run, stage, parts),
    protocol: runProtocolOn(run, routingOf(run.router), stage, keyed),
  }
}

/** Lookups that were delivered, in percent. */
export const success = ({ endings, lookups }: Measurement): number =>
  (100 * (endings.delivered ?? 0)) / lookups

/** Of the lookups that were delivered. */
export function meanHops({ hops }: Measurement): number {
  const sum = hops.reduce((total, count, length) => total + count * length, 0)
  return sum / hops.reduce((total, count) => total + count, 0)
}
