// The structural engine's speed: one router's tables over one generated network, then lookups of
// random keys on one core, each judged against the true root. The clock runs from the first lookup on:
// what the code takes to warm up counts, and so do tables that are made when a lookup first needs them.
// `node bench/simulator.ts [--router R] [--nodes N] [--lookups N] [--sybils S] [--attack-edges G]
// [--set option=value]… [--seed N] [--json]`

import { seededRandom } from '../src/core/random.ts'
import { type Registry, registryOf, routerOf } from '../src/sim/experiment/registry.ts'
import { newOutcome } from '../src/sim/experiment/router.ts'
import type { AttackSpec, RouterSpec, Scenario } from '../src/sim/experiment/scenario.ts'
import { stageOf } from '../src/sim/experiment/world-of.ts'
import { inHugePages } from './huge-pages.ts'
import { flagsOf, progress } from './report.ts'

inHugePages()
const values = flagsOf({
  json: { type: 'boolean', default: false },
  router: { type: 'string', default: 'trustnet' },
  nodes: { type: 'string', default: '100000' },
  lookups: { type: 'string', default: '100000' },
  degree: { type: 'string', default: '20' },
  sybils: { type: 'string', default: '0' },
  'attack-edges': { type: 'string', default: '0.1' },
  set: { type: 'string', multiple: true, default: [] },
  seed: { type: 'string', default: '1' },
})

/** CPU seconds of this process: what else the machine does counts less. */
function cpuSecondsSince(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / 1e6
}

/** `routes=16` → ['routes', 16]; words stay words. */
function optionOf(text: string): [string, unknown] {
  const [name = '', value = ''] = text.split('=', 2)
  try {
    return [name, JSON.parse(value)]
  } catch {
    return [name, value]
  }
}

/** The router with its options; one that builds lazily builds everything before the clock starts. */
function specOf(registry: Registry): RouterSpec {
  const given = Object.fromEntries(values.set.map(optionOf))
  const defaults = registry.routers.get(values.router)?.defaults ?? {}
  const whole = Object.hasOwn(defaults, 'buildAll') ? { buildAll: true } : {}
  return { name: values.router, ...whole, ...given }
}

function scenarioOf(router: RouterSpec): Scenario {
  const attack: AttackSpec =
    Number(values.sybils) > 0
      ? {
          kind: 'sybil',
          sybilsPerHonest: Number(values.sybils),
          attackEdgesPerHonest: Number(values['attack-edges']),
          behaviour: 'misroute',
        }
      : { kind: 'none' }
  const workload = { lookups: Number(values.lookups), keys: { kind: 'uniform' } as const }
  return {
    name: 'bench',
    graph: {
      ...{ kind: 'holme-kim', nodes: Number(values.nodes), degree: Number(values.degree) },
      triads: 0.5,
    },
    ratings: { kind: 'uniform', low: 0.2, high: 1, negative: 0.05 },
    ids: { kind: 'uniform' },
    routers: [router],
    attack,
    workload: { ...workload, sources: 'honest' },
    engine: 'structural',
    metrics: [],
    seed: Number(values.seed),
  }
}

const registry = registryOf()
const spec = specOf(registry)
const [router, options] = routerOf(spec, registry)
progress(`a network of ${values.nodes} people`)
const stage = stageOf(scenarioOf(spec), Number(values.seed), registry, () => new Uint8Array())
const { world, behaviour } = stage
const { nodes } = stage.honest
const lookups = Number(values.lookups)

progress(`tables of ${router.name} for ${world.size} nodes`)
const buildStarted = performance.now()
const buildUsed = process.cpuUsage()
const random = seededRandom(stage.seeds.router)
const built = router.build({ world, behaviour, random }, options)
const buildSeconds = (performance.now() - buildStarted) / 1000
const buildCpuSeconds = cpuSecondsSince(buildUsed)

const draws = seededRandom(stage.seeds.workload)
const keys = Uint32Array.from({ length: 4 * lookups }, () => draws.uint32())
const origins = Int32Array.from({ length: lookups }, () => nodes[draws.below(nodes.length)]!)
const roots = new Int32Array(lookups)
const key = new Uint32Array(4)
const keyOf = (lookup: number): Uint32Array => {
  for (let word = 0; word < 4; word++) key[word] = keys[4 * lookup + word]!
  return key
}
for (let i = 0; i < lookups; i++) roots[i] = stage.roots.of(origins[i]!, keyOf(i))

const outcome = newOutcome()
let delivered = 0
let hops = 0
let messages = 0
progress(`${lookups} lookups`)
const used = process.cpuUsage()
const started = performance.now()
const tenth = Math.max(1, Math.ceil(lookups / 10))
for (let i = 0; i < lookups; i++) {
  if (i > 0 && i % tenth === 0) {
    progress(`${i} lookups after ${Math.round(cpuSecondsSince(used))} CPU seconds`)
  }
  built.lookup(origins[i]!, keyOf(i), i, roots[i]!, outcome)
  messages += outcome.messages
  if (outcome.ending !== 'delivered') continue
  delivered++
  hops += outcome.hops
}
const seconds = (performance.now() - started) / 1000
const cpuSeconds = cpuSecondsSince(used)
const rounded = (value: number): number => Number(value.toPrecision(4))
const result = {
  schemaVersion: 1,
  router: router.name,
  nodes: world.size,
  buildSeconds: rounded(buildSeconds),
  buildCpuSeconds: rounded(buildCpuSeconds),
  lookupsPerSecond: Math.round(lookups / seconds),
  lookupsPerCpuSecond: Math.round(lookups / cpuSeconds),
  cpuSeconds: rounded(cpuSeconds),
  success: rounded(delivered / Math.max(lookups, 1)),
  meanHops: rounded(hops / Math.max(delivered, 1)),
  /** Routing state of an honest node. */
  bytesPerNode: Math.round(built.bytesPerNode),
  // The process at its highest, which may be while graph and ratings were made. maxRSS counts kilobytes.
  peakBytes: process.resourceUsage().maxRSS * 1024,
}
if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
else {
  for (const [name, value] of Object.entries({ ...result, messages: rounded(messages / lookups) }))
    process.stdout.write(`${name.padEnd(21)}${value}\n`)
}
