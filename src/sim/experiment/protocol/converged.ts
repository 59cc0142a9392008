// Where a network of whole nodes begins: the neighbours that joins and repair would lead each of them
// to, by the structural engine's own builder. As there, nodes are taken in the order of the ring, so
// that with the same draws both engines begin with the same tables.
import { buildViews, sortedNodes } from '../../../../routing/build.ts'
import { left, right } from '../../../../routing/leaf-set.ts'
import type { RoutingView } from '../../../../routing/next-hop.ts'
import type { RoutingPolicy } from '../../../../routing/policy.ts'
import { Ring } from '../../../../routing/ring.ts'
import type { RatingGraph } from '../../../../trustchain/graph/rating-graph.ts'
import { leavesPerSide, trustRoundsMax } from '../../../core/limits.ts'
import type { Random } from '../../../core/random.ts'
import { THRESHOLD } from '../../../core/trust.ts'
import { everybodyServes } from '../attacks/conduct.ts'
import { DistnetTables } from '../routers/distnet-tables.ts'
import { TrustList } from '../routers/distnet-trust-list.ts'
import { pastryViews } from '../routers/pastry.ts'
import { inRingOrder } from '../routers/pastry-ring-world.ts'
import type { World } from '../world.ts'
import type { SharedTrust } from './shared-trust.ts'

/** The negative ratings among the nodes. */
export class NegativeRatings {
  /** By node: those that it gave or got, as pairs of author and subject. */
  readonly of: (readonly (readonly [number, number])[] | undefined)[]
  readonly #pairs = new Set<number>()
  readonly #size: number

  constructor(ratings: RatingGraph, size: number) {
    this.#size = size
    const of: [number, number][][] = []
    ratings.forEach((author, subject, value) => {
      if (value >= 0) return
      this.#pairs.add(author * size + subject).add(subject * size + author)
      for (const node of [author, subject]) {
        of[node] ??= []
        of[node].push([author, subject])
      }
    })
    this.of = of
  }

  /** Did either rate the other negative? Then neither speaks to the other. */
  bars(a: number, b: number): boolean {
    return this.#pairs.has(a * this.#size + b)
  }
}

export class ConvergedTables {
  readonly #view: RoutingView
  /** The node at a place of the ring, and the place of a node. */
  readonly #nodeAt: Int32Array
  readonly #placeOf: Int32Array

  constructor(
    world: World,
    policy: RoutingPolicy,
    trust: SharedTrust,
    negative: NegativeRatings,
    random: Random,
    rounds: number | undefined,
  ) {
    const { ring, size } = world
    const nodeAt = sortedNodes(ring)
    const placeOf = new Int32Array(size)
    const inOrder = new Ring(size)
    nodeAt.forEach((node, place) => {
      placeOf[node] = place
      inOrder.append(ring.words, 4 * node)
    })
    this.#nodeAt = nodeAt
    this.#placeOf = placeOf
    if (policy.overlayTables) {
      this.#view = distnetView(world, random, rounds)
      return
    }
    this.#view = buildViews(inOrder, {
      ...{ policy, random },
      trust: (a, b) => trust.of(nodeAt[a]!, nodeAt[b]!),
      barred: (a, b) => negative.bars(nodeAt[a]!, nodeAt[b]!),
    })
  }

  /** Calls back for everybody who holds a place with a node; for some more than once. */
  eachNeighbour(node: number, visit: (neighbour: number) => void): void {
    const { overlay, global, leaves } = this.#view
    const owner = this.#placeOf[node]!
    const seat = (place: number): void => visit(this.#nodeAt[place]!)
    overlay?.eachOf(owner, 0, seat)
    global.eachOf(owner, 0, seat)
    for (const side of [left, right] as const)
      for (let i = 0; i < leaves.count(owner, side); i++) seat(leaves.at(owner, side, i))
  }
}

/** The tables of the structural router `distnet`: the most trusted first, who then are not unseated. */
function distnetView(world: World, random: Random, rounds = trustRoundsMax): RoutingView {
  const here = inRingOrder({ world, behaviour: everybodyServes, random })
  const options = { threshold: THRESHOLD, rounds, uncapped: false }
  const everybody = pastryViews(here, random, leavesPerSide)
  const tables = new DistnetTables(
    here,
    everybody,
    new TrustList(world.ratings, world.size, options),
  )
  for (let owner = 0; owner < here.size; owner++) tables.make(owner)
  return { ...everybody, overlay: tables.trusted.global }
}
