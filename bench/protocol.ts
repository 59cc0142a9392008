// The protocol engine at its size: so many whole nodes in virtual time under a routing workload, and how
// much faster than real time that runs. CPU seconds are this process's own, so that what else the
// machine does counts less. It starts itself anew with the heap flags that services run nodes with.
// `node bench/protocol.ts [--json] [--nodes N] [--router R] [--seconds N] [--every N]`

import { spawnSync } from 'node:child_process'
import { heapFlags } from '../src/core/heap-flags.ts'
import { lookupsOf } from '../src/sim/experiment/protocol/asked-lookup.ts'
import { measureLookups } from '../src/sim/experiment/protocol/lookups.ts'
import { begin, keyedStage, protocolNetwork } from '../src/sim/experiment/protocol/protocol.ts'
import { routingOf } from '../src/sim/experiment/protocol/terms.ts'
import { registryOf } from '../src/sim/experiment/registry.ts'
import type { RunSpec } from '../src/sim/experiment/scenario.ts'
import { meanOf } from '../src/sim/experiment/statistics-histogram.ts'
import { stageOf } from '../src/sim/experiment/world-of.ts'
import { flagsOf, progress } from './report.ts'

if (!heapFlags.every((flag) => process.execArgv.includes(flag))) {
  const args = [...process.execArgv, ...heapFlags, ...process.argv.slice(1)]
  process.exit(spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1)
}

const values = flagsOf({
  json: { type: 'boolean', default: false },
  nodes: { type: 'string', default: '10000' },
  router: { type: 'string', default: 'pastry' },
  /** Virtual seconds of the workload. */
  seconds: { type: 'string', default: '120' },
  /** Seconds after which each node looks something up again. */
  every: { type: 'string', default: '120' },
  seed: { type: 'string', default: '1' },
})
const nodes = Number(values.nodes)
const seed = Number(values.seed)
const router = { name: String(values.router) }
const gap = (1_000 * Number(values.every)) / nodes
const lookups = Math.round((1_000 * Number(values.seconds)) / gap)

const run: RunSpec = {
  ...{ index: 0, params: {}, seed, router },
  scenario: {
    name: 'protocol',
    graph: { kind: 'holme-kim', nodes, degree: 20, triads: 0.5 },
    ratings: { kind: 'uniform', low: 0.2, high: 1, negative: 0 },
    ids: { kind: 'uniform' },
    routers: [router],
    attack: { kind: 'none' },
    workload: { lookups, keys: { kind: 'uniform' }, sources: 'honest' },
    engine: 'protocol',
    metrics: [],
    seed,
  },
}

/** Wall and CPU seconds since the last call. */
let wall = performance.now()
let cpu = process.cpuUsage()
function lap(): { readonly wallSeconds: number; readonly cpuSeconds: number } {
  const used = process.cpuUsage(cpu)
  const passed = performance.now() - wall
  wall = performance.now()
  cpu = process.cpuUsage()
  return {
    wallSeconds: Math.round(passed) / 1_000,
    cpuSeconds: Math.round((used.user + used.system) / 1_000) / 1_000,
  }
}

progress(`${nodes} nodes with ${router.name} start converged`)
const stage = stageOf(run.scenario, seed, registryOf(), () => new Uint8Array())
const keyed = keyedStage(run, stage)
const asked = lookupsOf(run.scenario.workload, stage)
const terms = routingOf(router)
const network = protocolNetwork(run, terms, stage, keyed, 'converged')
begin(network, terms, 'converged')
const started = lap()
progress(`${lookups} lookups in ${values.seconds} virtual seconds`)
const before = { now: network.world.now, events: network.world.statistics.events }
const measured = measureLookups(network, asked, {
  ...{ every: gap, patience: 5_000, routes: terms.routes },
})
const ran = lap()
const virtualSeconds = (network.world.now - before.now) / 1_000
const answer = {
  schemaVersion: 1,
  ...{ router: router.name, nodes, lookups, virtualSeconds },
  start: started,
  run: ran,
  timesRealTime: {
    wall: Math.round((10 * virtualSeconds) / ran.wallSeconds) / 10,
    cpu: Math.round((10 * virtualSeconds) / ran.cpuSeconds) / 10,
  },
  eventsPerCpuSecond: Math.round(
    (network.world.statistics.events - before.events) / ran.cpuSeconds,
  ),
  success: (measured.endings.delivered ?? 0) / lookups,
  meanHops: meanOf(measured.hops),
  latencyMs: measured.latencyMs,
  /** Resident, at the end; the collector frees late, so it is near the peak. */
  residentBytes: process.memoryUsage().rss,
}
console.log(values.json === true ? JSON.stringify(answer) : answer)
