// The protocol engine against the structural one: the same worlds, routers and lookups, whole nodes in
// virtual time beside tables from global knowledge. Prints both and the differences.
// `node bench/engines.ts [--json] [--nodes N] [--lookups N] [--router pastry,distnet] [--start joins]`
import type { Measurement } from '../src/sim/experiment/measurement.ts'
import { keyedStage, runProtocolOn } from '../src/sim/experiment/protocol/protocol.ts'
import { routingOf } from '../src/sim/experiment/protocol/terms.ts'
import { registryOf } from '../src/sim/experiment/registry.ts'
import type { Router } from '../src/sim/experiment/router.ts'
import { pastry } from '../src/sim/experiment/routers/pastry.ts'
import type { AttackSpec, RunSpec } from '../src/sim/experiment/scenario.ts'
import { meanOf } from '../src/sim/experiment/statistics-histogram.ts'
import { runOnStage } from '../src/sim/experiment/structural.ts'
import { stageOf } from '../src/sim/experiment/world-of.ts'
import { flagsOf, progress } from './report.ts'

const values = flagsOf({
  json: { type: 'boolean', default: false },
  nodes: { type: 'string', default: '2000' },
  lookups: { type: 'string', default: '5000' },
  router: { type: 'string', default: 'pastry' },
  /** `joins`: whole nodes join one after another and repair; else they begin converged. */
  start: { type: 'string', default: 'converged' },
  seed: { type: 'string', default: '1' },
})
const seed = Number(values.seed)
const nodes = Number(values.nodes)
const parts = {
  registry: registryOf({ routers: { pastry: pastry as unknown as Router } }),
  readGraphFile: () => new Uint8Array(),
}

const attacks: readonly AttackSpec[] = [
  { kind: 'none' },
  { kind: 'droppers', fraction: 0.3, noticed: 0 },
  { kind: 'droppers', fraction: 0.3, noticed: 0, behaviour: 'misroute' },
  { kind: 'sybil', sybilsPerHonest: 1, attackEdgesPerHonest: 0.1, behaviour: 'misroute' },
]

function runOf(name: string, attack: AttackSpec): RunSpec {
  // A whole node goes the last mile over the global network alone.
  const router = { name, ...(name.startsWith('distnet') ? { lastMile: 'global' } : {}) }
  return {
    ...{ index: 0, params: {}, seed, router },
    scenario: {
      name: 'engines',
      graph: { kind: 'holme-kim', nodes, degree: 20, triads: 0.5 },
      ratings: { kind: 'uniform', low: 0.2, high: 1, negative: 0 },
      ids: { kind: 'uniform' },
      routers: [router],
      attack,
      workload: {
        lookups: Number(values.lookups),
        ...({ keys: { kind: 'uniform' }, sources: 'honest' } as const),
      },
      engine: 'protocol',
      metrics: [],
      seed,
    },
  }
}

interface Figures {
  readonly success: number
  readonly hops: number
  readonly messages: number
}

function figuresOf({ endings, hops, lookups, messages }: Measurement): Figures {
  const success = (100 * (endings.delivered ?? 0)) / lookups
  return { success, hops: meanOf(hops) ?? 0, messages }
}

const rounded = (value: number): number => Math.round(value * 1_000) / 1_000
const start = values.start === 'joins' ? { joinEvery: 10 } : 'converged'

const results = String(values.router)
  .split(',')
  .flatMap((name) =>
    attacks.map((attack) => {
      progress(`${name}, ${attack.kind} ${String(attack.behaviour ?? '')}: ${nodes} nodes`)
      const run = runOf(name, attack)
      const stage = stageOf(run.scenario, seed, parts.registry, parts.readGraphFile)
      const keyed = keyedStage(run, stage)
      const structural = figuresOf(runOnStage(run, stage, parts))
      const measured = runProtocolOn(run, routingOf(run.router), stage, keyed, start)
      const protocol = figuresOf(measured)
      return {
        ...{ router: name, attack: `${attack.kind} ${String(attack.behaviour ?? '')}`.trim() },
        ...{ structural, protocol, latencyMs: measured.latencyMs, endings: measured.endings },
        difference: {
          success: rounded(protocol.success - structural.success),
          hops: rounded(protocol.hops - structural.hops),
          messages: rounded(protocol.messages - structural.messages),
        },
      }
    }),
  )

if (values.json === true)
  console.log(JSON.stringify({ schemaVersion: 1, nodes, seed, start: values.start, results }))
else
  for (const { router, attack, structural, protocol, difference } of results)
    console.log(
      [
        `${router}, ${attack}`.padEnd(28),
        `success ${rounded(structural.success)} | ${rounded(protocol.success)} (${difference.success})`,
        `hops ${rounded(structural.hops)} | ${rounded(protocol.hops)} (${difference.hops})`,
        `messages ${rounded(structural.messages)} | ${rounded(protocol.messages)} (${difference.messages})`,
      ].join('   '),
    )
