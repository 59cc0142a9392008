// The founding note's routing, made exact by TN-1 (3-routing, row distnet): while the overlay's table
// of trusted nodes lengthens the shared prefix it routes; where it cannot, the last mile is gone
// twice, among the trusted neighbours of that node and over the global network (Pastry, sections
// 2.3 of Rowstron, Druschel 2001), and whichever reaches the root delivers.

import { vacant } from '../../../../routing/prefix-table.ts'
import type { Words } from '../../../../routing/ring.ts'
import { digitAt } from '../../../../routing/ring.ts'
import { share, wholeFrom } from '../../../core/bounds.ts'
import { hopsMax, leavesPerSide, trustRoundsMax } from '../../../core/limits.ts'
import type { Random } from '../../../core/random.ts'
import { ONE } from '../../../core/trust.ts'
import {
  type BuiltRouter,
  type Contamination,
  newOutcome,
  type Outcome,
  type Router,
  type RouterContext,
} from '../router.ts'
import { honest } from '../world.ts'
import { DigitTrust } from './distnet-digit-trust.ts'
import { PlaceRatings, piecesPerRater } from './distnet-ratings.ts'
import { DistnetTables } from './distnet-tables.ts'
import { TrustList } from './distnet-trust-list.ts'
import { judge, pastryBytes, pastryViews } from './pastry.ts'
import { contaminationOf } from './pastry-contamination.ts'
import { Rejoining } from './pastry-rejoin.ts'
import { inRingOrder, type RingWorld, reachOf } from './pastry-ring-world.ts'
import { floodPast } from './pastry-vetoes.ts'
import { RingWalk } from './pastry-walk.ts'

interface DistnetOptions {
  /**
   * Rounds of TN-1 after the root's own ratings. @default 6; in `distnet-d3` 2, so that no path has more
   * than 3 ratings: a round further doubles what Sybils behind one attack edge gain
   */
  readonly rounds: number
  /** Ratings of nodes whose trust is above it are read, 0..1. @default 0.6 */
  readonly threshold: number
  /**
   * The note read naively: sums of trust have no bound, so whoever has many friends that praise it
   * outdoes everybody. Worse than no trust; here to show it. @default false
   */
  readonly uncapped: boolean
  /**
   * `both`: where the overlay's table ends, the trusted leaf set and the global network each take
   * the message on. `global`: the global network alone, whose leaf sets hold anybody. @default both
   */
  readonly lastMile: 'both' | 'global'
  /**
   * Where vetoes leave the tables no way, is the message handed along whatever links nobody forbids, a
   * message for every node asked? A live node does not do that. @default true
   */
  readonly pastVetoes: boolean
}

/** Of so many nodes' tables contamination is told, evenly over the ring, where they are made in parts. */
const sampled = 10_000

/** With more rounds the last one is no longer nearly everything; in a smaller network whole lists pay. */
const isPartly = (rounds: number, nodes: number, partlyFrom = 100_000): boolean =>
  rounds <= 2 && nodes >= partlyFrom

export class DistnetNetwork implements BuiltRouter {
  readonly #world: RingWorld
  readonly #tables: DistnetTables
  readonly #global: RingWalk
  readonly #trusted: RingWalk | undefined
  readonly #isPartly: boolean
  readonly #pastVetoes: boolean
  #reach: number
  readonly #other = newOutcome()

  /**
   * @param partlyFrom from so many nodes on tables are made in the parts that lookups ask for; the
   * results are the same. @default 100,000
   */
  constructor(context: RouterContext, options: DistnetOptions, partlyFrom?: number) {
    const world = inRingOrder(context)
    const everybody = pastryViews(world, context.random, leavesPerSide)
    const terms = { ...options, threshold: Math.round(options.threshold * ONE) }
    const list = new TrustList(context.world.ratings, world.size, terms)
    this.#pastVetoes = options.pastVetoes
    this.#isPartly = isPartly(options.rounds, world.size, partlyFrom)
    const tables = new DistnetTables(
      world,
      everybody,
      list,
      this.#isPartly
        ? new DigitTrust(new PlaceRatings(context.world.ratings, world), terms)
        : undefined,
    )
    this.#world = world
    this.#tables = tables
    this.#reach = reachOf(world.ring, everybody.leaves)
    this.#global = new RingWalk(everybody, world, {
      reach: this.#reach,
      exact: true,
      visit: (place, key, _phase, isDetour) => {
        if (this.#isNear(place, key)) return
        if (isDetour) tables.make(place)
        else tables.makeForHop(place, key)
      },
    })
    if (options.lastMile === 'both')
      this.#trusted = new RingWalk(tables.trusted, world, {
        detours: false,
        visit: (place, key, phase) => {
          tables.makeLeaves(place)
          if (phase !== 'leaf-set' && !tables.trusted.leaves.spans(place, key))
            tables.makeForHop(place, key)
        },
      })
  }

  lookup(origin: number, key: Words, number: number, trueRoot: number, outcome: Outcome): Outcome {
    const { placeOf, nodeAt } = this.#world
    this.#lookup(placeOf[origin]!, key, number, placeOf[trueRoot]!, outcome)
    if (outcome.root >= 0) outcome.root = nodeAt[outcome.root]!
    return outcome
  }

  /** Overlay first, then the last mile. In places. */
  #lookup(origin: number, key: Words, number: number, root: number, outcome: Outcome): void {
    const { kinds } = this.#world
    const vetoes = this.#pastVetoes ? this.#world.vetoes : undefined
    const walk = this.#global
    let at = origin
    let hops = 0
    for (; hops < hopsMax; hops++) {
      const next = this.#overlayHop(at, key)
      if (next === vacant) break
      at = next
      this.#world.asked(at, 1)
      if (kinds[at] === honest) continue
      walk.at = at
      walk.hops = hops + 1
      walk.sent = hops + 1
      const end = walk.meet(key, number)
      if (end === undefined) continue
      walk.end = end
      judge(walk, root, outcome)
      return
    }
    walk.walk(at, key, number)
    judge(walk, root, outcome)
    const isEnemy = walk.end === 'silent' || walk.end === 'lied'
    this.#lastMileAmongTrusted(at, key, number, root, outcome)
    outcome.hops += hops
    outcome.messages += hops
    if (vetoes !== undefined && outcome.ending !== 'delivered' && !isEnemy)
      floodPast(vetoes, origin, root, outcome, (place) => this.#world.asked(place, 1))
  }

  /** The trusted node that lengthens the prefix; `vacant` where the overlay cannot bring it nearer. */
  #overlayHop(at: number, key: Words): number {
    // Who has the root among its neighbours hands over to the last mile.
    if (this.#isNear(at, key)) return vacant
    this.#tables.makeForHop(at, key)
    const { ring, global: table } = this.#tables.trusted
    if (this.#trusted !== undefined && this.#tables.spans(at, key)) return vacant
    const row = ring.sharedWithKey(at, key)
    return table.at(at, row, digitAt(key, 0, row))
  }

  /** The same place as `walk` started from, over trusted leaf sets; the better of both stands. */
  #lastMileAmongTrusted(
    at: number,
    key: Words,
    number: number,
    root: number,
    outcome: Outcome,
  ): void {
    const walk = this.#trusted
    if (walk === undefined) return
    walk.walk(at, key, number)
    const other = judge(walk, root, this.#other)
    // Both ways were the same single hop: one message.
    const same = other.hops === 1 && outcome.hops === 1 && other.root === outcome.root
    outcome.messages += same ? 0 : other.messages
    if (same) this.#world.asked(other.root, -1)
    if (other.ending !== 'delivered') return
    outcome.hops = outcome.ending === 'delivered' ? Math.min(outcome.hops, other.hops) : other.hops
    outcome.ending = 'delivered'
    outcome.root = root
  }

  #isNear(place: number, key: Words): boolean {
    const { ring, leaves } = this.#tables.everybody
    const way = (ring.words[4 * place]! - key[0]!) >>> 0
    const reach = this.#reach
    if (way > reach && 0x100000000 - way > reach) return false
    return leaves.spans(place, key)
  }

  /** Of owners whose tables lookups have asked for so far, or a sample of them; their trusted leaf sets. */
  contamination(): Contamination {
    const tables = this.#tables
    const { everybody, trusted } = tables
    let asked = 0
    for (let owner = 0; owner < this.#world.size; owner++) if (tables.isAsked(owner)) asked++
    const step = this.#isPartly ? Math.ceil(asked / sampled) : 1
    let met = 0
    return contaminationOf(this.#world, everybody.global, trusted.leaves, (owner) => {
      if (!tables.isAsked(owner) || met++ % step !== 0) return false
      tables.make(owner)
      return true
    })
  }

  get bytesPerNode(): number {
    const { everybody, trusted } = this.#tables
    const tables = everybody.global.bytes + trusted.global.bytes
    return (tables + everybody.leaves.bytes + trusted.leaves.bytes) / this.#world.size + 16
  }

  /** The global part joins as Pastry does; the overlay's comes from ratings, which no liar touches. */
  rejoin(nodes: readonly number[], random: Random): void {
    const { placeOf } = this.#world
    const rejoining = new Rejoining(this.#world, this.#tables.everybody, this.#global)
    // While leaf sets change, every one is asked.
    this.#setReach(Number.POSITIVE_INFINITY)
    this.#global.exact = false
    for (const node of nodes) {
      this.#tables.forget(placeOf[node]!)
      rejoining.rejoin(placeOf[node]!, random)
    }
    this.#setReach(reachOf(this.#world.ring, this.#tables.everybody.leaves))
  }

  #setReach(reach: number): void {
    this.#reach = reach
    this.#global.reach = reach
  }
}

/** Scratch of the trust list a node: mark and sum, its number, first word of its id, made or not. */
const listBytes = 25
/** What making tables in parts adds: ratings among places at degree 20 and where they begin, scratch, what is made. */
const partsBytes = 20 * 8 + 4 * piecesPerRater + 54 + 16

export const distnet: Router<DistnetOptions> = {
  name: 'distnet',
  about: "the founding note's trust routing, exact by TN-1: trusted table, then the global network",
  defaults: {
    ...{ rounds: trustRoundsMax, threshold: 0.6, uncapped: false },
    ...{ lastMile: 'both', pastVetoes: true },
  },
  words: { lastMile: ['both', 'global'] },
  bounds: { rounds: wholeFrom(0, trustRoundsMax), threshold: share },
  build: (context, options) => new DistnetNetwork(context, options),
  estimateBytes: (nodes, { rounds }) =>
    nodes * (listBytes + (isPartly(rounds, nodes) ? partsBytes : 0)) + 2 * pastryBytes(nodes),
}

export const distnetD3: Router<DistnetOptions> = {
  ...distnet,
  name: 'distnet-d3',
  about: 'distnet that follows trust along paths of at most three ratings',
  defaults: { ...distnet.defaults, rounds: 2 },
}
