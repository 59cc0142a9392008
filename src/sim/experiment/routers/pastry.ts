// Pastry (Rowstron, Druschel 2001): prefix routing table (section 2.3), leaf set of 16 a side and
// the routing procedure (section 2.3, table 1) over converged tables of the whole network, walked
// by the live node's own next hop. With `routes` above 1 the redundant routing of Castro et al. 2002.
import { buildViews } from '../../../../routing/build.ts'
import { LeafSets, left, right } from '../../../../routing/leaf-set.ts'
import type { RoutingView } from '../../../../routing/next-hop.ts'
import { pastry as pastryPolicy } from '../../../../routing/policy.ts'
import { columns } from '../../../../routing/prefix-table.ts'
import type { Words } from '../../../../routing/ring.ts'
import { numberFrom, wholeFrom } from '../../../core/bounds.ts'
import { leavesPerSide } from '../../../core/limits.ts'
import type { Random } from '../../../core/random.ts'
import type { BuiltRouter, Contamination, Outcome, Router, RouterContext } from '../router.ts'
import { contaminationOf } from './pastry-contamination.ts'
import { RedundantRoutes } from './pastry-redundant.ts'
import { Rejoining } from './pastry-rejoin.ts'
import { inRingOrder, type RingWorld, reachOf } from './pastry-ring-world.ts'
import { RingWalk } from './pastry-walk.ts'

interface PastryOptions {
  /**
   * Messages of one lookup, each over another member of the origin's leaf set (Castro et al. 2002,
   * section 5.2); 1 is plain Pastry. @default 1
   */
  readonly routes: number
  /**
   * With `routes` above 1: send one plain route first and the redundant ones only where the answer
   * fails the test of density (Castro et al. 2002, section 5.1). @default false
   */
  readonly failureTest: boolean
  /**
   * How many times wider than the origin's own neighbours may those of the root lie apart: lower
   * raises false alarms, higher lets enemies pass. At 1.6 some 3% of honest answers are doubted.
   * @default 1.6
   */
  readonly density: number
  /**
   * Leaves a side: half of the paper's |L|, whose figures are for 8 a side.
   * @default 16, that of the live node
   */
  readonly leaves: number
}

/** Rows of a table: as `buildViews` keeps them. */
const rowsOf = (nodes: number): number =>
  Math.min(32, Math.ceil(Math.log(Math.max(nodes, 2)) / Math.log(columns)) + 2)

/** Bytes of prefix table, leaf set and id of so many nodes. */
export const pastryBytes = (nodes: number): number =>
  nodes * (4 * columns * rowsOf(nodes) + 2 * (4 * leavesPerSide + 1) + 16)

/** Converged tables and leaf sets of everybody. */
export function pastryViews(world: RingWorld, random: Random, perSide: number): RoutingView {
  const { ring, vetoes } = world
  const view = buildViews(ring, {
    policy: pastryPolicy,
    random,
    ...(vetoes === undefined ? {} : { barred: (a: number, b: number) => vetoes.bars(a, b) }),
  })
  if (perSide === view.leaves.perSide) return view
  const leaves = new LeafSets(ring, ring.size, perSide)
  for (let owner = 0; owner < ring.size; owner++)
    for (const side of [left, right] as const)
      for (let i = 0; i < Math.min(perSide, view.leaves.count(owner, side)); i++)
        leaves.insert(owner, view.leaves.at(owner, side, i))
  return { ...view, leaves }
}

/** Writes how a plain route ended. */
export function judge(walk: RingWalk, trueRoot: number, outcome: Outcome): Outcome {
  outcome.root = walk.at
  outcome.hops = walk.hops
  outcome.messages = walk.sent
  if (walk.end === 'silent') outcome.ending = 'dropped'
  else if (walk.end === 'lied') outcome.ending = 'wrong-root'
  else if (walk.at === trueRoot) outcome.ending = 'delivered'
  else if (walk.end === 'arrived') outcome.ending = 'wrong-root'
  else outcome.ending = walk.end === 'loop' ? 'loop' : 'lost'
  return outcome
}

export class PastryNetwork implements BuiltRouter {
  readonly view: RoutingView
  readonly #world: RingWorld
  readonly #walk: RingWalk
  readonly #redundant: RedundantRoutes | undefined

  constructor(context: RouterContext, options: PastryOptions) {
    const world = inRingOrder(context)
    this.#world = world
    this.view = pastryViews(world, context.random, options.leaves)
    const reach = reachOf(world.ring, this.view.leaves)
    this.#walk = new RingWalk(this.view, world, { reach, exact: true })
    if (options.routes > 1)
      this.#redundant = new RedundantRoutes(world, this.view, this.#walk, options)
  }

  lookup(origin: number, key: Words, number: number, trueRoot: number, outcome: Outcome): Outcome {
    const { placeOf, nodeAt } = this.#world
    const from = placeOf[origin]!
    const root = placeOf[trueRoot]!
    if (this.#redundant !== undefined) this.#redundant.lookup(from, key, number, root, outcome)
    else {
      this.#walk.walk(from, key, number)
      judge(this.#walk, root, outcome)
    }
    if (outcome.root >= 0) outcome.root = outcome.root === root ? trueRoot : nodeAt[outcome.root]!
    return outcome
  }

  contamination(): Contamination {
    return contaminationOf(this.#world, this.view.global, this.view.leaves)
  }

  get bytesPerNode(): number {
    return (this.view.global.bytes + this.view.leaves.bytes) / this.#world.size + 16
  }

  /** Each node throws its state away and joins through others, as Pastry joins (section 2.4). */
  rejoin(nodes: readonly number[], random: Random): void {
    const { placeOf, ring } = this.#world
    const rejoining = new Rejoining(this.#world, this.view, this.#walk)
    // While leaf sets change, every one is asked.
    this.#walk.reach = Number.POSITIVE_INFINITY
    this.#walk.exact = false
    for (const node of nodes) rejoining.rejoin(placeOf[node]!, random)
    this.#walk.reach = reachOf(ring, this.view.leaves)
  }
}

export const pastry: Router<PastryOptions> = {
  name: 'pastry',
  about:
    'Pastry (Rowstron, Druschel 2001): no trust, the baseline; routes: redundant routing (Castro et al. 2002)',
  defaults: { routes: 1, failureTest: false, density: 1.6, leaves: leavesPerSide },
  bounds: {
    routes: wholeFrom(1, 2 * leavesPerSide),
    density: numberFrom(1),
    leaves: wholeFrom(1, leavesPerSide),
  },
  check: ({ routes, leaves }) =>
    routes > 2 * leaves
      ? `routes must be a whole number from 1 to ${2 * leaves}, one over each leaf`
      : undefined,
  build: (context, options) => new PastryNetwork(context, options),
  estimateBytes: pastryBytes,
}
