// From a scenario and a seed to its world: people, places, the attack's preparations. Every part
// draws from a stream of its own, so that the same seed gives all routers the same world, and one
// changed part (another attack, say) leaves the others as they were.

import { Ring } from '../../../routing/ring.ts'
import { Failure } from '../../core/failure.ts'
import { type Random, seededRandom } from '../../core/random.ts'
import type { Plot, Rejoins, Target } from './attacks/attack.ts'
import { together } from './attacks/conduct.ts'
import { drawPosition, WorldDraft } from './attacks/draft.ts'
import { clusteredPlaces } from './attacks/identities.ts'
import type { Behaviour } from './behaviour.ts'
import type { People } from './graphs/core.ts'
import { type FileGraph, generatedPeople, peopleOfFile } from './graphs/people-of.ts'
import { Nearest } from './nearest.ts'
import { attackOf, partsOf, type Registry } from './registry.ts'
import { Roots } from './roots.ts'
import type { Scenario } from './scenario.ts'
import { honest, type World } from './world.ts'

/** The bytes of a scenario's graph file, unpacked. Whoever runs scenarios reads files. */
export type ReadGraphFile = (graph: FileGraph) => Uint8Array

export interface Stage {
  readonly world: World
  readonly behaviour: Behaviour
  /** Honest nodes by position. */
  readonly honest: Nearest
  /** The truth that lookups are judged by, whichever engine runs them. */
  readonly roots: Roots
  readonly target: Target | undefined
  readonly rejoins: readonly Rejoins[]
  /** Seeds of what begins when the world stands: several routers may run on one stage. */
  readonly seeds: { readonly workload: number; readonly router: number; readonly joins: number }
}

/**
 * Builds the world of one scenario.
 *
 * @throws Failure `experiment/cannot-run` of parts that are unknown or options that cannot be used,
 *   and those of a graph file
 */
export function stageOf(
  scenario: Scenario,
  seed: number,
  registry: Registry,
  readGraphFile: ReadGraphFile,
): Stage {
  // One draw of the run's stream each: the order is part of what a seed means.
  const run = seededRandom(seed)
  const [edges, ratings, places, attack] = [run.fork(1), run.fork(2), run.fork(3), run.fork(4)]
  const seeds = { workload: run.uint32(), router: run.uint32(), joins: run.uint32() }

  // What is wrong with the attack is said before the work.
  const attacks = partsOf(scenario.attack).map((spec) => attackOf(spec, registry))
  const { people, columns } = peopleOf(scenario, readGraphFile, edges, ratings)
  const draft = new WorldDraft(placed(people, scenario, places), people, columns)
  const plots = attacks.map(([part, options]): Plot => {
    const again = (options as { readonly seed?: number }).seed ?? 0
    return part.prepare(draft, options, attack.fork(again))
  })
  const world = draft.finish()
  const nodes = Int32Array.from({ length: world.size }, (_, node) => node)
  const enemies = new Nearest(
    world.ring,
    nodes.filter((node) => world.kinds[node] !== honest),
  )
  const honestOnes = new Nearest(
    world.ring,
    nodes.filter((node) => world.kinds[node] === honest),
  )
  return {
    world,
    behaviour: together(plots.map((plot) => plot.behaviour(world, enemies))),
    ...{ honest: honestOnes, roots: new Roots(world, honestOnes) },
    target: plots.find(({ target }) => target !== undefined)?.target,
    rejoins: plots.flatMap(({ rejoins }) => rejoins ?? []),
    seeds,
  }
}

function peopleOf(
  { graph, ratings }: Scenario,
  readGraphFile: ReadGraphFile,
  edgeRandom: Random,
  ratingRandom: Random,
): People {
  if (graph.kind === 'file') return peopleOfFile(graph, readGraphFile(graph))
  if (graph.nodes >= 1) return generatedPeople(graph, ratings, edgeRandom, ratingRandom)
  throw new Failure('experiment/cannot-run', {
    path: 'graph.nodes',
    why: 'a graph has at least one node.',
  })
}

/** Positions of the people: uniform, or crowded behind 16 random points, each within 1/1024 of the ring. */
function placed(people: number, { ids }: Scenario, random: Random): Ring {
  const ring = new Ring(people)
  const position = new Uint32Array(4)
  const place =
    ids.kind === 'clustered'
      ? clusteredPlaces(random)
      : (out: Uint32Array) => drawPosition(random, out)
  for (let node = 0; node < people; node++) ring.append(place(position))
  return ring
}
