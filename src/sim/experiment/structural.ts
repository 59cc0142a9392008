// The structural engine: one run is one world, one router's tables over it, and its lookups. Every
// table is built from global knowledge and the attack's rules, so a million nodes fit; what joins,
// timeouts and repair do is the protocol engine's part.
import { assert } from '../../core/assert.ts'
import { Failure } from '../../core/failure.ts'
import { seededRandom } from '../../core/random.ts'
import type { Histogram, Measurement } from './measurement.ts'
import type { Watch } from './metric.ts'
import { shippedMetrics } from './metrics.ts'
import { metricOf, type Registry, routerOf } from './registry.ts'
import { rejoinRounds } from './rejoin-rounds.ts'
import { type BuiltRouter, type Ending, endings, newOutcome } from './router.ts'
import type { RunSpec } from './scenario.ts'
import { gini } from './statistics.ts'
import { Workload } from './workload.ts'
import { isHonest, type World } from './world.ts'
import { type ReadGraphFile, type Stage, stageOf } from './world-of.ts'

/** What a run needs from outside. */
export interface RunParts {
  readonly registry: Registry
  readonly readGraphFile: ReadGraphFile
  /** Told now and then how many lookups are done; changes nothing. */
  readonly onProgress?: ((lookups: number) => void) | undefined
}

/** Lookups between two reports of progress. */
const progressEvery = 1024

/**
 * Runs one row of a plan.
 *
 * @throws Failure `experiment/cannot-run` where the scenario and this world do not fit together
 */
export function runStructural(spec: RunSpec, parts: RunParts): Measurement {
  const { scenario, seed } = spec
  // Options are checked before the work.
  routerOf(spec.router, parts.registry)
  return runOnStage(spec, stageOf(scenario, seed, parts.registry, parts.readGraphFile), parts)
}

/** Runs one row on a world that stands, of the same scenario and seed. */
export function runOnStage(spec: RunSpec, stage: Stage, parts: RunParts): Measurement {
  const { world, behaviour, seeds } = stage
  const [router, options] = routerOf(spec.router, parts.registry)
  const { workload: workloadSpec } = spec.scenario
  const workload = new Workload(
    workloadSpec,
    world,
    stage.honest.nodes,
    stage.target,
    seededRandom(seeds.workload),
  )
  const requests = new Int32Array(world.size)
  const random = seededRandom(seeds.router)
  const built = router.build({ world, behaviour, random, requests }, options)
  checkState(built, spec.router.name)
  const rejoined = joinAgain(built, stage)
  requests.fill(0) // Joins are no lookups.
  const { lookups } = workloadSpec
  const watches = watchesOf(spec, world, built, parts)
  const tally = new Tally()
  const outcome = newOutcome()
  for (let number = 0; number < lookups; number++) {
    workload.next()
    const trueRoot = stage.roots.of(workload.origin, workload.key)
    built.lookup(workload.origin, workload.key, number, trueRoot, outcome)
    // Of its own metric where it has one, as Kademlia's exclusive or: but never an enemy.
    assert(
      outcome.ending !== 'delivered' || isHonest(world, outcome.root),
      'a lookup is delivered at an honest node',
    )
    tally.add(outcome.ending, outcome.hops, outcome.messages)
    for (const watch of watches)
      watch.lookup?.(workload.origin, workload.key, number, trueRoot, outcome)
    if (number % progressEvery === 0) parts.onProgress?.(number)
  }
  const more = {
    ...(built.setUpMessagesPerNode === undefined
      ? {}
      : { setUpMessagesPerNode: built.setUpMessagesPerNode }),
    ...(stage.rejoins.length === 0 ? {} : { rejoinRounds: rejoined }),
    ...Object.assign({}, ...watches.map((watch) => watch.figures())),
  }
  return {
    lookups,
    endings: tally.endings(),
    hops: tally.hops(),
    messages: lookups === 0 ? 0 : tally.messages / lookups,
    contamination: built.contamination(),
    bytesPerNode: built.bytesPerNode,
    gini: evenness(requests, world),
    ...(Object.keys(more).length === 0 ? {} : { more }),
  }
}

/** What every run has and what the scenario's own metrics see. */
function watchesOf(
  { scenario }: RunSpec,
  world: World,
  router: BuiltRouter,
  { registry }: RunParts,
): Watch[] {
  const own = scenario.metrics.map((name) => metricOf(name, registry))
  return [...shippedMetrics, ...own].flatMap(
    (metric) => metric.begin({ world, scenario, router }) ?? [],
  )
}

/** @returns the rounds that were run: none with a router whose tables do not come from joins */
function joinAgain(built: BuiltRouter, stage: Stage): number {
  if (built.rejoin === undefined) return 0
  let rounds = 0
  for (const { nodes, random } of rejoinRounds(stage)) {
    built.rejoin(nodes, random)
    rounds++
  }
  return rounds
}

/** Of the requests that honest nodes handled; undefined where the router counted none. */
function evenness(requests: Int32Array, world: World): number | undefined {
  if (requests.every((count) => count === 0)) return undefined
  return gini(requests.filter((_, node) => isHonest(world, node)))
}

/** @throws Failure `experiment/cannot-run` of a router of the user's own that does not say what it keeps */
function checkState({ bytesPerNode }: BuiltRouter, name: string): void {
  if (Number.isFinite(bytesPerNode)) return
  throw new Failure('experiment/cannot-run', {
    path: `routers ${name}`,
    why: 'its build gives no bytesPerNode: let it say how many bytes of routing state an honest node keeps.',
  })
}

class Tally {
  messages = 0
  readonly #endings = new Map<Ending, number>()
  readonly #hops: number[] = []

  add(ending: Ending, hops: number, messages: number): void {
    this.messages += messages
    this.#endings.set(ending, (this.#endings.get(ending) ?? 0) + 1)
    if (ending === 'delivered') this.#hops[hops] = (this.#hops[hops] ?? 0) + 1
  }

  /** In the order of `endings`; those that did not happen are left out. */
  endings(): Measurement['endings'] {
    return Object.fromEntries(
      endings.flatMap((ending) => {
        const count = this.#endings.get(ending)
        return count === undefined ? [] : [[ending, count]]
      }),
    )
  }

  hops(): Histogram {
    return Array.from({ length: this.#hops.length }, (_, hops) => this.#hops[hops] ?? 0)
  }
}
