// The tables of trustnet over one world, by the rules of a live node, from the ratings that the attack
// has already put its own into. Only the viewpoints of the estimate of n and the lies of lesson 6 look at
// who is an enemy. A live node cannot know whom to take for viewpoints: it has its own view alone, which
// `networkSize: own` plays for everybody.
import type { Lie } from '../../../../routing/trustnet/build.ts'
import type { Draw } from '../../../../routing/trustnet/draws.ts'
import { TrustedGround } from '../../../../routing/trustnet/own-tables.ts'
import type { Places } from '../../../../routing/trustnet/places.ts'
import { atOnce } from '../../../../routing/trustnet/slices.ts'
import type { Random } from '../../../core/random.ts'
import { beforeLookups } from '../behaviour.ts'
import type { RouterContext } from '../router.ts'
import { honest, type World } from '../world.ts'
import type { TrustnetRouterOptions } from './trustnet-options.ts'

/** Viewpoints of the one estimate of n for all: their median is what the sizes follow. */
const viewpoints = 16

export function trustnetTables(
  context: RouterContext,
  options: TrustnetRouterOptions,
): TrustedGround {
  const { world, random } = context
  const rated = { ring: world.ring, graph: world.ratings }
  const draw: Draw = { overlay: 0, epoch: random.fork(1).uint32() }
  const from = viewpointsOf(world, random)
  const beyond = {
    nodes: knownNodes(world, options),
    isOwnView: options.networkSize === 'own',
    lie: options.equivocation ? (places: Places) => liesOf(context, places) : undefined,
  }
  return atOnce(TrustedGround.inSlices(rated, draw, options, from, beyond))
}

/** The n that the scenario gives away; undefined where walks estimate it. */
function knownNodes(world: World, { networkSize }: TrustnetRouterOptions): number | undefined {
  if (networkSize === 'people') return world.people
  return networkSize === 'identities' ? world.size : undefined
}

/** Honest nodes, by number, whose walks estimate how many there are. */
function viewpointsOf(world: World, random: Random): number[] {
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
    if (behaviour.deed(liar, beforeLookups, key) !== 'misroute') return undefined
    const named = behaviour.accomplices(key, namesOfLiar).map((node) => places.of[node]!)
    return Int32Array.from(named).sort()
  }
}
