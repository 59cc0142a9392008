// The tables of trustnet over one world: lists, registrations, votes and the estimate of n, made
// from the ratings that the attack has already put its own into. Only the estimate's viewpoints and
// the lies of lesson 6 look at who is an enemy.
import { Ballots } from '../../../../routing/trustnet/ballots.ts'
import { Builder, type Lie } from '../../../../routing/trustnet/build.ts'
import { CappedSumLists } from '../../../../routing/trustnet/capped-sum.ts'
import type { Draw } from '../../../../routing/trustnet/draws.ts'
import { type TrustEdges, trustEdges } from '../../../../routing/trustnet/edges/graph.ts'
import { weightsOf } from '../../../../routing/trustnet/edges/weights.ts'
import { Lists } from '../../../../routing/trustnet/lists.ts'
import { estimateNodes, walkLengthFor } from '../../../../routing/trustnet/network-size.ts'
import { sizesFor } from '../../../../routing/trustnet/options.ts'
import { Places } from '../../../../routing/trustnet/places.ts'
import { registrations } from '../../../../routing/trustnet/registered.ts'
import { WalkedLists } from '../../../../routing/trustnet/walks.ts'
import type { Random } from '../../../core/random.ts'
import { ONE } from '../../../core/trust.ts'
import type { RouterContext } from '../router.ts'
import { honest, type World } from '../world.ts'
import type { TrustnetRouterOptions } from './trustnet-options.ts'

export interface TrustnetTables {
  readonly places: Places
  readonly edges: TrustEdges
  readonly lists: Lists
  readonly ballots: Ballots
  readonly builder: Builder
  /** The estimate of n that sizes and votes came from. */
  readonly nodes: number
}

/** Viewpoints of the estimate of n: their median is what the sizes follow. */
const viewpoints = 16

export function trustnetTables(
  context: RouterContext,
  asked: TrustnetRouterOptions,
): TrustnetTables {
  const { world } = context
  const places = new Places(world.ring)
  const edges = trustEdges(
    ...([world.ratings, places, Math.floor(asked.onlyAbove * ONE), asked.skipHostile] as const),
  )
  const weights = weightsOf(edges, asked)
  const draw: Draw = { overlay: 0, epoch: context.random.fork(1).uint32() }
  const from = viewpointsOf(world, context.random).map((node) => places.of[node]!)
  const walkLength = asked.walkLength || walkLengthFor(edges, weights, places, draw, from)
  const options = { ...asked, walkLength }
  const nodes = nodesOf(world, options, () =>
    estimateNodes(edges, weights, places, draw, walkLength, from),
  )
  const sizes = sizesFor(nodes, options)
  const maker =
    options.lists === 'walks'
      ? new WalkedLists(edges, weights, places, options, draw)
      : new CappedSumLists(edges, places)
  const lists = new Lists(places, sizes.listSize, maker)
  const registered = registrations(edges, weights, places, options, draw, sizes.registered)
  const ballots = new Ballots(lists, registered)
  const lie = options.equivocation ? liesOf(context, places) : undefined
  const builder = new Builder({ ...{ places, edges, lists, ballots, sizes, nodes, options, lie } })
  return { places, edges, lists, ballots, builder, nodes }
}

function nodesOf(
  world: World,
  { networkSize }: TrustnetRouterOptions,
  estimated: () => number,
): number {
  if (networkSize === 'people') return world.people
  return networkSize === 'identities' ? world.size : estimated()
}

/** Honest nodes, by number, whose walks estimate how many there are. */
export function viewpointsOf(world: World, random: Random): number[] {
  const draws = random.fork(2)
  const from: number[] = []
  for (let tries = 0; from.length < viewpoints && tries < 50 * viewpoints; tries++) {
    const node = draws.below(Math.max(world.people, 1))
    if (world.kinds[node] === honest) from.push(node)
  }
  return from
}

/** Names that a liar hands out: as many as an honest list has near the asker, and more. */
const namesOfLiar = 64

function liesOf({ world, behaviour }: RouterContext, places: Places): Lie {
  const key = new Uint32Array(4)
  return (asked, asker) => {
    const liar = places.nodes[asked]!
    if (world.kinds[liar] === honest) return undefined
    key.set(places.ring.words.subarray(4 * asker, 4 * asker + 4))
    if (behaviour.deed(liar, 0, key) !== 'misroute') return undefined
    const named = behaviour.accomplices(key, namesOfLiar).map((node) => places.of[node]!)
    return Int32Array.from(named).sort()
  }
}
