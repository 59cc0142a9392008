// `experiment live`: the scenario's lookups over the devnet that runs, and the same lookups by the
// simulator in a world of the same nodes, ratings and attackers.
import { Failure } from '../../../src/core/failure.ts'
import { moduleLoader } from '../modules.ts'
import { loadScenario } from '../presets.ts'
import { type LiveNode, liveNodes, ratingsAt } from './devnet-nodes.ts'
import { measureLive } from './measure.ts'

type Measurement = import('../../../src/sim/experiment/measurement.ts').Measurement
type RunSpec = import('../../../src/sim/experiment/scenario.ts').RunSpec
type Stage = import('../../../src/sim/experiment/world-of.ts').Stage

export interface LiveFlags {
  readonly set: readonly string[]
  readonly at: number
  readonly timeout: number
}

/** A measurement with what people read of its hops: undefined where nothing was delivered. */
type Measured = Measurement & { readonly hopsMean: number | undefined }

export interface LiveAnswer {
  readonly scenario: string
  readonly router: string
  readonly nodes: number
  readonly attackers: number
  readonly live: Measured
  readonly simulated: Measured
}

/**
 * @throws Failure of the scenario, `node/not-running` without a devnet, `experiment/cannot-run` where
 *   the scenario's routers are not what its nodes run
 */
export async function runLive(
  named: string,
  flags: LiveFlags,
  remark: (text: string) => void,
): Promise<LiveAnswer> {
  // The devnet is the graph: a file that the scenario names need not be there.
  const { plan, base } = await loadScenario(named, { set: flags.set, modules: true })
  const nodes = await liveNodes(flags.timeout)
  const honest = nodes.filter(({ adversary }) => adversary === undefined)
  const attackers = nodes.length - honest.length
  const [asker] = honest
  if (asker === undefined)
    throw new Failure('experiment/cannot-run', {
      path: 'the devnet',
      why: 'all of its nodes attack, so nobody honest could look anything up: start it with fewer --adversary nodes.',
    })
  const { scenario } = plan
  const { routing } = nodes[0]!
  const router = scenario.routers.find(({ name }) => name === routing)
  if (router === undefined)
    throw new Failure('experiment/cannot-run', {
      path: 'routers',
      why: `the devnet's nodes route by ${routing}: name it, such as with --set 'routers=["${routing}"]', or start the devnet with another --policy.`,
    })
  remark(
    `${nodes.length} nodes, ${attackers} of which attack; ${scenario.workload.lookups} lookups`,
  )
  const stage = await stageOf(nodes, asker, scenario.seed)
  const run: RunSpec = { index: 0, scenario, router, params: {}, seed: scenario.seed }
  const live = await measureOn(run, stage, nodes, flags.at)
  const simulated = await simulate(run, stage, base)
  const { meanOf } = await import('../../../src/sim/experiment/statistics-histogram.ts')
  return {
    scenario: scenario.name,
    router: routing,
    nodes: nodes.length,
    attackers,
    live: { ...live, hopsMean: meanOf(live.hops) },
    simulated: { ...simulated, hopsMean: meanOf(simulated.hops) },
  }
}

async function stageOf(nodes: readonly LiveNode[], honest: LiveNode, seed: number): Promise<Stage> {
  const { parseAdversary } = await import('../../../src/sim/adversary/by-name.ts')
  const { stageOfNodes } = await import('../../../src/sim/experiment/stage-of-nodes.ts')
  const standing = nodes.map(({ nodeId, adversary }) => {
    const parsed = adversary === undefined ? undefined : parseAdversary(adversary)
    return { nodeId, adversary: parsed?.ok ? parsed.spec : undefined }
  })
  return stageOfNodes(standing, await ratingsAt(honest), seed)
}

async function measureOn(
  { scenario, router }: RunSpec,
  stage: Stage,
  nodes: readonly LiveNode[],
  atATime: number,
): Promise<Measurement> {
  const { lookupsOf } = await import('../../../src/sim/experiment/protocol/asked-lookup.ts')
  const { routingOf } = await import('../../../src/sim/experiment/protocol/terms.ts')
  const { digitsOf } = await import('../../../routing/ring.ts')
  const lookups = lookupsOf(scenario.workload, stage).map(({ origin, key, root }) => ({
    ...{ origin: nodes[origin]!, key: digitsOf(key), root: nodes[root]!.nodeId },
  }))
  return measureLive(nodes, lookups, routingOf(router).routes, atATime)
}

async function simulate(run: RunSpec, stage: Stage, base: string): Promise<Measurement> {
  const { runOnStage } = await import('../../../src/sim/experiment/structural.ts')
  const { registryFor } = await import('../../../src/sim/experiment/own-parts.ts')
  const { besideNodes } = await import('../../../src/sim/experiment/protocol/terms.ts')
  const registry = await registryFor(run, moduleLoader(base))
  // The world stands: no graph file is read.
  const beside = { ...run, router: besideNodes(run.router) }
  return runOnStage(beside, stage, { registry, readGraphFile: () => new Uint8Array() })
}
