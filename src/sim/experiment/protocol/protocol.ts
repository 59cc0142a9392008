// The protocol engine: one run is a network of whole nodes, every one a NodeMachine in virtual time,
// and its lookups as messages, receipts and signed answers over links with latency. The structural
// engine's counterpart on the same worlds, for up to some ten thousand nodes.
import { policies } from '../../../../routing/policy.ts'
import type { Millis } from '../../../core/id.ts'
import { seededRandom } from '../../../core/random.ts'
import type { NodeOptions } from '../../../node/node-ports.ts'
import type { Measurement } from '../measurement.ts'
import type { RunSpec } from '../scenario.ts'
import type { RunParts } from '../structural.ts'
import { type Stage, stageOf } from '../world-of.ts'
import { lookupsOf } from './asked-lookup.ts'
import { type KeyedWorld, keyedWorld } from './keyed-world.ts'
import { measureLookups } from './lookups.ts'
import { ProtocolNetwork, type ProtocolOptions } from './network.ts'
import { isJoinedAgain, joinAgain } from './rejoining.ts'
import { checkPlayable, checkStage, type RoutingTerms, routingOf } from './terms.ts'

/** Every node looks something up so often on average. */
const lookupEveryPerNode: Millis = 10_000

/** A lookup is over after this: far more than any route over a handful of hops takes. */
const patience: Millis = 5_000

/** A live node tries a second time after half of this; the other engine and the papers count one try. */
const oneTry: NonNullable<NodeOptions['timing']> = { routeTimeout: 2.4 * patience }

/** The second try of `trustnet` is its fallback routes, which the other engine has too: so long it takes at most. */
const routeTimeout: Millis = 2 * patience

/** The ratings are shared, and nobody makes new ones. */
const ratedTiming: NonNullable<NodeOptions['timing']> = {
  digestEvery: 3_600_000,
  policyEvery: 3_600_000,
}

/**
 * A table that has converged changes little, and nobody crashes: neighbours are looked after once an
 * hour instead of every ten seconds.
 */
const quietTiming: NonNullable<NodeOptions['timing']> = { ...ratedTiming, probeEvery: 3_600_000 }

/**
 * Runs one row of a plan.
 *
 * @throws Failure `experiment/cannot-run` of a scenario that whole nodes cannot play
 */
export function runProtocol(spec: RunSpec, parts: RunParts): Measurement {
  checkPlayable(spec)
  const routing = routingOf(spec.router)
  const stage = stageOf(spec.scenario, spec.seed, parts.registry, parts.readGraphFile)
  return runProtocolOn(spec, routing, stage, keyedStage(spec, stage))
}

/**
 * The stage's nodes with keys. Its ring is changed in place: the structural engine runs on it too.
 *
 * @throws Failure `experiment/cannot-run` of a scenario that whole nodes cannot play
 */
export function keyedStage({ seed }: RunSpec, stage: Stage): KeyedWorld {
  checkStage(stage)
  return keyedWorld(stage.world, seed)
}

/** Runs one row on a stage that has keys. */
export function runProtocolOn(
  run: RunSpec,
  terms: RoutingTerms,
  stage: Stage,
  keyed: KeyedWorld,
  start: NonNullable<ProtocolOptions['start']> = 'converged',
): Measurement {
  const lookups = lookupsOf(run.scenario.workload, stage)
  const network = protocolNetwork(run, terms, stage, keyed, start)
  begin(network, terms, start)
  const rounds = joinAgain(network, stage)
  const every = lookupEveryPerNode / Math.max(1, stage.honest.nodes.length)
  const { trustedPart } = policies[terms.policy]
  const fallsBack = trustedPart !== undefined && trustedPart.fallback > 0
  const measured = measureLookups(network, lookups, {
    ...{ every, routes: terms.routes, fallsBack },
    patience: fallsBack ? routeTimeout : patience,
  })
  if (stage.rejoins.length === 0) return measured
  return { ...measured, more: { ...measured.more, rejoinRounds: rounds } }
}

/** Starts the nodes and lets them come to the tables that they begin with. */
export function begin(
  network: ProtocolNetwork,
  { policy }: RoutingTerms,
  start: NonNullable<ProtocolOptions['start']>,
): void {
  network.start()
  // Newcomers look round for some rounds of maintenance before tables are what joins lead to.
  if (start !== 'converged') network.world.runFor(settlingMs)
  else if (policies[policy].trustedPart) network.world.runFor(computingMs)
}

/** The network of one row, not yet started. */
export function protocolNetwork(
  { seed }: RunSpec,
  { policy, rounds }: RoutingTerms,
  stage: Stage,
  keyed: KeyedWorld,
  start: NonNullable<ProtocolOptions['start']>,
): ProtocolNetwork {
  const tries = policies[policy].trustedPart === undefined ? oneTry : { routeTimeout }
  // Who left has left in the cell without rounds too: else a sweep of them compares two kinds of enemies.
  const rejoins = stage.rejoins.length > 0
  const converged = isJoinedAgain(stage) ? ratedTiming : quietTiming
  const timing = { ...(start === 'converged' ? converged : {}), ...tries }
  return new ProtocolNetwork(keyed, {
    ...{ seed, routing: policy, start, timing, rejoins },
    tables: seededRandom(stage.seeds.router),
    ...(rounds === undefined ? {} : { rounds }),
    behaviour: stage.behaviour,
  })
}

/** Trusted tables are computed in slices, between the other things that a node does. */
const computingMs: Millis = 10_000

/** Six rounds of maintenance of the live node. */
const settlingMs: Millis = 60_000
