// The stage of a network that stands, such as a devnet: its real ids, who of them attacks and how, and
// its ratings. The simulator then measures the very network that was measured live.
import { Ring, wordsOf } from '../../../routing/ring.ts'
import { RatingGraph } from '../../../trustchain/graph/rating-graph.ts'
import type { NodeId } from '../../core/id.ts'
import { seededRandom } from '../../core/random.ts'
import type { NodeAdversary } from '../adversary/by-name.ts'
import { conducting, conductOf, together } from './attacks/conduct.ts'
import { Nearest } from './nearest.ts'
import { Roots } from './roots.ts'
import type { BehaviourName } from './scenario.ts'
import { honest, malicious } from './world.ts'
import type { Stage } from './world-of.ts'

export interface StandingNode {
  readonly nodeId: NodeId
  /** What it does; undefined of an honest one. */
  readonly adversary: NodeAdversary | undefined
}

/** A rating of the routed overlay, in millionths. */
export interface StandingRating {
  readonly author: NodeId
  readonly subject: NodeId
  readonly value: number
}

/** What attacks by messages are called here; ratings and poisoned answers show in the network itself. */
const deeds: Readonly<Record<string, BehaviourName>> = {
  ...{ drop: 'drop', silence: 'drop', misroute: 'misroute', 'false-root': 'false-root' },
}

/** What a node does to messages, whatever else it does: the last attack is outermost and sees them first. */
const deedOf = ({ kinds, options }: NodeAdversary): BehaviourName =>
  kinds
    .map((kind) => (kind === 'camouflage' ? options.turnsTo : kind))
    .map((kind) => deeds[kind])
    .findLast((deed) => deed !== undefined) ?? 'serve'

/**
 * The world of these nodes, numbered as given. Times, victims and key ranges of the attacks are left
 * out: they are taken to attack all the while.
 *
 * @param seed of the lookups and of what a router draws
 */
export function stageOfNodes(
  nodes: readonly StandingNode[],
  ratings: readonly StandingRating[],
  seed: number,
): Stage {
  const ring = new Ring(nodes.length)
  for (const { nodeId } of nodes) ring.append(wordsOf(nodeId))
  const numbers = new Map(nodes.map(({ nodeId }, node) => [nodeId, node]))
  const graph = new RatingGraph()
  graph.addNodes(nodes.length)
  for (const { author, subject, value } of ratings) {
    const [from, to] = [numbers.get(author), numbers.get(subject)]
    if (from !== undefined && to !== undefined && from !== to) graph.rate(from, to, value)
  }
  const size = nodes.length
  const kinds = Uint8Array.from(nodes, ({ adversary }) =>
    adversary === undefined ? honest : malicious,
  )
  const world = { ring, people: size, size, kinds, ratings: graph }
  const those = (kind: number): number[] =>
    Array.from(kinds.keys()).filter((node) => kinds[node] === kind)
  const enemies = new Nearest(ring, those(malicious))
  const behaviours = those(malicious).map((node) => {
    const adversary = nodes[node]!.adversary!
    const serves = 1 - adversary.options.p
    const conduct = { ...conducting, behaviour: deedOf(adversary), serves }
    return conductOf([node], conduct, world, enemies)
  })
  const honestOnes = new Nearest(ring, those(honest))
  const random = seededRandom(seed)
  const seeds = { workload: random.uint32(), router: random.uint32(), joins: random.uint32() }
  return {
    ...{ world, behaviour: together(behaviours) },
    ...{ honest: honestOnes, roots: new Roots(world, honestOnes) },
    ...{ target: undefined, rejoins: [], seeds },
  }
}
