// The protocol engine: one run is a network of whole nodes, every one a NodeMachine in virtual time,
// and its lookups as messages, receipts and signed answers over links with latency. The structural
// engine's counterpart on the same worlds, for up to some ten thousand nodes.
import { policies } from '../../../../routing/policy.ts'
import { Failure } from '../../../core/failure.ts'
import type { Millis } from '../../../core/id.ts'
import { seededRandom } from '../../../core/random.ts'
import type { NodeOptions } from '../../../node/node-ports.ts'
import type { Measurement } from '../measurement.ts'
import { distnetD3 } from '../routers/distnet.ts'
import type { RouterSpec, RunSpec } from '../scenario.ts'
import type { RunParts } from '../structural.ts'
import { type Stage, stageOf } from '../world-of.ts'
import { type AskedLookup, lookupsOf } from './asked-lookup.ts'
import { type KeyedWorld, keyedWorld } from './keyed-world.ts'
import { measureLookups } from './lookups.ts'
import { ProtocolNetwork, type ProtocolOptions } from './network.ts'

/** Every node looks something up so often on average. */
const lookupEveryPerNode: Millis = 10_000

/** A lookup is over after this: far more than any route over a handful of hops takes. */
const patience: Millis = 5_000

/** A live node tries a second time after half of this; the other engine and the papers count one try. */
const oneTry: NonNullable<NodeOptions['timing']> = { routeTimeout: 2.4 * patience }

/**
 * A table that has converged changes little, and nobody crashes: neighbours are looked after once an
 * hour instead of every ten seconds.
 */
const quietTiming: NonNullable<NodeOptions['timing']> = {
  probeEvery: 3_600_000,
  digestEvery: 3_600_000,
  policyEvery: 3_600_000,
  ...oneTry,
}

/**
 * Runs one row of a plan.
 *
 * @throws Failure `experiment/cannot-run` of a scenario that whole nodes cannot play
 */
export function runProtocol(spec: RunSpec, parts: RunParts): Measurement {
  const routing = routingOf(spec.router)
  const stage = stageOf(spec.scenario, spec.seed, parts.registry, parts.readGraphFile)
  return runProtocolOn(spec, routing, stage, keyedStage(spec, stage))
}

/** The stage's nodes with keys. Its ring is changed in place: the structural engine runs on it too. */
export function keyedStage({ scenario, seed }: RunSpec, stage: Stage): KeyedWorld {
  if (scenario.ids.kind !== 'uniform' || stage.target !== undefined)
    throw new Failure('experiment/cannot-run', {
      path: scenario.ids.kind === 'uniform' ? 'attack.kind' : 'ids.kind',
      why: 'whole nodes stand where their keys hash to, so nobody can be placed at will: run it with engine structural.',
    })
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
  const network = protocolNetwork(run, terms, stage, keyed, lookups, start)
  network.start()
  // Newcomers look round for some rounds of maintenance before tables are what joins lead to.
  if (start !== 'converged') network.world.runFor(settlingMs)
  else if (policies[terms.policy].trustedPart) network.world.runFor(computingMs)
  const every = lookupEveryPerNode / Math.max(1, stage.honest.nodes.length)
  return measureLookups(network, lookups, { every, patience, routes: terms.routes })
}

/** The network of one row, not yet started. */
export function protocolNetwork(
  { seed }: RunSpec,
  { policy, rounds }: RoutingTerms,
  stage: Stage,
  keyed: KeyedWorld,
  lookups: readonly AskedLookup[],
  start: NonNullable<ProtocolOptions['start']>,
): ProtocolNetwork {
  return new ProtocolNetwork(keyed, {
    ...{ seed, routing: policy, start, timing: start === 'converged' ? quietTiming : oneTry },
    tables: seededRandom(stage.seeds.router),
    ...(rounds === undefined ? {} : { rounds }),
    attack: { behaviour: stage.behaviour, lookups },
  })
}

/** Trusted tables are computed in slices, between the other things that a node does. */
const computingMs: Millis = 10_000

/** Six rounds of maintenance of the live node. */
const settlingMs: Millis = 60_000

export interface RoutingTerms {
  readonly policy: NodeOptions['routing']
  /** Rounds of TN-1 after the root's own ratings. */
  readonly rounds: number | undefined
  /** Parallel routes of a lookup. */
  readonly routes: number
}

/** @throws Failure `experiment/cannot-run` of a router that no node has */
export function routingOf({ name, routes, rounds }: RouterSpec): RoutingTerms {
  const ofNote = name === 'distnet-d3'
  const policy = ofNote ? 'distnet' : name
  if (!Object.hasOwn(policies, policy))
    throw new Failure('experiment/cannot-run', {
      path: `routers ${name}`,
      why: `the protocol engine runs whole nodes, whose policies are ${Object.keys(policies).join(', ')} and distnet-d3: run ${name} with engine structural.`,
    })
  return {
    policy: policy as NodeOptions['routing'],
    rounds: typeof rounds === 'number' ? rounds : ofNote ? distnetD3.defaults.rounds : undefined,
    routes: Number(routes ?? policies[policy as NodeOptions['routing']].routes),
  }
}
